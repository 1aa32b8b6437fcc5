// What the owner of an endpoint gives it, and what it gets to put on the wire. docs/protocol/link.md 9.

import type { Address, Random } from '../base/index.ts'
import type { LinkKeyPair } from '../crypto/index.ts'
import type { LinkPurpose } from './link-event.ts'
import type { LinkLimits } from './link-limits.ts'
import type { LinkTrace } from './link-trace.ts'

export interface EndpointConfig {
  readonly staticKey: LinkKeyPair
  /** 32 secret bytes, the same after a restart, so that peers of lost links are told at once. */
  readonly resetKey: Uint8Array
  readonly random: Random
  /** What this endpoint is to those who connect to it; those who look for something else get no answer. */
  readonly purpose: LinkPurpose
  /** Whether the owner of a key may have a link at all; absent: everybody. Asked before anything is kept for them. */
  readonly accept?: ((remoteKey: Uint8Array, purpose: LinkPurpose) => boolean) | undefined
  readonly limits?: Partial<LinkLimits> | undefined
  readonly trace?: ((event: LinkTrace) => void) | undefined
  /**
   * A whole number that grows with each call and over restarts: max(wall clock in ms, last + 1), persisted by the owner.
   * Responders refuse first messages that are not newer than the last one they saw of a key.
   */
  readonly timestamp: () => number
}

/** A datagram to leave; the bytes are valid until the next call into the endpoint. */
export interface Outgoing {
  readonly to: Address
  readonly bytes: Uint8Array
}

/** Sizes of every table that strangers or owners fill: for tests, figures and limits. */
export interface EndpointSizes {
  readonly links: number
  readonly attempts: number
  readonly halfOpen: number
  readonly addresses: number
  readonly timestamps: number
  readonly answers: number
}
