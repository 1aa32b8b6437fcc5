// How fast the other side receives: one sample per acknowledgement (draft-cheng-iccrg-delivery-rate-estimation).
// Invariant: a sample is the slower of the rates of sending and of acknowledging over the same packets, so that neither
// bursts nor bunched acknowledgements look like bandwidth. Spec: docs/protocol/frames.md section 7.

import { SentFlag } from './sent-packets.ts'
import type { SentPackets } from './sent-packets.ts'

export class DeliveryRate {
  /** Bytes acknowledged so far. */
  delivered = 0
  /** The last sample, bytes a millisecond; 0 = the last acknowledgement gave none. */
  rate = 0
  /** The sample was taken while the sender had too little to send, so the path may be faster. */
  appLimited = false
  /** What was delivered when the sample's packet left: tells round trips apart. */
  priorDelivered = 0
  #deliveredAt = 0
  #firstSentAt = 0
  #appLimitedUntil = -1
  #newest = -1
  #newestSentAt = 0
  #sendMs = 0
  #priorAt = 0
  #priorAppLimited = false

  /** Stamps a packet that leaves now; `inFlight` counts what was in flight before it. */
  sent(packets: SentPackets, slot: number, now: number, inFlight: number): void {
    if (inFlight === 0) {
      this.#deliveredAt = now
      this.#firstSentAt = now
    }
    const flag = this.#appLimitedUntil >= 0 ? SentFlag.appLimited : 0
    packets.stamp(slot, this.delivered, this.#deliveredAt, this.#firstSentAt, flag)
  }

  /** The sender ran out of data with `inFlight` bytes in flight: samples until those are delivered may be too low. */
  markAppLimited(inFlight: number): void {
    this.#appLimitedUntil = this.delivered + inFlight
  }

  /** Begins one acknowledgement. */
  begin(): void {
    this.#newest = -1
    this.rate = 0
  }

  /** A packet of this acknowledgement. */
  acked(packets: SentPackets, slot: number, now: number): void {
    this.delivered += packets.bytes(slot)
    this.#deliveredAt = now
    const number = packets.number(slot)
    if (number <= this.#newest) return
    this.#newest = number
    this.#newestSentAt = packets.sentAt(slot)
    this.#sendMs = this.#newestSentAt - packets.firstSentAt(slot)
    this.#priorAt = packets.deliveredAt(slot)
    this.priorDelivered = packets.delivered(slot)
    this.#priorAppLimited = (packets.flags(slot) & SentFlag.appLimited) !== 0
  }

  /** Ends the acknowledgement: sets `rate`, `appLimited` and `priorDelivered`. */
  finish(now: number, minRttMs: number): void {
    if (this.#newest < 0) return
    this.#firstSentAt = this.#newestSentAt
    if (this.#appLimitedUntil >= 0 && this.delivered > this.#appLimitedUntil) this.#appLimitedUntil = -1
    this.appLimited = this.#priorAppLimited
    const interval = Math.max(this.#sendMs, now - this.#priorAt)
    if (interval <= 0 || interval < minRttMs) return
    this.rate = (this.delivered - this.priorDelivered) / interval
  }
}
