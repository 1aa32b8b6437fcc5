// Where Ctrl+K leads.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { wholeStatus } from './fixture/fake-page.ts'
import { fitOf, jumpPlaces } from './jump.ts'
import { emptyState, type PageState } from './page-state.ts'

const row = { readTo: 0, draft: '', unread: 0 }
const state: PageState = {
  ...emptyState,
  status: wholeStatus,
  conversations: [
    { ...row, key: { kind: 'person', name: 'bob' }, title: 'bob' },
    { ...row, key: { kind: 'room', room: 3 }, title: 'the boat' },
    { ...row, key: { kind: 'channel' }, title: '' },
    { ...row, key: { kind: 'person', name: 'carol' }, title: 'carol', unread: 4 },
  ],
  clients: [
    { name: 'abel', status: 'away' },
    { name: 'bob', status: 'online' },
    { name: 'bobby', status: 'online' },
    { name: 'zoe', status: 'online' },
  ],
  friends: [{ name: 'dave', alias: 'Big Bo', isFriend: true, isBlocked: false }],
}

function titles(typed: string, from = state): string[] {
  return jumpPlaces(from, typed).map(({ title, isUnknown }) => (isUnknown ? `? ${title}` : title))
}

describe('jumping', () => {
  test('shows what is unread first, then who spoke last, then friends and who is there', () => {
    assert.deepEqual(titles(''), ['carol', 'bob', 'the boat', 'Everyone', 'dave', 'bobby', 'zoe', 'abel'])
  })

  test('prefers the whole name to its beginning, and that to the inside', () => {
    assert.deepEqual(titles('bob').slice(0, 2), ['bob', 'bobby'])
    assert.deepEqual(titles('BO').slice(0, 4), ['bob', 'bobby', 'the boat', 'dave'])
  })

  test('knows aliases, rooms by their words, and everyone', () => {
    assert.equal(titles('big')[0], 'dave')
    assert.equal(titles('boat')[0], 'the boat')
    assert.equal(titles('every')[0], 'Everyone')
  })

  test('offers to look up a name that nobody here knows, and only a name', () => {
    assert.deepEqual(titles('quentin'), ['? quentin'])
    assert.equal(titles('bobb').at(-1), '? bobb')
    assert.equal(titles('bobby').includes('? bobby'), false)
    assert.equal(titles('Bobby').includes('? Bobby'), false)
    assert.deepEqual(titles('not a name!'), [])
    assert.equal(titles('alice').includes('? alice'), false, 'oneself')
  })

  test('does not show who is blocked only because of that', () => {
    const blocked = { ...state, friends: [{ name: 'mallory', isFriend: false, isBlocked: true }] }
    assert.equal(titles('', blocked).includes('mallory'), false)
  })

  test('bounds what it shows', () => {
    const clients = Array.from({ length: 500 }, (_, at) => ({ name: `p${at}`, status: 'online' as const }))
    assert.equal(jumpPlaces({ ...state, clients }, 'p').length, 41)
  })
})

describe('fitting', () => {
  test('holds of every text and itself, and of nothing that has other letters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        assert.equal(fitOf(text, text.toLowerCase()), 4)
        assert.ok(fitOf(`${text} more`, text.toLowerCase()) > 0)
        assert.equal(fitOf('abc', `${text.toLowerCase()}\u{1F600}`), 0)
      }),
    )
  })
})
