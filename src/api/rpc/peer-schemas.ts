// What the peer API's values look like on a connection, as schemas with the names of their types: for the parameters of
// verbs, for docs/api.md, and for tests. The compiler holds each against its type. Only the serving side loads this.

import * as v from 'valibot'
import { chatRefusals, type Finding, type Friend } from '../account-api.ts'
import type {
  ContactCard,
  ConversationKey,
  ConversationRow,
  CopyState,
  ImportedMessage,
  ImportOutcome,
  JourneyStep,
  KeyWords,
  RoadPeriod,
  SearchHit,
  TranscriptEntry,
  TranscriptPage,
} from '../archive-api.ts'
import {
  type Client,
  type HistoryEntry,
  messageStates,
  type PeerStatus,
  presenceStates,
  type Reason,
  registryStates,
  roads,
} from '../peer-api.ts'
import {
  type ChannelEntry,
  type NotInvited,
  type Room,
  roomChanges,
  type RoomEntry,
  type RoomMember,
} from '../room-api.ts'

/** A schema whose values are of the type. */
export type SchemaOf<T> = v.GenericSchema<T>

export const text = v.string()
export const bool = v.boolean()
export const nothing = v.null()
/** Wall milliseconds, as some clock had them. */
export const time = v.number()
export const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
export const messageId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'a message id is 32 hexadecimal digits'))
export const road = v.picklist(roads)
export const messageState = v.picklist(messageStates)
export const presence = v.picklist(presenceStates)
export const registryState = v.picklist(registryStates)
export const chatRefusal = v.picklist(chatRefusals)
const optional = v.exactOptional

export const reason: SchemaOf<Reason> = v.object({ code: text, details: v.record(v.string(), v.unknown()) })
export const keyWords: SchemaOf<KeyWords> = v.object({ fingerprint: text, words: v.array(text) })

export const client: SchemaOf<Client> = v.object({
  name: text,
  status: presence,
  busy: optional(bool),
  road: optional(road),
})

export const historyEntry: SchemaOf<HistoryEntry> = v.object({
  id: messageId,
  from: text,
  to: text,
  text,
  sentAt: time,
  receivedAt: optional(time),
  road: optional(road),
  state: optional(messageState),
})

const changedIdentity = v.object({ name: text, pinned: text, offered: text })

export const peerStatus: SchemaOf<PeerStatus> = v.object({
  name: text,
  key: keyWords,
  registry: text,
  invite: text,
  registryName: optional(text),
  port: v.number(),
  state: registryState,
  reason: optional(reason),
  accounts: optional(v.picklist(['open', 'password', 'invite'])),
  version: text,
  waiting: whole,
  requests: v.array(text),
  asked: optional(text),
  session: optional(text),
  changedIdentities: v.array(changedIdentity),
})

export const finding: SchemaOf<Finding> = v.variant('kind', [
  v.object({ kind: v.literal('found'), name: text, status: presence, busy: bool, address: optional(text) }),
  v.object({ kind: v.literal('unknown'), name: text, nearest: v.array(text) }),
  v.object({ kind: v.literal('self') }),
])

const friendFields = {
  name: text,
  alias: optional(text),
  isFriend: bool,
  isBlocked: bool,
  status: optional(presence),
  road: optional(road),
  address: optional(text),
}
export const friend: SchemaOf<Friend> = v.object(friendFields)

export const roomMember: SchemaOf<RoomMember> = v.object({ name: text, state: v.picklist(['joined', 'invited']) })
export const room: SchemaOf<Room> = v.object({
  room: whole,
  name: text,
  maker: text,
  state: v.picklist(['joined', 'invited', 'left']),
  members: v.array(roomMember),
})
export const notInvited: SchemaOf<NotInvited> = v.object({ name: text, problem: text })
export const roomEntry: SchemaOf<RoomEntry> = v.object({
  number: whole,
  kind: v.picklist([...roomChanges, 'message']),
  name: text,
  by: optional(text),
  text: optional(text),
  id: optional(text),
  at: time,
})
export const channelEntry: SchemaOf<ChannelEntry> = v.object({
  number: whole,
  id: text,
  from: optional(text),
  text,
  at: time,
})

export const conversationKey: SchemaOf<ConversationKey> = v.variant('kind', [
  v.strictObject({ kind: v.literal('person'), name: text }),
  v.strictObject({ kind: v.literal('room'), room: whole }),
  v.strictObject({ kind: v.literal('channel') }),
])

export const copyState: SchemaOf<CopyState> = v.object({ to: text, state: messageState, road: optional(road) })

export const transcriptEntry: SchemaOf<TranscriptEntry> = v.object({
  position: v.number(),
  kind: v.picklist(['message', ...roomChanges]),
  id: text,
  from: optional(text),
  by: optional(text),
  isOwn: bool,
  text: optional(text),
  sentAt: time,
  receivedAt: optional(time),
  road: optional(road),
  state: optional(messageState),
  reason: optional(text),
  copies: optional(v.array(copyState)),
  gapBefore: optional(whole),
  number: optional(whole),
})

export const transcriptPage: SchemaOf<TranscriptPage> = v.object({
  entries: v.array(transcriptEntry),
  hasBefore: bool,
  hasAfter: bool,
})

export const conversationRow: SchemaOf<ConversationRow> = v.object({
  key: conversationKey,
  title: text,
  latest: optional(v.object({ from: optional(text), isOwn: bool, text, at: time })),
  unread: whole,
  readTo: v.number(),
  draft: text,
})

export const searchHit: SchemaOf<SearchHit> = v.object({
  key: conversationKey,
  entry: transcriptEntry,
  marks: v.array(v.tuple([whole, whole])),
  cursor: text,
})

export const journeyStep: SchemaOf<JourneyStep> = v.object({
  at: time,
  step: v.picklist([...messageStates, 'received']),
  to: optional(text),
  road: optional(road),
  reason: optional(text),
})

export const roadPeriod: SchemaOf<RoadPeriod> = v.object({ road, from: time, to: time, messages: whole })

export const contactCard: SchemaOf<ContactCard> = v.object({
  ...friendFields,
  busy: optional(bool),
  key: optional(keyWords),
  offered: optional(keyWords),
  rttMs: optional(v.number()),
  roads: v.array(roadPeriod),
})

export const importedMessage: SchemaOf<ImportedMessage> = v.strictObject({
  key: conversationKey,
  id: messageId,
  from: optional(text),
  isOwn: bool,
  text,
  sentAt: time,
  receivedAt: optional(time),
  road: optional(road),
  state: optional(messageState),
})

export const importOutcome: SchemaOf<ImportOutcome> = v.object({ added: whole, known: whole, skipped: whole })

/** The schemas that have a name, for the document. */
export const namedSchemas = {
  Reason: reason,
  KeyWords: keyWords,
  Client: client,
  HistoryEntry: historyEntry,
  PeerStatus: peerStatus,
  Finding: finding,
  Friend: friend,
  Room: room,
  NotInvited: notInvited,
  RoomEntry: roomEntry,
  ChannelEntry: channelEntry,
  ConversationKey: conversationKey,
  ConversationRow: conversationRow,
  CopyState: copyState,
  TranscriptEntry: transcriptEntry,
  TranscriptPage: transcriptPage,
  SearchHit: searchHit,
  JourneyStep: journeyStep,
  RoadPeriod: roadPeriod,
  ContactCard: contactCard,
  ImportedMessage: importedMessage,
  ImportOutcome: importOutcome,
  MessageId: messageId,
  MessageState: messageState,
  Road: road,
  RegistryState: registryState,
  Presence: presence,
} as const
