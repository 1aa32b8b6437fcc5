// `parley tail`.

import { tail } from '../cli/index.ts'
import type { ExitCode } from './exit-code.ts'
import { type OneShotOptions, runOneShot } from './one-shot.ts'

export interface TailOptions extends OneShotOptions {
  readonly lines?: number
  /** Absent: yes. */
  readonly follow?: boolean
}

const linesDefault = 10

export async function runTail(of: string | undefined, options: TailOptions): Promise<ExitCode> {
  const { lines = linesDefault, follow = true } = options
  return runOneShot(options, (desk) => tail(desk, { ...(of === undefined ? {} : { of }), lines, isFollowing: follow }))
}
