// Lines out of a stream of bytes, with bounded memory: a line over the limit is reported once, as soon as it is sure,
// and its rest is thrown away as it comes.

export type InputLine = { readonly text: string } | { readonly tooLong: number }

const newline = 0x0a
const carriageReturn = 0x0d

/** Cuts chunks into lines; invalid UTF-8 becomes U+FFFD. `limit` counts a line's bytes without its end (LF or CRLF). */
export class LineCutter {
  readonly #limit: number
  #pieces: Uint8Array[] = []
  #length = 0
  #skipping = false

  constructor(limit: number) {
    this.#limit = limit
  }

  push(chunk: Uint8Array): InputLine[] {
    const lines: InputLine[] = []
    let at = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, at)) {
      this.#add(chunk.subarray(at, end), lines)
      this.#cut(lines)
      at = end + 1
    }
    if (at < chunk.length) this.#add(chunk.subarray(at), lines)
    return lines
  }

  /** The last line, where it had no end. */
  finish(): InputLine[] {
    const lines: InputLine[] = []
    if (this.#length > 0) this.#cut(lines)
    return lines
  }

  #add(piece: Uint8Array, lines: InputLine[]): void {
    this.#length += piece.length
    if (this.#skipping) return
    // One more than the limit may still be the carriage return of the line's end.
    if (this.#length > this.#limit + 1) {
      lines.push({ tooLong: this.#limit })
      this.#skipping = true
      this.#pieces = []
    } else {
      // Copied, because a view would keep its whole chunk alive while the line waits for its end.
      this.#pieces.push(piece.slice())
    }
  }

  #cut(lines: InputLine[]): void {
    if (!this.#skipping) {
      const whole = Buffer.concat(this.#pieces)
      const line = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole
      lines.push(line.length > this.#limit ? { tooLong: this.#limit } : { text: line.toString('utf8') })
    }
    this.#pieces = []
    this.#length = 0
    this.#skipping = false
  }
}

/** Yields each line of a stream; the last one needs no end. */
export async function* readLines(input: AsyncIterable<Uint8Array | string>, limit: number): AsyncGenerator<InputLine> {
  const cutter = new LineCutter(limit)
  for await (const chunk of input) yield* cutter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  yield* cutter.finish()
}
