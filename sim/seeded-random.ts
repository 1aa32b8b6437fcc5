// Randomness of a simulation: small, fast, well mixed, and the same for the same seed on every machine. Each use takes
// its own branch by name, and a branch depends on the seed and the names alone: one more draw here shifts nothing there,
// so that a change to one fault does not turn every other part of a history into a different one.

import type { Random } from '../src/base/index.ts'

export class SeededRandom implements Random {
  readonly #key: string
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param key the seed, or a path of names below one; equal keys give equal streams. */
  constructor(key: string | number) {
    this.#key = String(key)
    this.#a = mixText(this.#key, 0x9e3779b9)
    this.#b = mixText(this.#key, 0x85ebca6b)
    this.#c = mixText(this.#key, 0xc2b2ae35)
    for (let i = 0; i < 12; i++) this.uint32()
  }

  /** The branch of that name, always at its own start. */
  branch(name: string | number): SeededRandom {
    return new SeededRandom(`${this.#key}/${name}`)
  }

  /** A whole number in [0, 2^32). Three chaotic words and a counter, which keeps the period above 2^32. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  fraction(): number {
    return (this.uint32() * 0x200000 + (this.uint32() >>> 11)) / 0x20000000000000
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 4) {
      const word = this.uint32()
      for (let i = at; i < Math.min(at + 4, length); i++) bytes[i] = word >>> (8 * (i - at))
    }
    return bytes
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit)
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** The same things in another order. */
  shuffle<T>(things: readonly T[]): T[] {
    const shuffled = [...things]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const held = shuffled[i] as T
      shuffled[i] = shuffled[j] as T
      shuffled[j] = held
    }
    return shuffled
  }

  /** Time to the next event of a stream with this mean, as radioactive decay has it; never more than ten means. */
  waitMs(meanMs: number): number {
    return Math.min(-Math.log(1 - this.fraction()), 10) * meanMs
  }
}

function mixText(text: string, start: number): number {
  let h = start | 0
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    h ^= h >>> 15
  }
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return h ^ (h >>> 16)
}
