// All receiving streams of a link with the window they share, and the limits that wait to be announced. Invariant: bytes
// held for all streams together stay within the link's window; streams beyond the limit get no state.
// Spec: docs/protocol/frames.md sections 5 and 8.

import type { TransportLimits } from './connection-config.ts'
import type { MessageSink } from './connection-event.ts'
import { LinkErrorCode } from './error-code.ts'
import { ReceiveWindow } from './flow-control.ts'
import { writeMaxData, writeMaxStreamData } from './frame.ts'
import { ReceiveStream } from './receive-stream.ts'

/** Bytes of the largest MAX_STREAM_DATA frame. */
const updateBytesMax = 1 + 2 + 8

export class ReceiveStreams {
  readonly #limits: TransportLimits
  readonly #link: ReceiveWindow
  #streams: (ReceiveStream | undefined)[] | undefined
  #received = 0
  #linkUpdateDue = false
  #due: ReceiveStream[] | undefined
  /** STREAM frames dropped because their stream's number is beyond the limit. */
  refused = 0

  constructor(limits: TransportLimits) {
    this.#limits = limits
    this.#link = new ReceiveWindow(limits.linkWindowBytes)
  }

  receive(
    id: number,
    offset: number,
    packet: Uint8Array,
    start: number,
    end: number,
    sink: MessageSink,
  ): LinkErrorCode {
    if (id >= this.#limits.streamsMax) {
      this.refused++
      return LinkErrorCode.none
    }
    const streams = (this.#streams ??= [])
    while (streams.length <= id) streams.push(undefined)
    const stream = (streams[id] ??= new ReceiveStream(id, this.#limits))
    const highest = stream.highest
    const consumed = stream.consumed
    const error = stream.receive(offset, packet, start, end, sink)
    if (error !== LinkErrorCode.none) return error
    this.#received += stream.highest - highest
    if (this.#received > this.#link.limit) return LinkErrorCode.flowControl
    if (stream.consumed !== consumed && this.#link.consume(stream.consumed - consumed)) this.#linkUpdateDue = true
    if (stream.updateDue) this.#addDue(stream)
    return LinkErrorCode.none
  }

  /** Whether a limit waits to be announced. */
  get updateDue(): boolean {
    return this.#linkUpdateDue || this.#due !== undefined
  }

  /** Writes what limits fit between `at` and `end`; returns the position after them. */
  writeUpdates(out: Uint8Array, at: number, end: number): number {
    let position = at
    if (this.#linkUpdateDue && end - position >= updateBytesMax) {
      position = writeMaxData(out, position, this.#link.announce())
      this.#linkUpdateDue = false
    }
    while (this.#due !== undefined && end - position >= updateBytesMax) {
      const stream = this.#due.pop() as ReceiveStream
      if (this.#due.length === 0) this.#due = undefined
      position = writeMaxStreamData(out, position, stream.id, stream.window.announce())
      stream.updateDue = false
    }
    return position
  }

  /** A packet with limits was lost: all limits are told again, since which ones it had is not kept. */
  repeatUpdates(): void {
    this.#linkUpdateDue = true
    for (const stream of this.#streams ?? []) {
      if (stream === undefined || stream.window.limit === this.#limits.streamWindowBytes || stream.updateDue) continue
      stream.updateDue = true
      this.#addDue(stream)
    }
  }

  #addDue(stream: ReceiveStream): void {
    if (this.#due === undefined) this.#due = [stream]
    else if (!this.#due.includes(stream)) this.#due.push(stream)
  }
}
