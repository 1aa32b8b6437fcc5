// The state after sequences of events, as several faces of one peer cause them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PeerEvent, Room } from '../../../api/index.ts'
import { wholeStatus } from './fixture/fake-page.ts'
import { emptyState, type PageState } from './page-state.ts'
import { reduceEvent } from './reduce-event.ts'
import { shownRows } from './reduce-talk.ts'

const start: PageState = { ...emptyState, phase: 'ready', status: wholeStatus }

function after(events: readonly PeerEvent[], from = start): PageState {
  return events.reduce((state, event) => reduceEvent(state, event, 5_000), from)
}

function message(from: string, text = 'hi'): PeerEvent {
  const times = { sentAt: 1, receivedAt: 2 }
  return { type: 'message', id: '1', from, conversation: from, text, road: 'direct', ...times }
}

function titles(state: PageState): string[] {
  return state.conversations.map(({ key, title, unread }) => `${title === '' ? key.kind : title} ${unread}`)
}

describe('conversations', () => {
  test('stand in the order in which somebody spoke last, and count what is new', () => {
    const state = after([message('bob'), message('carol'), message('Bob', 'again')])
    assert.deepEqual(titles(state), ['Bob 2', 'carol 1'])
    assert.equal(state.conversations[0]?.latest?.text, 'again')
  })

  test('of own messages, from whatever face, come first and are not new', () => {
    const state = after([
      message('bob'),
      message('carol'),
      { type: 'sent', id: '2', to: 'bob', text: 'yes', at: 9 },
      { type: 'channelSent', id: '3', text: 'all', at: 10 },
    ])
    assert.deepEqual(titles(state), ['channel 0', 'bob 1', 'carol 1'])
    assert.deepEqual(state.conversations[1]?.latest, { isOwn: true, text: 'yes', at: 9, from: 'alice' })
  })

  test('are read where any face read them', () => {
    const key = { kind: 'person', name: 'BOB' } as const
    const state = after([message('bob'), message('bob'), { type: 'read', key, unread: 1, readTo: 4 }])
    assert.deepEqual(titles(state), ['bob 1'])
    assert.equal(state.conversations[0]?.readTo, 4)
  })

  test('keep drafts of all faces, and stay where they are', () => {
    const key = { kind: 'person', name: 'bob' } as const
    const state = after([message('bob'), message('carol'), { type: 'draft', key, text: 'half a' }])
    assert.deepEqual(titles(state), ['carol 1', 'bob 1'])
    assert.equal(state.conversations[1]?.draft, 'half a')
    const begun = after([{ type: 'draft', key: { kind: 'person', name: 'zoe' }, text: 'new' }])
    assert.deepEqual(titles(begun), ['zoe 0'])
    assert.deepEqual(titles(after([{ type: 'draft', key, text: '' }])), [])
  })

  test('do not take a late message of a room for the latest', () => {
    const said = { type: 'roomMessage', room: 3, from: 'bob', road: 'direct', sentAt: 1, receivedAt: 2 } as const
    const state = after([
      { ...said, number: 5, id: '5', text: 'five' },
      message('bob'),
      { ...said, number: 4, id: '4', text: 'four', isLate: true },
    ])
    assert.deepEqual(titles(state), ['bob 1', 'room 2'])
    assert.equal(state.conversations[1]?.latest?.text, 'five')
  })

  test('of the channel do not count what we said ourselves', () => {
    const entry = { number: 1, id: '1', text: 'hear', at: 1 }
    const state = after([
      { type: 'channelMessage', entry: { ...entry, from: 'Alice' }, missed: false },
      { type: 'channelMessage', entry: { ...entry, number: 2 }, missed: true },
    ])
    assert.deepEqual(titles(state), ['channel 1'])
  })

  test('that nothing happened to are the same objects', () => {
    const before = after([message('bob'), message('carol')])
    const state = after([message('carol')], before)
    assert.equal(state.conversations[1], before.conversations[1])
    const quiet = after([{ type: 'channelHeard', id: '1', names: ['x'], total: 1 }], before)
    assert.equal(quiet, before)
  })
})

describe('people', () => {
  const there: PageState = {
    ...start,
    clients: [{ name: 'bob', status: 'online', road: 'direct' }],
    friends: [{ name: 'Bob', isFriend: true, isBlocked: false, status: 'online' }],
  }

  test('come and go, in the list of friends as well, and take their road with them', () => {
    const state = after([{ type: 'presence', name: 'bob', status: 'away' }], there)
    assert.deepEqual(state.clients, [{ name: 'bob', status: 'away' }])
    assert.equal(state.friends[0]?.status, 'away')
    const busy = after([{ type: 'presence', name: 'bob', status: 'online', busy: true }], there)
    assert.deepEqual(busy.clients, [{ name: 'bob', status: 'online', busy: true, road: 'direct' }])
  })

  test('who are new stand where their name belongs', () => {
    const state = after(
      [
        { type: 'presence', name: 'zoe', status: 'online' },
        { type: 'presence', name: 'Ann', status: 'online' },
      ],
      there,
    )
    assert.deepEqual(
      state.clients.map(({ name }) => name),
      ['Ann', 'bob', 'zoe'],
    )
  })

  test('have the road that the last message took', () => {
    const state = after([{ type: 'state', id: '1', to: 'bob', state: 'stored', road: 'mailbox' }], there)
    assert.equal(state.clients[0]?.road, 'mailbox')
    assert.equal(after([message('bob')], state).clients[0]?.road, 'direct')
  })

  test('who are neither friends nor blocked any more leave the list', () => {
    const friend = { name: 'bob', isFriend: false, isBlocked: false }
    assert.deepEqual(after([{ type: 'friend', friend }], there).friends, [])
    const blocked = after([{ type: 'friend', friend: { ...friend, isBlocked: true } }], there)
    assert.deepEqual(
      blocked.friends.map(({ name, isBlocked }) => [name, isBlocked]),
      [['bob', true]],
    )
  })
})

describe('private chats', () => {
  test('are asked for, open and closed', () => {
    const asked = after([
      { type: 'chatRequest', from: 'bob' },
      { type: 'chatRequest', from: 'carol' },
      { type: 'chatRequest', from: 'Bob' },
    ])
    assert.deepEqual(asked.requests, [
      { from: 'carol', since: 5_000 },
      { from: 'Bob', since: 5_000 },
    ])
    const open = after([{ type: 'chatOpened', name: 'bob', asked: false }], asked)
    assert.deepEqual(
      open.requests.map(({ from }) => from),
      ['carol'],
    )
    assert.equal(open.status?.session, 'bob')
    const closed = after([{ type: 'chatClosed', name: 'bob', by: 'peer' }], open)
    assert.equal(closed.status !== undefined && 'session' in closed.status, false)
    const over = after([{ type: 'chatRequestOver', from: 'carol', outcome: 'timedOut' }], open)
    assert.deepEqual(over.requests, [])
  })

  test('that we asked for end with their answer', () => {
    const asking = { ...start, asked: { from: 'bob', since: 1 } }
    assert.equal(after([{ type: 'chatRefused', name: 'bob', outcome: 'busy' }], asking).asked, undefined)
    assert.equal(after([{ type: 'chatOpened', name: 'bob', asked: true }], asking).asked, undefined)
  })
})

describe('the rest', () => {
  const room: Room = { room: 3, name: 'the boat', maker: 'bob', state: 'invited', members: [] }
  const entry = { number: 1, kind: 'invited', name: 'alice', by: 'bob', at: 1 } as const

  test('rooms wait for an answer before they are conversations', () => {
    const invited = after([{ type: 'room', room, entry }])
    assert.deepEqual(titles(invited), [])
    const joined = { type: 'room', room: { ...room, state: 'joined' }, entry: { ...entry, kind: 'joined' } } as const
    const inside = after([joined], invited)
    assert.deepEqual(titles(inside), ['the boat 0'])
    const renamed = after([{ ...joined, room: { ...joined.room, name: 'the ship' } }], inside)
    assert.deepEqual(titles(renamed), ['the ship 0'])
    const key = { kind: 'room', room: 3 } as const
    const loaded = { ...invited, conversations: [{ key, title: '', unread: 0, readTo: 0, draft: '' }] }
    assert.deepEqual(shownRows(loaded), [])
  })

  test('the registry lets in, and goes with a reason that a later state has not', () => {
    const joining = { ...start, joining: { name: 'alice' } }
    const reason = { code: 'passwordNeeded', details: {} }
    const out = after([{ type: 'registry', state: 'loggedOut', reason }], joining)
    assert.deepEqual(out.status?.reason, reason)
    assert.equal(out.joining?.name, 'alice')
    const back = after([{ type: 'registry', state: 'online' }], out)
    assert.equal(back.status?.reason, undefined)
    assert.equal(back.joining, undefined)
  })

  test('a changed key stands once, with what is offered last', () => {
    const changed = { type: 'identityChanged', name: 'bob', pinned: 'a', offered: 'b' } as const
    const state = after([changed, { ...changed, name: 'BOB', offered: 'c' }])
    assert.deepEqual(state.status?.changedIdentities, [{ name: 'BOB', pinned: 'a', offered: 'c' }])
  })
})
