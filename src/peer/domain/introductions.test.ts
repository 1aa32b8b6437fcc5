// How two peers come to a link, and what happens where they cannot.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBytes } from '../../base/index.ts'
import type { RegistryMessage } from '../../protocol/index.ts'
import { type TestPeer, worldOf } from './testbed.test.ts'

test('both ask at once and one link comes of it, begun by the lower key', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { world, peers } = worldOf(['alice', 'bob'], { seed })
    const [alice, bob] = peers as [TestPeer, TestPeer]
    const ids = [alice.send('bob', 'to bob'), bob.send('alice', 'to alice')] as const
    world.until('stored', () => alice.statesOf(ids[0]).length > 0 && bob.statesOf(ids[1]).length > 0)
    assert.deepEqual([alice.statesOf(ids[0]), bob.statesOf(ids[1])], [['stored direct'], ['stored direct']])
    const roles = [alice, bob].map((peer) =>
      peer.linkEvents.flatMap((event) => (event.type === 'up' && event.purpose === 'peer' ? [event.role] : [])),
    )
    assert.deepEqual(
      roles.map((list) => list.length),
      [1, 1],
    )
    const lower = compareBytes(alice.linkKey.publicKey, bob.linkKey.publicKey) < 0 ? 0 : 1
    assert.equal(roles[lower]?.[0], 'initiator')
  }
})

test('a burst asks once, and with no way between them asks again ever more rarely while mail goes', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  world.network.cut(alice.host.name, bob.host.name)
  world.network.cut(bob.host.name, alice.host.name)
  let introductions = 0
  world.tamper = (message: RegistryMessage) => {
    if (message.t === 'introduction') introductions += 1
    return message
  }
  for (let i = 0; i < 50; i++) alice.send('bob', `${i}`)
  world.until('stored', () => alice.program?.waiting === 0)
  assert.equal(introductions, 1)
  assert.ok(alice.of('state').every((event) => event.road === 'mailbox'))
  for (let i = 0; i < 300; i++) {
    alice.send('bob', `later ${i}`)
    world.run(1_000)
  }
  assert.ok(introductions <= 20, `${introductions} introductions in 300 s`)
  world.until('stored', () => alice.program?.waiting === 0)
  // The way opens: the next ones go directly again.
  world.network.heal()
  world.until(
    'direct again',
    () => {
      const id = alice.send('bob', 'try')
      world.run(1_000)
      return alice.statesOf(id).includes('stored direct')
    },
    120_000,
  )
})

test('who went away a moment ago gets mail at once', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  bob.leave(world)
  const sentAt = world.time.now
  const id = alice.send('bob', 'x')
  world.until('mail', () => alice.statesOf(id).includes('mailbox mailbox'))
  assert.ok(world.time.now - sentAt < 500)
})

test('a peer that crashed and came back is found again, and everything arrives once', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const sent: string[] = []
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 5; i++) sent.push(`${round}.${i}`)
    for (const text of sent.slice(-5)) alice.send('bob', text)
    world.run(world.random.between(0, 30))
    bob.host.crash()
    world.run(world.random.between(0, 5_000))
    bob.host.start()
    world.run(world.random.between(0, 5_000))
  }
  world.until('stored', () => alice.program?.waiting === 0, 60_000)
  assert.deepEqual(
    bob.store.receivedMessages().map((message) => message.text),
    sent,
  )
})
