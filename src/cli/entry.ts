// One entry of a transcript in the forms in which commands write it: a line for people, an object for programs, and the
// events of `parley chat --json` that told it when it was new. Invariant: nothing of others reaches a line unless it was
// made visible.

import type { ConversationKey, PeerEvent, Room, RoomEntry, TranscriptEntry } from '../api/index.ts'
import { clockTime, entryText, isoTime, reasonText, visibleLine } from '../terminal/index.ts'
import { wordOf } from './conversation-word.ts'

/** Where something was said, and what. */
export interface Saying {
  readonly key: ConversationKey
  readonly entry: Omit<TranscriptEntry, 'position'> & { readonly position?: number }
}

/** `14:05 bob: text`, `14:05 you -> #3 [stored]: text`. `whole`: with its conversation, where several stand together. */
export function entryLine({ key, entry }: Saying, nowMs: number, whole: boolean): string {
  const time = clockTime(entry.sentAt, nowMs)
  const word = visibleLine(wordOf(key))
  if (entry.kind !== 'message') {
    const told = entryText(roomEntryOf(entry), `room ${word}`, entry.isOwn)
    return `${time} ${word} ${told ?? ''}`
  }
  const text = visibleLine(entry.text ?? '')
  if (entry.isOwn) return `${time} you -> ${word}${stateMark(entry)}: ${text}`
  const from = entry.from === undefined ? 'SERVER' : visibleLine(entry.from)
  const place = key.kind === 'person' || !whole ? '' : `${word} `
  return `${time} ${place}${from}: ${text}`
}

/** What is wrong with it, or how far it came. */
function stateMark({ state, reason }: Saying['entry']): string {
  if (state === undefined) return ''
  const words = {
    kept: 'kept here',
    mailbox: 'in the mailbox',
    stored: 'stored',
    expired: 'expired, never collected',
    failed: 'not sent',
  } as const
  const why = reason === undefined || state === 'stored' ? '' : `: ${reasonText({ code: reason, details: {} }).text}`
  return ` [${words[state]}${why}]`
}

/** The object `entry` of docs/json.md. */
export function entryObject({ key, entry: { sentAt, receivedAt, ...entry } }: Saying): Record<string, unknown> {
  const received = receivedAt === undefined ? {} : { receivedAt: isoTime(receivedAt) }
  return { type: 'entry', key, ...entry, sentAt: isoTime(sentAt), ...received }
}

/** What a peer told when this was new, so that who follows reads one kind of object for old and new. */
export function eventsOf({ key, entry }: Saying, room: Room | undefined): readonly PeerEvent[] {
  if (entry.kind !== 'message') return room === undefined ? [] : [{ type: 'room', room, entry: roomEntryOf(entry) }]
  const { id, from = '', text = '', sentAt, receivedAt = sentAt, road = 'direct', number = 0, gapBefore } = entry
  if (key.kind === 'channel') {
    if (entry.isOwn) return [{ type: 'channelSent', id, text, at: sentAt }]
    const said = { number, id, text, at: sentAt, ...(entry.from === undefined ? {} : { from }) }
    return [{ type: 'channelMessage', entry: said, missed: true }]
  }
  if (key.kind === 'room') {
    if (entry.isOwn) return [{ type: 'roomSent', room: key.room, id, text, at: sentAt }]
    return [{ type: 'roomMessage', room: key.room, number, id, from, text, road, sentAt, receivedAt }]
  }
  if (!entry.isOwn) {
    const gap = gapBefore === undefined ? {} : { gapBefore }
    return [{ type: 'message', id, from, conversation: key.name, text, road, sentAt, receivedAt, ...gap }]
  }
  const sent = { type: 'sent', id, to: key.name, text, at: sentAt } as const
  if (entry.state === undefined) return [sent]
  const way = entry.road === undefined ? {} : { road: entry.road }
  return [sent, { type: 'state', id, to: key.name, state: entry.state, ...way }]
}

/** What an event says as an entry; undefined where nobody said anything. */
export function sayingOf(event: PeerEvent, self: string): Saying | undefined {
  if (event.type === 'sent') return { key: { kind: 'person', name: event.to }, entry: own(event, self) }
  if (event.type === 'roomSent') return { key: { kind: 'room', room: event.room }, entry: own(event, self) }
  if (event.type === 'channelSent') return { key: { kind: 'channel' }, entry: own(event, self) }
  if (event.type === 'message') {
    const { type, conversation: name, ...entry } = event
    return { key: { kind: 'person', name }, entry: { kind: type, isOwn: false, ...entry } }
  }
  if (event.type === 'roomMessage') {
    const { type: _type, room, isLate: _isLate, ...entry } = event
    return { key: { kind: 'room', room }, entry: { kind: 'message', isOwn: false, ...entry } }
  }
  if (event.type === 'channelMessage') {
    const { at: sentAt, ...entry } = event.entry
    return { key: { kind: 'channel' }, entry: { kind: 'message', isOwn: false, ...entry, sentAt } }
  }
  if (event.type !== 'room') return undefined
  const { name: from, at: sentAt, id = '', ...entry } = event.entry
  return {
    key: { kind: 'room', room: event.room.room },
    entry: { ...entry, id, from, isOwn: from === self, sentAt },
  }
}

function own({ id, text, at }: { id: string; text: string; at: number }, self: string): Saying['entry'] {
  return { kind: 'message', id, from: self, isOwn: true, text, sentAt: at }
}

function roomEntryOf({ kind, from = '', by, text, number = 0, sentAt: at }: Saying['entry']): RoomEntry {
  return { number, kind, name: from, at, ...(by === undefined ? {} : { by }), ...(text === undefined ? {} : { text }) }
}
