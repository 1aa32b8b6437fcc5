// Whether the loop is late: told by how much later something ran than it was to run. Invariant: one late turn counts at
// once, and counts until the loop was in time for a second.

import type { MonotonicMs } from '../base/index.ts'

const lateMs = 50
const calmMs = 1_000

export class LoopLag {
  #lateUntil: MonotonicMs = Number.NEGATIVE_INFINITY

  /** Something due at `due` runs `now`. */
  sample(now: MonotonicMs, due: MonotonicMs): void {
    if (now - due > lateMs) this.#lateUntil = now + calmMs
  }

  isLate(now: MonotonicMs): boolean {
    return now < this.#lateUntil
  }
}
