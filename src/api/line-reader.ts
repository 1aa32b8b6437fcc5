// Newline-delimited texts out of a byte stream. Invariant: no more than one line of `bytesMax` is ever held; a text that is
// no UTF-8 is handed on as one that is no JSON, because a replaced letter would be a false one.

export interface LineReaderOptions {
  /** Of one line, without its end. */
  readonly bytesMax: number
  readonly onLine: (text: string) => void
  /** Told once; nothing is read after it. */
  readonly onTooLong: () => void
}

const newline = 0x0a
const notUtf8 = '\uFFFD'

export class LineReader {
  readonly #options: LineReaderOptions
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #held: Uint8Array[] = []
  #heldBytes = 0
  #isOver = false

  constructor(options: LineReaderOptions) {
    this.#options = options
  }

  push(chunk: Uint8Array): void {
    let from = 0
    while (!this.#isOver) {
      const end = chunk.indexOf(newline, from)
      const piece = chunk.subarray(from, end < 0 ? undefined : end)
      this.#heldBytes += piece.length
      if (this.#heldBytes > this.#options.bytesMax) {
        this.stop()
        this.#options.onTooLong()
        return
      }
      if (piece.length > 0) this.#held.push(piece)
      if (end < 0) return
      from = end + 1
      this.#line()
    }
  }

  /** Reads nothing more. */
  stop(): void {
    this.#isOver = true
    this.#held = []
  }

  #line(): void {
    const bytes = this.#held.length === 1 ? (this.#held[0] as Uint8Array) : Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    // Blank lines are what a person at `nc` types.
    if (bytes.length > 0) this.#options.onLine(this.#textOf(bytes))
  }

  #textOf(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes)
    } catch {
      return notUtf8
    }
  }
}
