// What an event adds to a transcript: the entry of a message or a change, as far as the event tells of it. The archive
// gives it its place a moment later.

import type { ConversationKey, PeerEvent } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import { keyOf, type ShownEntry } from './shown-entry.ts'

/** The new entry of `event` in the conversation; undefined where it adds none to it. `self`: the own name. */
export function liveEntry(event: PeerEvent, key: ConversationKey, self: string): ShownEntry | undefined {
  switch (key.kind) {
    case 'person':
      return personEntry(event, foldName(key.name))
    case 'room':
      return roomEntry(event, key.room, self)
    case 'channel':
      return channelEntry(event, self)
    default:
      return unreachable(key)
  }
}

function personEntry(event: PeerEvent, name: string): ShownEntry | undefined {
  if (event.type === 'sent' && foldName(event.to) === name) {
    const { id, text, at } = event
    return { key: id, kind: 'message', id, isOwn: true, text, sentAt: at, state: 'kept' }
  }
  if (event.type !== 'message' || foldName(event.conversation) !== name) return undefined
  const { id, from, text, road, sentAt, receivedAt, gapBefore } = event
  const gap = gapBefore === undefined ? {} : { gapBefore }
  return { key: id, kind: 'message', id, from, isOwn: false, text, road, sentAt, receivedAt, ...gap }
}

function roomEntry(event: PeerEvent, room: number, self: string): ShownEntry | undefined {
  if (event.type === 'roomSent' && event.room === room) {
    const { id, text, at } = event
    return { key: id, kind: 'message', id, isOwn: true, text, sentAt: at, state: 'kept' }
  }
  if (event.type === 'roomMessage' && event.room === room) {
    const { id, from, text, road, sentAt, receivedAt, number } = event
    return { key: id, kind: 'message', id, from, isOwn: false, text, road, sentAt, receivedAt, number }
  }
  if (event.type !== 'room' || event.room.room !== room || event.entry.kind === 'message') return undefined
  const { entry } = event
  return {
    key: keyOf({ id: '', kind: entry.kind, number: entry.number }),
    kind: entry.kind,
    id: '',
    from: entry.name,
    isOwn: foldName(entry.name) === foldName(self),
    sentAt: entry.at,
    number: entry.number,
    ...(entry.by !== undefined && { by: entry.by }),
    ...(entry.text !== undefined && { text: entry.text }),
  }
}

function channelEntry(event: PeerEvent, self: string): ShownEntry | undefined {
  if (event.type === 'channelSent') {
    const { id, text, at } = event
    return { key: id, kind: 'message', id, isOwn: true, text, sentAt: at, state: 'kept' }
  }
  if (event.type !== 'channelMessage') return undefined
  const { id, from, text, at, number } = event.entry
  const isOwn = from !== undefined && foldName(from) === foldName(self)
  const who = from === undefined ? {} : { from }
  return {
    key: id,
    kind: 'message',
    id,
    isOwn,
    text,
    sentAt: at,
    number,
    ...who,
    ...(isOwn && { state: 'stored' as const }),
  }
}
