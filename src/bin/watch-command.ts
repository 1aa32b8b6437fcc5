// `parley watch`.

import { readEventTypes, runCommand, watch, watchedTypes } from '../cli/index.ts'
import type { ExitCode } from './exit-code.ts'
import { type OneShotOptions, runOneShot } from './one-shot.ts'

export interface WatchOptions extends OneShotOptions {
  readonly from?: string
  readonly exec?: string
  readonly events?: string
  readonly once?: boolean
}

export async function runWatch(options: WatchOptions): Promise<ExitCode> {
  const { from, exec, events, once = false } = options
  const types = events === undefined ? watchedTypes : readEventTypes(events)
  const request = {
    types,
    once,
    run: runCommand,
    ...(from === undefined ? {} : { from }),
    ...(exec === undefined ? {} : { command: exec }),
  }
  return runOneShot(options, (desk) => watch(desk, request))
}
