// One connection: numbered packets of frames in and out, without keys, addresses or sockets. It coordinates and computes
// nothing: every rule is a file of its own. Invariant: what `send` accepted is delivered exactly once and in its stream's
// order, or the connection ends with one 'closed' event. Spec: docs/protocol/frames.md.

import { assert } from '../base/index.ts'
import type { ConnectionState } from './close-sequence.ts'
import { datagramBytesMax, datagramBytesMin } from './connection-config.ts'
import type { ConnectionConfig } from './connection-config.ts'
import type { CloseCause, ConnectionEvent } from './connection-event.ts'
import { createParts, releaseBlocks } from './connection-parts.ts'
import type { ConnectionParts } from './connection-parts.ts'
import { collectStats, ConnectionCounters } from './connection-stats.ts'
import type { ConnectionStats } from './connection-stats.ts'
import { LinkErrorCode, linkErrorName } from './error-code.ts'
import { takeFrame } from './frame-intake.ts'
import { badFrames, datagramHeaderBytes, endOfFrames, FrameReader, FrameType } from './frame.ts'
import type { ControlFrame } from './frame.ts'
import { Judgement } from './judgement.ts'
import { PacketComposer, packetOverheadBytes } from './packet-composer.ts'
import { ackRoomBytes, PacketWriter } from './packet-writer.ts'
import { defaultInitialRttMs } from './rtt-estimator.ts'
import { SentFlag } from './sent-packets.ts'
import { TimerName } from './timer-table.ts'

export type { ConnectionState } from './close-sequence.ts'
export type { ConnectionStats } from './connection-stats.ts'

/** What `transmit` wrote. */
export interface TransmittedPacket {
  readonly packetNumber: number
  /** Bytes written into `out`. */
  readonly length: number
  /** Whether it asks for an acknowledgement. */
  readonly ackEliciting: boolean
}

/** What `receive` answers: a violation has closed the connection. */
export type ReceiveOutcome = { readonly ok: true } | { readonly ok: false; readonly violation: LinkErrorCode }

/** What `send` answers: only `queued` accepted the message. `full`: wait for the event 'writable'. */
export type SendOutcome = 'queued' | 'tooLarge' | 'full' | 'closed'

const accepted: ReceiveOutcome = { ok: true }
/** Probe timeouts in a row after which the window starts small again (RFC 9002 7.6). */
const persistentTimeouts = 3

// Shared by all connections: neither reading nor writing a packet is ever interrupted.
const reader = new FrameReader()
const writer = new PacketWriter()

export class Connection {
  readonly #config: ConnectionConfig
  readonly #parts: ConnectionParts
  readonly #judgement: Judgement
  readonly #composer: PacketComposer
  readonly #counters = new ConnectionCounters()
  #nextNumber = 0
  #datagramBytes: number
  // `send` answered 'full' / something was accepted since 'drained' / the 'closed' event is out.
  #refused = false
  #undrained = false
  #ended = false

  constructor(now: number, config: ConnectionConfig) {
    this.#config = config
    this.#parts = createParts(now, config)
    this.#judgement = new Judgement(this.#parts)
    this.#composer = new PacketComposer(this.#parts)
    this.#datagramBytes = clampDatagramBytes(config.datagramBytes)
  }

  get state(): ConnectionState {
    return this.#parts.ending.state
  }

  /**
   * Something waits and nothing is in flight, or an acknowledgement is urgent: transmit now rather than at the end of the
   * turn, so that a lone message pays no delay.
   */
  get wantsFlushNow(): boolean {
    const { acks, recovery, queue } = this.#parts
    return acks.urgent || (recovery.bytesInFlight === 0 && queue.isWaiting)
  }

  /** Accepts a message for stream `stream` (0 to streamsMax - 1); its bytes are copied before this returns. */
  send(_now: number, stream: number, message: Uint8Array): SendOutcome {
    const { limits, queue, ending } = this.#parts
    assert(Number.isInteger(stream) && stream >= 0 && stream < limits.streamsMax, 'a stream out of range')
    if (ending.state !== 'open') return 'closed'
    if (message.length > limits.messageBytesMax) return 'tooLarge'
    if (queue.heldBytes + message.length > limits.sendBufferBytes) {
      this.#refused = true
      return 'full'
    }
    queue.append(stream, message, this.#datagramBytes - ackRoomBytes)
    this.#undrained = true
    this.#counters.messagesSent++
    return 'queued'
  }

  /** Accepts an unreliable datagram; false = too large for a packet, empty, too many waiting, or closed. */
  sendDatagram(_now: number, bytes: Uint8Array): boolean {
    if (this.state !== 'open' || bytes.length === 0) return false
    if (bytes.length > this.#datagramBytes - ackRoomBytes - datagramHeaderBytes) return false
    return this.#parts.queue.appendDatagram(bytes)
  }

  /** Accepts a reliable frame of the endpoint half. It may arrive twice, and before or after its neighbours. */
  queueControl(_now: number, frame: ControlFrame): void {
    if (this.state === 'open' || this.state === 'flushing') this.#parts.queue.appendControl(frame)
  }

  /** A number for a packet that the endpoint half writes itself (PATH_CHALLENGE ...). It is not recovered when lost. */
  takePacketNumber(): number {
    return this.#nextNumber++
  }

  /**
   * Takes one packet's frames, after its tag was verified and its number accepted by the replay window. `frames` must be
   * a buffer of its own: views of it are kept.
   */
  receive(now: number, packetNumber: number, frames: Uint8Array): ReceiveOutcome {
    const { acks, liveness } = this.#parts
    if (this.state === 'finished' || !acks.record(now, packetNumber)) return accepted
    this.#counters.packetsReceived++
    if (!this.#ended) liveness.heard(now)
    reader.open(frames)
    for (let type = reader.next(); type !== endOfFrames; type = reader.next()) {
      const error = type === badFrames ? reader.error : this.#frame(now, type, frames)
      if (error !== LinkErrorCode.none) return this.#violated(error)
    }
    if (reader.ackEliciting) acks.demand()
    this.#settle()
    return accepted
  }

  /** Writes one packet's frames into `out`; undefined = nothing may leave now. Call until then, after every other call. */
  transmit(now: number, out: Uint8Array): TransmittedPacket | undefined {
    const { timers, packets, copies, rtt } = this.#parts
    timers.clear(TimerName.pace)
    writer.open(out, this.#datagramBytes)
    if (this.#compose(now)) return this.#depart(now)
    if (!this.#ended && packets.hasRoom(this.#nextNumber)) timers.set(TimerName.copy, copies.deadline(rtt.smoothedMs))
    return undefined
  }

  /** Call when the time that `pollTimeout` named has come (calling early or late does no harm). */
  handleTimeout(now: number): void {
    const { timers, liveness } = this.#parts
    if (timers.expired(TimerName.close, now)) this.#expireClose()
    if (timers.expired(TimerName.idle, now)) this.#expireIdle()
    if (timers.expired(TimerName.recovery, now)) this.#expireRecovery(now)
    if (timers.expired(TimerName.keepalive, now)) {
      this.#composer.keepaliveDue = true
      liveness.drawKeepalive(now)
    }
    if (timers.expired(TimerName.pace, now)) timers.clear(TimerName.pace)
    if (timers.expired(TimerName.copy, now)) timers.clear(TimerName.copy)
  }

  /** When `handleTimeout` is wanted, or undefined. */
  pollTimeout(): number | undefined {
    return this.#parts.timers.earliest()
  }

  pollEvent(): ConnectionEvent | undefined {
    return this.#parts.events.shift()
  }

  /** Orderly end: what was accepted is flushed for at most `closeDrainMs`, unless `immediately`; then CLOSE. */
  close(now: number, code: number, reason: string, immediately = false): void {
    const { ending, limits, queue, timers } = this.#parts
    if (ending.state !== 'open' && !(ending.state === 'flushing' && immediately)) return
    ending.flush(code, reason, now + limits.closeDrainMs)
    if (immediately || !queue.hasReliable) this.#beginClose('close', code, reason)
    else timers.set(TimerName.close, ending.deadline)
  }

  /** The other side's address changed. Unless only its port did, what was learnt of the path is forgotten. */
  pathChanged(_now: number, sameHost: boolean): void {
    if (sameHost) return
    const { rtt, recovery, congestion } = this.#parts
    rtt.reset()
    recovery.reset()
    congestion.reset(defaultInitialRttMs)
    this.#armRecovery()
  }

  /** Sets how many bytes of frames a packet may hold. Waiting blocks that are too large are cut anew. */
  setDatagramBytes(_now: number, bytes: number): void {
    this.#datagramBytes = clampDatagramBytes(bytes)
    this.#parts.queue.stopGrowing()
    this.#parts.congestion.unit = this.#datagramBytes + packetOverheadBytes
  }

  /** Sends one packet of exactly `bytes` frame bytes; answered by 'probeAcked' or 'probeLost'. False = one is under way. */
  probe(_now: number, bytes: number): boolean {
    return this.state === 'open' && this.#parts.mtuProbe.request(bytes)
  }

  /** Frees all memory at once, without a word to the other side: after a reset, or when another link takes its place. */
  discard(): void {
    releaseBlocks(this.#parts)
    this.#ended = true
    this.#finish()
  }

  stats(): ConnectionStats {
    return collectStats(this.#parts, this.#counters, this.#nextNumber, this.#config.maxAckDelayMs)
  }

  #frame(now: number, type: FrameType, packet: Uint8Array): LinkErrorCode {
    if (type === FrameType.ack) return this.#acknowledged(now)
    if (type === FrameType.close) this.#peerClosed(now)
    return this.#ended ? LinkErrorCode.none : takeFrame(this.#parts, reader, type, packet)
  }

  #acknowledged(now: number): LinkErrorCode {
    if ((reader.ackRanges[0] as number) >= this.#nextNumber) return LinkErrorCode.protocolViolation
    const { recovery, rate, rtt, congestion } = this.#parts
    const judgement = this.#judgement
    judgement.begin(now)
    const { ackRanges, ackRangeCount, ackDelayMs } = reader
    const sample = recovery.acknowledge(now, ackRanges, ackRangeCount, ackDelayMs, judgement)
    if (judgement.ackedBytes > 0) {
      rate.finish(now, rtt.minMs)
      congestion.acknowledged(now, rate, sample, judgement.ackedBytes, recovery.bytesInFlight)
    }
    this.#judged()
    return LinkErrorCode.none
  }

  #judged(): void {
    this.#counters.packetsLost = this.#judgement.lost
    this.#parts.mtuProbe.judge(this.#judgement.mtuProbe)
    if (this.#judgement.closeAcked) this.#finish()
  }

  #compose(now: number): boolean {
    const { ending, acks, mtuProbe, recovery } = this.#parts
    if (this.#ended) {
      if (ending.state === 'finished') return false
      // After our own CLOSE nothing is taken in any more, so nothing may be acknowledged but the other side's CLOSE.
      if (acks.due && ending.state === 'draining') writer.acknowledgement(acks, now)
      if (ending.closeDue) writer.close(ending.code, ending.reason)
      return writer.at > 0
    }
    if (mtuProbe.due) {
      if (mtuProbe.bytes <= writer.out.length) {
        mtuProbe.due = false
        writer.ping()
        writer.pad(mtuProbe.bytes)
        writer.flags |= SentFlag.mtuProbe | SentFlag.extra
        return true
      }
      mtuProbe.judge('lost')
    }
    const probes = this.#composer.probesDue
    const composed = this.#composer.compose(now, this.#nextNumber, writer)
    if (this.#composer.probesDue < probes) {
      this.#counters.probes++
      recovery.probed(now)
    }
    return composed
  }

  #depart(now: number): TransmittedPacket {
    const { liveness, ending, rtt, timers } = this.#parts
    const packetNumber = this.#nextNumber++
    const { ackEliciting, at: length } = writer
    this.#composer.keepaliveDue = false
    if (ackEliciting) this.#record(now, packetNumber)
    if ((writer.flags & SentFlag.close) !== 0) {
      ending.closeSent(now, rtt.ptoMs(this.#config.maxAckDelayMs, 0))
      timers.set(TimerName.close, ending.deadline)
    }
    if (!this.#ended) liveness.spoke(now, ackEliciting)
    writer.blocks.length = 0
    return { packetNumber, length, ackEliciting }
  }

  #record(now: number, packetNumber: number): void {
    const { packets, recovery, rate, pacer, copies, rtt, congestion } = this.#parts
    const { flags } = writer
    if (!packets.hasRoom(packetNumber)) return
    const bytes = writer.at + packetOverheadBytes
    const slot = packets.record(packetNumber, now, bytes, flags, writer.ackLargest)
    for (const block of writer.blocks) {
      packets.hold(slot, block)
      if ((flags & SentFlag.extra) === 0) copies.watch(now, block, rtt.smoothedMs)
    }
    const before = recovery.bytesInFlight
    rate.sent(packets, slot, now, before)
    recovery.sent(now, slot)
    pacer.spend(bytes)
    if ((flags & SentFlag.extra) === 0 && before > 0) {
      const excess = recovery.bytesInFlight - congestion.window
      if (excess > this.#counters.windowExcess) this.#counters.windowExcess = excess
    }
    this.#armRecovery()
  }

  // After a packet was taken in: timers, and what the owner should know.
  #settle(): void {
    const { queue, events, limits } = this.#parts
    if (this.#ended) return
    this.#armRecovery()
    if (this.#refused && queue.heldBytes <= limits.sendBufferBytes / 2) {
      this.#refused = false
      events.push({ type: 'writable' })
    }
    if (this.#undrained && queue.heldBytes === 0) {
      this.#undrained = false
      events.push({ type: 'drained' })
    }
    const { state, code, reason } = this.#parts.ending
    if (state === 'flushing' && !queue.hasReliable) this.#beginClose('close', code, reason)
  }

  #armRecovery(): void {
    const { timers, recovery } = this.#parts
    if (!this.#ended) timers.set(TimerName.recovery, recovery.deadline())
  }

  #expireRecovery(now: number): void {
    const { recovery, congestion, queue } = this.#parts
    this.#judgement.begin(now)
    const probes = recovery.expire(now, this.#judgement)
    // Where only copies of what arrived are under way, one question is enough to have them judged.
    if (probes > 0) this.#composer.demandProbes(queue.hasReliable ? probes : 1)
    if (recovery.timeouts === persistentTimeouts) congestion.persistentTimeout()
    this.#judged()
    this.#armRecovery()
  }

  #expireIdle(): void {
    this.#end('idle', LinkErrorCode.idleTimeout, '', false)
    this.#finish()
  }

  #expireClose(): void {
    const { ending, timers } = this.#parts
    const flushedEnough = ending.expire()
    timers.set(TimerName.close, ending.deadline)
    if (flushedEnough) this.#beginClose('close', ending.code, ending.reason)
  }

  #violated(violation: LinkErrorCode): ReceiveOutcome {
    if (!this.#ended) this.#beginClose('violation', violation, linkErrorName(violation))
    return { ok: false, violation }
  }

  #peerClosed(now: number): void {
    const { ending, timers, rtt } = this.#parts
    if (ending.state === 'draining' || ending.state === 'finished') return
    this.#end('close', reader.code, reader.reason, true)
    ending.peerClosed(now, rtt.ptoMs(this.#config.maxAckDelayMs, 0))
    timers.set(TimerName.close, ending.deadline)
  }

  #beginClose(cause: CloseCause, code: number, reason: string): void {
    this.#parts.ending.sendClose(code, reason)
    this.#end(cause, code, reason, false)
  }

  // The link is over for its owner; only CLOSE and its acknowledgement may still travel.
  #end(cause: CloseCause, code: number, reason: string, byPeer: boolean): void {
    if (this.#ended) return
    this.#ended = true
    releaseBlocks(this.#parts)
    this.#parts.timers.clearAll()
    this.#parts.events.push({ type: 'closed', cause, code, reason, byPeer })
  }

  #finish(): void {
    this.#parts.ending.finish()
    this.#parts.timers.clearAll()
  }
}

function clampDatagramBytes(bytes: number): number {
  return Math.max(datagramBytesMin, Math.min(bytes, datagramBytesMax))
}
