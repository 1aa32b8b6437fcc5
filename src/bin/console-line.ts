// Where the console's lines come from and where its answers go: a terminal, on which nothing tears the line that is being
// typed, or a pipe. The end of the input ends nothing but the input.

import { readFileSync, fstatSync } from 'node:fs'
import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from 'node:readline'
import { textBytesMax } from '../protocol/index.ts'
import { readLines } from '../terminal/index.ts'

export type ConsoleForm = 'terminal' | 'pipe' | 'none'

/** A whole message and a verb. */
const lineBytesMax = textBytesMax + 64

/** Whether there is somebody, or some program, to read lines from. */
export function consoleForm(): ConsoleForm {
  const { stdin, stdout, env } = process
  if (!stdin.isTTY) return isPipe() ? 'pipe' : 'none'
  if (!isInForeground()) return 'none'
  return stdout.isTTY && env['TERM'] !== 'dumb' ? 'terminal' : 'pipe'
}

/** /dev/null and its like are nobody. */
function isPipe(): boolean {
  try {
    return !fstatSync(0).isCharacterDevice()
  } catch {
    return false
  }
}

/** A program in the background that reads its terminal would be stopped by the system. Told where Linux tells it. */
function isInForeground(): boolean {
  try {
    const state = readFileSync('/proc/self/stat', 'utf8')
    // After the program's name in brackets: state, parent, group, session, terminal, group in the foreground.
    const fields = state.slice(state.lastIndexOf(')') + 2).split(' ')
    return fields[2] === fields[5]
  } catch {
    return true
  }
}

/** Lines of a pipe, one after the other; resolves at its end. A line that is too long is told to `onTooLong`. */
export async function readPipe(
  enter: (line: string) => Promise<void>,
  onTooLong: (limit: number) => void,
): Promise<void> {
  try {
    for await (const line of readLines(process.stdin, lineBytesMax)) {
      if ('tooLong' in line) onTooLong(line.tooLong)
      else await enter(line.text)
    }
  } catch {
    // The input broke off: the same as its end.
  }
}

/** A terminal with a line that is typed below everything that is shown. */
export class ConsoleTerminal {
  readonly isTTY = true
  readonly #lines: Interface
  readonly #prompt = 'registry> '

  constructor() {
    this.#lines = createInterface({ input: process.stdin, output: process.stdout, terminal: true, historySize: 100 })
    this.#lines.setPrompt(this.#prompt)
  }

  /** Reads from now on; `question` may replace the prompt. */
  start(enter: (line: string) => Promise<void>, question: () => string | undefined): void {
    const prompt = (): void => {
      this.#lines.setPrompt(question() ?? this.#prompt)
      this.#lines.prompt()
    }
    this.#lines.on('line', (line) => void enter(line).then(prompt))
    // The terminal is in raw mode: Ctrl-C comes as a key.
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    prompt()
  }

  /** Writes above the line that is being typed; `text` ends with a line feed. */
  write(text: string): void {
    const { stdout } = process
    // A typed line may be longer than the terminal is wide.
    const { rows } = this.#lines.getCursorPos()
    if (rows > 0) moveCursor(stdout, 0, -rows)
    cursorTo(stdout, 0)
    clearScreenDown(stdout)
    stdout.write(text)
    this.#lines.prompt(true)
  }

  close(): void {
    const { stdout } = process
    cursorTo(stdout, 0)
    clearScreenDown(stdout)
    this.#lines.close()
  }
}
