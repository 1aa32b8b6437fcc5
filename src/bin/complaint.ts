// Errors of a command for people, on standard error: one line, and hints below it. The faces' table of errors is loaded
// only when there is one, because a registry needs nothing else of the faces.

import { styleText } from 'node:util'
import type { ErrorText } from '../terminal/index.ts'
import { type ExitCode, exitCodeOf } from './exit-code.ts'

/** Says what is wrong, and answers with its exit code. `form`: what to type, for an error of what was typed. */
export async function complain(error: unknown, form?: string): Promise<ExitCode> {
  const { errorText } = await import('../terminal/index.ts')
  return complainText(errorText(error), form)
}

/** Mistakes of the command line, for which the right form is the best hint. */
const mistakes = ['badName', 'badRegistry', 'portInUse', 'portForbidden', 'hostNotLocal', 'nameNotFound']

/** The same for an error that has its words already. */
export async function complainText({ code, text, hints }: ErrorText, form?: string): Promise<ExitCode> {
  const { wantsColour } = await import('../terminal/index.ts')
  const colour = wantsColour(process.env, process.stderr.isTTY)
  const paint = (style: 'red' | 'dim', line: string): string =>
    colour ? styleText(style, line, { validateStream: false }) : line
  const told = form !== undefined && mistakes.includes(code) ? [`The right form: ${form}`] : hints
  const lines = [`${paint('red', 'parley:')} ${text}`, ...told.map((hint) => `  ${paint('dim', hint)}`)]
  process.stderr.write(`${lines.join('\n')}\n`)
  return exitCodeOf(code)
}
