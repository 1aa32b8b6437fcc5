// The part of the peer API about more than two: rooms, and the registry's public channel.

import type { MessageState, Reason, Road, SendOptions } from './peer-api.ts'

export interface RoomMember {
  readonly name: string
  readonly state: 'joined' | 'invited'
}

export interface Room {
  /** What people type. */
  readonly room: number
  /** Empty where it has none. */
  readonly name: string
  readonly maker: string
  /** Where we stand. `left`: out of it, and its transcript still here. */
  readonly state: 'joined' | 'invited' | 'left'
  readonly members: readonly RoomMember[]
}

/** Who was not invited, and why (`unknownName`, `memberAlready`, `roomFull`), or was and is busy (`busy`). */
export interface NotInvited {
  readonly name: string
  readonly problem: string
}

export const roomChanges = ['made', 'invited', 'joined', 'refused', 'left', 'removed', 'named'] as const
export type RoomChange = (typeof roomChanges)[number]

/** A place in a room's transcript, which all its members have in the same order. */
export interface RoomEntry {
  readonly number: number
  readonly kind: RoomChange | 'message'
  /** Who did it, wrote it, or (invited, removed) whom it was done to. */
  readonly name: string
  readonly by?: string
  /** Of a message; of `named`, the new name. */
  readonly text?: string
  readonly id?: string
  readonly at: number
}

export interface ChannelEntry {
  readonly number: number
  readonly id: string
  /** Absent where the registry's console spoke. */
  readonly from?: string
  readonly text: string
  readonly at: number
}

export type RoomEvent =
  /** Our own invitation, or what happened in a room of ours. `room` is as it is after it. */
  | { readonly type: 'room'; readonly room: Room; readonly entry: RoomEntry }
  | {
      readonly type: 'roomMessage'
      readonly room: number
      readonly number: number
      readonly id: string
      readonly from: string
      readonly text: string
      readonly road: Road
      readonly sentAt: number
      readonly receivedAt: number
      /** It came so late that later ones were shown before; the transcript has it in its place. */
      readonly isLate?: true
    }
  /** An own message of a room is kept here; `number` follows in `roomPlaced`. */
  | {
      readonly type: 'roomSent'
      readonly room: number
      readonly id: string
      readonly text: string
      readonly at: number
    }
  /** It has its place, and copies for `members` are on their way. */
  | {
      readonly type: 'roomPlaced'
      readonly room: number
      readonly id: string
      readonly number: number
      readonly members: readonly string[]
    }
  /** What became of the copy of one member; or, without `to`, of the whole message (`failed`). */
  | {
      readonly type: 'roomState'
      readonly room: number
      readonly id: string
      readonly to?: string
      readonly state: MessageState
      readonly road?: Road
      readonly ms?: number
      readonly reason?: Reason
    }
  | {
      readonly type: 'channelMessage'
      readonly entry: ChannelEntry
      /** It was said while we were away. */ readonly missed: boolean
    }
  /** An own message for everybody is kept here. */
  | { readonly type: 'channelSent'; readonly id: string; readonly text: string; readonly at: number }
  /** The registry has it; `online` others are told now. Or it failed. */
  | {
      readonly type: 'channelState'
      readonly id: string
      readonly state: 'said' | 'failed'
      readonly online?: number
      readonly reason?: Reason
    }
  /** Who has it on disk since the last such event, and how many have it in all. */
  | { readonly type: 'channelHeard'; readonly id: string; readonly names: readonly string[]; readonly total: number }

export interface RoomApi {
  /** Makes a room and invites; rejects with `roomFull`, `registryUnreachable`. */
  makeRoom(
    invite: readonly string[],
    name?: string,
  ): Promise<{ readonly room: Room; readonly notInvited: readonly NotInvited[] }>
  /** Rejects, as those below, with `unknownRoom` {room}. */
  inviteToRoom(room: number, invite: readonly string[]): Promise<readonly NotInvited[]>
  /** Rejects with `noInvitation` {room} where none is open. */
  answerRoom(room: number, join: boolean): Promise<void>
  leaveRoom(room: number): Promise<void>
  /** Rejects with `notMaker`, `notInRoom`. */
  removeFromRoom(room: number, name: string): Promise<void>
  nameRoom(room: number, name: string): Promise<void>
  rooms(): Promise<readonly Room[]>
  /** The last entries of the transcript, oldest first, in the order that all members have. */
  roomHistory(room: number, count: number): Promise<readonly RoomEntry[]>
  /** Keeps a message for all who are in the room; resolves with its id once it is committed here. */
  sendToRoom(room: number, text: string, options?: SendOptions): Promise<string>
  /** Keeps a message for everybody at the registry; resolves with its id once it is committed here. */
  sendToAll(text: string, options?: SendOptions): Promise<string>
  channelHistory(count: number): Promise<readonly ChannelEntry[]>
}
