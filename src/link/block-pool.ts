// Where blocks come from and go back to, shared by all links of a process, so that an idle link holds none.
// Invariant: what lies in the pool is bounded, and no block is in it twice. Spec: docs/protocol/frames.md section 5.

import { assert } from '../base/index.ts'
import { Block } from './block.ts'

/** Blocks of a usual packet have this capacity, bytes; larger packets come in powers of two. */
const usualCapacity = 1_200

export class BlockPool {
  readonly #free = new Map<number, Block[]>()
  readonly #freeBytesMax: number
  #freeBytes = 0
  #serial = 0
  #lent = 0

  /** Keeps at most `freeBytesMax` bytes of unused blocks. */
  constructor(freeBytesMax = 4_194_304) {
    this.#freeBytesMax = freeBytesMax
  }

  /** A block that holds at least `bytes` bytes. */
  take(bytes: number): Block {
    let capacity = usualCapacity
    while (capacity < bytes) capacity *= 2
    const block = this.#free.get(capacity)?.pop() ?? new Block(capacity)
    if (block.serial !== 0) this.#freeBytes -= capacity
    block.reset(++this.#serial)
    this.#lent++
    return block
  }

  /** Takes a block back. The caller must hold it nowhere any more. */
  release(block: Block): void {
    assert(!block.queued && block.serial > 0, 'a block released while it is in use')
    this.#lent--
    block.serial = -1
    const capacity = block.bytes.length
    if (this.#freeBytes + capacity > this.#freeBytesMax) return
    const list = this.#free.get(capacity)
    if (list === undefined) this.#free.set(capacity, [block])
    else list.push(block)
    this.#freeBytes += capacity
  }

  /** Blocks in use, and bytes lying unused. */
  get lent(): number {
    return this.#lent
  }

  get freeBytes(): number {
    return this.#freeBytes
  }
}

/** The pool of this process. */
export const sharedBlockPool = new BlockPool()
