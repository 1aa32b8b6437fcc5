// `parley history` and `parley search`.

import { history, search } from '../cli/index.ts'
import type { ExitCode } from './exit-code.ts'
import { type OneShotOptions, runOneShot } from './one-shot.ts'

export interface HistoryOptions extends OneShotOptions {
  readonly count?: number
  /** Wall milliseconds. */
  readonly before?: number
}

export interface SearchOptions extends OneShotOptions {
  readonly with?: string
  readonly from?: string
  readonly count?: number
}

const countDefault = 20

export async function runHistory(word: string, options: HistoryOptions): Promise<ExitCode> {
  const { count = countDefault, before } = options
  const request = { with: word, count, ...(before === undefined ? {} : { beforeMs: before }) }
  return runOneShot(options, (desk) => history(desk, request))
}

export async function runSearch(words: readonly string[], options: SearchOptions): Promise<ExitCode> {
  const { count = countDefault, with: word, from } = options
  const request = {
    words: words.join(' '),
    count,
    ...(word === undefined ? {} : { with: word }),
    ...(from === undefined ? {} : { from }),
  }
  return runOneShot(options, (desk) => search(desk, request))
}
