// The command line: arguments become options, and the command's own module is loaded and run. It wires and does nothing
// else, so that help and errors of usage come at once.

import { readFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { ChatOptions } from './chat-command.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { PathsOptions } from './paths-command.ts'
import type { RegistryCommandOptions } from './registry-command.ts'
import type { TryOptions } from './try/try-command.ts'

/** The result of the command that ran; `done` where none did. */
let exitCode: ExitCode = exitCodes.done

function ends<A extends unknown[]>(run: (...given: A) => Promise<ExitCode>): (...given: A) => Promise<void> {
  return async (...given) => {
    exitCode = await run(...given)
  }
}

function readPort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535))
    throw new InvalidArgumentError('A port is a number from 1 to 65535, or 0 for any that is free.')
  return port
}

function readHost(text: string): string {
  if (isIP(text) !== 0 || /^[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?$/.test(text)) return text
  throw new InvalidArgumentError('A host is an IP address or a name, without a port: 0.0.0.0, 192.0.2.1, ::1.')
}

function readLabel(text: string): string {
  const isShort = text.length > 0 && text.length <= 64
  // eslint-disable-next-line no-control-regex
  if (isShort && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return text
  throw new InvalidArgumentError('A name for the registry has 1 to 64 characters on one line.')
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function createProgram(): Command {
  const program = new Command('parley')
    .description('Chat that goes straight to the person.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help about a command')
    .showSuggestionAfterError()
    .exitOverride()
  addChat(program)
  addRegistry(program)
  addOthers(program)
  program.addHelpText(
    'after',
    '\nExamples:\n  parley try                                    see it work on this machine\n' +
      '  parley registry                               introduce people: prints the line to join\n' +
      '  parley chat alice --registry parley://KEY@HOST:4747\n' +
      '  parley chat alice                             the same registry again',
  )
  return program
}

function addChat(program: Command): void {
  program
    .command('chat')
    .description('log in as NAME and chat; verbs: /send, /open, /clients, /history, /help, /quit')
    .argument('<NAME>', 'the account')
    .option('-r, --registry <INVITE|HOST:PORT>', 'invite link or address; without it, the registry of last time')
    .option('-p, --port <UDP>', 'own UDP port (default: any that is free)', readPort)
    .option('--home <DIR>', 'one folder for everything, instead of PARLEY_HOME or the XDG folders')
    .option('--plain', 'one line per event, no cursor motion; automatic off a terminal')
    .option('--json', 'events as JSON, one per line (docs/json.md)')
    .option('--trust', 'trust the key that an unknown registry shows, for good')
    .action(
      ends(async (name: string, options: ChatOptions) => (await import('./chat-command.ts')).runChat(name, options)),
    )
}

function addRegistry(program: Command): void {
  program
    .command('registry')
    .description('introduce people to each other and keep, sealed, what they miss')
    .option('--host <HOST>', 'address to listen on', readHost, '0.0.0.0')
    .option('-p, --port <PORT>', 'UDP port to listen on', readPort, 4747)
    .option('--data <DIR>', 'folder for its key and its store')
    .option('--name <TEXT>', 'what it calls itself', readLabel)
    .action(
      ends(async (options: RegistryCommandOptions) => (await import('./registry-command.ts')).runRegistry(options)),
    )
}

function addOthers(program: Command): void {
  program
    .command('try')
    .description('a registry, two companions and you, on this machine; leaves nothing behind')
    .option('--keep', 'keep its folder, and say where it is')
    .option('--plain', 'run the scripted conversation, as off a terminal')
    .action(ends(async (options: TryOptions) => (await import('./try/try-command.ts')).runTry(options)))
  program
    .command('paths')
    .description('print the folders that Parley uses')
    .option('--home <DIR>', 'as for chat')
    .option('--json', 'as one JSON object')
    .action(ends(async (options: PathsOptions) => (await import('./paths-command.ts')).printPaths(options)))
}

async function main(given: readonly string[]): Promise<ExitCode> {
  const program = createProgram()
  if (given.length === 0) {
    program.outputHelp()
    return exitCodes.done
  }
  try {
    await program.parseAsync([...given], { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has said already what is wrong, and ends `--help` and `--version` in this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    const { complain } = await import('./complaint.ts')
    return complain(error)
  }
}

/** The launcher's cache of compiled code, for the store's thread and for the programs of `parley try`, which inherit it. */
function shareCompileCache(): void {
  const folder = getCompileCacheDir()
  if (folder !== undefined) process.env['NODE_COMPILE_CACHE'] ??= dirname(folder)
}

shareCompileCache()
process.exitCode = await main(process.argv.slice(2))
