// Telling peers of an earlier life that their links are gone (docs/protocol/link.md 8), by an owner that kept a note of each
// and was restarted: an idle peer would otherwise notice at its next keepalive only. Invariant: one datagram of 32 bytes for
// each note, paced, so that neither the wire nor those who come back all at once are flooded.

import type { Address, MonotonicMs } from '../base/index.ts'
import type { Outgoing } from './endpoint-config.ts'
import { Fifo } from './fifo.ts'
import type { StatelessReset } from './stateless-reset.ts'

/** What must be kept of a link to reset it in a later life with the same reset key. No secret. */
export interface LinkMemo {
  /** Where the other side was reached last. */
  readonly address: Address
  /** The connection id on which we received, 8 bytes. */
  readonly ours: Uint8Array
}

export interface ForgottenLimits {
  readonly links: number
  readonly answersPerSecond: number
  readonly paceMs: number
}

export class ForgottenLinks {
  readonly #reset: StatelessReset
  readonly #limits: ForgottenLimits
  readonly #memos = new Fifo<LinkMemo>()
  #leftInRound = 0
  #nextRoundAt: MonotonicMs = 0

  constructor(reset: StatelessReset, limits: ForgottenLimits) {
    this.#reset = reset
    this.#limits = limits
  }

  /** Queues one reset for each; those beyond `links` are left to notice by themselves. */
  add(memos: readonly LinkMemo[]): void {
    for (const memo of memos) {
      if (this.#memos.length >= this.#limits.links) return
      this.#memos.push(memo)
    }
  }

  /** The next reset to leave now, or undefined. */
  poll(now: MonotonicMs): Outgoing | undefined {
    if (this.#memos.length === 0) return undefined
    if (now >= this.#nextRoundAt) {
      this.#leftInRound = Math.max(1, Math.floor((this.#limits.answersPerSecond * this.#limits.paceMs) / 1_000))
      this.#nextRoundAt = now + this.#limits.paceMs
    }
    if (this.#leftInRound === 0) return undefined
    this.#leftInRound -= 1
    const memo = this.#memos.shift()
    return memo && { to: memo.address, bytes: this.#reset.of(memo.ours) }
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#memos.length === 0 ? undefined : this.#nextRoundAt
  }
}
