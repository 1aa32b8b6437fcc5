// What is told after a time without a peer, from the archive of the one that came after.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakePeer } from '../../test/fake/fake-peer.ts'
import type { ConversationKey, JourneyStep, TranscriptEntry } from './archive-api.ts'
import { MissedEvents } from './missed-events.ts'

const lostAt = 1_000_000
const id = (letter: string): string => letter.repeat(32)

const entry = (letter: string, more: Partial<TranscriptEntry> = {}): TranscriptEntry => ({
  position: 1,
  kind: 'message',
  id: id(letter),
  from: 'bob',
  isOwn: false,
  text: letter,
  sentAt: 1,
  receivedAt: lostAt + 1,
  road: 'direct',
  ...more,
})

function peerWith(
  key: ConversationKey,
  entries: TranscriptEntry[],
  ways: Record<string, JourneyStep[]> = {},
): FakePeer {
  const peer = new FakePeer()
  peer.known = []
  peer.rows = [{ key, title: '', unread: 0, readTo: 0, draft: '' }]
  peer.entryList = entries
  peer.journey = async (message) => ways[message] ?? []
  return peer
}

const bob: ConversationKey = { kind: 'person', name: 'bob' }
const message = (letter: string) => ({
  type: 'message' as const,
  id: id(letter),
  from: 'bob',
  conversation: 'bob',
  text: letter,
  road: 'direct' as const,
  sentAt: 1,
  receivedAt: lostAt + 1,
})

test('messages that came meanwhile are told once; older ones, and those that were told, are not', async () => {
  const missed = new MissedEvents()
  missed.note(message('b'))
  const peer = peerWith(bob, [entry('a', { receivedAt: 5 }), entry('b'), entry('c')])
  const events = await missed.since(peer, lostAt)
  assert.deepEqual(events, [message('c')])
  for (const event of events) missed.note(event)
  assert.deepEqual(await missed.since(peer, lostAt), [])
  assert.equal(missed.isTold(message('c')), true)
  // The same id of somebody else is another message.
  assert.equal(missed.isTold({ ...message('c'), from: 'eve' }), false)
})

test('the marks of own messages go on from where they were, and never back', async () => {
  const missed = new MissedEvents()
  const [sent, far, ended] = [id('1'), id('2'), id('3')]
  for (const own of [sent, far, ended]) missed.note({ type: 'sent', id: own, to: 'bob', text: 'x', at: 1 })
  missed.note({ type: 'state', id: far, to: 'bob', state: 'mailbox', road: 'mailbox' })
  missed.note({ type: 'state', id: ended, to: 'bob', state: 'stored', road: 'direct' })
  const way: JourneyStep[] = [
    { at: 1, step: 'kept' },
    { at: 2, step: 'mailbox', road: 'mailbox' },
    { at: 3, step: 'stored', road: 'mailbox' },
  ]
  const peer = peerWith(bob, [], { [sent]: way.slice(0, 2), [far]: way, [ended]: way })
  assert.deepEqual(await missed.since(peer, lostAt), [
    { type: 'state', id: sent, to: 'bob', state: 'mailbox', road: 'mailbox' },
    { type: 'state', id: far, to: 'bob', state: 'stored', road: 'mailbox' },
  ])
})

test('what another face sent meanwhile is told with its way', async () => {
  const missed = new MissedEvents()
  const own = entry('d', { isOwn: true, from: 'alice', sentAt: lostAt + 1, state: 'stored' })
  const peer = peerWith(bob, [own], { [own.id]: [{ at: 1, step: 'stored', road: 'direct' }] })
  assert.deepEqual(await missed.since(peer, lostAt), [
    { type: 'sent', id: own.id, to: 'bob', text: 'd', at: lostAt + 1 },
    { type: 'state', id: own.id, to: 'bob', state: 'stored', road: 'direct' },
  ])
})

test('rooms and the channel', async () => {
  const room = { room: 7, name: 'den', maker: 'bob', state: 'joined', members: [] } as const
  const entries = [
    entry('e', { number: 4 }),
    entry('f', { kind: 'joined', id: '', number: 5, from: 'carol', receivedAt: lostAt + 2 }),
    entry('1', { isOwn: true, from: 'alice', number: 6, sentAt: lostAt }),
  ]
  const inRoom = peerWith({ kind: 'room', room: 7 }, entries)
  inRoom.roomList = [room]
  const types = (await new MissedEvents().since(inRoom, lostAt)).map(({ type }) => type)
  assert.deepEqual(types, ['roomMessage', 'room', 'roomSent'])
  const channel = peerWith({ kind: 'channel' }, [entry('g', { number: 3 })])
  assert.deepEqual(await new MissedEvents().since(channel, lostAt), [
    { type: 'channelMessage', entry: { number: 3, id: id('g'), from: 'bob', text: 'g', at: 1 }, missed: true },
  ])
})

test('requests and the private session as they stand now', async () => {
  const missed = new MissedEvents()
  missed.note({ type: 'chatRequest', from: 'grace' })
  missed.note({ type: 'chatOpened', name: 'bob', asked: true })
  const peer = peerWith(bob, [])
  peer.askers.add('carol')
  assert.deepEqual(await missed.since(peer, lostAt), [
    { type: 'chatRequest', from: 'carol' },
    { type: 'chatRequestOver', from: 'grace', outcome: 'withdrawn' },
    { type: 'chatClosed', name: 'bob', by: 'absence' },
  ])
})

test('another account starts anew', async () => {
  const missed = new MissedEvents()
  missed.note({ type: 'chatOpened', name: 'bob', asked: true })
  missed.note({ type: 'sent', id: id('1'), to: 'bob', text: 'x', at: 1 })
  missed.note({ type: 'account', name: 'carol' })
  assert.deepEqual(await missed.since(peerWith(bob, [], { [id('1')]: [{ at: 1, step: 'stored' }] }), lostAt), [])
})
