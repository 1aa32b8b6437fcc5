// The events of a peer as schemas: what the notice `event` carries. For docs/api.md and for tests. The compiler holds it
// against PeerEvent, both ways: no event without a row here, and no row that is no event.

import * as v from 'valibot'
import type { PeerEvent } from '../peer-api.ts'
import {
  bool,
  channelEntry,
  chatRefusal,
  conversationKey,
  friend,
  messageId,
  messageState,
  presence,
  reason,
  registryState,
  road,
  room,
  roomEntry,
  text,
  time,
  whole,
} from './peer-schemas.ts'

const optional = v.exactOptional
const type = <T extends PeerEvent['type']>(word: T): v.LiteralSchema<T, undefined> => v.literal(word)

export const peerEventSchema = v.variant('type', [
  v.object({ type: type('sent'), id: messageId, to: text, text, at: time }),
  v.object({
    type: type('message'),
    id: messageId,
    from: text,
    conversation: text,
    text,
    road,
    sentAt: time,
    receivedAt: time,
    gapBefore: optional(whole),
  }),
  v.object({
    type: type('state'),
    id: messageId,
    to: text,
    state: messageState,
    road: optional(road),
    ms: optional(v.number()),
    reason: optional(reason),
  }),
  v.object({ type: type('presence'), name: text, status: presence, busy: optional(bool) }),
  v.object({ type: type('directory'), count: whole }),
  v.object({ type: type('registry'), state: registryState, reason: optional(reason) }),
  v.object({ type: type('identityChanged'), name: text, pinned: text, offered: text }),
  v.object({ type: type('warning'), reason }),
  v.object({ type: type('account'), name: text }),
  v.object({ type: type('chatRequest'), from: text }),
  v.object({ type: type('chatRequestOver'), from: text, outcome: v.picklist(['withdrawn', 'timedOut']) }),
  v.object({ type: type('chatRefused'), name: text, outcome: chatRefusal }),
  v.object({ type: type('chatOpened'), name: text, asked: bool }),
  v.object({ type: type('chatClosed'), name: text, by: v.picklist(['self', 'peer', 'absence']) }),
  v.object({ type: type('friend'), friend }),
  v.object({ type: type('mailWaiting'), count: whole }),
  v.object({ type: type('room'), room, entry: roomEntry }),
  v.object({
    type: type('roomMessage'),
    room: whole,
    number: whole,
    id: messageId,
    from: text,
    text,
    road,
    sentAt: time,
    receivedAt: time,
    isLate: optional(v.literal(true)),
  }),
  v.object({ type: type('roomSent'), room: whole, id: messageId, text, at: time }),
  v.object({ type: type('roomPlaced'), room: whole, id: messageId, number: whole, members: v.array(text) }),
  v.object({
    type: type('roomState'),
    room: whole,
    id: messageId,
    to: optional(text),
    state: messageState,
    road: optional(road),
    ms: optional(v.number()),
    reason: optional(reason),
  }),
  v.object({ type: type('channelMessage'), entry: channelEntry, missed: bool }),
  v.object({ type: type('channelSent'), id: messageId, text, at: time }),
  v.object({
    type: type('channelState'),
    id: messageId,
    state: v.picklist(['said', 'failed']),
    online: optional(whole),
    reason: optional(reason),
  }),
  v.object({ type: type('channelHeard'), id: messageId, names: v.array(text), total: whole }),
  v.object({ type: type('read'), key: conversationKey, unread: whole, readTo: v.number() }),
  v.object({ type: type('draft'), key: conversationKey, text }),
])

type Row = v.InferOutput<typeof peerEventSchema>
const isEvery: PeerEvent['type'] extends Row['type'] ? true : never = true
const isNoOther: v.GenericSchema<PeerEvent> = peerEventSchema
void [isEvery, isNoOther]
