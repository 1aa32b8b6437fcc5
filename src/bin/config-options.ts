// The words of `parley config`.

import { type Command, Option } from 'commander'
import { addExamples } from './command-option.ts'
import type { Ends } from './chat-options.ts'
import type { ConfigGetOptions, ConfigOptions } from './config-command.ts'

const load = async () => import('./config-command.ts')

export function addConfig(program: Command, ends: Ends): void {
  const config = program.command('config').description('settings in files: make, look at, change and check them')
  addExamples(config, [
    'parley config init                                  a file with every setting as a comment',
    'parley config set registry parley://KEY@HOST:4747',
    'parley config get --origin                          what is set, and where',
    'parley config check',
  ])
  const part = (name: string, about: string): Command =>
    config.command(name).description(about).option('--home <DIR>', 'as for chat')
  const ofProfile = new Option('--profile <NAME>', "the file of this profile, instead of the user's")
  part('init', 'make a file with every setting as a comment; never overwrites')
    .addOption(ofProfile)
    .action(ends(async (_options: object, command: Command) => (await load()).initConfig(command.optsWithGlobals())))
  part('get', 'print one setting, or all')
    .argument('[KEY]', 'as in a file: registry, server.port')
    .option('--profile <NAME>', 'as it is for this profile')
    .option('--origin', 'also where it comes from')
    .option('--json', 'as JSON')
    .action(
      ends(async (key: string | undefined, _options: object, command: Command) =>
        (await load()).getConfig(key, command.optsWithGlobals<ConfigGetOptions>()),
      ),
    )
  part('set', 'set one in the file; comments and order stay')
    .argument('<KEY>', 'as in a file: registry, server.port')
    .argument('<VALUE>', 'without quotes')
    .addOption(ofProfile)
    .action(
      ends(async (key: string, value: string, _options: object, command: Command) =>
        (await load()).setConfig(key, value, command.optsWithGlobals<ConfigOptions>()),
      ),
    )
  part('unset', 'remove one from the file')
    .argument('<KEY>', 'as in a file')
    .addOption(ofProfile)
    .action(
      ends(async (key: string, _options: object, command: Command) =>
        (await load()).unsetConfig(key, command.optsWithGlobals<ConfigOptions>()),
      ),
    )
  part('check', 'look through every file: each fault with its line and what to write')
    .option('--profile <NAME>', 'also the file of this profile')
    .option('--json', 'as JSON')
    .action(ends(async (_options: object, command: Command) => (await load()).checkConfig(command.optsWithGlobals())))
  part('edit', 'open the file in $VISUAL or $EDITOR, then check it')
    .addOption(ofProfile)
    .action(ends(async (_options: object, command: Command) => (await load()).editConfig(command.optsWithGlobals())))
}
