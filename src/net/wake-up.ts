// The one timer of a loop. Invariant: it wakes at the wanted instant or a little after, never more often than once per
// millisecond, and is not set anew while the instant only moves away (an active link moves its own with every packet).

import type { Clock, MonotonicMs } from '../base/index.ts'

/** Longest wait that the platform's timers can count, in ms. */
const waitMaxMs = 2_147_483_647

export class WakeUp {
  readonly #clock: Clock
  readonly #onWake: (due: MonotonicMs) => void
  #timer: NodeJS.Timeout | undefined
  #due: MonotonicMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock, onWake: (due: MonotonicMs) => void) {
    this.#clock = clock
    this.#onWake = onWake
  }

  /** Wakes at `at` at the latest; earlier, if it was to be earlier before. */
  arm(at: MonotonicMs | undefined): void {
    if (at === undefined || at >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = at
    const waitMs = Math.min(Math.max(1, Math.ceil(at - this.#clock.monotonicMs())), waitMaxMs)
    this.#timer = setTimeout(() => {
      const due = this.#due
      this.#due = Number.POSITIVE_INFINITY
      this.#timer = undefined
      this.#onWake(due)
    }, waitMs)
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#due = Number.POSITIVE_INFINITY
  }
}
