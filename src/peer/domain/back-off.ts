// Waiting longer after each failure: doubling, with jitter so that those who failed together do not come back together.

import type { Random } from '../../base/index.ts'

export class BackOff {
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #random: Random
  #failures = 0

  constructor(firstMs: number, maxMs: number, random: Random) {
    this.#firstMs = firstMs
    this.#maxMs = maxMs
    this.#random = random
  }

  /** How long to wait after one more failure, in ms: half of the step for certain, the other half by chance. */
  nextMs(): number {
    const stepMs = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#failures, 30))
    this.#failures += 1
    return stepMs * (0.5 + 0.5 * this.#random.fraction())
  }

  reset(): void {
    this.#failures = 0
  }
}
