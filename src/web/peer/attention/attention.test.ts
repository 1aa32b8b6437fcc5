// What draws attention: the page's title and the desktop's notifications.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PeerEvent } from '../../../api/index.ts'
import { wholeStatus } from '../model/fixture/fake-page.ts'
import { emptyState, type PageState } from '../model/page-state.ts'
import { notificationOf } from './notification-words.ts'
import { titleOf } from './title-badge.ts'

const state: PageState = {
  ...emptyState,
  status: wholeStatus,
  rooms: [{ room: 3, name: 'the boat', maker: 'bob', state: 'joined', members: [] }],
  friends: [{ name: 'bob', alias: 'Bobby', isFriend: true, isBlocked: false }],
}

const times = { sentAt: 1, receivedAt: 2, road: 'direct' } as const
const secret: PeerEvent = {
  type: 'message',
  id: '1',
  from: 'bob',
  conversation: 'bob',
  text: 'the code is 7',
  ...times,
}

test('the title counts what is unread', () => {
  assert.equal(titleOf(0), 'Parley')
  assert.equal(titleOf(3), '(3) Parley')
  assert.equal(titleOf(3, 'alice'), '(3) Parley · alice')
  assert.equal(titleOf(99), '(99) Parley')
  assert.equal(titleOf(100), '(99+) Parley')
})

test('a notification holds no text of a message without leave', () => {
  const quiet = notificationOf(secret, state, false)
  assert.equal(quiet?.title, 'Bobby')
  assert.doesNotMatch(JSON.stringify(quiet), /code/)
  assert.equal(notificationOf(secret, state, true)?.body, 'the code is 7')
})

test('a notification comes for what is said to us, and not for what we said or missed', () => {
  const inRoom: PeerEvent = { type: 'roomMessage', room: 3, number: 1, id: '1', from: 'bob', text: 'x', ...times }
  assert.equal(notificationOf(inRoom, state, false)?.title, 'Bobby in the boat')
  const entry = { number: 1, id: '1', text: 'x', at: 1 }
  const said = (from: string, missed: boolean): PeerEvent => ({
    type: 'channelMessage',
    entry: { ...entry, from },
    missed,
  })
  assert.equal(notificationOf(said('bob', false), state, false)?.title, 'Bobby to everyone')
  assert.equal(notificationOf(said('bob', true), state, false), undefined)
  assert.equal(notificationOf(said('ALICE', false), state, false), undefined)
  assert.equal(notificationOf({ type: 'sent', id: '1', to: 'bob', text: 'x', at: 1 }, state, true), undefined)
  assert.equal(notificationOf({ type: 'chatRequest', from: 'bob' }, state, false)?.tag, 'person:bob')
})
