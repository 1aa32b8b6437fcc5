// A chat at a peer that was running before it came, and that other faces use as well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakePeer } from '../../test/fake/fake-peer.ts'
import { Chat } from './chat.ts'
import type { FaceEvent } from './face-event.ts'

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

async function attach(peer: FakePeer, isAttended = true) {
  const shown: FaceEvent[] = []
  const ask = (): Promise<undefined> => Promise.resolve(undefined)
  const chat = new Chat(peer, { show: (event) => shown.push(event), ask, isAttended })
  await settled()
  return { chat, shown, types: () => shown.map(({ type }) => type) }
}

test('who comes later stands where the others stand: requests and the private session', async () => {
  const peer = new FakePeer()
  peer.askers.add('grace')
  peer.partner = 'bob'
  const { chat, shown } = await attach(peer)
  assert.deepEqual(shown.slice(1), [
    { type: 'chatRequest', from: 'grace' },
    { type: 'chatOpened', name: 'bob', asked: false },
    { type: 'opened', name: 'bob' },
  ])
  assert.deepEqual([chat.askers, chat.session, chat.opened], [['grace'], 'bob', { kind: 'person', name: 'bob' }])
})

test('what is asked at the very beginning is shown once', async () => {
  const peer = new FakePeer()
  const attaching = attach(peer)
  peer.asks('grace')
  const { types } = await attaching
  assert.deepEqual(types(), ['ready', 'chatRequest'])
})

test('another face logged in as somebody else: said, and nothing that was open stays', async () => {
  const peer = new FakePeer()
  peer.partner = 'bob'
  const { chat, shown } = await attach(peer)
  peer.name = 'carol'
  peer.emit({ type: 'account', name: 'carol' })
  assert.deepEqual([chat.opened, chat.session], [undefined, undefined])
  assert.deepEqual(shown.at(-1), { type: 'notice', text: 'another window logged in: you are carol now' })
})

test('the own login is told by its own words only', async () => {
  const peer = new FakePeer()
  const { chat, shown } = await attach(peer)
  const login = chat.enter('/login carol')
  peer.emit({ type: 'account', name: 'carol' })
  await login
  assert.ok(!shown.some(({ type }) => type === 'notice'))
})

test('marks and drafts of other faces are no lines, and a message that another face sent is', async () => {
  const peer = new FakePeer()
  const { types } = await attach(peer)
  peer.emit({ type: 'read', key: { kind: 'channel' }, unread: 0, readTo: 3 })
  peer.emit({ type: 'draft', key: { kind: 'channel' }, text: 'x' })
  peer.emit({ type: 'sent', id: 'a'.repeat(32), to: 'bob', text: 'from a page', at: 1 })
  assert.deepEqual(types(), ['ready', 'sent'])
})

test('what was shown is marked as read: one call per conversation, however many messages come', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const peer = new FakePeer()
  const chat = new Chat(peer, { show: () => undefined, ask: () => Promise.resolve(undefined), isAttended: true })
  for (let i = 0; i < 100; i++) {
    peer.say(i % 2 === 0 ? 'bob' : 'grace', `m${i}`)
    t.mock.timers.tick(10)
  }
  peer.emit({ type: 'channelMessage', entry: { number: 1, id: 'e1', text: 'x', at: 1 }, missed: false })
  assert.equal(peer.marked.length, 0, 'never one by one')
  t.mock.timers.tick(500)
  assert.deepEqual(
    peer.marked.map(({ key }) => key),
    [{ kind: 'person', name: 'bob' }, { kind: 'person', name: 'grace' }, { kind: 'channel' }],
  )
  peer.say('bob', 'on the way out')
  await chat.markShown()
  assert.deepEqual(peer.marked.at(-1)?.key, { kind: 'person', name: 'bob' })
  assert.equal(peer.marked.length, 4)
})

test('what goes to a pipe was read by nobody', async () => {
  const peer = new FakePeer()
  const { chat } = await attach(peer, false)
  peer.say('bob', 'hello')
  await chat.markShown()
  assert.deepEqual(peer.marked, [])
})
