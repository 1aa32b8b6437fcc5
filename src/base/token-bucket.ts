// A rate limit: `ratePerSecond` in the long run, `burst` at once. Two numbers of state, no timer.

import type { MonotonicMs } from './clock.ts'

export class TokenBucket {
  readonly #ratePerMs: number
  readonly #burst: number
  #tokens: number
  #at: MonotonicMs

  constructor(now: MonotonicMs, ratePerSecond: number, burst: number) {
    this.#ratePerMs = ratePerSecond / 1000
    this.#burst = burst
    this.#tokens = burst
    this.#at = now
  }

  /** Takes `cost` tokens if they are there. */
  take(now: MonotonicMs, cost = 1): boolean {
    this.#fill(now)
    if (this.#tokens < cost) return false
    this.#tokens -= cost
    return true
  }

  /** Milliseconds until `cost` tokens will be there; 0 if they are. */
  waitMs(now: MonotonicMs, cost = 1): number {
    this.#fill(now)
    return this.#tokens >= cost ? 0 : (cost - this.#tokens) / this.#ratePerMs
  }

  /** Whether the bucket is full, so that forgetting it changes nothing. */
  isFull(now: MonotonicMs): boolean {
    this.#fill(now)
    return this.#tokens >= this.#burst
  }

  #fill(now: MonotonicMs): void {
    if (now <= this.#at) return
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#ratePerMs)
    this.#at = now
  }
}
