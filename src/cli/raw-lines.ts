// Lines of a file as bytes, with their places in it and with bounded memory: of a line over the limit only its beginning
// is kept. Empty lines are left out.

export interface RawLine {
  /** From 1; empty lines count too. */
  readonly number: number
  /** Where it begins. */
  readonly at: number
  /** Without its end. */
  readonly bytes: Buffer
  readonly isTooLong: boolean
}

const newline = 0x0a
const carriageReturn = 0x0d

export async function* rawLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
): AsyncGenerator<RawLine> {
  let pieces: Uint8Array[] = []
  let length = 0
  let at = 0
  let number = 0
  const take = (piece: Uint8Array): void => {
    if (length <= limit) pieces.push(piece)
    length += piece.length
  }
  const cut = (): RawLine => {
    const line = { number: ++number, at, bytes: Buffer.concat(pieces), isTooLong: length > limit }
    at += length + 1
    pieces = []
    length = 0
    return line
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, end))
      from = end + 1
      const line = cut()
      if (!isEmpty(line)) yield line
    }
    // Copied, because a view would keep its whole chunk alive while the line waits for its end.
    if (from < chunk.length) take(chunk.slice(from))
    // A line that never ends is known to be too long before it ends.
    if (length > limit) {
      yield cut()
      return
    }
  }
  if (length > 0) yield cut()
}

function isEmpty({ bytes }: RawLine): boolean {
  return bytes.length === 0 || (bytes.length === 1 && bytes[0] === carriageReturn)
}
