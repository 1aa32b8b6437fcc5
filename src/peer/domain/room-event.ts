// What a peer tells of rooms and of the public channel. Events of one room come in the order of its transcript, except
// where `isLate` says otherwise. docs/protocol/peer.md, "Rooms" and "Channel".

import type { WallMs } from '../../base/index.ts'
import type { AccountName } from '../../protocol/index.ts'
import type { MessageId, MessageState, Reason, Road } from './peer-event.ts'
import type { RoomStanding, StoredChannelRow, StoredRoom, StoredRoomEntry } from './stored-room.ts'

/** A room as people see it. */
export interface RoomView {
  readonly room: number
  readonly name: string
  readonly maker: AccountName
  readonly state: RoomStanding
  readonly members: StoredRoom['members']
}

export interface RoomMessageEvent {
  readonly type: 'roomMessage'
  readonly room: number
  readonly number: number
  /** The id that all copies share. */
  readonly id: MessageId
  readonly from: AccountName
  readonly text: string
  readonly road: Road
  readonly sentAt: WallMs
  readonly receivedAt: WallMs
  /** Later ones were shown before; the transcript has it in its place. */
  readonly isLate?: true
}

export interface RoomStateEvent {
  readonly type: 'roomState'
  readonly room: number
  readonly id: MessageId
  /** The member whose copy it is; absent of the whole message (`failed`). */
  readonly to?: string
  readonly state: MessageState
  readonly road?: Road
  readonly ms?: number
  readonly reason?: Reason
}

export type RoomEvent =
  /** Our own invitation, or what happened in a room of ours. `room` is as it is now. */
  | { readonly type: 'room'; readonly room: RoomView; readonly entry: StoredRoomEntry }
  | RoomMessageEvent
  /** An own message of a room is kept. */
  | {
      readonly type: 'roomSent'
      readonly room: number
      readonly id: MessageId
      readonly text: string
      readonly at: WallMs
    }
  /** It has its number, and a copy for each of `members` is kept. */
  | {
      readonly type: 'roomPlaced'
      readonly room: number
      readonly id: MessageId
      readonly number: number
      readonly members: readonly AccountName[]
    }
  | RoomStateEvent
  | { readonly type: 'channelMessage'; readonly entry: StoredChannelRow; readonly missed: boolean }
  | { readonly type: 'channelSent'; readonly id: MessageId; readonly text: string; readonly at: WallMs }
  | {
      readonly type: 'channelState'
      readonly id: MessageId
      readonly state: 'said' | 'failed'
      readonly online?: number
      readonly reason?: Reason
    }
  | {
      readonly type: 'channelHeard'
      readonly id: MessageId
      readonly names: readonly AccountName[]
      readonly total: number
    }

export function viewOf({ room, name, maker, state, members }: StoredRoom): RoomView {
  return { room, name, maker, state, members }
}
