// What one direction of a cable does to datagrams: loss, bursts of loss, delay, jitter, reordering, copies, flipped bits,
// a rate with a queue that drops at its end, a largest size. Sans-IO: datagrams and a seeded random go in, datagrams with
// the time of their arrival come out. Every draw happens for every datagram whether it is needed or not, so that turning
// one impairment up does not shift the draws of the others.

import type { MonotonicMs } from '../src/base/index.ts'
import type { SeededRandom } from './seeded-random.ts'

/** All rates are probabilities for one datagram. What is absent does nothing. */
export interface Impairment {
  readonly lossRate?: number
  /** Gilbert-Elliott: a good state, and a bad one in which `lossRate` (1 if absent) of the datagrams are lost. */
  readonly burst?: { readonly enterRate: number; readonly leaveRate: number; readonly lossRate?: number }
  readonly delayMs?: number
  /** Each datagram waits up to this much longer; they overtake each other unless `keepsOrder`. */
  readonly jitterMs?: number
  readonly keepsOrder?: boolean
  /** Some datagrams wait `reorderMs` longer than the rest. */
  readonly reorderRate?: number
  readonly reorderMs?: number
  readonly duplicateRate?: number
  /** Some datagrams arrive with one to three bits flipped. */
  readonly corruptRate?: number
  /** The cable's speed, with a queue of `queueBytes` (64 KiB if absent) before it; what does not fit is lost. */
  readonly bytesPerMs?: number
  readonly queueBytes?: number
  /** Larger datagrams are lost without a word. */
  readonly mtuBytes?: number
}

/** Takes one datagram that survived. `altered` says that its bits were flipped: it is another array then. */
export type Arrival = (at: MonotonicMs, bytes: Uint8Array, altered: boolean) => void

/** One direction of a cable. */
export class Cable {
  #impairment: Impairment = {}
  readonly #random: SeededRandom
  readonly #flips: SeededRandom
  #isBad = false
  #queueFreeAt: MonotonicMs = 0
  #lastArrivalAt: MonotonicMs = 0
  readonly counts = { passed: 0, lost: 0, tooLarge: 0, queueFull: 0, duplicated: 0, corrupted: 0, reordered: 0 }

  constructor(random: SeededRandom) {
    this.#random = random
    this.#flips = random.branch('flips')
  }

  get impairment(): Impairment {
    return this.#impairment
  }

  /** Replaces what the cable does from now on. */
  set(impairment: Impairment): void {
    this.#impairment = impairment
    if (impairment.burst === undefined) this.#isBad = false
  }

  /** Sends one datagram through: calls `arrive` for each copy that will arrive. */
  pass(now: MonotonicMs, bytes: Uint8Array, arrive: Arrival): void {
    const set = this.#impairment
    const random = this.#random
    const lossDraw = random.fraction()
    const burstDraw = random.fraction()
    const jitterDraw = random.fraction()
    const fateDraws = [random.fraction(), random.fraction(), random.fraction()] as const
    if (bytes.length > (set.mtuBytes ?? Infinity)) return this.#drop('tooLarge')
    if (this.#isLost(set, lossDraw, burstDraw)) return this.#drop('lost')
    const leaveAt = this.#leaveAt(now, set, bytes.length)
    if (leaveAt === undefined) return this.#drop('queueFull')

    let at = leaveAt + (set.delayMs ?? 0) + (set.jitterMs ?? 0) * jitterDraw
    if (fateDraws[0] < (set.reorderRate ?? 0)) {
      this.counts.reordered += 1
      at += set.reorderMs ?? 0
    } else if (set.keepsOrder === true) {
      at = Math.max(at, this.#lastArrivalAt)
      this.#lastArrivalAt = at
    }
    const isAltered = fateDraws[1] < (set.corruptRate ?? 0) && bytes.length > 0
    if (isAltered) this.counts.corrupted += 1
    this.counts.passed += 1
    arrive(at, isAltered ? this.#flipBits(bytes) : bytes, isAltered)
    if (fateDraws[2] < (set.duplicateRate ?? 0)) {
      this.counts.duplicated += 1
      arrive(at + (set.jitterMs ?? 0) + 1, bytes, false)
    }
  }

  #drop(why: 'lost' | 'tooLarge' | 'queueFull'): void {
    this.counts[why] += 1
  }

  #isLost(set: Impairment, lossDraw: number, burstDraw: number): boolean {
    const burst = set.burst
    if (burst !== undefined) {
      if (this.#isBad ? burstDraw < burst.leaveRate : burstDraw < burst.enterRate) this.#isBad = !this.#isBad
      if (this.#isBad && lossDraw < (burst.lossRate ?? 1)) return true
    }
    return lossDraw < (set.lossRate ?? 0)
  }

  #leaveAt(now: MonotonicMs, set: Impairment, length: number): MonotonicMs | undefined {
    if (set.bytesPerMs === undefined) return now
    const startAt = Math.max(now, this.#queueFreeAt)
    if ((startAt - now) * set.bytesPerMs > (set.queueBytes ?? 65_536)) return undefined
    this.#queueFreeAt = startAt + length / set.bytesPerMs
    return this.#queueFreeAt
  }

  #flipBits(bytes: Uint8Array): Uint8Array {
    const altered = bytes.slice()
    const flips = 1 + this.#flips.below(3)
    const firstBit = this.#flips.below(8)
    // Each flip is of another bit of its byte, so that no two undo each other.
    for (let i = 0; i < flips; i++) {
      const at = this.#flips.below(bytes.length)
      altered[at] = (altered[at] as number) ^ (1 << ((firstBit + i) % 8))
    }
    return altered
  }
}
