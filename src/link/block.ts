// A block: a pooled buffer that holds one frame (STREAM, control or DATAGRAM) as it goes into packets. It is the unit of
// retransmission: the same bytes in a new packet. Invariant: a block goes back to the pool when it is acknowledged (or
// given up) and in no queue; `serial` changes then, so that an old packet's reference to it is seen to be stale.
// Spec: docs/protocol/frames.md section 5.

import { assert } from '../base/index.ts'
import { datagramHeaderBytes, FrameType, writeStreamHeader, writeUint16 } from './frame.ts'

/** What a block carries: 'datagram' is never sent again. */
export type BlockKind = 'stream' | 'control' | 'datagram'

export class Block {
  readonly bytes: Uint8Array
  /** Changes each time the block is taken from the pool. */
  serial = 0
  kind: BlockKind = 'stream'
  /** Bytes in use. */
  length = 0
  /** Where the frame's data begins. */
  dataAt = 0
  /** STREAM: its stream and the offset of its first byte. */
  stream = 0
  offset = 0
  /** Packets in flight that carry it. */
  alive = 0
  acked = false
  /** In a queue: not to be put in a second one, nor to be released. */
  queued = false
  /** When it left first (or again after a loss), ms, and how many early copies followed. */
  sentAt = 0
  copies = 0
  /** Was sent before: its bytes count against flow control no more. */
  sent = false
  /** The next block of its queue. */
  next: Block | undefined = undefined

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Bytes of stream data. */
  get dataLength(): number {
    return this.length - this.dataAt
  }

  /** The stream offset after its last byte. */
  get endOffset(): number {
    return this.offset + this.length - this.dataAt
  }

  /** Begins a STREAM frame. */
  openStream(stream: number, offset: number): void {
    this.kind = 'stream'
    this.stream = stream
    this.offset = offset
    this.dataAt = writeStreamHeader(this.bytes, 0, stream, offset)
    this.length = this.dataAt
  }

  /** Holds one DATAGRAM frame. */
  fillDatagram(data: Uint8Array): void {
    this.kind = 'datagram'
    this.bytes[0] = FrameType.datagram
    writeUint16(this.bytes, 1, data.length)
    this.bytes.set(data, datagramHeaderBytes)
    this.dataAt = datagramHeaderBytes
    this.length = datagramHeaderBytes + data.length
  }

  /** Writes the frame's length; before every departure, because an open block may have grown. */
  seal(): void {
    if (this.kind !== 'stream') return
    assert(this.length > this.dataAt, 'an empty STREAM frame')
    writeUint16(this.bytes, this.dataAt - 2, this.length - this.dataAt)
  }

  /** Forgets everything but the buffer. Called by the pool only. */
  reset(serial: number): void {
    this.serial = serial
    this.length = 0
    this.alive = 0
    this.acked = false
    this.queued = false
    this.sent = false
    this.copies = 0
    this.next = undefined
  }
}

/** Blocks in order of arrival, linked through `Block.next`. */
export class BlockQueue {
  head: Block | undefined = undefined
  tail: Block | undefined = undefined
  length = 0

  push(block: Block): void {
    assert(!block.queued, 'a block in two queues')
    block.queued = true
    block.next = undefined
    if (this.tail === undefined) this.head = block
    else this.tail.next = block
    this.tail = block
    this.length++
  }

  /** Puts a block in front of all others. */
  unshift(block: Block): void {
    assert(!block.queued, 'a block in two queues')
    block.queued = true
    block.next = this.head
    this.head = block
    this.tail ??= block
    this.length++
  }

  shift(): Block | undefined {
    const block = this.head
    if (block === undefined) return undefined
    this.head = block.next
    if (this.head === undefined) this.tail = undefined
    block.next = undefined
    block.queued = false
    this.length--
    return block
  }
}
