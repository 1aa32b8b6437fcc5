// Deadlines that all lie the same time ahead: a queue instead of a timer for each message. Invariant: instants never
// decrease from front to back, so the next one due is always in front, and adding or taking one costs nothing.

import type { MonotonicMs } from '../../base/index.ts'

export class BudgetQueue<Item> {
  readonly #entries: { at: MonotonicMs; item: Item }[] = []
  #head = 0

  get size(): number {
    return this.#entries.length - this.#head
  }

  /** Adds an item that is due at `at`, or with the last one before it where that is later. */
  add(at: MonotonicMs, item: Item): void {
    const last = this.#entries.at(-1)
    this.#entries.push({ at: this.size > 0 && last ? Math.max(at, last.at) : at, item })
  }

  /** Takes the next item that is due. */
  take(now: MonotonicMs): Item | undefined {
    const entry = this.#entries[this.#head]
    if (!entry || entry.at > now) return undefined
    this.#head += 1
    if (this.#head >= 1_024 && this.#head * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#head)
      this.#head = 0
    } else if (this.#head === this.#entries.length) {
      this.#entries.length = 0
      this.#head = 0
    }
    return entry.item
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#entries[this.#head]?.at
  }
}
