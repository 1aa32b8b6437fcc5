import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import type { TranscriptQuery } from '../api/index.ts'
import { jsonEventSchema } from '../api/json-event.ts'
import { noon, TalkPeer } from '../../test/fake/talk-peer.ts'
import { TestDesk } from './fixture/test-desk.ts'
import { tail } from './tail.ts'

const bob = { kind: 'person', name: 'bob' } as const
const room = { kind: 'room', room: 3 } as const
const channel = { kind: 'channel' } as const

function talkative(): TalkPeer {
  const peer = new TalkPeer()
  peer.roomList = [{ room: 3, name: 'boat', maker: 'bob', state: 'joined', members: [] }]
  peer.put(bob, { from: 'bob', text: 'one', sentAt: noon + 1 })
  peer.put(room, { from: 'carol', text: 'in the room', sentAt: noon + 2, number: 2 })
  peer.put(channel, { text: 'from the console', sentAt: noon + 3, number: 1 })
  peer.put(bob, { isOwn: true, text: 'two', sentAt: noon + 4, state: 'stored', road: 'direct' })
  peer.put(room, { kind: 'joined', id: '', from: 'dora', sentAt: noon + 5, number: 3 })
  return peer
}

test('the last ones of all conversations, in the order of their times', async () => {
  const desk = new TestDesk(talkative())
  await tail(desk, { lines: 4, isFollowing: false })
  const lines = await desk.lines()
  assert.deepEqual(
    lines.map((line) => line.replace(/^\S+ /, '')),
    [
      '#3 carol: in the room',
      'everyone SERVER: from the console',
      'you -> bob [stored]: two',
      '#3 dora joined the group chat room #3',
    ],
  )
})

test('one conversation, live, each message once, and only of that one', async () => {
  const peer = talkative()
  const desk = new TestDesk(peer)
  const transcript = peer.transcript.bind(peer)
  peer.transcript = async (query: TranscriptQuery) => {
    // It comes while the past is being read: both ways tell of it.
    if (peer.talks.get('bob')?.entries.length === 2) {
      const { id } = peer.put(bob, { from: 'bob', text: 'meanwhile', sentAt: noon + 6 })
      peer.emit({
        type: 'message',
        id,
        from: 'bob',
        conversation: 'bob',
        text: 'meanwhile',
        road: 'direct',
        sentAt: noon,
        receivedAt: noon,
      })
    }
    return transcript(query)
  }
  const ended = tail(desk, { of: 'bob', lines: 2, isFollowing: true })
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  peer.say('carol', 'elsewhere')
  peer.say('bob', 'live \u009b2J')
  desk.ending.abort()
  assert.equal(await ended, undefined)
  assert.deepEqual(
    (await desk.lines()).map((line) => line.replace(/^(\S+ )*?(?=bob|you)/, '')),
    ['you -> bob [stored]: two', 'bob: meanwhile', 'bob: live <9b>2J'],
  )
})

test('programs get old and new in the same form, which docs/json.md describes', async () => {
  const peer = talkative()
  const desk = new TestDesk(peer, 'json')
  const ended = tail(desk, { lines: 10, isFollowing: true })
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  await peer.send('bob', 'new')
  peer.emit({ type: 'presence', name: 'bob', status: 'away' })
  desk.ending.abort()
  await ended
  const objects = await desk.objects()
  for (const object of objects) assert.deepEqual(v.parse(jsonEventSchema, object), object)
  assert.deepEqual(
    objects.map(({ type }) => type),
    ['message', 'roomMessage', 'channelMessage', 'sent', 'state', 'room', 'sent', 'state'],
  )
})

test('an output that is closed ends it quietly', async () => {
  const desk = new TestDesk(talkative())
  const ended = tail(desk, { lines: 1, isFollowing: true })
  desk.output.destroy()
  assert.equal(await ended, undefined)
})

test('a room that we never were in is refused', async () => {
  await assert.rejects(tail(new TestDesk(talkative()), { of: '#9', lines: 1, isFollowing: true }), {
    code: 'unknownRoom',
  })
  await assert.rejects(tail(new TestDesk(talkative()), { of: '#raft', lines: 1, isFollowing: true }), {
    code: 'noRoomNamed',
  })
})
