// What a Connection tells its owner. Invariant: 'closed' is the last event of a connection and comes exactly once.

import type { ControlFrame } from './frame.ts'

/** How a connection ended: by a CLOSE of either side, by silence, or by a violation that this side saw. */
export type CloseCause = 'close' | 'idle' | 'violation'

export type ConnectionEvent =
  /** A whole message. `bytes` is a view: copy it to keep it beyond the next call into the link. */
  | { readonly type: 'message'; readonly stream: number; readonly bytes: Uint8Array }
  /** An unreliable datagram; `bytes` is a view. */
  | { readonly type: 'datagram'; readonly bytes: Uint8Array }
  /** A frame of the endpoint half. May come twice (a copy, a retransmission): the receiver must not mind. */
  | { readonly type: 'control'; readonly frame: ControlFrame }
  /** `send` answered 'full' before and would accept again. */
  | { readonly type: 'writable' }
  /** Everything that `send` accepted is acknowledged. */
  | { readonly type: 'drained' }
  /** The other side has the probe of this many frame bytes / it was lost. */
  | { readonly type: 'probeAcked'; readonly bytes: number }
  | { readonly type: 'probeLost'; readonly bytes: number }
  /** The end. `byPeer` = the other side's CLOSE. */
  | {
      readonly type: 'closed'
      readonly cause: CloseCause
      readonly code: number
      readonly reason: string
      readonly byPeer: boolean
    }

/** Where a connection's leaves put messages in order, without knowing the connection. */
export interface MessageSink {
  deliver(stream: number, bytes: Uint8Array): void
}

/** Events in order, first in first out. The array is let go when it is empty, so that an idle link holds none. */
export class EventQueue implements MessageSink {
  #events: ConnectionEvent[] | undefined
  #head = 0
  /** Messages handed up in all. */
  messages = 0

  push(event: ConnectionEvent): void {
    if (this.#events === undefined) this.#events = [event]
    else this.#events.push(event)
  }

  deliver(stream: number, bytes: Uint8Array): void {
    this.messages++
    this.push({ type: 'message', stream, bytes })
  }

  /** The oldest event, or undefined. */
  shift(): ConnectionEvent | undefined {
    const events = this.#events
    if (events === undefined) return undefined
    const event = events[this.#head++]
    if (this.#head === events.length) {
      this.#events = undefined
      this.#head = 0
    }
    return event
  }

  get isEmpty(): boolean {
    return this.#events === undefined
  }
}
