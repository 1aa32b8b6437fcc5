// The words of the commands that do one thing: send, tail, who, history, search, ask, watch, export, import. Each loads its
// own module when it runs. Help begins with examples, because that is what people look for.

import { type Command, Option } from 'commander'
import { fail, ok, type Result } from '../base/index.ts'
import type { AskOptions } from './ask-command.ts'
import type { Ends } from './chat-options.ts'
import { addExamples, reader } from './command-option.ts'
import type { ExportOptions } from './export-command.ts'
import type { HistoryOptions, SearchOptions } from './history-command.ts'
import type { OneShotOptions } from './one-shot.ts'
import type { SendOptions } from './send-command.ts'
import type { TailOptions } from './tail-command.ts'
import type { WatchOptions } from './watch-command.ts'
import type { WhoOptions } from './who-command.ts'

const conversation = 'NAME, #ROOM (in quotes: a shell takes # for a comment) or everyone'
/** Longest wait: what a timer of the platform can hold, in seconds. */
const timeoutMaxS = 2_000_000
const countMax = 1_000_000

type Adder = (program: Command, ends: Ends) => void

const adders: Readonly<Record<string, Adder>> = {
  send: addSend,
  tail: addTail,
  who: addWho,
  history: addHistory,
  search: addSearch,
  ask: addAsk,
  watch: addWatch,
  export: addExport,
  import: addImport,
}

/** The commands that this file adds. */
export const oneShotNames: readonly string[] = Object.keys(adders)

/** `only`: one of them and no other, because whoever calls it waits. */
export function addOneShots(program: Command, ends: Ends, only?: string): void {
  for (const [name, add] of Object.entries(adders)) if (only === undefined || name === only) add(program, ends)
}

function addSend(program: Command, ends: Ends): void {
  const command = program
    .command('send')
    .description('send a message, wait until it is there, and say how far it came')
    .argument('<TO>', conversation)
    .argument('[TEXT...]', 'the message; without it, or with -, standard input up to its end')
    .option('--lines', 'each line of standard input is a message')
    .addOption(
      new Option(
        '--wait <STATE>',
        'how far: kept here, in the mailbox or further, stored by all (default: mailbox)',
      ).choices(['kept', 'mailbox', 'stored']),
    )
  addTimeout(command, 'how long to wait for that (default: 10)')
  addShared(command, [
    'parley send bob "the build is done"',
    'make 2>&1 | tail -50 | parley send bob --wait stored --timeout 60',
    'tail -f /var/log/syslog | parley send "#3" --lines',
    'parley send everyone "down for five minutes" || echo "not out yet: $?"',
  ])
  command.addHelpText(
    'after',
    '\nExit codes:\n  0 it is there; 7 accepted, and on its way; 2 nothing that can be sent; 3 nobody there to accept it;\n' +
      '  4 the recipient shows another identity; 5 too many; 6 no such name or room; 8 the recipient refused it',
  )
  command.action(
    ends(async (to: string, words: string[], options: SendOptions) =>
      (await import('./send-command.ts')).runSend(to, words, options),
    ),
  )
}

function addTail(program: Command, ends: Ends): void {
  const command = program
    .command('tail')
    .description('print the last messages, and each new one as it comes')
    .argument('[WHICH]', `${conversation}; without it, all`)
    .option('-n, --lines <N>', 'how many of the past (default: 10)', reader(readCount))
    .option('--no-follow', 'end after those')
  addShared(command, ['parley tail', 'parley tail bob --lines 100 --no-follow', 'parley tail --json | jq -r .text'])
  command.action(
    ends(async (of: string | undefined, options: TailOptions) =>
      (await import('./tail-command.ts')).runTail(of, options),
    ),
  )
}

function addWho(program: Command, ends: Ends): void {
  const command = program
    .command('who')
    .description('print who is known at the registry, and who is there')
    .option('--online', 'only those who are there')
  addTimeout(command, 'how long to wait for the registry (default: 10)')
  addShared(command, ['parley who', 'parley who --online --json | jq -r ".clients[].name"'])
  command.action(ends(async (options: WhoOptions) => (await import('./who-command.ts')).runWho(options)))
}

function addHistory(program: Command, ends: Ends): void {
  const command = program
    .command('history')
    .description('print what was said, oldest first')
    .argument('<WHICH>', conversation)
    .option('-n, --count <N>', 'how many messages (default: 20)', reader(readCount))
    .option('--before <DATE>', 'only what was said before: 2026-11-21, 2026-11-21T14:05', reader(readDate))
  addShared(command, [
    'parley history bob',
    'parley history "#3" --count 100 --before 2026-11-21',
    'parley history everyone',
  ])
  command.action(
    ends(async (word: string, options: HistoryOptions) =>
      (await import('./history-command.ts')).runHistory(word, options),
    ),
  )
}

function addSearch(program: Command, ends: Ends): void {
  const command = program
    .command('search')
    .description('find words in everything that was said, the latest first')
    .argument(
      '<WORDS...>',
      'all must be there, whatever their case; the last may be a beginning; "two words": together',
    )
    .option('--with <WHICH>', `only there: ${conversation}`)
    .option('--from <NAME>', 'only what this person wrote')
    .option('-n, --count <N>', 'how many (default: 20)', reader(readCount))
  addShared(command, ['parley search train tickets', 'parley search \'"platform nine"\' --from bob --json'])
  command.action(
    ends(async (words: string[], options: SearchOptions) =>
      (await import('./history-command.ts')).runSearch(words, options),
    ),
  )
}

function addAsk(program: Command, ends: Ends): void {
  const command = program
    .command('ask')
    .description('ask somebody, wait for the answer and print it')
    .argument('<NAME>', 'who is asked')
    .argument('<QUESTION...>', 'the question')
    .option(
      '--choices <A,B,...>',
      'the answers that count, in any case; without it, whatever they write next',
      reader(readChoiceList),
    )
    .option('--status', 'the exit code tells the choice: 0 the first, 10 the second, 11 the third ...')
  addTimeout(command, 'how long to wait for the answer (default: 300)')
  addShared(command, [
    'parley ask bob "Deploy now?" --choices yes,no --status && ./deploy.sh',
    'answer=$(parley ask bob "Which port?" --timeout 60)',
  ])
  command.action(
    ends(async (name: string, words: string[], options: AskOptions) =>
      (await import('./ask-command.ts')).runAsk(name, words, options),
    ),
  )
}

function addWatch(program: Command, ends: Ends): void {
  const command = program
    .command('watch')
    .description('run a command for each event, one at a time and in order')
    .option(
      '--exec <COMMAND>',
      'a line for the shell; the event is JSON on its standard input, and in PARLEY_* variables',
    )
    .option('--from <NAME>', 'only what this person wrote or did')
    .option('--events <TYPES>', 'types of docs/json.md (default: message,roomMessage,channelMessage)')
    .option('--once', 'end after the first event; the exit code tells whether the command went well')
  addShared(command, [
    `parley watch --exec 'notify-send "$PARLEY_FROM" "$PARLEY_TEXT"'`,
    "parley watch --from bob --events message,presence --exec 'cat >>bob.jsonl'",
    'parley watch --once',
  ])
  command.addHelpText(
    'after',
    '\nThe text of a message is data: use it as "$PARLEY_TEXT", quoted, or read it from standard input. Without --exec\n' +
      'each event is printed as JSON. While a command runs, up to 1,000 events wait; what is more is left out, and told.',
  )
  command.action(ends(async (options: WatchOptions) => (await import('./watch-command.ts')).runWatch(options)))
}

function addExport(program: Command, ends: Ends): void {
  const command = program
    .command('export')
    .description('write what was said as a file')
    .argument('[WHICH]', `${conversation}; without it, all`)
    .addOption(
      new Option(
        '--format <FORMAT>',
        'for programs and `parley import`, for notes, for a browser (default: jsonl)',
      ).choices(['jsonl', 'md', 'html']),
    )
    .option('-o, --output <FILE>', 'where to; readable by its owner only (default: standard output)')
    .option('--force', 'write over a file that is there')
  addShared(command, ['parley export --output all.jsonl', 'parley export bob --format html --output bob.html'], false)
  command.action(
    ends(async (of: string | undefined, options: ExportOptions) =>
      (await import('./export-command.ts')).runExport(of, options),
    ),
  )
}

function addImport(program: Command, ends: Ends): void {
  const command = program
    .command('import')
    .description('take in what `parley export` wrote; what is here already stays as it is')
    .argument('<FILE>', 'JSONL of the same account; - for standard input')
  addShared(command, ['parley import all.jsonl', 'ssh old.example parley export | parley import -'])
  command.action(
    ends(async (path: string, options: OneShotOptions) =>
      (await import('./export-command.ts')).runImport(path, options),
    ),
  )
}

function addTimeout(command: Command, summary: string): void {
  command.option('--timeout <SECONDS>', summary, reader(readTimeout))
}

/** What all of them have, and their examples, which come first. */
function addShared(command: Command, examples: readonly string[], hasJson = true): void {
  command
    .option('--profile <NAME>', 'whose: PARLEY_PROFILE, the only one there is, or the one used last')
    .option('--home <DIR>', 'one folder for everything, instead of PARLEY_HOME or the XDG folders')
    .option('-r, --registry <INVITE|HOST:PORT>', 'for a new profile; without it, the registry of last time')
  if (hasJson) command.option('--json', 'objects, one per line (docs/json.md)')
  addExamples(command, examples)
}

function readTimeout(text: string): Result<number, string> {
  const seconds = /^[0-9]{1,7}(?:\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN
  return seconds <= timeoutMaxS ? ok(seconds) : fail(`A time is a number of seconds from 0 to ${timeoutMaxS}.`)
}

function readCount(text: string): Result<number, string> {
  const count = /^[0-9]{1,7}$/.test(text) ? Number(text) : Number.NaN
  return count <= countMax ? ok(count) : fail(`A count is a number from 0 to ${countMax}.`)
}

/** A day is meant where the machine is; a time too, unless it says Z or an offset. */
function readDate(text: string): Result<number, string> {
  const isDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text)
  const at = isDate ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')) : Number.NaN
  return Number.isNaN(at) ? fail('A date is like 2026-11-21, 2026-11-21T14:05 or 2026-11-21T14:05:00Z.') : ok(at)
}

function readChoiceList(text: string): Result<readonly string[], string> {
  const choices = text.split(',').map((choice) => choice.trim())
  const folded = new Set(choices.map((choice) => choice.toLowerCase()))
  const isRight = choices.length <= 50 && folded.size === choices.length && !folded.has('')
  return isRight ? ok(choices) : fail('Choices are different words with commas between them: yes,no.')
}
