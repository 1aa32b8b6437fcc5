// Errors of a command for people, on standard error: one line, and hints below it. The faces' table of errors is loaded
// only when there is one, because a registry needs nothing else of the faces.

import { styleText } from 'node:util'
import type { ErrorText } from '../terminal/index.ts'
import { type ExitCode, exitCodeOf } from './exit-code.ts'

/** Says what is wrong, and answers with its exit code. */
export async function complain(error: unknown): Promise<ExitCode> {
  const { errorText } = await import('../terminal/index.ts')
  return complainText(errorText(error))
}

/** The same for an error that has its words already. */
export async function complainText({ code, text, hints }: ErrorText): Promise<ExitCode> {
  const { wantsColour } = await import('../terminal/index.ts')
  const colour = wantsColour(process.env, process.stderr.isTTY)
  const paint = (style: 'red' | 'dim', line: string): string =>
    colour ? styleText(style, line, { validateStream: false }) : line
  const lines = [`${paint('red', 'parley:')} ${text}`, ...hints.map((hint) => `  ${paint('dim', hint)}`)]
  process.stderr.write(`${lines.join('\n')}\n`)
  return exitCodeOf(code)
}
