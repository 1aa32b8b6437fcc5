// What it means that a packet was acknowledged or lost: which blocks are done, which must leave again, what the models of
// the path learn. Invariant: the first acknowledgement of any packet with a block settles the block; a block leaves again
// only when no packet that carries it is alive. Spec: docs/protocol/frames.md section 6.

import type { AckTracker } from './ack-tracker.ts'
import type { Congestion } from './congestion.ts'
import type { DeliveryRate } from './delivery-rate.ts'
import type { EarlyCopies } from './early-copy.ts'
import type { RecoveryJudge } from './loss-recovery.ts'
import type { ReceiveStreams } from './receive-streams.ts'
import type { SendQueue } from './send-queue.ts'
import { SentFlag } from './sent-packets.ts'
import type { SentPackets } from './sent-packets.ts'

/** The parts of a connection that learn from a judgement. */
export interface JudgedParts {
  readonly packets: SentPackets
  readonly queue: SendQueue
  readonly streams: ReceiveStreams
  readonly acks: AckTracker
  readonly rate: DeliveryRate
  readonly congestion: Congestion
  readonly copies: EarlyCopies
}

export class Judgement implements RecoveryJudge {
  readonly #parts: JudgedParts
  #now = 0
  /** Since {@link begin}: bytes acknowledged; whether the MTU probe / our CLOSE was judged. */
  ackedBytes = 0
  mtuProbe: 'acked' | 'lost' | undefined = undefined
  closeAcked = false
  /** Packets lost in all. */
  lost = 0

  constructor(parts: JudgedParts) {
    this.#parts = parts
  }

  /** Before an acknowledgement or a timeout is worked out. */
  begin(now: number): void {
    this.#now = now
    this.ackedBytes = 0
    this.mtuProbe = undefined
    this.closeAcked = false
    this.#parts.rate.begin()
  }

  packetAcked(slot: number): void {
    const { packets, queue, acks, rate, copies } = this.#parts
    const flags = packets.flags(slot)
    rate.acked(packets, slot, this.#now)
    this.ackedBytes += packets.bytes(slot)
    const told = packets.ackLargest(slot)
    if (told >= 0) acks.forgetThrough(told)
    if ((flags & SentFlag.mtuProbe) !== 0) this.mtuProbe = 'acked'
    if ((flags & SentFlag.close) !== 0) this.closeAcked = true
    copies.observe(false)
    const count = packets.blockCount(slot)
    for (let i = 0; i < count; i++) {
      const block = packets.block(slot, i)
      if (block === undefined) continue
      block.alive--
      if (!block.acked) queue.acknowledge(block)
    }
    packets.dropBlocks(slot)
  }

  packetLost(slot: number): void {
    const { packets, queue, streams, congestion, copies } = this.#parts
    const flags = packets.flags(slot)
    if ((flags & SentFlag.mtuProbe) === 0) {
      this.lost++
      congestion.lost(packets.bytes(slot))
      copies.observe(true)
    } else {
      this.mtuProbe = 'lost'
    }
    if ((flags & SentFlag.windowUpdate) !== 0) streams.repeatUpdates()
    const count = packets.blockCount(slot)
    for (let i = 0; i < count; i++) {
      const block = packets.block(slot, i)
      if (block === undefined) continue
      block.alive--
      if (block.alive === 0 && !block.acked && !block.queued) queue.requeue(block)
    }
    packets.dropBlocks(slot)
  }
}
