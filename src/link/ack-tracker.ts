// Which packets arrived and whether that must be told. Invariant: at most 32 ranges are kept, sorted and disjoint; an
// acknowledgement is due only after a packet that asks for one, so that two idle sides never acknowledge each other's
// acknowledgements. Spec: docs/protocol/frames.md section 6.

import { ackDelayUnitMs, ackRangesMax, FrameType } from './frame.ts'
import { varintLength, writeVarint } from './varint.ts'

/** So many packets that ask for an acknowledgement make it urgent (research: every 16 instead of every 2 saves 6% CPU). */
const urgentPackets = 16
const firstCapacity = 4

export class AckTracker {
  // Pairs [low, high], ascending.
  #ranges: Float64Array | undefined
  #count = 0
  #largestAt = 0
  #unacknowledged = 0
  #gap = false

  /** An ACK frame should go out at the end of the turn. */
  get due(): boolean {
    return this.#unacknowledged > 0
  }

  /** It should not wait for the end of the turn: many packets, or a hole in their numbers. */
  get urgent(): boolean {
    return this.#unacknowledged >= urgentPackets || (this.#gap && this.#unacknowledged > 0)
  }

  /** The highest number seen, or -1. */
  get largest(): number {
    return this.#count === 0 ? -1 : ((this.#ranges as Float64Array)[2 * this.#count - 1] as number)
  }

  get rangeCount(): number {
    return this.#count
  }

  /** Notes a packet. False = it was seen before. */
  record(now: number, packetNumber: number): boolean {
    const largest = this.largest
    if (packetNumber > largest) {
      this.#largestAt = now
      if (packetNumber === largest + 1 && this.#count > 0) {
        ;(this.#ranges as Float64Array)[2 * this.#count - 1] = packetNumber
        return true
      }
    }
    if (packetNumber !== largest + 1) this.#gap = true
    return this.#insert(packetNumber)
  }

  /** The packet just recorded asks for an acknowledgement. */
  demand(): void {
    this.#unacknowledged++
  }

  /** Bytes of a frame that holds `count` ranges (all by default). */
  frameLength(now: number, count = this.#count): number {
    if (this.#count === 0) return 0
    let length = 1 + varintLength(this.largest) + varintLength(this.#delay(now)) + 1
    for (let i = 0; i < count; i++) length += this.#rangeLength(i)
    return length
  }

  /** Writes an ACK frame with as many ranges, newest first, as fit before `end`; returns `at` where not even one does. */
  write(out: Uint8Array, at: number, end: number, now: number): number {
    const delay = this.#delay(now)
    const headLength = 1 + varintLength(this.largest) + varintLength(delay) + 1
    let room = end - at - headLength
    let count = 0
    while (count < this.#count && room >= this.#rangeLength(count)) room -= this.#rangeLength(count++)
    if (count === 0) return at
    out[at] = FrameType.ack
    let position = writeVarint(out, writeVarint(out, at + 1, this.largest), delay)
    out[position++] = count - 1
    for (let i = 0; i < count; i++) {
      if (i > 0) position = writeVarint(out, position, this.#low(i - 1) - this.#high(i) - 2)
      position = writeVarint(out, position, this.#high(i) - this.#low(i))
    }
    this.#unacknowledged = 0
    this.#gap = false
    return position
  }

  /** The other side knows what was acknowledged up to `largest`: what lies below needs no telling any more. */
  forgetThrough(largest: number): void {
    const ranges = this.#ranges
    if (ranges === undefined) return
    let drop = 0
    while (drop < this.#count - 1 && (ranges[2 * drop + 1] as number) <= largest) drop++
    if (drop > 0) this.#dropOldest(drop)
  }

  // Counted from the newest.
  #high(index: number): number {
    return (this.#ranges as Float64Array)[2 * (this.#count - index) - 1] as number
  }

  #low(index: number): number {
    return (this.#ranges as Float64Array)[2 * (this.#count - index) - 2] as number
  }

  #rangeLength(index: number): number {
    const run = varintLength(this.#high(index) - this.#low(index))
    return index === 0 ? run : run + varintLength(this.#low(index - 1) - this.#high(index) - 2)
  }

  #delay(now: number): number {
    return Math.max(0, Math.floor((now - this.#largestAt) / ackDelayUnitMs))
  }

  #insert(packetNumber: number): boolean {
    const ranges = this.#ranges ?? (this.#ranges = new Float64Array(2 * firstCapacity))
    // `place` = the first range, from below, that ends at packetNumber - 1 or later.
    let place = this.#count
    while (place > 0 && (ranges[2 * place - 1] as number) >= packetNumber - 1) place--
    if (place < this.#count && (ranges[2 * place] as number) <= packetNumber + 1) {
      const low = ranges[2 * place] as number
      const high = ranges[2 * place + 1] as number
      if (packetNumber >= low && packetNumber <= high) return false
      if (packetNumber === high + 1) {
        ranges[2 * place + 1] = packetNumber
        this.#joinWithNext(place)
      } else {
        ranges[2 * place] = packetNumber
      }
      return true
    }
    this.#insertRange(place, packetNumber)
    return true
  }

  #joinWithNext(place: number): void {
    const ranges = this.#ranges as Float64Array
    if (place + 1 >= this.#count || (ranges[2 * place + 2] as number) !== (ranges[2 * place + 1] as number) + 1) return
    ranges[2 * place + 1] = ranges[2 * place + 3] as number
    ranges.copyWithin(2 * place + 2, 2 * place + 4, 2 * this.#count)
    this.#count--
  }

  #insertRange(place: number, packetNumber: number): void {
    let at = place
    if (this.#count === ackRangesMax) {
      if (at === 0) return
      this.#dropOldest(1)
      at--
    }
    let ranges = this.#ranges as Float64Array
    if (2 * this.#count === ranges.length) {
      const larger = new Float64Array(Math.min(2 * ranges.length, 2 * ackRangesMax))
      larger.set(ranges)
      this.#ranges = ranges = larger
    }
    ranges.copyWithin(2 * at + 2, 2 * at, 2 * this.#count)
    ranges[2 * at] = packetNumber
    ranges[2 * at + 1] = packetNumber
    this.#count++
  }

  #dropOldest(count: number): void {
    ;(this.#ranges as Float64Array).copyWithin(0, 2 * count, 2 * this.#count)
    this.#count -= count
  }
}
