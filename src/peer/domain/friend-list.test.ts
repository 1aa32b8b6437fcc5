import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountName } from '../../protocol/index.ts'
import { FriendList } from './friend-list.ts'

const bob = 'Bob' as AccountName

test('one entry a person, whatever the spelling, and none for who is neither friend nor blocked nor renamed', () => {
  const list = new FriendList([{ name: bob, isFriend: true, isBlocked: false, alias: 'Robert' }])
  assert.deepEqual(list.changed('BOB' as AccountName, { isBlocked: true }), {
    name: 'Bob',
    isFriend: true,
    isBlocked: true,
    alias: 'Robert',
  })
  assert.equal(list.isBlocked('bob'), false, 'a change is not made before it is kept')
  list.set(list.changed(bob, { isBlocked: true, isFriend: false }))
  assert.deepEqual([list.isBlocked('bob'), list.size], [true, 1])
  list.set(list.changed(bob, { isBlocked: false }))
  assert.equal(list.get('bob')?.alias, 'Robert')
  list.set(list.changed(bob, { alias: '' }))
  assert.deepEqual(list.all(), [])
})

test('the list is in the order of the names', () => {
  const list = new FriendList([])
  for (const name of ['zoe', 'Bob', 'alice']) {
    list.set({ name: name as AccountName, isFriend: true, isBlocked: false })
  }
  assert.deepEqual(
    list.all().map(({ name }) => name),
    ['alice', 'Bob', 'zoe'],
  )
})
