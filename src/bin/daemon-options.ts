// The words of `parley daemon`.

import type { Command } from 'commander'
import { readPort } from './argument.ts'
import type { Ends } from './chat-options.ts'
import { addExamples, addLogOptions, reader } from './command-option.ts'
import type { DaemonOptions } from './daemon-command.ts'

export function addDaemon(program: Command, ends: Ends): void {
  const command = program
    .command('daemon')
    .description('run an account without a window, in the foreground; chat, send, web and the rest join it')
    .argument('[NAME]', 'the account; without it the profile there is')
    .option('-r, --registry <INVITE|HOST:PORT>', 'invite link or address; without it, the registry of last time')
    .option(
      '-p, --port <UDP>',
      'own UDP port (default: any that is free)',
      reader((text) => readPort(text, true)),
    )
    .option('--profile <NAME>', 'the same as NAME')
    .option('--home <DIR>', 'one folder for everything, instead of PARLEY_HOME or the XDG folders')
    .option('--json', 'the line that says it is ready, and errors, as JSON (docs/json.md)')
    .option('--trust', 'trust the key that an unknown registry shows, for good')
    .option('--invite-code <CODE>', 'what lets a new name in, where the registry asks for one')
    .option('--no-notes-to-self', 'refuse messages to oneself')
  addExamples(command, [
    'parley daemon alice --registry parley://KEY@HOST:4747',
    'parley daemon alice --log alice.log &',
    'parley chat alice                joins it; /quit leaves it running',
  ])
  addLogOptions(command, 'what happened, with times and without texts').action(
    ends(async (name: string | undefined, options: DaemonOptions) =>
      (await import('./daemon-command.ts')).runDaemon(name, options),
    ),
  )
}
