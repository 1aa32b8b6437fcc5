// Puts one packet together: an acknowledgement if one is due, limits, blocks. Invariant: what it wrote lies between 0 and
// `limit` of the buffer, and every block it took is in `blocks`. One writer serves all links of a process, because
// writing a packet is never interrupted. Spec: docs/protocol/frames.md section 5.

import type { AckTracker } from './ack-tracker.ts'
import type { Block } from './block.ts'
import { FrameType, writeClose } from './frame.ts'
import type { ReceiveStreams } from './receive-streams.ts'
import { SentFlag } from './sent-packets.ts'

/** Blocks stay this much shorter than a packet, so that an acknowledgement of one range rides along. */
export const ackRoomBytes = 20
/** More blocks than this never share a packet. */
export const blocksPerPacketMax = 8

const nothing = new Uint8Array(0)

export class PacketWriter {
  out: Uint8Array = nothing
  at = 0
  limit = 0
  /** Bits of SentFlag for the record. */
  flags = 0
  ackEliciting = false
  /** The largest number its ACK frame names, or -1. */
  ackLargest = -1
  readonly blocks: Block[] = []

  /** Begins a packet of at most `limit` bytes. */
  open(out: Uint8Array, limit: number): void {
    this.out = out
    this.at = 0
    this.limit = Math.min(limit, out.length)
    this.flags = 0
    this.ackEliciting = false
    this.ackLargest = -1
    this.blocks.length = 0
  }

  get room(): number {
    return this.limit - this.at
  }

  get isFull(): boolean {
    return this.blocks.length >= blocksPerPacketMax
  }

  acknowledgement(acks: AckTracker, now: number): void {
    const end = acks.write(this.out, this.at, this.limit, now)
    if (end > this.at) this.ackLargest = acks.largest
    this.at = end
  }

  limits(streams: ReceiveStreams): void {
    const end = streams.writeUpdates(this.out, this.at, this.limit)
    if (end === this.at) return
    this.at = end
    this.flags |= SentFlag.windowUpdate
    this.ackEliciting = true
  }

  block(block: Block): void {
    block.seal()
    this.out.set(block.length === block.bytes.length ? block.bytes : block.bytes.subarray(0, block.length), this.at)
    this.at += block.length
    this.ackEliciting = true
    this.blocks.push(block)
  }

  ping(): void {
    this.out[this.at++] = FrameType.ping
    this.ackEliciting = true
  }

  close(code: number, reason: string): void {
    this.at = writeClose(this.out, this.at, code, reason)
    this.flags |= SentFlag.close
    this.ackEliciting = true
  }

  /** Fills the packet up to exactly `bytes`. */
  pad(bytes: number): void {
    this.out.fill(FrameType.padding, this.at, bytes)
    this.at = bytes
  }
}
