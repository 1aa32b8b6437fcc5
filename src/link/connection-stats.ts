// The figures of one connection, for people, for the simulator's invariants and for tests. Invariant: reading them
// changes nothing.

import type { CongestionPhase } from './congestion.ts'
import type { ConnectionParts } from './connection-parts.ts'

export interface ConnectionStats {
  /** Smoothed and smallest round-trip time, ms; the smallest is Infinity before the first sample. */
  readonly rttMs: number
  readonly minRttMs: number
  /** The probe timeout without back-off, ms. */
  readonly ptoMs: number
  /** Bytes on the path that wait for their judgement, and how many may. */
  readonly bytesInFlight: number
  readonly window: number
  /** Bytes a second; Infinity = not paced. */
  readonly pacingRate: number
  readonly phase: CongestionPhase
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  /** Of those, how many arrived after all. */
  readonly spuriousLosses: number
  /** Share of packets lost lately, 0 to 1. */
  readonly lossRate: number
  readonly earlyCopies: number
  readonly probes: number
  /** Probe timeouts in a row, without an acknowledgement between them. */
  readonly timeouts: number
  /** Largest excess of bytes in flight over the window by a packet that was no probe and no copy: 0, or a bug (S11). */
  readonly windowExcess: number
  /** Stream bytes accepted: not yet sent / not yet acknowledged (the former included). */
  readonly queuedBytes: number
  readonly heldBytes: number
  readonly messagesSent: number
  readonly messagesReceived: number
  /** STREAM frames dropped for a stream number beyond the limit. */
  readonly refusedFrames: number
}

/** What a connection counts itself. */
export class ConnectionCounters {
  packetsReceived = 0
  packetsLost = 0
  probes = 0
  windowExcess = 0
  messagesSent = 0
}

export function collectStats(
  parts: ConnectionParts,
  counters: ConnectionCounters,
  packetsSent: number,
  maxAckDelayMs: number,
): ConnectionStats {
  const { rtt, recovery, congestion, copies, queue, streams, events } = parts
  return {
    rttMs: rtt.smoothedMs,
    minRttMs: rtt.minMs,
    ptoMs: rtt.ptoMs(maxAckDelayMs, 0),
    bytesInFlight: recovery.bytesInFlight,
    window: congestion.window,
    pacingRate: congestion.pacingRate * 1000,
    phase: congestion.phase,
    packetsSent,
    packetsReceived: counters.packetsReceived,
    packetsLost: counters.packetsLost,
    spuriousLosses: recovery.spurious,
    lossRate: copies.lossRate,
    earlyCopies: copies.count,
    probes: counters.probes,
    timeouts: recovery.timeouts,
    windowExcess: counters.windowExcess,
    queuedBytes: queue.queuedBytes,
    heldBytes: queue.heldBytes,
    messagesSent: counters.messagesSent,
    messagesReceived: events.messages,
    refusedFrames: streams.refused,
  }
}
