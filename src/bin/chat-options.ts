// The words of `parley chat`, and of `parley client`, which is the same by the words of another program.

import type { Command } from 'commander'
import { formatAddress } from '../base/index.ts'
import { readHost, readPort } from './argument.ts'
import type { ChatOptions } from './chat-command.ts'
import type { ExitCode } from './exit-code.ts'
import { addExamples, addLogOptions, reader } from './command-option.ts'

type Runner = (name: string | undefined, options: ChatOptions) => Promise<ExitCode>
export type Ends = <A extends unknown[]>(run: (...given: A) => Promise<ExitCode>) => (...given: A) => Promise<void>

const run: Runner = async (name, options) => (await import('./chat-command.ts')).runChat(name, options)
const clientForm = 'parley client -n <name> -i <server-ip> -p <server-port> -c <client-port>'

export function addChat(program: Command, ends: Ends): void {
  const command = program
    .command('chat')
    .description('log in as NAME and chat; verbs: /send, /open, /clients, /history, /help, /quit')
    .argument('[NAME]', 'the account; asked for at a terminal')
    .option('-r, --registry <INVITE|HOST:PORT>', 'invite link or address; without it, the registry of last time')
    .option(
      '-p, --port <UDP>',
      'own UDP port (default: any that is free)',
      reader((text) => readPort(text, true)),
    )
    .option('--profile <NAME>', 'the same as NAME')
  addExamples(command, [
    'parley chat alice --registry parley://KEY@HOST:4747',
    'parley chat alice                the same registry again; joins a peer that runs',
    'parley chat alice --web          the page of this account too',
  ])
  addFaceOptions(command).action(ends((name: string | undefined, options: ChatOptions) => run(name, options)))
}

interface ClientOptions extends ChatOptions {
  readonly clientName: string
  readonly server: string
  readonly serverPort: number
  readonly clientPort: number
}

/** `form`: what was typed instead. */
export function addClient(program: Command, ends: Ends, form = clientForm): void {
  const command = program
    .command('client')
    .description('the same as chat: log in as <name> at a registry, from a UDP port of your own')
    .requiredOption('-n, --client-name <name>', 'the account')
    .requiredOption('-i, --server <server-ip>', 'where the registry is', reader(readHost))
    .requiredOption(
      '-p, --server-port <server-port>',
      'its UDP port',
      reader((text) => readPort(text, false)),
    )
    .requiredOption(
      '-c, --client-port <client-port>',
      'own UDP port',
      reader((text) => readPort(text, false)),
    )
    .allowExcessArguments(false)
    .showHelpAfterError(`The right form: ${form}`)
  addFaceOptions(command).action(
    ends(async ({ clientName, server: host, serverPort: port, clientPort, ...options }: ClientOptions) =>
      run(clientName, { ...options, registry: formatAddress({ host, port }), port: clientPort, form }),
    ),
  )
}

function addFaceOptions(command: Command): Command {
  return addLogOptions(
    command
      .option('--home <DIR>', 'one folder for everything, instead of PARLEY_HOME or the XDG folders')
      .option('--plain', 'one line per event, no cursor motion; automatic off a terminal')
      .option('--json', 'events as JSON, one per line (docs/json.md)')
      .option('--trust', 'trust the key that an unknown registry shows, for good')
      .option('--invite-code <CODE>', 'what lets a new name in, where the registry asks for one')
      .option(
        '--web [PORT]',
        'open the page of this account too',
        reader((text) => readPort(text, true)),
      )
      .option('--no-notes-to-self', 'refuse messages to oneself'),
    'what happened, with times and without texts',
  )
}
