// What a Connection is told when it is made. Invariant: a config object is never written to, so that all links of an
// endpoint share one. The figures are those of docs/protocol/frames.md section 10 (limits).

import type { Random } from '../base/index.ts'
import type { BlockPool } from './block-pool.ts'

/** Bounds of one connection. Those marked (wire) are part of protocol version 1: both sides must use the same. */
export interface TransportLimits {
  /** (wire) Longest message, bytes. */
  readonly messageBytesMax: number
  /** (wire) Streams are numbered 0 to streamsMax - 1. */
  readonly streamsMax: number
  /** (wire) Bytes a stream may run ahead of what its receiver has put in order. */
  readonly streamWindowBytes: number
  /** (wire) The same for all streams of the link together. */
  readonly linkWindowBytes: number
  /** (wire) Separate pieces of one stream a receiver keeps; a sender leaves fewer blocks of one stream unacknowledged. */
  readonly piecesMax: number
  /** Bytes accepted by `send` and not yet acknowledged, above which `send` answers 'full'. */
  readonly sendBufferBytes: number
  /** Unreliable datagrams waiting to leave; more are refused. */
  readonly datagramsQueuedMax: number
  /** Ceiling of the congestion window, bytes: half of the socket buffer. */
  readonly windowBytesMax: number
  /** How long an orderly close may take to flush, ms. */
  readonly closeDrainMs: number
}

/** The limits of protocol version 1. */
export const defaultTransportLimits: TransportLimits = {
  messageBytesMax: 73_728,
  streamsMax: 256,
  streamWindowBytes: 2_097_152,
  linkWindowBytes: 4_194_304,
  piecesMax: 1_024,
  sendBufferBytes: 4_194_304,
  datagramsQueuedMax: 64,
  windowBytesMax: 2_097_152,
  closeDrainMs: 1_000,
}

/** Bytes of frames in a 1,200-byte datagram: less the header of 18 and the tag of 16 bytes. */
export const defaultDatagramBytes = 1_200 - 18 - 16

/** The smallest and the largest budget of frames in one packet. */
export const datagramBytesMin = 1_000
export const datagramBytesMax = 65_000

export interface ConnectionConfig {
  /** For jitter only. */
  readonly random: Random
  /** Bytes of frames that one packet may hold at first, see {@link defaultDatagramBytes}. */
  readonly datagramBytes: number
  /** The longest this side's and the other side's acknowledgements may wait, ms (version 1: 25). */
  readonly maxAckDelayMs: number
  /** Silence after which the link counts as dead, ms. */
  readonly idleTimeoutMs: number
  /** Send something at least this often, ms, jittered down to 0.8 of it; undefined = never. */
  readonly keepaliveMs: number | undefined
  /** The round-trip time the handshake measured, ms; without it 333 (RFC 9002 6.2.2). */
  readonly initialRttMs?: number
  readonly limits?: TransportLimits
  /** Where blocks come from; one for all links of a process unless a test injects its own. */
  readonly pool?: BlockPool
}
