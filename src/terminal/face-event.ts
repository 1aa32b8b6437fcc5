// What a face shows: the peer's events and the answers to the person's own commands, in one order. Each face (terminal,
// plain, JSON) is a way of rendering these, and no face renders anything else.

import type { Client, HistoryEntry, PeerEvent } from '../api/index.ts'
import type { ErrorText } from './error-text.ts'

export type FaceEvent =
  | PeerEvent
  | {
      readonly type: 'ready'
      readonly name: string
      readonly registry: string
      readonly port: number
      readonly fingerprint: string
    }
  | { readonly type: 'clients'; readonly clients: readonly Client[] }
  /** `whole`: the person asked for full length. */
  | {
      readonly type: 'history'
      readonly name: string
      readonly messages: readonly HistoryEntry[]
      readonly whole: boolean
    }
  | { readonly type: 'opened'; readonly name?: string }
  | { readonly type: 'accepted'; readonly name: string }
  | { readonly type: 'help'; readonly text: string }
  /** `line`: the number of the input line that it answers, from 1, where input has numbers. */
  | { readonly type: 'error'; readonly error: ErrorText; readonly line?: number }

/** Why a face ended. */
export type Departure =
  | 'quit'
  | 'inputEnded'
  | 'interrupted'
  | 'outputClosed'
  /** The registry does not let us in, and never did in this run. */
  | 'refused'
  | 'wrongKey'

export interface FaceResult {
  readonly departure: Departure
  /** Code of the first command or message that failed, where no person was there to see it. */
  readonly failure?: string
  /** Own messages of this run that are kept on this machine only. */
  readonly unsettled: number
}
