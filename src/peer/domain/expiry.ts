// Local expiry: what found no road for as long as a mailbox would have kept it, with the registry gone for good. Invariant:
// a wall clock that jumped expires nothing before it has run evenly for a while (S21).
// docs/protocol/peer.md, "Expiry".

import type { MonotonicMs, WallMs } from '../../base/index.ts'
import type { Outgoing } from './outbox.ts'

/** More than clocks drift and less than anybody would set them right by. */
const toleranceMs = 60_000

export class ExpiryClock {
  readonly #steadyMs: number
  #evenSince: MonotonicMs
  #offset: number

  constructor(now: MonotonicMs, wall: WallMs, steadyMs: number) {
    this.#steadyMs = steadyMs
    this.#evenSince = now
    this.#offset = wall - now
  }

  /** Whether the wall clock may be believed now. To be asked often, as every jump is noticed only here. */
  isSteady(now: MonotonicMs, wall: WallMs): boolean {
    const offset = wall - now
    if (Math.abs(offset - this.#offset) > toleranceMs) this.#evenSince = now
    this.#offset = offset
    return now - this.#evenSince >= this.#steadyMs
  }
}

/**
 * Whether a message has waited too long. What rests in a mailbox expires there and its notice says so; only where no
 * notice ever comes does the sender give it up, after twice the time.
 */
export function isExpired(message: Outgoing, wall: WallMs, keepMs: number): boolean {
  return wall - message.sentAt > (message.rests ? 2 * keepMs : keepMs)
}
