// One receive window: how far the other side may send, and when to tell it more. Used for each stream and for the link.
// Invariant: the limit never falls, and stays a whole window ahead of what was put in order. Spec:
// docs/protocol/frames.md section 8.

/** A new limit is told as soon as a quarter of the window is used: while a lost block is repaired the rest must suffice. */
const updateShare = 0.75

export class ReceiveWindow {
  readonly #window: number
  /** The announced limit (exclusive). */
  limit: number
  /** Bytes put in order, and so held here no more. */
  consumed = 0

  constructor(windowBytes: number) {
    this.#window = windowBytes
    this.limit = windowBytes
  }

  /** Counts `bytes` as put in order; answers whether the other side should be told a new limit. */
  consume(bytes: number): boolean {
    this.consumed += bytes
    return this.limit - this.consumed < this.#window * updateShare
  }

  /** The limit to announce now. */
  announce(): number {
    this.limit = this.consumed + this.#window
    return this.limit
  }
}
