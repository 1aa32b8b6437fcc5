import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PeerApi, PeerEvent, Room, RoomEntry } from '../api/index.ts'
import { logPeer, wordsOf } from './chat-log.ts'

const canary = 'canary-that-nobody-logs'
const entry: RoomEntry = { number: 2, kind: 'named', name: 'alice', by: 'bob', text: canary, id: 'e1', at: 1 }
const room: Room = {
  room: 7,
  name: canary,
  maker: 'alice',
  state: 'joined',
  members: [{ name: 'bob', state: 'joined' }],
}
const reason = { code: 'unknownName', details: { name: 'zoe', text: canary } }

/** One of each kind, with the canary wherever somebody's words may be. */
const events: readonly PeerEvent[] = [
  { type: 'sent', id: 'i1', to: 'bob', text: canary, at: 1 },
  {
    type: 'message',
    id: 'i2',
    from: 'bob',
    conversation: 'bob',
    text: canary,
    road: 'direct',
    sentAt: 1,
    receivedAt: 2,
  },
  {
    type: 'message',
    id: 'i2',
    from: 'bob',
    conversation: 'bob',
    text: canary,
    road: 'direct',
    sentAt: 1e300,
    receivedAt: 2,
  },
  { type: 'state', id: 'i1', to: 'bob', state: 'stored', road: 'direct', ms: 0.4 },
  { type: 'state', id: 'i1', to: 'bob', state: 'failed', reason },
  { type: 'presence', name: 'bob', status: 'online' },
  { type: 'directory', count: 3 },
  { type: 'registry', state: 'unreachable', reason },
  { type: 'identityChanged', name: 'bob', pinned: 'p', offered: 'o' },
  { type: 'warning', reason },
  { type: 'chatRequest', from: 'bob' },
  { type: 'chatRequestOver', from: 'bob', outcome: 'withdrawn' },
  { type: 'chatRefused', name: 'bob', outcome: 'busy' },
  { type: 'chatOpened', name: 'bob', asked: true },
  { type: 'chatClosed', name: 'bob', by: 'peer' },
  { type: 'friend', friend: { name: 'bob', alias: canary, isFriend: true, isBlocked: false } },
  { type: 'mailWaiting', count: 2 },
  { type: 'room', room, entry },
  {
    type: 'roomMessage',
    room: 7,
    number: 3,
    id: 'i3',
    from: 'bob',
    text: canary,
    road: 'direct',
    sentAt: 1,
    receivedAt: 2,
  },
  { type: 'roomSent', room: 7, id: 'i4', text: canary, at: 1 },
  { type: 'roomPlaced', room: 7, id: 'i4', number: 4, members: ['bob'] },
  { type: 'roomState', room: 7, id: 'i4', to: 'bob', state: 'stored', road: 'mailbox' },
  { type: 'channelMessage', entry: { number: 1, id: 'i5', from: 'bob', text: canary, at: 1 }, missed: true },
  { type: 'channelSent', id: 'i6', text: canary, at: 1 },
  { type: 'channelState', id: 'i6', state: 'said', online: 3 },
  { type: 'channelHeard', id: 'i6', names: ['bob'], total: 1 },
  { type: 'account', name: 'carol' },
  { type: 'read', key: { kind: 'person', name: 'bob' }, unread: 1, readTo: 7 },
  { type: 'draft', key: { kind: 'channel' }, text: canary },
]

test('every event has its line, and no line has what people wrote', () => {
  const lines = events.map((event) => wordsOf(event))
  for (const line of lines) assert.ok(!JSON.stringify(line).includes(canary), JSON.stringify(line))
  assert.deepEqual(lines[0], ['sending', { id: 'i1', to: 'bob' }])
  assert.deepEqual(lines[1]?.[1]['sentAt'], '1970-01-01T00:00:00.001Z')
  assert.deepEqual(lines[4]?.[1]['reason'], 'unknownName')
})

test('the face hears all that the log does, and the log first says who it is about', () => {
  let tell: ((event: PeerEvent) => void) | undefined
  const written: string[] = []
  const peer = {
    name: 'alice',
    registry: 'h:1',
    port: 2,
    fingerprint: 'f',
    subscribe: (listener: (event: PeerEvent) => void) => {
      tell = listener
      return () => undefined
    },
  } as unknown as PeerApi
  logPeer(peer, { form: 'text', write: (text) => written.push(text), close: () => Promise.resolve() })
  const heard: string[] = []
  peer.subscribe((event) => heard.push(event.type))
  for (const event of events) tell?.(event)
  assert.deepEqual(
    heard,
    events.map((event) => event.type),
  )
  assert.equal(written.length, events.length + 1)
  assert.match(
    written[0] ?? '',
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info {2}started name=alice registry=h:1 port=2 /,
  )
  assert.match(written[10] ?? '', / warn {2}warning reason=unknownName about=zoe\n$/)
})
