// Rooms: the registry keeps who is in a room and gives every entry of its transcript a number, a message's too, whose text
// it never sees: the text goes sealed from member to member. One numbering is one order for all.
// docs/protocol/registry.md, "Rooms".

import * as v from 'valibot'
import { accountName, bytesOf, count, messageId, typedName, wallTime } from './field.ts'
import { pageEntriesMax, roomMembersMax, roomNameCharactersMax } from './limits.ts'

const q = count

/** A room's identity: 128 random bits chosen by its maker, the same for its members at whatever registry. */
export const roomKey = bytesOf(16)
const roomName = v.pipe(v.string(), v.maxLength(roomNameCharactersMax))
const typedNames = v.pipe(v.array(typedName), v.maxLength(roomMembersMax))

export const memberStates = ['joined', 'invited'] as const
export type MemberState = (typeof memberStates)[number]

/** What an entry of a room's log tells of: `name` did it, or (invited, removed) it was done to `name` by `by`. */
export const roomEntryKinds = ['made', 'invited', 'joined', 'refused', 'left', 'removed', 'named', 'message'] as const
export type RoomEntryKind = (typeof roomEntryKinds)[number]

const roomRecord = v.object({
  key: roomKey,
  /** What people type; given by the registry, never twice. */
  room: count,
  /** Empty where it has none. */
  name: v.pipe(v.string(), v.maxLength(roomNameCharactersMax)),
  maker: accountName,
  /** Number of the latest entry. */
  last: count,
  members: v.pipe(
    v.array(v.object({ name: accountName, state: v.picklist(memberStates) })),
    v.maxLength(roomMembersMax),
  ),
})
export type RoomRecord = v.InferOutput<typeof roomRecord>

const roomEntry = v.object({
  /** From 1, without gaps. */
  number: count,
  kind: v.picklist(roomEntryKinds),
  name: accountName,
  by: v.optional(accountName),
  /** Of a message: its id, the same in every member's copy. */
  id: v.optional(messageId),
  /** Of `named`: the new name. */
  text: v.optional(roomName),
  at: wallTime,
})
export type RoomEntry = v.InferOutput<typeof roomEntry>

export const roomRequests = [
  /** Idempotent by key. */
  v.object({ t: v.literal('makeRoom'), q, key: roomKey, name: roomName, invite: typedNames }),
  v.object({ t: v.literal('inviteToRoom'), q, room: count, invite: typedNames }),
  v.object({ t: v.literal('answerRoom'), q, room: count, join: v.boolean() }),
  v.object({ t: v.literal('leaveRoom'), q, room: count }),
  v.object({ t: v.literal('removeFromRoom'), q, room: count, name: typedName }),
  v.object({ t: v.literal('nameRoom'), q, room: count, name: roomName }),
  /** Rooms with numbers above `after`, of which the account is a member or invited. */
  v.object({ t: v.literal('fetchRooms'), q, after: count }),
  v.object({ t: v.literal('fetchRoomLog'), q, room: count, after: count }),
  /** The place of a message in the transcript; idempotent by room, sender and id. */
  v.object({ t: v.literal('numberMessage'), q, room: count, id: messageId }),
] as const

export const roomAnswers = [
  v.object({
    t: v.literal('room'),
    r: q,
    room: roomRecord,
    /** Of those to be invited: who was not, and why. Who is busy was invited all the same. */
    notInvited: v.pipe(
      v.array(v.object({ name: typedName, problem: v.picklist(['unknownName', 'memberAlready', 'roomFull', 'busy']) })),
      v.maxLength(roomMembersMax),
    ),
  }),
  v.object({ t: v.literal('rooms'), r: q, rooms: v.pipe(v.array(roomRecord), v.maxLength(8)), more: v.boolean() }),
  v.object({
    t: v.literal('roomLog'),
    r: q,
    entries: v.pipe(v.array(roomEntry), v.maxLength(pageEntriesMax)),
    more: v.boolean(),
  }),
  /** The number, and who had joined at that place: exactly these get a copy. */
  v.object({
    t: v.literal('numbered'),
    r: q,
    number: count,
    members: v.pipe(v.array(accountName), v.maxLength(roomMembersMax)),
  }),
] as const

export const roomPushes = [
  /**
   * Something happened in a room: told to all who are in it or invited, and to who just left it. `record` is the room
   * after it. Entries of kind `message` are not pushed: the message itself tells its number.
   */
  v.object({ t: v.literal('roomEntry'), record: roomRecord, entry: roomEntry }),
] as const
