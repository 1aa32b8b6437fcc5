// Rates per holder (an identity, or before login a device) and class. Invariants: a holder cannot refill its buckets by
// coming back, and the table never holds more than `rateHoldersMax` holders.

import { type MonotonicMs, TokenBucket } from '../../base/index.ts'
import type { Rate } from './limits.ts'

export class RateLimiter<Class extends string> {
  readonly #rates: Readonly<Record<Class, Rate>>
  readonly #holdersMax: number
  readonly #holders = new Map<string, Map<Class, TokenBucket>>()

  constructor(rates: Readonly<Record<Class, Rate>>, holdersMax: number) {
    this.#rates = rates
    this.#holdersMax = holdersMax
  }

  /** 0 where the request may go on (and is counted), else the milliseconds until it may. */
  take(now: MonotonicMs, holder: string, rateClass: Class): number {
    const bucket = this.#bucket(now, holder, rateClass)
    return bucket.take(now) ? 0 : Math.ceil(bucket.waitMs(now))
  }

  get holders(): number {
    return this.#holders.size
  }

  #bucket(now: MonotonicMs, holder: string, rateClass: Class): TokenBucket {
    let buckets = this.#holders.get(holder)
    if (!buckets) {
      if (this.#holders.size >= this.#holdersMax) this.#makeRoom(now)
      buckets = new Map()
      this.#holders.set(holder, buckets)
    }
    let bucket = buckets.get(rateClass)
    if (!bucket) {
      const rate = this.#rates[rateClass]
      bucket = new TokenBucket(now, rate.perSecond, rate.burst)
      buckets.set(rateClass, bucket)
    }
    return bucket
  }

  /** Forgets holders that lose nothing by it; if there are none, an eighth of the oldest. */
  #makeRoom(now: MonotonicMs): void {
    for (const [holder, buckets] of this.#holders) {
      if ([...buckets.values()].every((bucket) => bucket.isFull(now))) this.#holders.delete(holder)
    }
    let surplus = this.#holders.size - Math.floor(this.#holdersMax * 0.875)
    for (const holder of this.#holders.keys()) {
      if (surplus-- <= 0) return
      this.#holders.delete(holder)
    }
  }
}
