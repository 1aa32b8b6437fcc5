// What an endpoint tells its owner. Events of one link come in order: one `up`, then whatever happened, then one `down`,
// after which the LinkId is never seen again (docs/protocol/link.md 9).

import type { Address } from '../base/index.ts'

/** A link as its endpoint knows it: a local number, never on the wire, never given twice by one endpoint. */
export type LinkId = number & { readonly __brand: 'LinkId' }

/** What the initiator wants of the responder; named in clear in its first message and bound into the handshake. */
export const linkPurposes = { registry: 1, peer: 2 } as const
export type LinkPurpose = keyof typeof linkPurposes

export type LinkRole = 'initiator' | 'responder'

/** Why a link ended. */
export type LinkDownCause =
  /** Closed in order, by us or (`byPeer`) by the other side. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly byPeer: boolean }
  /** Nothing came for the idle timeout. */
  | { readonly kind: 'idle' }
  /** The other side has lost the link (it was restarted), and proved that it is the one we talked to. */
  | { readonly kind: 'reset' }
  /** Nobody answered the handshake. `offeredVersions`: what somebody there claims, unproven, to speak instead of ours. */
  | { readonly kind: 'unreachable'; readonly offeredVersions?: readonly number[] }
  /** Somebody answers there, but owns another key than the expected one. Nothing of ours was shown to them. */
  | { readonly kind: 'wrongKey'; readonly remoteKey: Uint8Array }
  /** The other side broke the protocol, or let its keys grow too old; codes in docs/protocol/errors.md. */
  | { readonly kind: 'violation'; readonly code: number }
  /** The same remote key proved live on a newer link. */
  | { readonly kind: 'replaced' }

export type LinkEvent =
  | {
      readonly type: 'up'
      readonly link: LinkId
      /** The other side's static X25519 key, proven. */
      readonly remoteKey: Uint8Array
      readonly role: LinkRole
      readonly purpose: LinkPurpose
      readonly address: Address
      /** The Noise handshake hash, equal on both sides and unique to this link: what to sign for channel binding. */
      readonly handshakeHash: Uint8Array
    }
  /** A whole message, in order of its stream. The bytes are a view, valid until the next call into the endpoint. */
  | { readonly type: 'message'; readonly link: LinkId; readonly stream: number; readonly bytes: Uint8Array }
  /** An unreliable datagram. The bytes are a view, valid until the next call into the endpoint. */
  | { readonly type: 'datagram'; readonly link: LinkId; readonly bytes: Uint8Array }
  /** `send` answered 'full' before; there is room again. */
  | { readonly type: 'writable'; readonly link: LinkId }
  /** Everything sent so far is acknowledged by the other side's link (not by its owner). */
  | { readonly type: 'drained'; readonly link: LinkId }
  /** The other side is now reached at another, validated, address. */
  | { readonly type: 'path'; readonly link: LinkId; readonly address: Address }
  | { readonly type: 'down'; readonly link: LinkId; readonly cause: LinkDownCause }
