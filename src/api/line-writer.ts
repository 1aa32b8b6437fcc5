// Newline-delimited texts into a socket, bounded: who does not read is not waited for, and is no burden to others.
// Invariant: at most `bytesMax` wait here. One more and all that waits is dropped, the reason is the last line, and the
// connection ends once that is read, or after a moment.

import type { Socket } from 'node:net'

/** Of texts that wait for a slow reader. */
export const waitingBytesMax = 8 * 1_048_576
/** How long a connection that ends waits for its reader. */
const lingerMs = 2_000
/** What the socket itself takes at a time, so that little is beyond recall. */
const pieceBytes = 65_536

export class LineWriter {
  readonly #socket: Socket
  readonly #bytesMax: number
  readonly #onOverflow: () => string
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #isEnded = false

  /** `onOverflow` answers with the last line. */
  constructor(socket: Socket, onOverflow: () => string, bytesMax = waitingBytesMax) {
    this.#socket = socket
    this.#onOverflow = onOverflow
    this.#bytesMax = bytesMax
    socket.on('drain', () => this.#flush())
  }

  write(text: string): void {
    if (this.#isEnded) return
    const bytes = Buffer.from(`${text}\n`)
    if (this.#waitingBytes + bytes.length > this.#bytesMax) {
      this.end(this.#onOverflow())
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#flush()
  }

  /** Ends the connection; with a `last` line what waits is dropped for it, otherwise all that waits goes first. */
  end(last?: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    const rest = last === undefined ? this.#waiting : [Buffer.from(`${last}\n`)]
    this.#waiting = []
    this.#waitingBytes = 0
    for (const bytes of rest) this.#socket.write(bytes)
    this.#socket.end()
    setTimeout(() => this.#socket.destroy(), lingerMs).unref()
  }

  #flush(): void {
    while (this.#waiting.length > 0 && !this.#socket.writableNeedDrain && !this.#isEnded) {
      let bytes = 0
      let count = 0
      while (count < this.#waiting.length && bytes < pieceBytes) bytes += (this.#waiting[count++] as Buffer).length
      const pieces = this.#waiting.splice(0, count)
      this.#waitingBytes -= bytes
      this.#socket.write(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces))
    }
  }
}
