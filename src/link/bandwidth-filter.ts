// The largest delivery rate of the last ten round trips. Invariant: a rate is forgotten only when newer rounds have
// brought rates of their own, so that a pause does not make a fast path look slow. Spec: docs/protocol/frames.md 7.

const roundsKept = 10

export class BandwidthFilter {
  #rounds: Float64Array | undefined
  #round = 0
  /** Bytes a millisecond; 0 before the first sample. */
  max = 0

  /** Takes a sample of round trip number `round` (ascending). */
  update(round: number, rate: number): void {
    const rounds = (this.#rounds ??= new Float64Array(roundsKept))
    if (round > this.#round) {
      const steps = Math.min(round - this.#round, roundsKept)
      for (let i = 0; i < steps; i++) rounds[(round - i) % roundsKept] = 0
      this.#round = round
      rounds[round % roundsKept] = rate
      this.max = 0
      for (const value of rounds) if (value > this.max) this.max = value
      return
    }
    const place = round % roundsKept
    if (rate > (rounds[place] as number)) rounds[place] = rate
    if (rate > this.max) this.max = rate
  }

  reset(): void {
    this.#rounds = undefined
    this.#round = 0
    this.max = 0
  }
}
