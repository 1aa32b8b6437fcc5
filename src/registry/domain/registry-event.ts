// What the registry tells its log and its figures. Never contents, never addresses: names and outcomes only. The one
// exception is `channel`, which is public, so that the console can listen; no log may write it.

import type { RegistryErrorName, RoomEntryKind, SessionCloseReason } from '../../protocol/index.ts'

/** Why an account's session ended: as the peer wished, as the link told, or as the registry decided. */
export type LeaveCause = 'logout' | 'gone' | 'silent' | SessionCloseReason

export type RegistryEvent =
  | { readonly type: 'claimed'; readonly name: string; readonly identity: Uint8Array }
  | { readonly type: 'loggedIn'; readonly session: number; readonly name: string; readonly agent: string }
  /** A life sign that came by itself, and on time. */
  | { readonly type: 'hello'; readonly session: number; readonly name: string }
  | { readonly type: 'left'; readonly name: string; readonly cause: LeaveCause }
  /** Changes of presence went out to everybody. */
  | { readonly type: 'tableUpdated'; readonly changes: number; readonly sessions: number }
  /** The administrator took the name (folded) from its holder. */
  | { readonly type: 'freed'; readonly name: string }
  /** The administrator: lets nobody log in to the account, lets it again, ended its sessions, made a code. */
  | { readonly type: 'suspended' | 'resumed'; readonly name: string }
  | { readonly type: 'disconnected'; readonly name: string; readonly sessions: number }
  | { readonly type: 'inviteMade'; readonly expires: number }
  | { readonly type: 'deposited'; readonly from: string; readonly to: string; readonly bytes: number }
  | { readonly type: 'collected'; readonly name: string; readonly rows: number }
  | { readonly type: 'expired'; readonly rows: number }
  /** Somebody, or the console (`from` is absent), spoke in the public channel. */
  | { readonly type: 'channel'; readonly from?: string | undefined; readonly text: string }
  /** An entry of a room's log: `name` did it, or it was done to `name` by `by`. Messages are not told. */
  | {
      readonly type: 'room'
      readonly room: number
      readonly change: RoomEntryKind
      readonly name: string
      readonly by?: string | undefined
    }
  | {
      readonly type: 'refused'
      readonly session: number
      readonly name: string | undefined
      readonly request: string
      readonly error: RegistryErrorName
    }
  | { readonly type: 'closing'; readonly session: number; readonly reason: SessionCloseReason }
  | { readonly type: 'storeFailure'; readonly code: string; readonly detail: string }
  | { readonly type: 'clockJumped'; readonly byMs: number }
  /** The log did not keep up. */
  | { readonly type: 'eventsDropped'; readonly count: number }

/** Events are counted, and go to the trace at once, or wait, bounded, for whoever polls them. */
export class EventLog {
  readonly #eventsMax: number
  readonly #trace: ((event: RegistryEvent) => void) | undefined
  readonly #count: (event: RegistryEvent) => void
  readonly #events: RegistryEvent[] = []
  #dropped = 0

  constructor(eventsMax: number, count: (event: RegistryEvent) => void, trace?: (event: RegistryEvent) => void) {
    this.#eventsMax = eventsMax
    this.#count = count
    this.#trace = trace
  }

  add(event: RegistryEvent): void {
    this.#count(event)
    if (this.#trace) this.#trace(event)
    else if (this.#events.length < this.#eventsMax) this.#events.push(event)
    else this.#dropped += 1
  }

  /** The oldest event, or undefined. */
  poll(): RegistryEvent | undefined {
    const event = this.#events.shift()
    if (event || this.#dropped === 0) return event
    const count = this.#dropped
    this.#dropped = 0
    return { type: 'eventsDropped', count }
  }
}
