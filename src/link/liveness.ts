// Is the other side there, and does the path still know us: the idle timeout (RFC 9000 10.1) and the keepalive. Invariant:
// the idle deadline moves only when something arrives, or once when the first packet after that asks for an answer.
// Spec: docs/protocol/frames.md section 9.

import type { Random } from '../base/index.ts'
import { TimerName } from './timer-table.ts'
import type { TimerTable } from './timer-table.ts'

/** Keepalives come after 0.8 to 1 of their interval, so that those of many links do not fall together. */
const jitter = 0.2

export class Liveness {
  readonly #timers: TimerTable
  readonly #random: Random
  readonly #idleTimeoutMs: number
  readonly #keepaliveMs: number | undefined
  #waitMs = Number.POSITIVE_INFINITY
  #asked = false

  constructor(now: number, timers: TimerTable, random: Random, idleTimeoutMs: number, keepaliveMs: number | undefined) {
    this.#timers = timers
    this.#random = random
    this.#idleTimeoutMs = idleTimeoutMs
    this.#keepaliveMs = keepaliveMs
    timers.set(TimerName.idle, now + idleTimeoutMs)
    this.drawKeepalive(now)
  }

  /** A packet arrived. */
  heard(now: number): void {
    this.#asked = false
    this.#timers.set(TimerName.idle, now + this.#idleTimeoutMs)
  }

  /** A packet left; `ackEliciting` = it asks for an answer. */
  spoke(now: number, ackEliciting: boolean): void {
    if (ackEliciting && !this.#asked) {
      this.#asked = true
      this.#timers.set(TimerName.idle, now + this.#idleTimeoutMs)
    }
    if (this.#keepaliveMs !== undefined) this.#timers.set(TimerName.keepalive, now + this.#waitMs)
  }

  /** The next keepalive, with a new draw of its jitter: at the start and after each one. */
  drawKeepalive(now: number): void {
    if (this.#keepaliveMs === undefined) return
    this.#waitMs = this.#keepaliveMs * (1 - jitter * this.#random.fraction())
    this.#timers.set(TimerName.keepalive, now + this.#waitMs)
  }
}
