// How often something happened in each of the last seconds: a ring, so that it costs one addition an event and no timer.
// Invariant: a second in which nothing happened counts as 0, also where nobody asked in between.

import type { MonotonicMs } from '../../base/index.ts'

/** Complete seconds that are told: ten minutes. */
export const secondsKept = 600

/** One slot more than is told, for the second that is not complete yet. */
const slots = secondsKept + 1

export class PerSecond {
  readonly #counts = new Uint32Array(slots)
  #second: number

  constructor(now: MonotonicMs) {
    this.#second = secondOf(now)
  }

  add(now: MonotonicMs, count: number): void {
    this.#advance(now)
    const slot = this.#second % slots
    this.#counts[slot] = (this.#counts[slot] as number) + count
  }

  /** Counts of the last `seconds` complete seconds, oldest first. */
  values(now: MonotonicMs, seconds: number = secondsKept): number[] {
    this.#advance(now)
    const first = this.#second - seconds
    // Before the origin of the clock nothing happened.
    return Array.from({ length: seconds }, (_, i) => this.#counts[(first + i + slots) % slots] ?? 0)
  }

  #advance(now: MonotonicMs): void {
    const second = secondOf(now)
    const passed = Math.min(second - this.#second, slots)
    for (let i = 1; i <= passed; i++) this.#counts[(second - passed + i) % slots] = 0
    if (passed > 0) this.#second = second
  }
}

function secondOf(now: MonotonicMs): number {
  return Math.floor(now / 1_000)
}
