// Everything that waits to leave, and which block leaves next: control frames, lost blocks, stream 0, datagrams, then the
// other streams in turn, one block each, so that a file never holds up a chat. Invariant: a stream block leaves for the
// first time only within the limits of its stream and of the link, and no stream has `piecesMax` blocks unacknowledged.
// Spec: docs/protocol/frames.md sections 5 and 8.

import { assert } from '../base/index.ts'
import { BlockQueue } from './block.ts'
import type { Block } from './block.ts'
import type { BlockPool } from './block-pool.ts'
import type { TransportLimits } from './connection-config.ts'
import { controlFrameLength, datagramHeaderBytes, streamHeaderBytesMax, writeControlFrame } from './frame.ts'
import type { ControlFrame } from './frame.ts'
import { SendStream } from './send-stream.ts'

export class SendQueue {
  readonly #pool: BlockPool
  readonly #limits: TransportLimits
  #streams: (SendStream | undefined)[] | undefined
  #round: SendStream[] | undefined
  #turn = 0
  #control: BlockQueue | undefined
  #lost: BlockQueue | undefined
  #datagrams: BlockQueue | undefined
  #linkLimit: number
  #linkSent = 0
  /** Bytes of streams that have not left yet. */
  queuedBytes = 0
  /** Bytes of streams accepted and not acknowledged. */
  heldBytes = 0
  #heldControls = 0

  constructor(pool: BlockPool, limits: TransportLimits) {
    this.#pool = pool
    this.#limits = limits
    this.#linkLimit = limits.linkWindowBytes
  }

  /** Accepts a message for a stream. The caller has checked the limits. */
  append(stream: number, message: Uint8Array, blockBytes: number): void {
    const queue = this.#stream(stream)
    const bytes = queue.append(message, this.#pool, blockBytes)
    this.queuedBytes += bytes
    this.heldBytes += bytes
    if (!queue.inRound && stream !== 0) {
      queue.inRound = true
      if (this.#round === undefined) this.#round = [queue]
      else this.#round.push(queue)
    }
  }

  appendControl(frame: ControlFrame): void {
    const block = this.#pool.take(controlFrameLength(frame))
    block.kind = 'control'
    block.dataAt = 0
    block.length = writeControlFrame(block.bytes, 0, frame)
    this.#control ??= new BlockQueue()
    this.#control.push(block)
    this.#heldControls++
  }

  /** False when too many wait already. */
  appendDatagram(data: Uint8Array): boolean {
    this.#datagrams ??= new BlockQueue()
    if (this.#datagrams.length >= this.#limits.datagramsQueuedMax) return false
    const block = this.#pool.take(data.length + datagramHeaderBytes)
    block.fillDatagram(data)
    this.#datagrams.push(block)
    return true
  }

  /** Puts back a block whose last packet was lost; an unreliable one is given up. */
  requeue(block: Block): void {
    assert(block.alive === 0 && !block.acked, 'a block requeued while it is alive')
    if (block.kind === 'datagram') {
      this.#pool.release(block)
      return
    }
    block.copies = 0
    this.#lost ??= new BlockQueue()
    this.#lost.push(block)
  }

  /** The other side has the block: its memory is free, at once or when it leaves the queue of lost ones. */
  acknowledge(block: Block): void {
    block.acked = true
    if (block.kind === 'stream') {
      this.heldBytes -= block.dataLength
      this.#stream(block.stream).unackedBlocks--
    } else if (block.kind === 'control') {
      this.#heldControls--
    }
    if (!block.queued) this.#pool.release(block)
  }

  /** Raises the limit of the link / of a stream; limits never fall. */
  raiseLinkLimit(limit: number): void {
    if (limit > this.#linkLimit) this.#linkLimit = limit
  }

  raiseStreamLimit(stream: number, limit: number): void {
    const queue = this.#stream(stream)
    if (limit > queue.limit) queue.limit = limit
  }

  /** Whether something was accepted that must arrive and is not acknowledged: stream data, control frames. */
  get hasReliable(): boolean {
    return this.heldBytes > 0 || this.#heldControls > 0
  }

  /** Whether anything at all waits, flow control aside. */
  get isWaiting(): boolean {
    return (
      this.queuedBytes > 0 ||
      this.#control?.head !== undefined ||
      this.#datagrams?.head !== undefined ||
      this.#lostHead() !== undefined
    )
  }

  /** The oldest block judged lost, still in its queue; for probes, which leave outside the window. */
  peekLost(): Block | undefined {
    return this.#lostHead()
  }

  /** The block that should leave next, still in its queue; at most `budget` bytes long. Undefined = nothing may leave. */
  peek(budget: number): Block | undefined {
    for (;;) {
      const block = this.#candidate()
      if (block === undefined || block.length <= budget) return block
      this.#recut(block, budget)
    }
  }

  /** Takes what {@link peek} answered out of its queue. */
  take(block: Block): void {
    if (block === this.#control?.head) this.#control.shift()
    else if (block === this.#lost?.head) this.#lost.shift()
    else if (block === this.#datagrams?.head) this.#datagrams.shift()
    else this.#takeFirst(block)
  }

  /** Frees all blocks that wait. */
  clear(): void {
    const queues = [this.#control, this.#lost, this.#datagrams]
    for (const stream of this.#streams ?? []) if (stream !== undefined) queues.push(stream.ready)
    for (const queue of queues) {
      for (let block = queue?.shift(); block !== undefined; block = queue?.shift()) this.#pool.release(block)
    }
    this.#streams = undefined
    this.#round = undefined
    this.queuedBytes = 0
    this.heldBytes = 0
    this.#heldControls = 0
  }

  /** The size of packets changed: blocks begun from now on have the new size. */
  stopGrowing(): void {
    for (const stream of this.#streams ?? []) stream?.stopGrowing()
  }

  #stream(id: number): SendStream {
    const streams = (this.#streams ??= [])
    while (streams.length <= id) streams.push(undefined)
    return (streams[id] ??= new SendStream(id, this.#limits.streamWindowBytes))
  }

  #takeFirst(block: Block): void {
    const stream = this.#stream(block.stream)
    assert(stream.shift() === block, 'a block taken out of turn')
    block.sent = true
    stream.unackedBlocks++
    this.#linkSent += block.dataLength
    this.queuedBytes -= block.dataLength
    if (stream.id === 0) return
    const round = this.#round as SendStream[]
    const place = round.indexOf(stream)
    if (stream.ready.head === undefined) {
      stream.inRound = false
      round.splice(place, 1)
      if (round.length === 0) this.#round = undefined
      this.#turn = place
    } else {
      this.#turn = place + 1
    }
  }

  #candidate(): Block | undefined {
    const control = this.#control?.head
    if (control !== undefined) return control
    const lost = this.#lostHead()
    if (lost !== undefined) return lost
    const first = this.#streams?.[0]
    if (first !== undefined && this.#allows(first)) return first.ready.head
    const datagram = this.#datagrams?.head
    if (datagram !== undefined) return datagram
    const round = this.#round
    if (round === undefined) return undefined
    for (let i = 0; i < round.length; i++) {
      const stream = round[(this.#turn + i) % round.length] as SendStream
      if (this.#allows(stream)) return stream.ready.head
    }
    return undefined
  }

  #allows(stream: SendStream): boolean {
    const block = stream.ready.head
    if (block === undefined || block.endOffset > stream.limit) return false
    return this.#linkSent + block.dataLength <= this.#linkLimit && stream.unackedBlocks < this.#limits.piecesMax - 1
  }

  // What was acknowledged while it waited here (a late acknowledgement) leaves silently.
  #lostHead(): Block | undefined {
    const queue = this.#lost
    while (queue?.head?.acked === true) this.#pool.release(queue.shift() as Block)
    return queue?.head
  }

  // Packets became smaller than this block: its data goes into several, in its place. Rare, so the copy does not matter.
  #recut(block: Block, budget: number): void {
    const lost = block === this.#lost?.head
    if (block.kind !== 'stream') {
      assert(block.kind === 'datagram', 'a control frame larger than a packet')
      this.#pool.release(this.#datagrams?.shift() as Block)
      return
    }
    const stream = this.#stream(block.stream)
    const queue = lost ? (this.#lost as BlockQueue) : stream.ready
    if (lost) queue.shift()
    else stream.shift()
    const step = budget - streamHeaderBytesMax
    const parts: Block[] = []
    for (let at = block.dataAt; at < block.length; at += step) {
      const part = this.#pool.take(budget)
      part.openStream(block.stream, block.offset + at - block.dataAt)
      const data = block.bytes.subarray(at, Math.min(at + step, block.length))
      part.bytes.set(data, part.length)
      part.length += data.length
      part.sent = block.sent
      parts.push(part)
    }
    for (const part of parts.toReversed()) queue.unshift(part)
    if (block.sent) stream.unackedBlocks += parts.length - 1
    this.#pool.release(block)
  }
}
