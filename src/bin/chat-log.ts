// The peer's log, `parley chat --log FILE`: what happened and when. Never texts, nor names that people give to rooms: the
// log tells who, which message by its id, how far it came, and what went wrong.

import type { ConversationKey, PeerApi, PeerEvent, Reason } from '../api/index.ts'
import { unreachable } from '../base/index.ts'
import { formatLogLine } from '../disk/index.ts'
import { logLine, type LogOutput } from './log-output.ts'

type Fields = Readonly<Record<string, unknown>>
type Words<T extends PeerEvent['type']> = (event: Extract<PeerEvent, { type: T }>) => readonly [string, Fields]

const words: { readonly [T in PeerEvent['type']]: Words<T> } = {
  sent: ({ id, to }) => ['sending', { id, to }],
  message: ({ id, from, road, sentAt }) => ['received', { id, from, road, sentAt: iso(sentAt) }],
  state: ({ id, to, state, road, ms, reason }) => [`message ${state}`, { id, to, road, ms, ...why(reason) }],
  presence: ({ name, status, busy }) => [status === 'online' ? 'came on line' : 'went away', { name, busy }],
  directory: ({ count }) => ['table of clients received', { count }],
  registry: ({ state, reason }) => [`registry ${state}`, why(reason)],
  identityChanged: ({ name, pinned, offered }) => ['identity changed', { name, pinned, offered }],
  warning: ({ reason }) => ['warning', why(reason)],
  chatRequest: ({ from }) => ['chat request', { from }],
  chatRequestOver: ({ from, outcome }) => ['chat request over', { from, outcome }],
  chatRefused: ({ name, outcome }) => ['chat refused', { name, outcome }],
  chatOpened: ({ name }) => ['chat opened', { name }],
  chatClosed: ({ name, by }) => ['chat closed', { name, by }],
  friend: ({ friend }) => ['friend list', { name: friend.name, friend: friend.isFriend, blocked: friend.isBlocked }],
  mailWaiting: ({ count }) => ['messages wait in the mailbox', { count }],
  room: ({ room, entry }) => [
    `room ${entry.kind}`,
    { room: room.room, number: entry.number, name: entry.name, by: entry.by },
  ],
  roomMessage: ({ room, number, id, from, road }) => ['received in a room', { room, number, id, from, road }],
  roomSent: ({ room, id }) => ['sending to a room', { room, id }],
  roomPlaced: ({ room, id, number, members }) => ['numbered in a room', { room, number, id, members: members.length }],
  roomState: ({ room, id, to, state, road, ms, reason }) => [
    `room message ${state}`,
    { room, id, to, road, ms, ...why(reason) },
  ],
  channelMessage: ({ entry, missed }) => ['received by all', { number: entry.number, from: entry.from, missed }],
  channelSent: ({ id }) => ['sending to all', { id }],
  channelState: ({ id, state, online, reason }) => [`message to all ${state}`, { id, online, ...why(reason) }],
  channelHeard: ({ id, names, total }) => ['message to all heard', { id, names: names.length, total }],
  account: ({ name }) => ['another account', { name }],
  read: ({ key, unread }) => ['read', { ...placeOf(key), unread }],
  draft: ({ key, text }) => [text === '' ? 'draft taken away' : 'draft left', placeOf(key)],
}

/** Logs everything that the peer tells from now on, and says what it is. */
export function logPeer(peer: PeerApi, log: LogOutput): void {
  const write = (level: string, msg: string, fields: Fields): void =>
    log.write(formatLogLine(logLine(level, msg, fields), log.form))
  const { name, registry, port, fingerprint } = peer
  write('info', 'started', { name, registry, port, fingerprint })
  // What happened before anybody listened is told to the first listener only, which is the face: both share a place.
  const subscribe = peer.subscribe.bind(peer)
  peer.subscribe = (listener) =>
    subscribe((event) => {
      const [msg, fields] = wordsOf(event)
      write(levelOf(event), msg, fields)
      listener(event)
    })
}

/** One event as the words of a log line, and what belongs to it; nothing of what people wrote. */
export function wordsOf(event: PeerEvent): readonly [string, Fields] {
  return (words[event.type] as (event: PeerEvent) => readonly [string, Fields])(event)
}

function levelOf(event: PeerEvent): 'info' | 'warn' | 'debug' {
  if (event.type === 'warning' || event.type === 'identityChanged') return 'warn'
  return 'reason' in event && event.reason !== undefined ? 'warn' : 'info'
}

/** A reason's details may hold what somebody wrote; its code and a name are enough. */
function why(reason: Reason | undefined): Fields {
  if (reason === undefined) return {}
  const { name } = reason.details
  return { reason: reason.code, ...(typeof name === 'string' ? { about: name } : {}) }
}

/** Which conversation, without what people call it. */
function placeOf(key: ConversationKey): Fields {
  switch (key.kind) {
    case 'person':
      return { with: key.name }
    case 'room':
      return { room: key.room }
    case 'channel':
      return { with: 'everyone' }
    default:
      return unreachable(key)
  }
}

/** Clocks of others may say anything. */
function iso(wallMs: number): string | number {
  return Math.abs(wallMs) <= 8.64e15 ? new Date(wallMs).toISOString() : wallMs
}
