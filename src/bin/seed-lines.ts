// The start lines of the five programs that Parley replaces, as the command that does the same: `-s <port>` and
// `-c <nick> <server-ip> <server-port> <client-port>`. (`server -p` and `client -n -i -p -c` are commands of their own.)
// Options of Parley may follow the seeds' own words. A line that is not right is told as these programs told it: not
// enough, too many or wrong arguments, and what the right form is.

import { fail, ok, type Result } from '../base/index.ts'
import { nameProblem } from '../protocol/index.ts'
import { nameProblemText, visibleLine } from '../terminal/index.ts'
import { readHost, readPort } from './argument.ts'

export interface SeedLineProblem {
  readonly kind: 'notEnough' | 'tooMany' | 'wrong'
  /** One sentence without its full stop: which word, and why. */
  readonly text: string
  /** What to type. */
  readonly form: string
}

/** The command that does the same, and what was typed as its form has it. */
export interface SeedCommand {
  readonly words: readonly string[]
  readonly form: string
}

interface SeedWord {
  /** As the form has it. */
  readonly name: string
  /** Why the word cannot be this, as the end of a sentence. */
  readonly problem: (word: string) => string | undefined
}

interface SeedLine {
  readonly form: string
  readonly words: readonly SeedWord[]
  readonly command: (words: readonly string[]) => string[]
}

const port: SeedWord['problem'] = (word) => problemOf(readPort(word, false))

const seedLines: Readonly<Record<string, SeedLine>> = {
  '-s': {
    form: 'parley -s <port>',
    words: [{ name: '<port>', problem: port }],
    command: ([given = '']) => ['server', '-p', given],
  },
  '-c': {
    form: 'parley -c <nick> <server-ip> <server-port> <client-port>',
    words: [
      { name: '<nick>', problem: nickProblem },
      { name: '<server-ip>', problem: (word) => problemOf(readHost(word)) },
      { name: '<server-port>', problem: port },
      { name: '<client-port>', problem: port },
    ],
    command: ([nick = '', server = '', serverPort = '', clientPort = '']) => [
      'client',
      '-n',
      nick,
      '-i',
      server,
      '-p',
      serverPort,
      '-c',
      clientPort,
    ],
  },
}

/** The command for a line of this kind; undefined for any other line. */
export function readSeedLine(given: readonly string[]): Result<SeedCommand, SeedLineProblem> | undefined {
  const [first = '', ...rest] = given
  const line = Object.hasOwn(seedLines, first) ? seedLines[first] : undefined
  if (line === undefined) return undefined
  const { form, words } = line
  // A negative number is a wrong port, and no option.
  const end = rest.findIndex((word) => /^-(?!\d)./.test(word))
  const options = end < 0 ? [] : rest.slice(end)
  const typed = end < 0 ? rest : rest.slice(0, end)
  const missing = words.slice(typed.length).map(({ name }) => name)
  if (missing.length > 0) return fail({ kind: 'notEnough', text: `${listOf(missing)} missing`, form })
  if (typed.length > words.length) {
    const surplus = typed.slice(words.length).map((word) => `"${word}"`)
    return fail({ kind: 'tooMany', text: `${listOf(surplus)} too many`, form })
  }
  for (const [i, { name, problem }] of words.entries()) {
    const word = typed[i] as string
    const text = problem(word)
    if (text !== undefined) return fail({ kind: 'wrong', text: `"${word}" is no ${name}: ${text}`, form })
  }
  return ok({ words: [...line.command(typed), ...options], form })
}

const kindWords = { notEnough: 'not enough', tooMany: 'too many', wrong: 'wrong' } as const

/** `not enough arguments: <port> is missing`. */
export function seedProblemText({ kind, text }: SeedLineProblem): string {
  return `${kindWords[kind]} arguments: ${visibleLine(text)}`
}

function nickProblem(word: string): string | undefined {
  const problem = nameProblem(word)
  return problem === undefined ? undefined : nameProblemText(problem)
}

/** A reader's sentence as the end of another. */
function problemOf(read: Result<unknown, string>): string | undefined {
  if (read.ok) return undefined
  return read.error.replace(/\.$/, '').replace(/^A/, 'a')
}

function listOf(words: readonly string[]): string {
  const list = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
  return `${list} ${words.length < 2 ? 'is' : 'are'}`
}
