// What a peer does when its store cannot keep anything: nothing is acknowledged that is not on the disk.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TestPeer, worldOf } from './testbed.test.ts'

test('a full disk: nothing is acknowledged, sends are refused, and all goes on when there is room', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const first = alice.send('bob', 'before')
  world.until('stored', () => alice.statesOf(first).length > 0)
  bob.store.failWith({ code: 'storeFull', detail: 'no space' })
  const id = alice.send('bob', 'while full')
  world.run(20_000)
  assert.equal(
    alice.statesOf(id).some((state) => state.startsWith('stored')),
    false,
  )
  assert.ok(bob.of('warning').some((event) => event.reason.code === 'storeFull'))
  assert.throws(() => bob.send('alice', 'x'), /storeFull/)
  assert.deepEqual(bob.texts, ['before'])
  bob.store.failWith(undefined)
  world.until('stored', () => alice.statesOf(id).some((state) => state.startsWith('stored')), 60_000)
  assert.deepEqual(bob.texts, ['before', 'while full'])
  const back = bob.send('alice', 'room again')
  world.until('stored', () => bob.statesOf(back).length > 0)
})

test('a store that failed in the middle of a send refuses it, and the peer stays down', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice] = peers as [TestPeer, TestPeer]
  const first = alice.send('bob', 'before')
  world.until('stored', () => alice.statesOf(first).length > 0)
  alice.store.failWith({ code: 'storeFailed', detail: 'i/o error' })
  const id = alice.send('bob', 'never')
  world.until('refused', () => alice.of('refused').length > 0)
  assert.deepEqual([alice.of('refused')[0]?.id, alice.of('refused')[0]?.reason.code], [id, 'storeFailed'])
  alice.store.failWith(undefined)
  world.run(60_000)
  assert.throws(() => alice.send('bob', 'x'), /storeFailed/)
})
