// The words of `parley registry`, and of `parley server`, which is the same by the words of another program.

import { type Command, Option } from 'commander'
import type { AccountMode } from '../protocol/index.ts'
import { defaultRegistryPort } from '../protocol/invite.ts'
import { readChannelHistory, readHost, readLabel, readPageHost, readPort } from './argument.ts'
import type { Ends } from './chat-options.ts'
import { addExamples, addLogOptions, reader } from './command-option.ts'
import type { ExitCode } from './exit-code.ts'
import type { RegistryCommandOptions } from './registry-command.ts'

const serverForm = 'parley server -p <port>'
/** Spelled out, because every command loads this file and the schemas take long. */
const accountModes: readonly AccountMode[] = ['open', 'password', 'invite']

const run = async (options: RegistryCommandOptions): Promise<ExitCode> =>
  (await import('./registry-command.ts')).runRegistry(options)

export function addRegistry(program: Command, ends: Ends): void {
  const command = program
    .command('registry')
    .description('introduce people to each other and keep, sealed, what they miss')
    .option(
      '-p, --port <PORT>',
      'UDP port to listen on',
      reader((text) => readPort(text, true)),
      defaultRegistryPort,
    )
  addExamples(command, [
    'parley registry                  on UDP port 4747; prints the line to join',
    'parley registry --data ./data --accounts invite',
    'parley registry --web            and its window, in the browser',
  ])
  addServiceOptions(command).action(ends(run))
}

/** `form`: what was typed instead. */
export function addServer(program: Command, ends: Ends, form = serverForm): void {
  const command = program
    .command('server')
    .description('the same as registry, on the port that is given')
    .requiredOption(
      '-p, --port <port>',
      'UDP port to listen on',
      reader((text) => readPort(text, false)),
    )
    .allowExcessArguments(false)
    .showHelpAfterError(`The right form: ${form}`)
  addServiceOptions(command).action(ends(async (options: RegistryCommandOptions) => run({ ...options, form })))
}

function addServiceOptions(command: Command): Command {
  return addLogOptions(
    command
      .option('--host <HOST>', 'address to listen on', reader(readHost), '0.0.0.0')
      .option('--data <DIR>', 'folder for its key and its store')
      .option('--name <TEXT>', 'what it calls itself', reader(readLabel))
      .addOption(
        new Option('--accounts <MODE>', 'who may take a new name: anybody, with a password, or with an invite code')
          .choices(accountModes)
          .default('open'),
      )
      .option(
        '--channel-history <N[,DAYS]>',
        'messages to everybody that are kept (default: 1000,30)',
        reader(readChannelHistory),
      )
      .option('--table <FILE>', 'keep the table of clients, with addresses, in a file'),
    'what happened, with times and without texts',
  )
    .option(
      '--web [PORT]',
      'serve its window, a page, on a TCP port of this machine (default: any that is free)',
      reader((text) => readPort(text, true)),
    )
    .option(
      '--web-host <HOST>',
      'address for the window, in place of 127.0.0.1: read the warning',
      reader(readPageHost),
    )
    .option('--metrics-open', "let /metrics be read without the window's token")
    .addOption(
      new Option('--log-level <LEVEL>', 'least level of the log').choices(['debug', 'info', 'warn']).default('info'),
    )
    .option('--no-log-addresses', 'leave addresses out of the log')
}
