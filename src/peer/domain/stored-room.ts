// What a peer keeps of rooms and of the public channel: records, transcripts, and own messages without a number yet.
// docs/protocol/peer.md, "Rooms" and "Channel".

import type { WallMs } from '../../base/index.ts'
import type { AccountName, MemberState, RoomEntryKind } from '../../protocol/index.ts'
import type { MessageId } from './peer-event.ts'

/** A room's identity: 128 random bits as 32 hexadecimal digits. */
export type RoomKey = string

/** Which place of which room's transcript a copy of a message is for. */
export interface RoomPlace {
  readonly key: RoomKey
  readonly number: number
  /** The id that all copies of the message share. */
  readonly id: MessageId
}

/** Where we stand in a room. `left`: out of it, and its transcript still here. */
export type RoomStanding = MemberState | 'left'

export interface StoredRoom {
  readonly key: RoomKey
  /** What people type; numbers are a registry's, so an old one may name another room at another registry. */
  readonly room: number
  /** Empty where it has none. */
  readonly name: string
  readonly maker: AccountName
  readonly state: RoomStanding
  readonly members: readonly { readonly name: AccountName; readonly state: MemberState }[]
  /** Everything up to this number but other people's messages is in the transcript. */
  readonly last: number
}

/** A place in a room's transcript: a message, or a change of who is in it or of its name. */
export interface StoredRoomEntry {
  readonly number: number
  readonly kind: RoomEntryKind
  /** Who did it, wrote it, or (invited, removed) whom it was done to. */
  readonly name: AccountName
  readonly by?: AccountName
  /** Of a message: the id that all copies share. */
  readonly id?: MessageId
  /** Of a message; of `named`, the new name. */
  readonly text?: string
  /** A message's as its sender's clock had it, the others' as the registry's: the same for all members. */
  readonly at: WallMs
}

/** An own message of a room without a number yet. */
export interface StoredRoomDraft {
  readonly id: MessageId
  readonly room: RoomKey
  readonly text: string
  readonly sentAt: WallMs
}

/** A message of the registry's public channel. */
export interface StoredChannelRow {
  readonly number: number
  readonly id: MessageId
  /** Absent where the registry's console spoke. */
  readonly from?: AccountName
  readonly text: string
  readonly at: WallMs
}

/** An own message for everybody, not yet with the registry. */
export interface StoredChannelDraft {
  readonly id: MessageId
  readonly text: string
  readonly sentAt: WallMs
}
