// The command line: arguments become options, and the command's own module is loaded and run. It wires and does nothing
// else, so that help and errors of usage come at once.

import { readFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Command, CommanderError } from 'commander'
import { addOneShots, oneShotNames } from './cli-options.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { PathsOptions } from './paths-command.ts'
import type { SeedCommand } from './seed-lines.ts'
import { addSettingsHook } from './settings-hook.ts'
import type { TryOptions } from './try/try-command.ts'

/** The result of the command that ran; `done` where none did. */
let exitCode: ExitCode = exitCodes.done

function ends<A extends unknown[]>(run: (...given: A) => Promise<ExitCode>): (...given: A) => Promise<void> {
  return async (...given) => {
    exitCode = await run(...given)
  }
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/**
 * `first`: the first word; a command that does one thing is there at once without the words of all the others. `form`:
 * what was typed, where it was the line of an older program.
 */
async function createProgram(first: string | undefined, form: string | undefined): Promise<Command> {
  const program = new Command('parley')
    .description('Chat that goes straight to the person.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help about a command')
    .showSuggestionAfterError()
    .exitOverride()
    // As every other complaint begins.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'parley: ')) })
  addSettingsHook(program)
  if (first !== undefined && oneShotNames.includes(first)) {
    addOneShots(program, ends, first)
    return program
  }
  if (first === 'complete-names') {
    const { addCompletion } = await import('./completion-options.ts')
    addCompletion(program, ends)
    return program
  }
  await addAll(program, form)
  // Names alone, so that the list is one screen.
  program
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      'before',
      'Examples:\n  parley try                                    see it work on this machine\n' +
        '  parley registry                               introduce people: prints the line to join\n' +
        '  parley chat alice --registry parley://KEY@HOST:4747\n' +
        '  parley chat alice                             the same registry again\n' +
        '  parley web                                    the same in the browser\n' +
        '  parley send bob "the build is done"\n',
    )
  program.addHelpText(
    'after',
    '\nThe short lines of older programs:\n' +
      '  parley -s <port>\n' +
      '  parley -c <nick> <server-ip> <server-port> <client-port>',
  )
  return program
}

async function addAll(program: Command, form: string | undefined): Promise<void> {
  const [{ addChat, addClient }, { addRegistry, addServer }, { addDaemon }, { addWeb }, { addSettings }] =
    await Promise.all([
      import('./chat-options.ts'),
      import('./registry-options.ts'),
      import('./daemon-options.ts'),
      import('./web-options.ts'),
      import('./settings-options.ts'),
    ])
  addChat(program, ends)
  addRegistry(program, ends)
  addClient(program, ends, form)
  addServer(program, ends, form)
  addDaemon(program, ends)
  addWeb(program, ends)
  addSettings(program, ends)
  addOneShots(program, ends)
  addOthers(program)
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
    .description('print the folders and files that Parley uses')
    .option('--profile <NAME>', 'also those of this profile')
    .option('--home <DIR>', 'as for chat')
    .option('--json', 'as one JSON object')
    .action(
      ends(async (_options: object, command: Command) =>
        (await import('./paths-command.ts')).printPaths(command.optsWithGlobals<PathsOptions>()),
      ),
    )
}

async function main(given: readonly string[]): Promise<ExitCode> {
  const seed = given[0] === '-s' || given[0] === '-c' ? await seedCommand(given) : undefined
  if (seed === 'wrong') return exitCodes.usage
  const program = await createProgram(seed === undefined ? given[0] : undefined, seed?.form)
  if (seed === undefined) pointToHelp(program, 'parley')
  if (given.length === 0) {
    program.outputHelp()
    return exitCodes.done
  }
  try {
    await program.parseAsync([...(seed?.words ?? given)], { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has said already what is wrong, and ends `--help` and `--version` in this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    const { complain } = await import('./complaint.ts')
    return complain(error)
  }
}

/** After an error of what was typed; a command that has a form of its own shows that. */
function pointToHelp(command: Command, path: string): void {
  if (!['client', 'server'].includes(command.name())) command.showHelpAfterError(`  \`${path} --help\` shows how`)
  for (const inner of command.commands) pointToHelp(inner, `${path} ${inner.name()}`)
}

/** The command that a line of an older program stands for; says what is wrong where it is not right. */
async function seedCommand(given: readonly string[]): Promise<SeedCommand | 'wrong' | undefined> {
  const { readSeedLine, seedProblemText } = await import('./seed-lines.ts')
  const read = readSeedLine(given)
  if (read === undefined || read.ok) return read?.value
  const { complainText } = await import('./complaint.ts')
  const hints = [`The right form: ${read.error.form}`]
  await complainText({ code: 'usage', text: seedProblemText(read.error), hints })
  return 'wrong'
}

/** The launcher's cache of compiled code, for the store's thread and for the programs of `parley try`, which inherit it. */
function shareCompileCache(): void {
  const folder = getCompileCacheDir()
  if (folder !== undefined) process.env['NODE_COMPILE_CACHE'] ??= dirname(folder)
}

shareCompileCache()
process.exitCode = await main(process.argv.slice(2))
