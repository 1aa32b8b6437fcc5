// The port to what a peer must never forget. Invariants: a commit is one transaction; `done` is called once, in a later
// turn, and only after what it reports is on the disk; commits take effect in the order of the calls; after a failure
// nothing of the call was kept. One conformance suite (test/conformance) holds every adapter to this text.

import type { Address, MonotonicMs, Result, WallMs } from '../../base/index.ts'
import type { AccountName, SignedDeviceList } from '../../protocol/index.ts'
import type { ArchiveStore } from './archive-store.ts'
import type { MessageId, MessageState, Road } from './peer-event.ts'
import type {
  RoomKey,
  RoomPlace,
  StoredChannelDraft,
  StoredChannelRow,
  StoredRoom,
  StoredRoomDraft,
  StoredRoomEntry,
} from './stored-room.ts'

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
  /** Of a copy of a room's message, which is in no conversation. */
  readonly room?: RoomPlace
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
  /** Of a copy of a room's message, which is in no conversation. */
  readonly room?: RoomPlace
}

/** Somebody on the own list, or blocked, or with a name of our own. */
export interface StoredFriend {
  readonly name: AccountName
  /** What we call them ourselves. */
  readonly alias?: string
  readonly isFriend: boolean
  readonly isBlocked: boolean
}

/** What this profile has been through with its registry. */
export interface StoredLogin {
  /** It was logged in at least once. */
  readonly hasLoggedIn: boolean
  /** A password was asked for it. */
  readonly hasPassword: boolean
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
  | { readonly kind: 'deposited'; readonly id: MessageId; readonly at: WallMs }
  /** It left the mailbox unread, for the given time: it has to be deposited again. */
  | { readonly kind: 'unreadable'; readonly id: MessageId; readonly times: number }
  /** Its end; what was kept for its roads goes. */
  | {
      readonly kind: 'settled'
      readonly id: MessageId
      readonly state: Exclude<MessageState, 'kept' | 'mailbox'>
      readonly at: WallMs
      readonly road?: Road
      readonly reason?: string
    }
  | { readonly kind: 'contact'; readonly contact: StoredContact }
  | { readonly kind: 'inbox'; readonly inbox: StoredInbox }
  /** Stored, and shown when what is before it has come. */
  | { readonly kind: 'held'; readonly message: Received }
  /**
   * Shown, as the latest of its conversation; the same message is held no more. A room's copy goes into the room's
   * transcript instead, at its number.
   */
  | { readonly kind: 'received'; readonly message: Received; readonly gapBefore: number }
  | { readonly kind: 'prekey'; readonly prekey: StoredPrekey }
  | { readonly kind: 'prekeyErased'; readonly id: number }
  /** Replaced whole; one that is neither friend nor blocked and has no alias is gone. */
  | { readonly kind: 'friend'; readonly friend: StoredFriend }
  /** Where a contact (folded name) was reached last; without one, nowhere. */
  | { readonly kind: 'address'; readonly to: string; readonly address?: Address }
  | { readonly kind: 'login'; readonly login: StoredLogin }
  /** Replaced whole, but for its transcript. */
  | { readonly kind: 'room'; readonly room: StoredRoom }
  /** The same entry again changes nothing. Two that claim one number are both kept: nobody pushes out another's. */
  | { readonly kind: 'roomEntry'; readonly room: RoomKey; readonly entry: StoredRoomEntry }
  | { readonly kind: 'roomDraft'; readonly draft: StoredRoomDraft }
  /** It has its number and is in the transcript, or has failed. */
  | { readonly kind: 'roomDraftErased'; readonly id: MessageId }
  /** The same row again (number and id) changes nothing. */
  | { readonly kind: 'channelRow'; readonly row: StoredChannelRow }
  /** Every row up to this number is here, or older than what this profile asks for. */
  | { readonly kind: 'channelMark'; readonly number: number }
  | { readonly kind: 'channelDraft'; readonly draft: StoredChannelDraft }
  | { readonly kind: 'channelDraftErased'; readonly id: MessageId }

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
  readonly friends: readonly StoredFriend[]
  readonly addresses: readonly { readonly to: string; readonly address: Address }[]
  readonly login: StoredLogin
  readonly rooms: readonly StoredRoom[]
  /** Of each room with a transcript, its highest number. */
  readonly roomTops: readonly { readonly room: RoomKey; readonly number: number }[]
  /** The entries of all transcripts but messages, in the order of their numbers. */
  readonly roomChanges: readonly { readonly room: RoomKey; readonly entry: StoredRoomEntry }[]
  /** In the order in which they were kept. */
  readonly roomDrafts: readonly StoredRoomDraft[]
  /** Undefined before the first login. */
  readonly channelMark: number | undefined
  /** In the order in which they were kept. */
  readonly channelDrafts: readonly StoredChannelDraft[]
}

export interface HistoryQuery {
  /** The other person's name, in any spelling. */
  readonly name: string
  readonly limit: number
}

export interface RoomHistoryQuery {
  readonly room: RoomKey
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

export interface PeerStore extends ArchiveStore {
  load(done: Done<PeerState>): void
  commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void
  /** Shown messages of a device that have this counter or this id. */
  find(
    query: { readonly device: Uint8Array; readonly counter: number; readonly id: MessageId },
    done: Done<readonly KnownMessage[]>,
  ): void
  /** Whether an own message has this id, with one person, of a room or for everybody, sent or still a draft. */
  isKept(id: MessageId, done: Done<boolean>): void
  /** The last `limit` messages with somebody, oldest first; none of a room's. */
  history(query: HistoryQuery, done: Done<readonly HistoryRow[]>): void
  /** Everybody there is a message with, a room's aside, as spelled last. */
  conversations(done: Done<readonly string[]>): void
  /** The last `limit` entries of a room's transcript, by number. */
  roomHistory(query: RoomHistoryQuery, done: Done<readonly StoredRoomEntry[]>): void
  /** The last `limit` messages of the channel, by the registry's time and number. */
  channelHistory(query: { readonly limit: number }, done: Done<readonly StoredChannelRow[]>): void
}
