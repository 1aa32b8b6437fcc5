// The rows as the queries see them; the tables themselves are made by ../migrations.

import type { Generated } from 'kysely'
import type { AccountName, MemberState, RoomEntryKind } from '../../../protocol/index.ts'
import type { NoticeOutcome } from '../../domain/index.ts'

export interface RegistryTables {
  identity: { key: Uint8Array; version: number; body: Uint8Array; signature: Uint8Array }
  account: {
    folded: string
    /** `folded` backwards, to find names that share an ending. */
    reversed: string
    name: AccountName
    identity: Uint8Array
    created: number
    seen: number
    /** Since when the administrator lets nobody log in to it. */
    suspended: Generated<number | null>
  }
  prekey: {
    row: Generated<number>
    identity: Uint8Array
    device: Uint8Array
    id: number
    /** `used` keeps the number of a prekey that was handed out, without its content. */
    kind: 'once' | 'last' | 'used'
    body: Uint8Array
    signature: Uint8Array
  }
  mail: {
    row: Generated<number>
    /** Folded. */
    recipient: string
    sender: AccountName
    id: Uint8Array
    at: number
    expires: number
    envelope: Uint8Array
  }
  notice: {
    row: Generated<number>
    /** Folded name of the sender whom it tells. */
    account: string
    recipient: AccountName
    id: Uint8Array
    outcome: NoticeOutcome
    proof: Uint8Array | null
    at: number
  }
  link: { ours: Uint8Array; host: string; port: number }
  password: { folded: string; record: Uint8Array }
  /** Devices that showed the password. */
  remembered_device: { folded: string; device: Uint8Array }
  /** Codes that are not used yet. */
  invite: { hash: Uint8Array; expires: number }
  room: {
    room: Generated<number>
    key: Uint8Array
    name: string
    maker: AccountName
    /** Numbers of the latest entry and of the first that is still in the log. */
    last: number
    first: number
    /** When the first entry of the log was written; null where the log is empty. */
    oldest: number | null
    /** Who had joined before the first entry of the log: a JSON list. */
    base: string
  }
  room_member: { room: number; account: string; name: AccountName; state: MemberState; since: number }
  room_entry: {
    room: number
    number: number
    kind: RoomEntryKind
    name: AccountName
    by: AccountName | null
    id: Uint8Array | null
    text: string | null
    at: number
    /** Who has joined from here on, where this entry may have changed it: a JSON list. */
    joined: string | null
  }
  channel: {
    number: number
    /** Empty where the registry's console spoke. */
    sender: AccountName | ''
    id: Uint8Array
    at: number
    /** Null once its time is over; the row stays for a while, so that the message is not said again. */
    text: string | null
  }
  channel_mark: { account: string; number: number }
}
