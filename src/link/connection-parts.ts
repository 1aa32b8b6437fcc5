// The parts of one connection, made and tied together in one place. Invariant: a part knows the others only through the
// few it was given; the connection alone knows all.

import { AckTracker } from './ack-tracker.ts'
import { sharedBlockPool } from './block-pool.ts'
import type { BlockPool } from './block-pool.ts'
import { CloseSequence } from './close-sequence.ts'
import { Congestion } from './congestion.ts'
import { defaultTransportLimits } from './connection-config.ts'
import type { ConnectionConfig, TransportLimits } from './connection-config.ts'
import { EventQueue } from './connection-event.ts'
import { DeliveryRate } from './delivery-rate.ts'
import { EarlyCopies } from './early-copy.ts'
import { Liveness } from './liveness.ts'
import { LossRecovery } from './loss-recovery.ts'
import { MtuProbe } from './mtu-probe.ts'
import { Pacer } from './pacer.ts'
import { ReceiveStreams } from './receive-streams.ts'
import { defaultInitialRttMs, RttEstimator } from './rtt-estimator.ts'
import { SendQueue } from './send-queue.ts'
import { SentPackets } from './sent-packets.ts'
import { TimerTable } from './timer-table.ts'

export interface ConnectionParts {
  readonly limits: TransportLimits
  readonly pool: BlockPool
  readonly events: EventQueue
  readonly timers: TimerTable
  readonly liveness: Liveness
  readonly ending: CloseSequence
  readonly acks: AckTracker
  readonly packets: SentPackets
  readonly rate: DeliveryRate
  readonly pacer: Pacer
  readonly copies: EarlyCopies
  readonly rtt: RttEstimator
  readonly recovery: LossRecovery
  readonly congestion: Congestion
  readonly queue: SendQueue
  readonly streams: ReceiveStreams
  readonly mtuProbe: MtuProbe
}

export function createParts(now: number, config: ConnectionConfig): ConnectionParts {
  const { random, idleTimeoutMs, keepaliveMs, maxAckDelayMs } = config
  const limits = config.limits ?? defaultTransportLimits
  const pool = config.pool ?? sharedBlockPool
  const initialRttMs = config.initialRttMs ?? defaultInitialRttMs
  const events = new EventQueue()
  const timers = new TimerTable()
  const packets = new SentPackets()
  const rtt = new RttEstimator(initialRttMs)
  return {
    limits,
    pool,
    events,
    timers,
    liveness: new Liveness(now, timers, random, idleTimeoutMs, keepaliveMs),
    ending: new CloseSequence(),
    acks: new AckTracker(),
    packets,
    rate: new DeliveryRate(),
    pacer: new Pacer(),
    copies: new EarlyCopies(),
    rtt,
    recovery: new LossRecovery(packets, rtt, maxAckDelayMs),
    congestion: new Congestion(random, limits.windowBytesMax, initialRttMs),
    queue: new SendQueue(pool, limits),
    streams: new ReceiveStreams(limits),
    mtuProbe: new MtuProbe(events),
  }
}

/** Frees every block of a connection: those that wait and those under way. */
export function releaseBlocks(parts: ConnectionParts): void {
  const { packets, pool, queue } = parts
  for (let number = packets.oldest; number < packets.end; number++) {
    const slot = packets.find(number)
    if (slot === -1) continue
    const count = packets.blockCount(slot)
    for (let i = 0; i < count; i++) {
      const block = packets.block(slot, i)
      if (block !== undefined && !block.queued) pool.release(block)
    }
    packets.dropBlocks(slot)
  }
  queue.clear()
}
