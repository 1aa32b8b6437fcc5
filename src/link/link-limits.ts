// Every number that bounds a table, a queue, a rate or a time of the link, in one place (docs/limits.md). The transport
// half's stand in connection-config.ts. Invariant: what strangers can make an endpoint keep is bounded here (S12).

import { defaultTransportLimits, type TransportLimits } from './connection-config.ts'

export interface EndpointLimits {
  /** Established links. */
  readonly links: number
  /** Handshakes of ours under way. */
  readonly attempts: number
  /** Handshakes of others answered but not yet proven live; strangers can fill this, so the oldest and random ones go. */
  readonly halfOpen: number
  /** From this many half-open handshakes on, a cookie is demanded before any Diffie-Hellman. */
  readonly halfOpenLoad: number
  /** How long an answered handshake may take to prove itself live, in ms. */
  readonly halfOpenMs: number
  /** Handshakes per second and address (IPv4 address, IPv6 /64) that cost us a Diffie-Hellman. */
  readonly handshakesPerSecond: number
  readonly handshakeBurst: number
  /** Addresses whose rates are remembered. */
  readonly addresses: number
  /** Remote keys whose greatest timestamp is remembered. */
  readonly timestamps: number
  /** Resets that answer, resets of links of an earlier life, and version answers per second, each counted on its own. */
  readonly answersPerSecond: number
  /** Handshake and punch datagrams waiting to leave. */
  readonly queuedDatagrams: number
  /** First retransmission of a handshake message, in ms; doubles up to `retryMaxMs`, each with up to 20% of jitter. */
  readonly retryFirstMs: number
  readonly retryMaxMs: number
  /** A handshake is given up after this, in ms. */
  readonly attemptMs: number
  /** Pace between the addresses of one attempt and between punches, in ms. */
  readonly paceMs: number
  /** Candidate addresses used of one attempt or one punch. */
  readonly candidates: number
  /** Punches of one call: at most this many, over at most `punchMs`. */
  readonly punches: number
  readonly punchMs: number
  /** Life of the secret behind cookies, in ms. */
  readonly cookieSecretMs: number
  /** New keys are agreed on when these are this old, in ms, or have sealed this many packets. */
  readonly rekeyAfterMs: number
  readonly rekeyAfterPackets: number
  /** Keys still in use this long after they should have been replaced end the link, in ms. */
  readonly rekeyGraceMs: number
  /** Least time that old receiving keys live on for late packets, in ms. */
  readonly oldKeysMs: number
  /** Paths of one link in validation. */
  readonly paths: number
  /** A path that did not answer its challenge is forgotten after this, in ms. */
  readonly pathMs: number
}

export const defaultEndpointLimits: EndpointLimits = {
  links: 16_384,
  attempts: 1_024,
  halfOpen: 256,
  halfOpenLoad: 64,
  halfOpenMs: 10_000,
  handshakesPerSecond: 20,
  handshakeBurst: 5,
  addresses: 4_096,
  timestamps: 16_384,
  answersPerSecond: 1_000,
  queuedDatagrams: 1_024,
  retryFirstMs: 250,
  retryMaxMs: 2_000,
  attemptMs: 10_000,
  paceMs: 50,
  candidates: 8,
  punches: 60,
  punchMs: 3_000,
  cookieSecretMs: 120_000,
  rekeyAfterMs: 120_000,
  rekeyAfterPackets: 2 ** 24,
  rekeyGraceMs: 60_000,
  oldKeysMs: 5_000,
  paths: 4,
  pathMs: 3_000,
}

/** All limits of a link; an owner overrides what it must. */
export interface LinkLimits extends EndpointLimits, TransportLimits {}

export const defaultLinkLimits: LinkLimits = { ...defaultTransportLimits, ...defaultEndpointLimits }
