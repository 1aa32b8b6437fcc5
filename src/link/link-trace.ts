// What an endpoint can tell a developer about datagrams it did not act on. Invariant: tracing changes nothing, and no
// reason is ever told to the sender. docs/protocol/link.md 2.

import type { Address } from '../base/index.ts'

/** Why a datagram was dropped, in silence. */
export type DropReason =
  /** Empty, of an unknown type, of a wrong length, or with reserved bytes set. */
  | 'malformed'
  /** A first message of another version; answered within a rate. */
  | 'version'
  /** MAC1 is wrong: the sender does not know whom it is talking to. */
  | 'mac'
  /** MAC2 is wrong, or missing under load; answered with a cookie within a rate. */
  | 'cookie'
  /** Too many handshakes of this address. */
  | 'rate'
  /** Too many half-open handshakes. */
  | 'crowded'
  /** The handshake does not decrypt. */
  | 'unreadable'
  /** Our own key as the remote one: a reflection. */
  | 'ownKey'
  /** The owner does not want this remote key. */
  | 'refused'
  /** A timestamp that is not newer than the last one. */
  | 'stale'
  /** The lower key initiates, and that is us. */
  | 'crossed'
  /** For nobody here; DATA is answered with a reset within a rate. */
  | 'unknown'
  /** The tag is wrong, or the epoch is not one of ours. */
  | 'tag'
  /** The packet number was seen, is too old, or out of range. */
  | 'replay'
  /** Not an answer to anything of ours. */
  | 'unasked'
  /** Sent to open a NAT; it has done so. */
  | 'punch'
  /** A table is full. */
  | 'full'

export type LinkTrace = { readonly type: 'dropped'; readonly reason: DropReason; readonly from: Address }
