// The receiving half of one stream: puts bytes in order and cuts them into messages. Invariant: every byte is used once,
// in order; messages come out as views of the packet where they lie in one, else of a buffer that grows only as fast as
// bytes arrive. Spec: docs/protocol/frames.md section 5.

import type { TransportLimits } from './connection-config.ts'
import type { MessageSink } from './connection-event.ts'
import { LinkErrorCode } from './error-code.ts'
import { ReceiveWindow } from './flow-control.ts'
import { PieceBuffer } from './piece-buffer.ts'

/** A claimed length alone may reserve this much; the rest when that is full. */
const firstReserveBytes = 16_384

const pieceErrors = {
  kept: LinkErrorCode.none,
  mismatch: LinkErrorCode.dataMismatch,
  tooMany: LinkErrorCode.tooManyPieces,
} as const

export class ReceiveStream {
  readonly id: number
  readonly window: ReceiveWindow
  readonly #limits: TransportLimits
  /** One past the highest offset seen. */
  highest = 0
  /** A new limit waits to be announced. */
  updateDue = false
  #next = 0
  #pieces: PieceBuffer | undefined
  // A message that does not lie in one packet: its length (-1 = not known yet), its bytes so far.
  #need = -1
  #have = 0
  #buffer: Uint8Array | undefined
  // A length prefix cut by a block's end: its bytes so far, as a number, and how many are missing.
  #prefix = 0
  #prefixBytes = 0
  #prefixMissing = 0

  constructor(id: number, limits: TransportLimits) {
    this.id = id
    this.#limits = limits
    this.window = new ReceiveWindow(limits.streamWindowBytes)
  }

  /** Bytes in order so far. */
  get consumed(): number {
    return this.#next
  }

  get pieceCount(): number {
    return this.#pieces?.count ?? 0
  }

  /** Takes the data `packet[start, end)` of a STREAM frame at `offset`; whole messages go to `sink`. */
  receive(offset: number, packet: Uint8Array, start: number, end: number, sink: MessageSink): LinkErrorCode {
    const dataEnd = offset + end - start
    if (dataEnd > this.window.limit) return LinkErrorCode.flowControl
    if (dataEnd > this.highest) this.highest = dataEnd
    if (dataEnd <= this.#next) return LinkErrorCode.none
    if (offset > this.#next) return this.#hold(offset, packet.subarray(start, end))
    if (this.pieceCount === 0) return this.#advance(packet, start + this.#next - offset, end, sink)
    // The new bytes are compared with what was held before they are used.
    const from = start + this.#next - offset
    const error = this.#hold(this.#next, packet.subarray(from, end))
    return error === LinkErrorCode.none ? this.#release(sink) : error
  }

  #hold(offset: number, bytes: Uint8Array): LinkErrorCode {
    this.#pieces ??= new PieceBuffer(this.#limits.piecesMax)
    return pieceErrors[this.#pieces.insert(offset, bytes)]
  }

  #release(sink: MessageSink): LinkErrorCode {
    const pieces = this.#pieces as PieceBuffer
    for (let piece = pieces.take(this.#next); piece !== undefined; piece = pieces.take(this.#next)) {
      const error = this.#advance(piece.bytes, this.#next - piece.start, piece.bytes.length, sink)
      if (error !== LinkErrorCode.none) return error
    }
    if (pieces.count === 0) this.#pieces = undefined
    return LinkErrorCode.none
  }

  #advance(bytes: Uint8Array, start: number, end: number, sink: MessageSink): LinkErrorCode {
    this.#next += end - start
    if (this.window.consume(end - start)) this.updateDue = true
    let at = start
    while (at < end) {
      if (this.#need >= 0) {
        at = this.#fill(bytes, at, end, sink)
        continue
      }
      const first = bytes[at] as number
      const second = bytes[at + 1] as number
      if (this.#prefixMissing === 0 && first < 0x40) {
        this.#need = first
        at++
      } else if (this.#prefixMissing === 0 && first === 0x40 && second >= 0x40 && at + 1 < end) {
        // 64 to 255 bytes, the usual length of a line of chat.
        this.#need = second
        at += 2
      } else {
        if (!this.#readPrefix(first)) return LinkErrorCode.badFrame
        at++
        if (this.#need < 0) continue
      }
      if (this.#need > this.#limits.messageBytesMax) return LinkErrorCode.messageTooLarge
      if (end - at < this.#need) continue
      // The constructor is twice as fast as subarray.
      sink.deliver(this.id, new Uint8Array(bytes.buffer, bytes.byteOffset + at, this.#need))
      at += this.#need
      this.#need = -1
    }
    return LinkErrorCode.none
  }

  // One byte of a length of two bytes or more. False = not minimal. Sets #need when it is complete.
  #readPrefix(byte: number): boolean {
    if (this.#prefixMissing === 0) {
      this.#prefixBytes = 1 << (byte >> 6)
      this.#prefixMissing = this.#prefixBytes - 1
      this.#prefix = byte & 0x3f
      return true
    }
    this.#prefix = this.#prefix * 256 + byte
    if (--this.#prefixMissing > 0) return true
    const least = this.#prefixBytes === 2 ? 0x40 : this.#prefixBytes === 4 ? 0x4000 : 0x4000_0000
    if (this.#prefix < least) return false
    this.#need = this.#prefix
    return true
  }

  #fill(bytes: Uint8Array, at: number, end: number, sink: MessageSink): number {
    const part = Math.min(end - at, this.#need - this.#have)
    if (this.#buffer === undefined) this.#buffer = new Uint8Array(Math.min(this.#need, firstReserveBytes))
    let copied = 0
    while (copied < part) {
      if (this.#have === this.#buffer.length) {
        const larger = new Uint8Array(this.#need)
        larger.set(this.#buffer)
        this.#buffer = larger
      }
      const step = Math.min(part - copied, this.#buffer.length - this.#have)
      this.#buffer.set(bytes.subarray(at + copied, at + copied + step), this.#have)
      this.#have += step
      copied += step
    }
    if (this.#have === this.#need) {
      const message = this.#buffer
      this.#buffer = undefined
      this.#need = -1
      this.#have = 0
      sink.deliver(this.id, message)
    }
    return at + part
  }
}
