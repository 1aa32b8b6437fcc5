// Opening the way through a NAT: tiny datagrams to the addresses of somebody we were introduced to, so that what they send
// us passes (docs/protocol/link.md 7.5). Invariant: at most `punches` datagrams of 32 bytes per call within `punchMs`,
// whoever named the addresses: an introduction can not make us flood a third party.

import type { Address, MonotonicMs } from '../base/index.ts'

interface Punching {
  readonly addresses: readonly Address[]
  readonly until: MonotonicMs
  left: number
  turn: number
  nextAt: MonotonicMs
}

/** Punch calls under way at once; a further one ends the oldest. */
const callsMax = 64

export interface PunchLimits {
  readonly paceMs: number
  readonly punches: number
  readonly punchMs: number
  readonly candidates: number
}

export class PunchQueue {
  readonly #limits: PunchLimits
  readonly #calls: Punching[] = []

  constructor(limits: PunchLimits) {
    this.#limits = limits
  }

  /** Starts to punch towards the addresses, in turn, one datagram each pace. */
  add(now: MonotonicMs, addresses: readonly Address[]): void {
    if (addresses.length === 0) return
    if (this.#calls.length >= callsMax) this.#calls.shift()
    const used = addresses.slice(0, this.#limits.candidates)
    const until = now + this.#limits.punchMs
    this.#calls.push({ addresses: used, until, left: this.#limits.punches, turn: 0, nextAt: now })
  }

  /** Where to send a punch now, or undefined. */
  poll(now: MonotonicMs): Address | undefined {
    for (let i = 0; i < this.#calls.length; i++) {
      const call = this.#calls[i] as Punching
      if (call.left === 0 || now >= call.until) {
        this.#calls.splice(i--, 1)
        continue
      }
      if (now < call.nextAt) continue
      call.left--
      call.nextAt = now + this.#limits.paceMs
      return call.addresses[call.turn++ % call.addresses.length]
    }
    return undefined
  }

  pollTimeout(): MonotonicMs | undefined {
    let next: MonotonicMs | undefined
    for (const call of this.#calls) if (next === undefined || call.nextAt < next) next = call.nextAt
    return next
  }
}
