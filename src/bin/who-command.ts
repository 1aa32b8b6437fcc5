// `parley who`.

import { who } from '../cli/quick.ts'
import type { ExitCode } from './exit-code.ts'
import { type OneShotOptions, runOneShot } from './one-shot.ts'

export interface WhoOptions extends OneShotOptions {
  readonly online?: boolean
}

const timeoutDefaultS = 10

export async function runWho(options: WhoOptions): Promise<ExitCode> {
  const { online: onlineOnly = false, timeout = timeoutDefaultS } = options
  return runOneShot(options, (desk) => who(desk, { onlineOnly, timeoutMs: timeout * 1_000 }))
}
