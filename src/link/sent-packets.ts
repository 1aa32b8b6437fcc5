// The packets that left and were not yet judged, in one ring of numbers. Invariant: a slot belongs to the packet number
// it holds; blocks are held by serial, so that one which went back to the pool is not taken for its successor.
// The ring starts small (an idle link keeps 1.2 KiB) and doubles up to `ringMax`. Spec: docs/protocol/frames.md section 6.

import { assert } from '../base/index.ts'
import type { Block } from './block.ts'

/** Bits of {@link SentPackets.flags}. */
export const SentFlag = {
  /** Counts as in flight, waits for its judgement. */
  outstanding: 1,
  /** An early copy or a PTO probe: allowed outside the window. */
  extra: 2,
  /** A probe of the path's MTU: its loss says nothing about congestion. */
  mtuProbe: 4,
  /** Carries MAX_DATA or MAX_STREAM_DATA. */
  windowUpdate: 8,
  /** The sender had nothing more to send when it left. */
  appLimited: 16,
  close: 32,
} as const

/** More packets than this are never left unjudged at once. */
const ringMax = 4_096
const ringStart = 16

const stride = 9
const fieldNumber = 0
const fieldSentAt = 1
const fieldBytes = 2
const fieldFlags = 3
const fieldDelivered = 4
const fieldDeliveredAt = 5
const fieldFirstSentAt = 6
const fieldAckLargest = 7
const fieldSerial = 8

/** A further block of a packet that carries several. */
interface BlockHold {
  readonly block: Block
  readonly serial: number
}

export class SentPackets {
  #fields: Float64Array | undefined
  #first: (Block | undefined)[] = []
  #more: (BlockHold[] | undefined)[] | undefined
  #capacity = 0
  /** No packet below this number waits for judgement. */
  oldest = 0
  /** One past the highest number recorded. */
  end = 0

  /** Whether `packetNumber` can be recorded without pushing out one that waits. */
  hasRoom(packetNumber: number): boolean {
    return this.oldest === this.end || packetNumber - this.oldest < ringMax
  }

  /** Notes a packet; returns its slot. Numbers ascend; those in between are never recorded. */
  record(packetNumber: number, sentAt: number, bytes: number, flags: number, ackLargest: number): number {
    if (this.oldest === this.end) this.oldest = packetNumber
    this.end = packetNumber + 1
    if (this.end - this.oldest > this.#capacity) this.#grow()
    const slot = packetNumber & (this.#capacity - 1)
    const fields = this.#fields as Float64Array
    const at = slot * stride
    fields[at + fieldNumber] = packetNumber
    fields[at + fieldSentAt] = sentAt
    fields[at + fieldBytes] = bytes
    fields[at + fieldFlags] = flags | SentFlag.outstanding
    fields[at + fieldAckLargest] = ackLargest
    fields[at + fieldSerial] = 0
    this.#first[slot] = undefined
    if (this.#more !== undefined) this.#more[slot] = undefined
    return slot
  }

  /** The packet of this slot carries `block` (too). */
  hold(slot: number, block: Block): void {
    block.alive++
    if (this.#first[slot] === undefined) {
      this.#first[slot] = block
      this.#set(slot, fieldSerial, block.serial)
      return
    }
    const more = (this.#more ??= Array.from({ length: this.#capacity }, () => undefined))
    const list = more[slot]
    if (list === undefined) more[slot] = [{ block, serial: block.serial }]
    else list.push({ block, serial: block.serial })
  }

  /** The slot of a packet that waits for judgement, or -1. */
  find(packetNumber: number): number {
    const fields = this.#fields
    if (fields === undefined || packetNumber < this.oldest || packetNumber >= this.end) return -1
    const slot = packetNumber & (this.#capacity - 1)
    const at = slot * stride
    if (fields[at + fieldNumber] !== packetNumber) return -1
    return ((fields[at + fieldFlags] as number) & SentFlag.outstanding) === 0 ? -1 : slot
  }

  /** Judged: forget it. Its blocks stay readable until the slot is used again. */
  settle(slot: number): void {
    this.#set(slot, fieldFlags, this.flags(slot) & ~SentFlag.outstanding)
    while (this.oldest < this.end && this.find(this.oldest) === -1) this.oldest++
  }

  /** How many blocks the packet carried. */
  blockCount(slot: number): number {
    if (this.#first[slot] === undefined) return 0
    return 1 + (this.#more?.[slot]?.length ?? 0)
  }

  /** One of them, or undefined where it has been freed since. */
  block(slot: number, index: number): Block | undefined {
    if (index === 0) {
      const block = this.#first[slot]
      return block !== undefined && block.serial === this.#get(slot, fieldSerial) ? block : undefined
    }
    const hold = this.#more?.[slot]?.[index - 1]
    return hold !== undefined && hold.block.serial === hold.serial ? hold.block : undefined
  }

  /** Lets go of the blocks of a slot, so that an idle ring keeps none alive. */
  dropBlocks(slot: number): void {
    this.#first[slot] = undefined
    if (this.#more !== undefined) this.#more[slot] = undefined
  }

  number(slot: number): number {
    return this.#get(slot, fieldNumber)
  }

  sentAt(slot: number): number {
    return this.#get(slot, fieldSentAt)
  }

  bytes(slot: number): number {
    return this.#get(slot, fieldBytes)
  }

  flags(slot: number): number {
    return this.#get(slot, fieldFlags)
  }

  /** The largest packet number acknowledged by the ACK frame it carried, or -1. */
  ackLargest(slot: number): number {
    return this.#get(slot, fieldAckLargest)
  }

  /** The state of delivery when it left, see delivery-rate.ts. */
  delivered(slot: number): number {
    return this.#get(slot, fieldDelivered)
  }

  deliveredAt(slot: number): number {
    return this.#get(slot, fieldDeliveredAt)
  }

  firstSentAt(slot: number): number {
    return this.#get(slot, fieldFirstSentAt)
  }

  stamp(slot: number, delivered: number, deliveredAt: number, firstSentAt: number, flag: number): void {
    const fields = this.#fields as Float64Array
    const at = slot * stride
    fields[at + fieldDelivered] = delivered
    fields[at + fieldDeliveredAt] = deliveredAt
    fields[at + fieldFirstSentAt] = firstSentAt
    fields[at + fieldFlags] = (fields[at + fieldFlags] as number) | flag
  }

  #get(slot: number, field: number): number {
    return (this.#fields as Float64Array)[slot * stride + field] as number
  }

  #set(slot: number, field: number, value: number): void {
    ;(this.#fields as Float64Array)[slot * stride + field] = value
  }

  #grow(): void {
    let capacity = Math.max(ringStart, this.#capacity * 2)
    while (capacity < this.end - this.oldest) capacity *= 2
    assert(capacity <= ringMax, 'more packets unjudged than the ring may hold')
    const fields = new Float64Array(capacity * stride).fill(-1)
    const first: (Block | undefined)[] = Array.from({ length: capacity }, () => undefined)
    const more: (BlockHold[] | undefined)[] | undefined =
      this.#more === undefined ? undefined : Array.from({ length: capacity }, () => undefined)
    for (let number = this.oldest; number < this.end; number++) {
      const from = this.find(number)
      if (from === -1) continue
      const to = number & (capacity - 1)
      fields.set((this.#fields as Float64Array).subarray(from * stride, (from + 1) * stride), to * stride)
      first[to] = this.#first[from]
      if (more !== undefined) more[to] = this.#more?.[from]
    }
    this.#fields = fields
    this.#first = first
    this.#more = more
    this.#capacity = capacity
  }
}
