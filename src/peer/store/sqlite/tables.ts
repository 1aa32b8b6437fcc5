// The rows as the queries see them; the tables themselves are made by ../migrations.

import type { Generated } from 'kysely'
import type { MemberState, RoomEntryKind } from '../../../protocol/index.ts'
import type { MessageState, Road, RoomStanding } from '../../domain/index.ts'

/** Of a copy of a room's message; all null for others. */
interface PlaceColumns {
  room: Uint8Array | null
  room_number: number | null
  room_id: Uint8Array | null
}

export interface PeerTables {
  message: PlaceColumns & {
    row: Generated<number>
    /** Folded name of the other person. */
    folded: string
    name: string
    id: Uint8Array
    /** The device that sent it; null for own messages. */
    device: Uint8Array | null
    counter: number
    text: string
    sent_at: number
    received_at: number | null
    road: Road | null
    /** Of own messages. */
    state: MessageState | null
    reason: string | null
    gap_before: number
    unreadable: number
    /** Of own messages: when the registry had it, and when it came to its end. */
    mailbox_at?: number | null
    settled_at?: number | null
  }
  receipt_key: { row: Generated<number>; message: Uint8Array; key: Uint8Array }
  recipient: { folded: string; next_counter: number }
  contact: {
    folded: string
    name: string
    identity: Uint8Array
    body: Uint8Array
    signature: Uint8Array
    offered_identity: Uint8Array | null
    offered_body: Uint8Array | null
    offered_signature: Uint8Array | null
  }
  inbox: { device: Uint8Array; name: string; next: number; floor: number; gap: number }
  held: PlaceColumns & {
    device: Uint8Array
    counter: number
    id: Uint8Array
    name: string
    text: string
    sent_at: number
    received_at: number
    road: Road
  }
  prekey: { id: number; kind: 'once' | 'last'; secret: Uint8Array; made: number; used: number | null }
  friend: { folded: string; name: string; alias: string | null; is_friend: number; is_blocked: number }
  address: { folded: string; host: string; port: number }
  login: { one: number; has_logged_in: number; has_password: number }
  room: {
    key: Uint8Array
    room: number
    name: string
    maker: string
    state: RoomStanding
    /** JSON: a list of {@link RoomMemberRow}. */
    members: string
    last: number
  }
  room_entry: {
    row: Generated<number>
    room: Uint8Array
    number: number
    kind: RoomEntryKind
    folded: string
    name: string
    by: string | null
    /** Empty where it is no message. */
    id: Uint8Array
    text: string | null
    at: number
  }
  room_draft: { row: Generated<number>; id: Uint8Array; room: Uint8Array; text: string; sent_at: number }
  channel_row: {
    row: Generated<number>
    number: number
    id: Uint8Array
    /** Null where the registry's console spoke. */
    name: string | null
    text: string
    at: number
  }
  channel_mark: { one: number; number: number }
  channel_draft: { row: Generated<number>; id: Uint8Array; text: string; sent_at: number }
}

/** One member in the column `members` of a room. */
export type RoomMemberRow = readonly [name: string, state: MemberState]
