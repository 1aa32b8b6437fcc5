// The last lines of the registry's log, for its window: a place to write to like a file, which forgets the oldest line.
// Invariant: each line has a number that counts up by one, so that a reader sees what it missed. Lines are kept as they
// were written and read only when somebody asks.

import { formatLogLine } from '../disk/index.ts'
import type { LogStream } from './registry-log.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const

/** One line, in the words of the text form. */
export interface LogRingLine {
  readonly number: number
  /** Wall milliseconds. */
  readonly at: number
  readonly level: (typeof logLevels)[number]
  readonly text: string
}

const linesKept = 1_000
/** Date, time, level, and the blanks behind them: what comes before the words in the text form. */
const wordsFrom = 30
/** Names and agents are short; a line that is longer is no use in a window. */
const charactersMax = 2_000

export class LogRing implements LogStream {
  readonly form = 'json'
  readonly #lines: string[] = []
  /** Told of each line. */
  onLine: (() => void) | undefined
  #written = 0

  write(line: string): void {
    this.#lines[this.#written % linesKept] = line
    this.#written += 1
    this.onLine?.()
  }

  /** Lines with numbers above `after`, oldest first, as far as they are kept. The first number is 1. */
  lines(after = 0): LogRingLine[] {
    const first = Math.max(after, this.#written - linesKept, 0)
    return Array.from({ length: Math.max(0, this.#written - first) }, (_, i) =>
      readLine(first + i + 1, this.#lines[(first + i) % linesKept] as string),
    )
  }
}

function readLine(number: number, line: string): LogRingLine {
  const { time = '', level = '' } = JSON.parse(line) as { time?: string; level?: string }
  const known = logLevels.find((name) => name === level) ?? 'info'
  const text = formatLogLine(line, 'text').slice(wordsFrom).trimEnd().slice(0, charactersMax)
  return { number, at: Date.parse(time) || 0, level: known, text }
}
