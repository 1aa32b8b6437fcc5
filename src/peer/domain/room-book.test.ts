// Who had joined where, from a registry's log.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '../../base/index.ts'
import type { AccountName, MemberState, RoomEntry, RoomEntryKind, RoomRecord } from '../../protocol/index.ts'
import { RoomBook } from './room-book.ts'

const named = (name: string): AccountName => name as AccountName
const key = 'ab'.repeat(16)

function record(last: number, members: Record<string, MemberState>): RoomRecord {
  return {
    key: fromHex(key) as Uint8Array,
    room: 3,
    name: '',
    maker: named('alice'),
    last,
    members: Object.entries(members).map(([name, state]) => ({ name: named(name), state })),
  }
}

const entry = (number: number, kind: RoomEntryKind, name: string): RoomEntry => ({
  number,
  kind,
  name: named(name),
  at: 0,
})

function bookOf(...entries: [number, RoomEntryKind, string][]): RoomBook {
  const book = new RoomBook(named('Me'), { rooms: [], roomChanges: [] })
  book.take(record(0, { alice: 'joined', Me: 'joined' }))
  for (const each of entries) book.enter(key, entry(...each))
  return book
}

test('a place belongs to those who had joined before it and not left', () => {
  const book = bookOf(
    [1, 'made', 'alice'],
    [2, 'invited', 'me'],
    [5, 'joined', 'me'],
    [9, 'removed', 'me'],
    [12, 'joined', 'me'],
  )
  const joined = (name: string, number: number): boolean => book.hadJoined(key, name, number)
  assert.deepEqual(
    [1, 2, 5].map((number) => joined('alice', number)),
    [false, true, true],
  )
  assert.deepEqual(
    [5, 6, 9, 10, 12, 13].map((number) => joined('me', number)),
    [false, true, true, false, false, true],
  )
  assert.equal(joined('bob', 6), false)
})

test('entries that come out of order or twice change nothing', () => {
  const book = bookOf([9, 'left', 'bob'], [1, 'made', 'alice'], [4, 'joined', 'bob'])
  assert.equal(book.enter(key, entry(4, 'joined', 'bob')), undefined)
  assert.deepEqual(
    [4, 5, 9, 10].map((number) => book.hadJoined(key, 'bob', number)),
    [false, true, true, false],
  )
})

test('of a log that has lost its beginning, who leaves or is in it had joined', () => {
  const book = bookOf([700, 'left', 'bob'], [710, 'joined', 'carol'])
  assert.deepEqual(
    [699, 701].map((number) => book.hadJoined(key, 'bob', number)),
    [true, false],
  )
  assert.equal(book.hadJoined(key, 'carol', 705), false)
  assert.equal(book.hadJoined(key, 'alice', 705), true)
  assert.equal(book.hadJoined(key, 'dave', 705), false)
})

test('an entry is ours while we are in the room or invited, and where it is about us', () => {
  const book = bookOf([1, 'made', 'alice'], [4, 'invited', 'me'], [6, 'joined', 'me'], [8, 'left', 'me'])
  const ours = [1, 3, 4, 5, 6, 7, 8, 9].filter((number) => book.isOurs(key, number))
  assert.deepEqual(ours, [4, 5, 6, 7, 8])
})

test('an older record changes nothing, and one that the entries do not lead to is seen', () => {
  const book = bookOf([1, 'made', 'alice'], [2, 'joined', 'me'])
  assert.equal(book.isConsistent(key), true)
  book.reach(key, 2)
  assert.equal(book.take(record(1, { alice: 'joined' })), false)
  assert.equal(book.get(key)?.state, 'joined')
  assert.equal(book.take(record(4, { alice: 'joined', me: 'joined', bob: 'joined' })), true)
  assert.equal(book.isConsistent(key), false)
  assert.equal(book.get(key)?.last, 2)
  book.take(record(5, { alice: 'joined' }))
  assert.equal(book.get(key)?.state, 'left')
})

test('of rooms with one number the one that we are in is meant', () => {
  const book = bookOf()
  const other = { ...record(1, { Me: 'joined' }), key: new Uint8Array(16) }
  book.leave(key)
  book.take(other)
  assert.equal(book.byNumber(3)?.key, '00'.repeat(16))
  assert.equal(book.byNumber(4), undefined)
})
