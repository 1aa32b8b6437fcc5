// What all kinds of history have in common: they come from a seed, may be listened to, may have a bug planted, and end
// with a report or with a Violation.

import type { Plant } from './plant.ts'
import type { TraceLine } from './trace.ts'

export interface HistoryOptions {
  readonly listener?: TraceLine
  readonly plant?: Partial<Plant>
  /** Where to cut a long history short: for the runs that everybody waits for. */
  readonly minutesMax?: number
}

/** What a history was, for the figures of a campaign. */
export interface HistoryReport {
  readonly seed: number
  /** The faults and workloads that the seed chose. */
  readonly words: readonly string[]
  readonly simulatedMs: number
  readonly datagrams: number
  /** Messages that arrived where they should. */
  readonly messages: number
  /** From the end of the faults: until every wanted link was up, and until everything had arrived. */
  readonly linksUpMs: number
  readonly deliveredMs: number
}

/** Runs one history. Throws a Violation where an invariant broke. */
export type History = (seed: number, options?: HistoryOptions) => HistoryReport
