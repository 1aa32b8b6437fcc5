// The port to what a peer must never forget. Invariants: a commit is one transaction; `done` is called once, in a later
// turn, and only after what it reports is on the disk; commits take effect in the order of the calls; after a failure
// nothing of the call was kept. One conformance suite (test/conformance) holds every adapter to this text.

import type { MonotonicMs, Result, WallMs } from '../../base/index.ts'
import type { AccountName, SignedDeviceList } from '../../protocol/index.ts'
import type { MessageId, MessageState, Road } from './peer-event.ts'

/** Why a store did not do what it was asked; nothing of the call was kept. */
export interface StoreFailure {
  readonly code: 'storeFailed' | 'storeFull' | 'storeClosed'
  /** What the database said, for the log. */
  readonly detail: string
}

export type Done<T> = (now: MonotonicMs, outcome: Result<T, StoreFailure>) => void

/** An own message as it is first kept. */
export interface NewOutgoing {
  readonly id: MessageId
  /** As it is shown: the contact's spelling, or as it was typed. Conversations are found by the folded name. */
  readonly to: string
  readonly counter: number
  readonly text: string
  readonly sentAt: WallMs
}

/** An own message that still waits for its end. */
export interface StoredOutgoing extends NewOutgoing {
  readonly state: 'kept' | 'mailbox'
  /** Keys of the boxes it was sealed in: a receipt that any of them proves is true. */
  readonly receiptKeys: readonly Uint8Array[]
  /** How often it came back as unreadable. */
  readonly unreadable: number
}

export interface Bundle {
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
}

export interface StoredContact extends Bundle {
  readonly name: AccountName
  /** Another identity that was shown for the name and is not accepted. */
  readonly offered?: Bundle
}

/** What one sending device's messages have come to. */
export interface StoredInbox {
  /** Link key of the sending device. */
  readonly device: Uint8Array
  readonly from: AccountName
  /** Every counter below this was shown or will never come. */
  readonly next: number
  /** The highest floor that the sender named. */
  readonly floor: number
  /** Messages just below `next` that will never come and that no shown message has told of yet. */
  readonly gap: number
}

/** A received message, shown or held back for an earlier one. */
export interface Received {
  readonly id: MessageId
  readonly device: Uint8Array
  readonly from: AccountName
  readonly counter: number
  readonly text: string
  readonly sentAt: WallMs
  readonly receivedAt: WallMs
  readonly road: Road
}

export interface StoredPrekey {
  readonly id: number
  readonly kind: 'once' | 'last'
  readonly secret: Uint8Array
  readonly made: WallMs
  /** When the first mail under it was stored (once) or a newer one replaced it (last). */
  readonly used?: WallMs
}

export type PeerChange =
  | { readonly kind: 'outgoing'; readonly message: NewOutgoing }
  /** A note to oneself: in the history, and nowhere else. */
  | { readonly kind: 'note'; readonly message: NewOutgoing }
  /** The next counter of a recipient (folded name). */
  | { readonly kind: 'nextCounter'; readonly to: string; readonly next: number }
  | { readonly kind: 'renumbered'; readonly id: MessageId; readonly counter: number }
  | { readonly kind: 'sealed'; readonly id: MessageId; readonly receiptKey: Uint8Array }
  /** It rests in the mailbox. */
  | { readonly kind: 'deposited'; readonly id: MessageId }
  /** It left the mailbox unread, for the given time: it has to be deposited again. */
  | { readonly kind: 'unreadable'; readonly id: MessageId; readonly times: number }
  /** Its end; what was kept for its roads goes. */
  | {
      readonly kind: 'settled'
      readonly id: MessageId
      readonly state: Exclude<MessageState, 'kept' | 'mailbox'>
      readonly road?: Road
      readonly reason?: string
    }
  | { readonly kind: 'contact'; readonly contact: StoredContact }
  | { readonly kind: 'inbox'; readonly inbox: StoredInbox }
  /** Stored, and shown when what is before it has come. */
  | { readonly kind: 'held'; readonly message: Received }
  /** Shown, as the latest of its conversation; the same message is held no more. */
  | { readonly kind: 'received'; readonly message: Received; readonly gapBefore: number }
  | { readonly kind: 'prekey'; readonly prekey: StoredPrekey }
  | { readonly kind: 'prekeyErased'; readonly id: number }

export interface CommitOutcome {
  /** Ids of `received` changes without effect, as their device sent a message of that id or counter before. */
  readonly doubled: readonly MessageId[]
}

/** All that a peer has in memory; read once, at the start. */
export interface PeerState {
  /** In the order in which they were kept. */
  readonly outgoing: readonly StoredOutgoing[]
  readonly nextCounters: readonly { readonly to: string; readonly next: number }[]
  readonly contacts: readonly StoredContact[]
  readonly inboxes: readonly StoredInbox[]
  readonly held: readonly Received[]
  readonly prekeys: readonly StoredPrekey[]
  /** Higher than the number of any prekey there ever was. */
  readonly nextPrekey: number
}

export interface HistoryQuery {
  /** The other person's name, in any spelling. */
  readonly name: string
  readonly limit: number
}

export interface HistoryRow {
  readonly id: MessageId
  readonly isOwn: boolean
  /** The other person, as spelled when the message was kept. */
  readonly name: string
  readonly text: string
  readonly sentAt: WallMs
  readonly receivedAt?: WallMs
  readonly road?: Road
  /** Of own messages. */
  readonly state?: MessageState
  readonly reason?: string
  readonly gapBefore?: number
}

/** A stored message of a device, for the comparison with one that claims to be it. */
export interface KnownMessage {
  readonly id: MessageId
  readonly counter: number
  readonly text: string
}

export interface PeerStore {
  load(done: Done<PeerState>): void
  commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void
  /** Shown messages of a device that have this counter or this id. */
  find(
    query: { readonly device: Uint8Array; readonly counter: number; readonly id: MessageId },
    done: Done<readonly KnownMessage[]>,
  ): void
  /** The last `limit` messages with somebody, oldest first. */
  history(query: HistoryQuery, done: Done<readonly HistoryRow[]>): void
  /** Everybody there is a message with, as spelled last. */
  conversations(done: Done<readonly string[]>): void
}
