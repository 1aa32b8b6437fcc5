// The round-trip time and its variation (RFC 9002 section 5). Invariant: an acknowledgement's claimed delay never makes a
// sample smaller than the smallest ever measured. Spec: docs/protocol/frames.md section 6.

/** RFC 9002 6.2.2: before anything was measured. */
export const defaultInitialRttMs = 333
/** The least the variation counts in a probe timeout (RFC 9002 has 1 ms; coarse clocks here need 5). */
const variationFloorMs = 5
/** The PTO never exceeds this, however often it doubled. */
export const ptoMaxMs = 10_000

export class RttEstimator {
  smoothedMs: number
  variationMs: number
  /** The last sample. */
  latestMs = 0
  /** The smallest sample, Infinity before the first. */
  minMs = Number.POSITIVE_INFINITY

  constructor(initialMs = defaultInitialRttMs) {
    this.smoothedMs = initialMs
    this.variationMs = initialMs / 2
  }

  /** Takes a sample; `ackDelayMs` is what the other side says it waited, already clamped by the caller's agreement. */
  update(sampleMs: number, ackDelayMs: number): void {
    const first = this.minMs === Number.POSITIVE_INFINITY
    this.latestMs = sampleMs
    this.minMs = Math.min(this.minMs, sampleMs)
    if (first) {
      this.smoothedMs = sampleMs
      this.variationMs = sampleMs / 2
      return
    }
    const adjusted = sampleMs >= this.minMs + ackDelayMs ? sampleMs - ackDelayMs : sampleMs
    this.variationMs = 0.75 * this.variationMs + 0.25 * Math.abs(this.smoothedMs - adjusted)
    this.smoothedMs = 0.875 * this.smoothedMs + 0.125 * adjusted
  }

  /** The probe timeout, doubled `backoff` times. */
  ptoMs(maxAckDelayMs: number, backoff: number): number {
    const base = this.smoothedMs + Math.max(4 * this.variationMs, variationFloorMs) + maxAckDelayMs
    return Math.min(base * 2 ** Math.min(backoff, 20), ptoMaxMs)
  }

  /** Starts over on a new path. */
  reset(initialMs = defaultInitialRttMs): void {
    this.smoothedMs = initialMs
    this.variationMs = initialMs / 2
    this.latestMs = 0
    this.minMs = Number.POSITIVE_INFINITY
  }
}
