// Pieces of a stream that arrived ahead of a gap. Invariant: pieces are disjoint and sorted by offset; where two overlap
// the first bytes stay and must be equal to the later ones; there are at most `max` pieces, and their memory is at most
// twice their bytes. Spec: docs/protocol/frames.md section 5 (reassembly).

export interface Piece {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
}

export type PieceOutcome = 'kept' | 'mismatch' | 'tooMany'

export class PieceBuffer {
  readonly #max: number
  #pieces: Piece[] = []

  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#pieces.length
  }

  /** Keeps what is new of `bytes`, which stand at `offset` of the stream. */
  insert(offset: number, bytes: Uint8Array): PieceOutcome {
    const pieces = this.#pieces
    const end = offset + bytes.length
    let place = this.#firstEndingAfter(offset)
    let from = offset
    while (from < end) {
      const piece = pieces[place]
      const gapEnd = piece === undefined ? end : Math.min(piece.start, end)
      if (gapEnd > from) {
        pieces.splice(place, 0, keep(bytes, offset, from, gapEnd))
        place++
        from = gapEnd
      }
      if (piece === undefined || from >= end) break
      const overlapEnd = Math.min(piece.end, end)
      if (!sameBytes(piece.bytes, from - piece.start, bytes, from - offset, overlapEnd - from)) return 'mismatch'
      from = overlapEnd
      place++
    }
    if (pieces.length > this.#max) this.#join()
    return this.#pieces.length > this.#max ? 'tooMany' : 'kept'
  }

  /** Takes the piece that holds offset `next`, if the first one does. */
  take(next: number): Piece | undefined {
    const first = this.#pieces[0]
    if (first === undefined || first.start > next) return undefined
    this.#pieces.shift()
    return first
  }

  #firstEndingAfter(offset: number): number {
    const pieces = this.#pieces
    let low = 0
    let high = pieces.length
    if (high > 0 && (pieces[high - 1] as Piece).end <= offset) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pieces[middle] as Piece).end <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  // Joins neighbours, so that only the gaps count: an honest sender cannot have more of them than blocks in flight.
  #join(): void {
    const joined: Piece[] = []
    let run: Piece[] = []
    for (const piece of this.#pieces) {
      const last = run.at(-1)
      if (last !== undefined && last.end !== piece.start) {
        joined.push(concat(run))
        run = []
      }
      run.push(piece)
    }
    if (run.length > 0) joined.push(concat(run))
    this.#pieces = joined
  }
}

// A view pins its whole packet: what is less than half of it is copied out, so that a flood of single bytes costs bytes.
function keep(bytes: Uint8Array, offset: number, start: number, end: number): Piece {
  const view = bytes.subarray(start - offset, end - offset)
  return { start, end, bytes: view.length * 2 >= bytes.buffer.byteLength ? view : view.slice() }
}

function concat(run: readonly Piece[]): Piece {
  const first = run[0] as Piece
  if (run.length === 1) return first
  const end = (run.at(-1) as Piece).end
  const bytes = new Uint8Array(end - first.start)
  for (const piece of run) bytes.set(piece.bytes, piece.start - first.start)
  return { start: first.start, end, bytes }
}

function sameBytes(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}
