// Decides what goes into the next packet of an open connection. Invariant: what leaves for the first time leaves within
// the congestion window and the pacer's leave; outside them go only probes, early copies, acknowledgements and
// keepalives. Spec: docs/protocol/frames.md sections 5 to 7.

import type { AckTracker } from './ack-tracker.ts'
import type { Block } from './block.ts'
import type { Congestion } from './congestion.ts'
import type { DeliveryRate } from './delivery-rate.ts'
import type { EarlyCopies } from './early-copy.ts'
import type { LossRecovery } from './loss-recovery.ts'
import type { Pacer } from './pacer.ts'
import { ackRoomBytes } from './packet-writer.ts'
import type { PacketWriter } from './packet-writer.ts'
import type { ReceiveStreams } from './receive-streams.ts'
import type { RttEstimator } from './rtt-estimator.ts'
import type { SendQueue } from './send-queue.ts'
import { SentFlag } from './sent-packets.ts'
import type { SentPackets } from './sent-packets.ts'
import { TimerName } from './timer-table.ts'
import type { TimerTable } from './timer-table.ts'

/** What a packet costs on the path beside its frames, bytes: header, tag, UDP, IP. */
export const packetOverheadBytes = 62
/** The largest packet with nothing but limits and an acknowledgement. */
const limitsRoomBytes = 200

/** The parts of a connection that have a say in what leaves. */
export interface ComposedParts {
  readonly packets: SentPackets
  readonly queue: SendQueue
  readonly streams: ReceiveStreams
  readonly acks: AckTracker
  readonly rate: DeliveryRate
  readonly rtt: RttEstimator
  readonly recovery: LossRecovery
  readonly congestion: Congestion
  readonly pacer: Pacer
  readonly copies: EarlyCopies
  readonly timers: TimerTable
}

export class PacketComposer {
  readonly #parts: ComposedParts
  /** Probes that should leave now. */
  probesDue = 0
  /** A keepalive should leave now. */
  keepaliveDue = false
  #probeFrom = 0

  constructor(parts: ComposedParts) {
    this.#parts = parts
  }

  /** A probe timeout fired. */
  demandProbes(count: number): void {
    this.probesDue = count
    this.#probeFrom = this.#parts.packets.oldest
  }

  /** Fills `writer`; false = nothing may leave now. */
  compose(now: number, packetNumber: number, writer: PacketWriter): boolean {
    const { packets, acks } = this.#parts
    if (!packets.hasRoom(packetNumber)) {
      if (acks.due) writer.acknowledgement(acks, now)
    } else if (this.probesDue > 0) {
      this.#composeProbe(now, writer)
    } else {
      this.#composeUsual(now, writer)
    }
    return writer.at > 0
  }

  #composeUsual(now: number, writer: PacketWriter): void {
    const { acks, queue, streams, recovery, congestion } = this.#parts
    const ackLength = acks.due ? acks.frameLength(now) : 0
    let block = this.#permitted(now, ackLength, writer.limit)
    if (ackLength > 0) {
      writer.acknowledgement(acks, now)
      // A long acknowledgement travels alone, so that blocks need not leave room for the longest.
      if (block !== undefined && block.length > writer.room) return
    }
    const room = congestion.window - recovery.bytesInFlight - packetOverheadBytes
    if (streams.updateDue && (room >= limitsRoomBytes || recovery.bytesInFlight === 0)) writer.limits(streams)
    while (block !== undefined && block.length <= writer.room) {
      queue.take(block)
      writer.block(block)
      if (writer.isFull) break
      block = queue.peek(writer.limit)
      if (block !== undefined && writer.at + block.length > room) break
    }
    if (writer.blocks.length === 0) this.#copy(now, writer)
    if (!this.keepaliveDue || writer.ackEliciting) return
    writer.flags |= SentFlag.extra
    writer.ping()
  }

  // The next block, if window and pacer let it go now.
  #permitted(now: number, ackLength: number, limit: number): Block | undefined {
    const { queue, recovery, congestion, pacer, rate, timers } = this.#parts
    const block = queue.peek(limit)
    const inFlight = recovery.bytesInFlight
    if (block === undefined) {
      // Held back by flow control is not short of data: then the rate measured is the rate there is.
      if (inFlight < congestion.window && !queue.isWaiting) rate.markAppLimited(inFlight)
      return undefined
    }
    const size = Math.min(ackLength + block.length, limit) + packetOverheadBytes
    if (inFlight > 0 && inFlight + size > congestion.window) return undefined
    if (pacer.allows(now, congestion.pacingRate)) return block
    timers.set(TimerName.pace, pacer.wakeAt(now, congestion.pacingRate))
    return undefined
  }

  #copy(now: number, writer: PacketWriter): void {
    const { copies, rtt } = this.#parts
    while (!writer.isFull) {
      const block = copies.take(now, rtt.smoothedMs, writer.room)
      if (block === undefined) return
      writer.flags |= SentFlag.extra
      writer.block(block)
    }
  }

  // What was lost, else what is longest under way, else something new, else a PING: always worth an acknowledgement.
  #composeProbe(now: number, writer: PacketWriter): void {
    const { acks, queue } = this.#parts
    this.probesDue--
    writer.flags |= SentFlag.extra
    if (acks.due && acks.frameLength(now) <= ackRoomBytes) writer.acknowledgement(acks, now)
    for (let lost = queue.peekLost(); lost !== undefined && !writer.isFull; lost = queue.peekLost()) {
      if (lost.length > writer.room) break
      queue.take(lost)
      writer.block(lost)
    }
    this.#addUnderWay(writer)
    if (writer.blocks.length > 0) return
    const block = queue.peek(writer.limit)
    if (block !== undefined && block.length <= writer.room) {
      queue.take(block)
      writer.block(block)
    } else {
      writer.ping()
    }
  }

  // The second probe goes on where the first one stopped, and begins anew where there was nothing more.
  #addUnderWay(writer: PacketWriter): void {
    const before = writer.blocks.length
    const from = this.#probeFrom
    this.#addFrom(writer, from)
    if (writer.blocks.length === before && from > this.#parts.packets.oldest) {
      this.#addFrom(writer, this.#parts.packets.oldest)
    }
  }

  #addFrom(writer: PacketWriter, from: number): void {
    const { packets } = this.#parts
    for (let number = Math.max(from, packets.oldest); number < packets.end; number++) {
      this.#probeFrom = number
      const slot = packets.find(number)
      if (slot === -1) continue
      const count = packets.blockCount(slot)
      for (let i = 0; i < count; i++) {
        const block = packets.block(slot, i)
        if (block === undefined || block.kind === 'datagram' || block.acked || block.queued) continue
        if (writer.blocks.includes(block)) continue
        if (writer.isFull || block.length > writer.room) return
        writer.block(block)
      }
    }
    this.#probeFrom = packets.end
  }
}
