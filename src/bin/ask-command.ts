// `parley ask`.

import { ask } from '../cli/index.ts'
import type { ExitCode } from './exit-code.ts'
import { type OneShotOptions, runOneShot } from './one-shot.ts'

export interface AskOptions extends OneShotOptions {
  readonly choices?: readonly string[]
  readonly status?: boolean
}

const timeoutDefaultS = 300
/** Exit codes of the choices after the first: none of those that tell of failures. */
const firstChoiceCode = 10

export async function runAsk(name: string, words: readonly string[], options: AskOptions): Promise<ExitCode> {
  const { choices = [], status = false, timeout = timeoutDefaultS } = options
  const request = { name, question: words.join(' '), choices, timeoutMs: timeout * 1_000 }
  return runOneShot(options, async (desk) => {
    const { outcome, choice = 0 } = await ask(desk, request)
    const isMapped = status && outcome === undefined && choice > 0
    return isMapped ? { exitCode: (firstChoiceCode + choice - 1) as ExitCode } : outcome
  })
}
