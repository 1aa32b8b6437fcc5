// Which packet numbers of one link were accepted: a ring of bits as in RFC 6479, 8,128 numbers wide.
// Invariant (S8): no number is accepted twice, and none further than the width behind the greatest.
// docs/protocol/link.md 4.

const wordBits = 32
const words = 255
/** Ring words; one more than the window covers, so that clearing ahead never clears inside it. */
const ringWords = words + 1

/** Numbers behind the greatest accepted one that may still come. */
export const replayWindowWidth = (words - 1) * wordBits

export class ReplayWindow {
  readonly #ring = new Uint32Array(ringWords)
  #greatest = -1

  /** The greatest number accepted so far; -1 before the first. */
  get greatest(): number {
    return this.#greatest
  }

  /** Whether `number` could be accepted: cheap, asked before the packet is opened. */
  isFresh(number: number): boolean {
    if (number > this.#greatest) return true
    if (this.#greatest - number >= replayWindowWidth) return false
    return ((this.#word(number) >>> (number % wordBits)) & 1) === 0
  }

  /** Marks `number`; false where it was accepted before or is too old. Call only after its tag proved right. */
  accept(number: number): boolean {
    if (!this.isFresh(number)) return false
    if (number > this.#greatest) this.#advance(number)
    const at = Math.floor(number / wordBits) % ringWords
    this.#ring[at] = (this.#ring[at] as number) | (1 << (number % wordBits))
    return true
  }

  #word(number: number): number {
    return this.#ring[Math.floor(number / wordBits) % ringWords] as number
  }

  #advance(number: number): void {
    const from = this.#greatest < 0 ? -1 : Math.floor(this.#greatest / wordBits)
    const to = Math.floor(number / wordBits)
    // A jump of any size clears each word once: a sender cannot buy our time with a great number.
    const cleared = Math.min(to - from, ringWords)
    for (let i = 0; i < cleared; i++) this.#ring[(to - i) % ringWords] = 0
    this.#greatest = number
  }
}
