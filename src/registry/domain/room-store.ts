// The port to rooms, as `Store` has it: membership and the numbered log of each room. Invariants: a change of membership
// and the entries that tell of it are one transaction; a number of a room is given once. What a change may do is said in
// room-rules.ts and nowhere else; adapters load, let the rules decide, and keep. docs/protocol/registry.md, "Rooms".

import type { WallMs } from '../../base/index.ts'
import type { AccountName, MemberState, RoomEntry, RoomRecord } from '../../protocol/index.ts'
import type { Done, Page } from './store.ts'

export interface RoomMember {
  readonly name: AccountName
  readonly state: MemberState
  /** Number of the entry that brought the member into this state. */
  readonly since: number
}

/** A room as it is kept. */
export interface KeptRoom extends RoomRecord {
  /** In the order of `since`. */
  readonly members: RoomMember[]
}

/** What bounds rooms; a limit that is reached refuses. */
export interface RoomQuota {
  /** Members of one room, joined and invited. */
  readonly membersMax: number
  /** Rooms that one account has joined; and, counted apart so that strangers cannot fill it, those it is invited to. */
  readonly joinedMax: number
  readonly invitedMax: number
  /** Rooms of the registry. */
  readonly roomsMax: number
  /** Entries of one room's log; older ones go. */
  readonly entriesMax: number
}

export interface RoomMaking {
  readonly key: Uint8Array
  /** The account that makes it. */
  readonly maker: AccountName
  readonly name: string
  /** As they were typed. */
  readonly invite: readonly string[]
  readonly at: WallMs
  readonly quota: RoomQuota
}

export type RoomAction =
  /** Names as they were typed. */
  | { readonly kind: 'invite'; readonly names: readonly string[] }
  | { readonly kind: 'join' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'leave' }
  /** The folded name of who is to go. */
  | { readonly kind: 'remove'; readonly account: string }
  | { readonly kind: 'name'; readonly name: string }

export interface RoomChange {
  readonly room: number
  /** The account that does it. */
  readonly by: AccountName
  readonly action: RoomAction
  readonly at: WallMs
  readonly quota: RoomQuota
}

/** One entry and the room as it was after it. */
export interface RoomStep {
  readonly record: RoomRecord
  readonly entry: RoomEntry
}

export type InviteProblem = 'unknownName' | 'memberAlready' | 'roomFull'

export interface NotInvited {
  /** As it was typed. */
  readonly name: string
  readonly problem: InviteProblem
}

export type RoomRefusal = 'unknownRoom' | 'notMaker' | 'notInRoom' | 'roomFull' | 'storeQuota' | 'foreignKey'

export type RoomOutcome =
  /** No steps: all was so already. */
  | {
      readonly kind: 'changed'
      readonly record: RoomRecord
      readonly steps: readonly RoomStep[]
      readonly notInvited: readonly NotInvited[]
    }
  | { readonly kind: RoomRefusal }

export interface Numbering {
  readonly room: number
  readonly sender: AccountName
  readonly id: Uint8Array
  readonly at: WallMs
  readonly quota: RoomQuota
}

export type NumberingOutcome =
  /** `members`: who had joined at that place. */
  | { readonly kind: 'numbered'; readonly isNew: boolean; readonly number: number; readonly members: AccountName[] }
  | { readonly kind: 'unknownRoom' }

export interface RoomsQuery {
  /** Folded. */
  readonly account: string
  /** Rooms with numbers above it, ascending. */
  readonly after: number
  readonly rowsMax: number
}

export interface RoomLogQuery extends RoomsQuery {
  readonly room: number
}

export interface RoomStore {
  /** Makes a room with a number that no room had; idempotent by key and maker. */
  makeRoom(making: RoomMaking, done: Done<RoomOutcome>): void
  changeRoom(change: RoomChange, done: Done<RoomOutcome>): void
  /** Rooms that the account is in or invited to. */
  fetchRooms(query: RoomsQuery, done: Done<Page<RoomRecord>>): void
  /** Entries above `after`, for who is in the room or invited. */
  fetchRoomLog(query: RoomLogQuery, done: Done<Page<RoomEntry> | 'unknownRoom'>): void
  /** Gives a message its place; idempotent by room, sender and id, for as long as the entry is in the log. */
  numberMessage(numbering: Numbering, done: Done<NumberingOutcome>): void
  /** Removes up to `rowsMax` entries that were written at `before` or earlier. */
  expireRoomLogs(before: WallMs, rowsMax: number, done: Done<{ readonly rows: number; readonly more: boolean }>): void
}
