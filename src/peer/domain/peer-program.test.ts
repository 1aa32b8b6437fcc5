// Two peers and a registry: the promises of docs/protocol/peer.md from end to end, in virtual time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TestPeer, World, worldOf } from './testbed.test.ts'

test('a message to somebody on line goes directly, is stored and is told so', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const id = alice.send('bob', 'hello')
  world.until('stored', () => alice.statesOf(id).length > 0)
  assert.deepEqual(alice.statesOf(id), ['stored direct'])
  assert.deepEqual(bob.texts, ['hello'])
  const back = bob.send('Alice', 'hello yourself')
  world.until('stored', () => bob.statesOf(back).length > 0)
  assert.deepEqual(alice.texts, ['hello yourself'])
  assert.equal(alice.of('message')[0]?.from, 'bob')
  assert.equal(alice.peerLinks, 1)
  assert.equal(alice.of('warning').length + bob.of('warning').length, 0)
})

test('a message to somebody away waits in the mailbox and is proven stored', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  bob.leave(world)
  const ids = ['one', 'two', 'three'].map((text) => alice.send('bob', text))
  world.until('in the mailbox', () => ids.every((id) => alice.statesOf(id).length > 0))
  assert.deepEqual(
    ids.map((id) => alice.statesOf(id)),
    ids.map(() => ['mailbox mailbox']),
  )
  bob.host.start()
  world.until('stored', () => ids.every((id) => alice.statesOf(id).length > 1))
  assert.deepEqual(alice.statesOf(ids[2] as string), ['mailbox mailbox', 'stored mailbox'])
  assert.deepEqual(bob.texts, ['one', 'two', 'three'])
  assert.equal(alice.of('warning').length + bob.of('warning').length, 0)
})

test('a burst keeps its order and is stored once each', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const texts = Array.from({ length: 3_000 }, (_, i) => `message ${i}`)
  for (const text of texts) alice.send('bob', text)
  world.until('all stored', () => alice.of('state').filter((event) => event.state === 'stored').length === texts.length)
  assert.deepEqual(bob.texts, texts)
  assert.equal(alice.program?.waiting, 0)
})

test('without a registry a peer starts, keeps what is sent, and delivers it when the registry is back', () => {
  const world = new World()
  world.registry.crash()
  const alice = world.peer('alice')
  const bob = world.peer('bob')
  world.run(30)
  const id = alice.send('bob', 'early')
  const nobody = alice.send('carol', 'to nobody')
  world.run(40_000)
  assert.equal(alice.of('kept').length, 2)
  assert.equal(alice.of('registry').at(-1)?.state, 'unreachable')
  world.registry.start()
  world.until(
    'stored',
    () => alice.statesOf(id).includes('stored direct') || alice.statesOf(id).includes('stored mailbox'),
  )
  assert.deepEqual(bob.texts, ['early'])
  world.until('failed', () => alice.statesOf(nobody).length > 0)
  const failed = alice.of('state').find((event) => event.id === nobody)
  assert.equal(failed?.state, 'failed')
  assert.equal(failed?.reason?.code, 'unknownName')
})

test('mail that waited comes before what is sent directly meanwhile', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  bob.leave(world)
  for (let i = 0; i < 50; i++) alice.send('bob', `mail ${i}`)
  world.run(3_000)
  bob.host.start()
  world.until('bob is back', () => alice.of('presence').at(-1)?.online === true)
  for (let i = 0; i < 50; i++) alice.send('bob', `direct ${i}`)
  world.until('all stored', () => alice.of('state').filter((event) => event.state === 'stored').length === 100)
  const expected = ['mail', 'direct'].flatMap((road) => Array.from({ length: 50 }, (_, i) => `${road} ${i}`))
  assert.deepEqual(bob.texts, expected)
  assert.ok(bob.of('message').every((event) => event.gapBefore === undefined))
})

test('what has no receipt within the direct budget goes to the mailbox as well, and comes once', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const first = alice.send('bob', 'a link is up')
  world.until('stored', () => alice.statesOf(first).length > 0)
  world.network.cut(alice.host.name, bob.host.name)
  world.network.cut(bob.host.name, alice.host.name)
  const sentAt = world.time.now
  const id = alice.send('bob', 'by mail')
  world.until('in the mailbox', () => alice.statesOf(id).length > 0)
  assert.ok(world.time.now - sentAt >= 2_500 && world.time.now - sentAt < 3_000)
  world.until('stored', () => alice.statesOf(id).length > 1)
  world.network.heal()
  world.run(120_000)
  assert.deepEqual(alice.statesOf(id), ['mailbox mailbox', 'stored mailbox'])
  assert.deepEqual(bob.texts, ['a link is up', 'by mail'])
})

test('crashes of both sides in the middle of a burst lose nothing, double nothing, and keep the order', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { world, peers } = worldOf(['alice', 'bob'], { seed })
    const [alice, bob] = peers as [TestPeer, TestPeer]
    const kept: string[] = []
    for (let i = 0; i < 60; i++) {
      const id = alice.send('bob', `message ${i}`)
      world.run(world.random.between(0, 8))
      if (alice.of('kept').some((event) => event.id === id)) kept.push(`message ${i}`)
      if (i % 20 !== 10) continue
      const victim = world.random.chance(0.5) ? alice : bob
      victim.host.crash()
      if (victim === bob) world.run(world.random.between(0, 4_000))
      victim.host.start()
      if (victim === alice) world.until('alice runs', () => alice.program?.isRunning === true)
    }
    world.until('all stored', () => alice.program?.waiting === 0, 300_000)
    const received = bob.store.receivedMessages().map((message) => message.text)
    const sent = Array.from({ length: 60 }, (_, i) => `message ${i}`).filter((text) => received.includes(text))
    assert.deepEqual(received, sent, `seed ${seed}: once and in order`)
    for (const text of kept) assert.ok(received.includes(text), `seed ${seed}: ${text} was kept`)
    assert.equal(alice.of('warning').length + bob.of('warning').length, 0)
  }
})

test('unknown names are refused with near ones, bad texts and names at once, and nothing is kept', () => {
  const { world, peers } = worldOf(['alice', 'carol'])
  const [alice] = peers as [TestPeer, TestPeer]
  const id = alice.send('carl', 'hello')
  world.until('refused', () => alice.of('refused').length > 0)
  const [refused] = alice.of('refused')
  assert.equal(refused?.id, id)
  assert.deepEqual(refused?.reason, { code: 'unknownName', details: { name: 'carl', nearest: ['carol'] } })
  assert.throws(() => alice.send('carol', ''), /emptyText/)
  assert.throws(() => alice.send('carol', 'x'.repeat(65_537)), /textTooLong/)
  assert.throws(() => alice.send('carol', 'ä'.repeat(32_769)), /textTooLong/)
  assert.throws(() => alice.send('no name', 'x'), /badName/)
  assert.equal(alice.program?.waiting, 0)
  assert.equal(alice.store.history().length, 0)
})

test('the largest text and the oddest ones arrive as they were sent, on both roads', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const texts = ['x'.repeat(65_536), '\u0000\ufffe\u{1f600}', 'a\ud800b', ' ', 'ä'.repeat(32_768)]
  for (const text of texts) alice.send('bob', text)
  world.until('stored', () => alice.program?.waiting === 0)
  bob.leave(world)
  for (const text of texts) alice.send('bob', text)
  world.until('mailbox', () => alice.of('state').filter((event) => event.state === 'mailbox').length === texts.length)
  bob.host.start()
  world.until('stored', () => alice.program?.waiting === 0)
  const shown = texts.map((text) => text.toWellFormed())
  assert.deepEqual(bob.texts, [...shown, ...shown])
})

test('a note to oneself is stored at once and never travels', () => {
  const { world, peers } = worldOf(['alice'])
  const [alice] = peers as [TestPeer]
  const id = alice.send('ALICE', 'remember')
  world.run(1_000)
  assert.deepEqual(alice.statesOf(id), ['stored direct'])
  assert.equal(alice.texts.length, 0)
  assert.equal(alice.store.history()[0]?.text, 'remember')
})

test('no byte of a message leaves before it is on the disk', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const first = alice.send('bob', 'a link is up')
  world.until('stored', () => alice.statesOf(first).length > 0)
  world.run(1_000)
  alice.send('bob', 'one')
  world.run(0.5)
  alice.send('bob', 'two')
  // The first is kept, and has left; the second is on its way to the disk when the power goes.
  world.run(1.7)
  alice.host.crash()
  world.run(5_000)
  assert.deepEqual(bob.texts, ['a link is up', 'one'])
})
