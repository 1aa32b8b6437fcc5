// When mail may expire. The wall clock can jump by years, and what expires by a false clock is lost for good; so the wall
// clock is believed only after it ran evenly with the monotonic one for a while (S21, bad input 77 of the catalogue).

import type { MonotonicMs, WallMs } from '../../base/index.ts'

export class ExpiryClock {
  readonly #steadyMs: number
  #steadySince: MonotonicMs
  /** Wall time less monotonic time when last looked. */
  #offsetMs: number

  constructor(now: MonotonicMs, wall: WallMs, steadyMs: number) {
    this.#steadyMs = steadyMs
    this.#steadySince = now
    this.#offsetMs = wall - now
  }

  /** Looks at both clocks; how far the wall clock jumped since the last look (0 while it runs evenly). */
  observe(now: MonotonicMs, wall: WallMs): number {
    const jump = wall - now - this.#offsetMs
    this.#offsetMs = wall - now
    if (Math.abs(jump) < jumpMs) return 0
    this.#steadySince = now
    return jump
  }

  /** Whether the wall clock has run evenly for long enough. */
  isSteady(now: MonotonicMs): boolean {
    return now - this.#steadySince >= this.#steadyMs
  }
}

/** Corrections by time synchronisation are smaller; a jump that matters for mail kept for days is larger. */
const jumpMs = 60_000
