// The objects of `parley chat --json`, one per line on standard output: the stable form of a face's events for programs.
// Fields are only ever added; `schema` in `ready` counts changes that break readers. docs/json.md is the document, and a
// test holds its examples against these schemas.

import * as v from 'valibot'
import { chatRefusals } from './account-api.ts'
import { jsonDeeds, jsonSchemaVersion } from './json-version.ts'
import { messageStates, presenceStates, registryStates, roads } from './peer-api.ts'
import { roomChanges } from './room-api.ts'

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const name = v.string()
/** ISO 8601 in UTC with milliseconds. */
const time = v.pipe(v.string(), v.isoTimestamp())
const road = v.picklist(roads)
const ms = v.pipe(v.number(), v.minValue(0))
const status = v.picklist(presenceStates)
const busy = v.optional(v.boolean())
const client = v.object({ name, status, busy, road: v.optional(road), address: v.optional(v.string()) })
const failure = { code: v.string(), text: v.string() }

const historyEntry = v.object({
  id,
  from: name,
  to: name,
  text: v.string(),
  sentAt: time,
  receivedAt: v.optional(time),
  road: v.optional(road),
  state: v.optional(v.picklist(messageStates)),
})

const friend = v.object({
  name,
  alias: v.optional(v.string()),
  isFriend: v.boolean(),
  isBlocked: v.boolean(),
  status: v.optional(status),
  road: v.optional(road),
  address: v.optional(v.string()),
})

const finding = v.variant('kind', [
  v.object({ kind: v.literal('found'), name, status, busy: v.boolean(), address: v.optional(v.string()) }),
  v.object({ kind: v.literal('unknown'), name, nearest: v.array(v.string()) }),
  v.object({ kind: v.literal('self') }),
])

const room = v.object({
  room: v.number(),
  name: v.string(),
  maker: v.string(),
  state: v.picklist(['joined', 'invited', 'left']),
  members: v.array(v.object({ name, state: v.picklist(['joined', 'invited']) })),
})
const notInvited = v.array(v.object({ name, problem: v.string() }))
const roomEntry = v.object({
  number: v.number(),
  kind: v.picklist([...roomChanges, 'message']),
  name,
  by: v.optional(name),
  text: v.optional(v.string()),
  id: v.optional(id),
  at: time,
})
/** `from` is absent where the registry's console spoke. */
const channelEntry = v.object({ number: v.number(), id, from: v.optional(name), text: v.string(), at: time })

const key = v.variant('kind', [
  v.object({ kind: v.literal('person'), name }),
  v.object({ kind: v.literal('room'), room: v.number() }),
  v.object({ kind: v.literal('channel') }),
])
/** An entry of a transcript, without its type. */
const entry = {
  key,
  position: v.number(),
  kind: v.picklist([...roomChanges, 'message']),
  id: v.union([id, v.literal('')]),
  from: v.optional(name),
  by: v.optional(name),
  isOwn: v.boolean(),
  text: v.optional(v.string()),
  sentAt: time,
  receivedAt: v.optional(time),
  road: v.optional(road),
  state: v.optional(v.picklist(messageStates)),
  reason: v.optional(v.string()),
  copies: v.optional(v.array(v.object({ to: name, state: v.picklist(messageStates), road: v.optional(road) }))),
  gapBefore: v.optional(v.number()),
  number: v.optional(v.number()),
}

export const jsonEventSchema = v.variant('type', [
  v.object({
    type: v.literal('ready'),
    name,
    registry: v.string(),
    port: v.number(),
    fingerprint: v.string(),
    schema: v.literal(jsonSchemaVersion),
  }),
  v.object({ type: v.literal('sent'), id, to: name, text: v.string(), at: time }),
  v.object({
    type: v.literal('message'),
    id,
    from: name,
    conversation: name,
    text: v.string(),
    road,
    sentAt: time,
    receivedAt: time,
    gapBefore: v.optional(v.number()),
  }),
  v.object({
    type: v.literal('state'),
    id,
    to: name,
    state: v.picklist(messageStates),
    road: v.optional(road),
    ms: v.optional(ms),
    reason: v.optional(v.object(failure)),
    noAnswer: v.optional(v.literal(true)),
  }),
  v.object({ type: v.literal('presence'), name, status, busy }),
  v.object({ type: v.literal('directory'), count: v.number() }),
  v.object({
    type: v.literal('clients'),
    clients: v.array(client),
    onlineOnly: v.optional(v.literal(true)),
    refreshed: v.optional(v.literal(true)),
  }),
  v.object({ type: v.literal('history'), name, messages: v.array(historyEntry) }),
  v.object({ type: v.literal('registry'), state: v.picklist(registryStates), reason: v.optional(v.object(failure)) }),
  v.object({ type: v.literal('identityChanged'), name, pinned: v.string(), offered: v.string() }),
  v.object({
    type: v.literal('opened'),
    name: v.optional(name),
    room: v.optional(v.number()),
    roomName: v.optional(v.string()),
  }),
  v.object({ type: v.literal('accepted'), name }),
  v.object({ type: v.literal('help'), text: v.string() }),
  v.object({ type: v.literal('warning'), ...failure }),
  v.object({ type: v.literal('question'), text: v.string(), secret: v.boolean() }),
  v.object({ type: v.literal('loggedIn'), name }),
  v.object({ type: v.literal('notice'), text: v.string() }),
  v.object({
    type: v.literal('done'),
    deed: v.picklist(jsonDeeds),
    name: v.optional(name),
    room: v.optional(v.number()),
    text: v.optional(v.string()),
  }),
  v.object({ type: v.literal('mailWaiting'), count: v.number() }),
  v.object({ type: v.literal('finding'), name, finding }),
  v.object({ type: v.literal('friend'), friend }),
  v.object({ type: v.literal('friends'), friends: v.array(friend) }),
  v.object({ type: v.literal('chatRequest'), from: name }),
  v.object({ type: v.literal('chatRequestOver'), from: name, outcome: v.picklist(['withdrawn', 'timedOut']) }),
  v.object({ type: v.literal('chatRefused'), name, outcome: v.picklist(chatRefusals) }),
  v.object({ type: v.literal('chatOpened'), name, asked: v.boolean() }),
  v.object({ type: v.literal('chatClosed'), name, by: v.picklist(['self', 'peer', 'absence']) }),
  v.object({ type: v.literal('rooms'), rooms: v.array(room) }),
  v.object({ type: v.literal('members'), room }),
  v.object({ type: v.literal('roomMade'), room, notInvited }),
  v.object({ type: v.literal('roomInvited'), room: v.number(), names: v.array(name), notInvited }),
  v.object({ type: v.literal('room'), room, entry: roomEntry }),
  v.object({ type: v.literal('roomHistory'), room: v.number(), entries: v.array(roomEntry) }),
  v.object({ type: v.literal('roomSent'), room: v.number(), id, text: v.string(), at: time }),
  v.object({ type: v.literal('roomPlaced'), room: v.number(), id, number: v.number(), members: v.array(name) }),
  v.object({
    type: v.literal('roomState'),
    room: v.number(),
    id,
    to: v.optional(name),
    state: v.picklist(messageStates),
    road: v.optional(road),
    ms: v.optional(ms),
    reason: v.optional(v.object(failure)),
  }),
  v.object({
    type: v.literal('roomMessage'),
    room: v.number(),
    number: v.number(),
    id,
    from: name,
    text: v.string(),
    road,
    sentAt: time,
    receivedAt: time,
    isLate: v.optional(v.literal(true)),
  }),
  v.object({ type: v.literal('channelSent'), id, text: v.string(), at: time }),
  v.object({
    type: v.literal('channelState'),
    id,
    state: v.picklist(['said', 'failed']),
    online: v.optional(v.number()),
    reason: v.optional(v.object(failure)),
  }),
  v.object({ type: v.literal('channelHeard'), id, names: v.array(name), total: v.number() }),
  v.object({ type: v.literal('channelMessage'), entry: channelEntry, missed: v.boolean() }),
  v.object({ type: v.literal('channelHistory'), entries: v.array(channelEntry) }),
  v.object({ type: v.literal('account'), name }),
  v.object({ type: v.literal('read'), key, unread: v.number(), readTo: v.number() }),
  v.object({ type: v.literal('draft'), key, text: v.string() }),
  v.object({ type: v.literal('entry'), ...entry }),
  v.object({
    type: v.literal('hit'),
    ...entry,
    marks: v.array(v.tuple([v.number(), v.number()])),
    cursor: v.string(),
  }),
  v.object({
    type: v.literal('answer'),
    id,
    from: name,
    text: v.string(),
    sentAt: time,
    choice: v.optional(v.number()),
  }),
  v.object({ type: v.literal('export'), schema: v.number(), name, fingerprint: v.string(), at: time }),
  v.object({ type: v.literal('conversation'), key, title: v.string() }),
  v.object({ type: v.literal('imported'), added: v.number(), known: v.number(), skipped: v.number() }),
  v.object({ type: v.literal('error'), ...failure, line: v.optional(v.number()) }),
])

export type JsonEvent = v.InferOutput<typeof jsonEventSchema>
