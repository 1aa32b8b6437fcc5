// Spreads packets over time: a token bucket whose depth is a turn's worth, because timers tick in milliseconds.
// Invariant: over any stretch of time no more leaves than rate x time + one burst. Spec: docs/protocol/frames.md 7.

/** A burst is what the rate yields in this time ... */
const burstMs = 4
/** ... but never less than this, bytes: ten packets. */
const burstBytesMin = 12_620
/** After waiting, at least this share of a burst leaves together, so that a timer does not fire for each packet. */
const wakeShare = 0.25

export class Pacer {
  #tokens = burstBytesMin
  #at = 0

  /** Whether a packet may leave now at `rate` bytes a millisecond. */
  allows(now: number, rate: number): boolean {
    if (rate === Number.POSITIVE_INFINITY) return true
    this.#fill(now, rate)
    return this.#tokens > 0
  }

  /** A packet of `bytes` left. */
  spend(bytes: number): void {
    this.#tokens -= bytes
  }

  /** When to ask again after {@link allows} said no. */
  wakeAt(now: number, rate: number): number {
    const wanted = burst(rate) * wakeShare
    return now + Math.max(0, wanted - this.#tokens) / rate
  }

  #fill(now: number, rate: number): void {
    if (now > this.#at) {
      this.#tokens += (now - this.#at) * rate
      this.#at = now
    }
    const most = burst(rate)
    if (this.#tokens > most) this.#tokens = most
  }
}

function burst(rate: number): number {
  return Math.max(burstBytesMin, rate * burstMs)
}
