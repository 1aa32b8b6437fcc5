// The sending half of one stream: messages become a byte stream, cut into blocks of a packet's size at the moment of
// `send`. Invariant: blocks of a stream are disjoint and in order, and only the last one, while it waits, still grows.
// Spec: docs/protocol/frames.md section 5.

import { BlockQueue } from './block.ts'
import type { Block } from './block.ts'
import type { BlockPool } from './block-pool.ts'
import { varintLength, writeVarint } from './varint.ts'

/** A message up to this long is never cut in two: it needs one packet to arrive, and its receiver no buffer. */
const wholeBytesMax = 128
/** Below this many bytes a loop beats the call of TypedArray.set. */
const shortCopyBytes = 12

export class SendStream {
  readonly id: number
  /** What has not left yet; the last block may still grow. */
  readonly ready = new BlockQueue()
  /** The other side reads up to here (exclusive offset). */
  limit: number
  /** Blocks that left and are not acknowledged. */
  unackedBlocks = 0
  /** Whether this stream stands in the scheduler's round. */
  inRound = false
  #open: Block | undefined = undefined
  #offset = 0

  constructor(id: number, limit: number) {
    this.id = id
    this.limit = limit
  }

  /** The offset after the last byte accepted. */
  get endOffset(): number {
    return this.#offset
  }

  /** Adds a message. `blockBytes` bounds the blocks begun now. Returns how many bytes the stream grew by. */
  append(message: Uint8Array, pool: BlockPool, blockBytes: number): number {
    const length = message.length
    const prefix = varintLength(length)
    const least = prefix + (length <= wholeBytesMax ? length : 1)
    let block = this.#open
    if (block === undefined || block.length + least > Math.min(blockBytes, block.bytes.length)) {
      block = this.#begin(pool, blockBytes)
    }
    block.length = writeVarint(block.bytes, block.length, length)
    let copied = 0
    for (;;) {
      const room = Math.min(blockBytes, block.bytes.length) - block.length
      const part = Math.min(room, length - copied)
      if (part > 0) copy(block.bytes, block.length, message, copied, part)
      block.length += part
      copied += part
      if (copied === length) break
      this.#offset = block.endOffset
      block = this.#begin(pool, blockBytes)
    }
    this.#offset = block.endOffset
    return prefix + length
  }

  /** Takes the oldest waiting block; it grows no more. */
  shift(): Block | undefined {
    const block = this.ready.shift()
    if (block === this.#open) this.#open = undefined
    return block
  }

  /** Closes the open block, because the size of packets changed. */
  stopGrowing(): void {
    this.#open = undefined
  }

  #begin(pool: BlockPool, blockBytes: number): Block {
    const block = pool.take(blockBytes)
    block.openStream(this.id, this.#offset)
    this.ready.push(block)
    this.#open = block
    return block
  }
}

function copy(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  if (length <= shortCopyBytes) {
    for (let i = 0; i < length; i++) to[at + i] = from[start + i] as number
  } else if (length === from.length) {
    to.set(from, at)
  } else {
    to.set(from.subarray(start, start + length), at)
  }
}
