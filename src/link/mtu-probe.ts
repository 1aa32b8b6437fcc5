// One probe of the path's packet size at a time: a PING padded to the size in question. Invariant: each probe is answered
// exactly once, by 'probeAcked' or 'probeLost'. Which sizes to try is the endpoint half's business.
// Spec: docs/protocol/frames.md section 7.

import type { EventQueue } from './connection-event.ts'

export class MtuProbe {
  readonly #events: EventQueue
  /** Frame bytes of the probe in question, 0 = none. */
  bytes = 0
  /** It has not left yet. */
  due = false

  constructor(events: EventQueue) {
    this.#events = events
  }

  /** False = one is under way. */
  request(bytes: number): boolean {
    if (this.bytes !== 0) return false
    this.bytes = bytes
    this.due = true
    return true
  }

  /** The probe was judged (undefined = not yet). */
  judge(outcome: 'acked' | 'lost' | undefined): void {
    if (outcome === undefined || this.bytes === 0) return
    this.#events.push({ type: outcome === 'acked' ? 'probeAcked' : 'probeLost', bytes: this.bytes })
    this.bytes = 0
    this.due = false
  }
}
