// The commands that only read, on a peer in memory.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SearchHit, SearchQuery } from '../api/index.ts'
import { noon, TalkPeer } from '../../test/fake/talk-peer.ts'
import { TestDesk } from './fixture/test-desk.ts'
import { history } from './history.ts'
import { search } from './search.ts'
import { who } from './who.ts'

const bob = { kind: 'person', name: 'bob' } as const

test('who: a table for people, one object for programs', async () => {
  const desk = new TestDesk(new TalkPeer())
  await who(desk, { onlineOnly: false, timeoutMs: 1 })
  assert.deepEqual(await desk.lines(), [
    'NAME    STATUS  ROAD',
    'bob     online  direct',
    'bianca  away    mailbox',
    'grace   away    mailbox',
  ])
  const json = new TestDesk(new TalkPeer(), 'json')
  await who(json, { onlineOnly: true, timeoutMs: 1 })
  assert.deepEqual(await json.objects(), [
    { type: 'clients', clients: [{ name: 'bob', status: 'online', road: 'direct' }], onlineOnly: true },
  ])
})

test('who waits for the table of a peer that has just started, and says where nobody can tell', async () => {
  const peer = new TalkPeer()
  peer.emit({ type: 'registry', state: 'connecting' })
  const desk = new TestDesk(peer)
  const done = who(desk, { onlineOnly: true, timeoutMs: 1 })
  peer.emit({ type: 'registry', state: 'online' })
  await new Promise(setImmediate)
  assert.deepEqual(await desk.lines(), [])
  peer.emit({ type: 'directory', count: 3 })
  await done
  assert.equal((await desk.lines()).length, 2)
  peer.emit({ type: 'registry', state: 'unreachable' })
  await assert.rejects(who(desk, { onlineOnly: false, timeoutMs: 1 }), { code: 'registryUnreachable' })
})

test('history: the last ones, before a date too, over pages', async () => {
  const peer = new TalkPeer()
  for (let i = 1; i <= 600; i++) peer.put(bob, { from: 'bob', text: `message ${i}` })
  const desk = new TestDesk(peer, 'json')
  await history(desk, { with: 'BOB', count: 3 })
  await history(desk, { with: 'bob', count: 300, beforeMs: noon + 302_000 })
  const objects = await desk.objects()
  assert.deepEqual(
    objects.slice(0, 3).map(({ text }) => text),
    ['message 598', 'message 599', 'message 600'],
  )
  assert.deepEqual([objects[3]?.['text'], objects.at(-1)?.['text'], objects.length], ['message 2', 'message 301', 303])
  assert.deepEqual(objects[0], {
    type: 'entry',
    key: { kind: 'person', name: 'BOB' },
    position: 598,
    kind: 'message',
    id: objects[0]?.['id'],
    isOwn: false,
    from: 'bob',
    text: 'message 598',
    sentAt: '2026-11-21T12:09:58.000Z',
  })
  const empty = new TestDesk(peer)
  await history(empty, { with: 'grace', count: 3 })
  assert.deepEqual([await empty.lines(), empty.warnings], [[], ['nothing was said there yet']])
})

test('search: by pages of hits, each with its conversation', async () => {
  const peer = new TalkPeer()
  const asked: SearchQuery[] = []
  const entries = Array.from({ length: 120 }, (_, i) =>
    peer.put(bob, { from: 'bob', text: `tram ${i}\u001b[2J` }),
  ).toReversed()
  const pages = (query: SearchQuery): SearchHit[] => {
    asked.push(query)
    const from = query.cursor === undefined ? 0 : Number(query.cursor) + 1
    return entries
      .slice(from, from + query.count)
      .map((entry, i) => ({ key: bob, entry, marks: [[0, 4]], cursor: String(from + i) }))
  }
  Object.assign(peer, { search: async (query: SearchQuery) => pages(query) })
  const desk = new TestDesk(peer)
  await search(desk, { words: 'tram', with: '#3', from: 'bob', count: 1_000 })
  const lines = await desk.lines()
  assert.equal(lines.length, 120)
  assert.match(lines[0] ?? '', /\d\d:\d\d bob: tram 119␛\[2J$/)
  assert.deepEqual(
    asked.map(({ cursor }) => cursor),
    [undefined, '49', '99'],
  )
  assert.deepEqual([asked[0]?.key, asked[0]?.from], [{ kind: 'room', room: 3 }, 'bob'])
  const none = new TestDesk(new TalkPeer())
  await search(none, { words: 'tram', count: 5 })
  assert.deepEqual([await none.lines(), none.warnings], [[], ['nothing was found']])
})
