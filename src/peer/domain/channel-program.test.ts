// The public channel among peers and the real registry, in virtual time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TestPeer, type World, worldOf } from './testbed.test.ts'

function sayToAll(peer: TestPeer, text: string): void {
  peer.host.act((now) => peer.program?.roomVerbs?.channel.send(now, text, () => {}))
}

const heard = (peer: TestPeer): string[] => peer.of('channelMessage').map(({ entry }) => entry.text)
const said = (peer: TestPeer): number => peer.of('channelState').filter((event) => event.state === 'said').length

function channelOf(world: World, peer: TestPeer): string[] {
  let rows: string[] | undefined
  peer.host.act((now) =>
    peer.program?.roomVerbs?.channel.history(now, 10_000, (_later, outcome) => {
      if (outcome.ok) rows = outcome.value.map((row) => `${row.number} ${row.from ?? ''} ${row.text}`)
    }),
  )
  world.until('read', () => rows !== undefined)
  return rows ?? []
}

test('everybody on line but the sender hears it at once, and the sender hears who has it', () => {
  const { world, peers } = worldOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  sayToAll(alice, 'hello all')
  world.until('heard', () => alice.of('channelHeard').reduce((sum, event) => sum + event.names.length, 0) === 2)
  assert.deepEqual([heard(alice), heard(bob), heard(carol)], [[], ['hello all'], ['hello all']])
  assert.equal(bob.of('channelMessage')[0]?.missed, false)
  assert.deepEqual(alice.of('channelState')[0], {
    type: 'channelState',
    id: alice.of('channelSent')[0]?.id,
    state: 'said',
    online: 2,
  })
  assert.equal(alice.of('channelHeard').at(-1)?.total, 2)
})

test('all talk at once: one list for all, nothing doubled or lost', () => {
  const { world, peers } = worldOf(['alice', 'bob', 'carol'])
  for (let i = 0; i < 30; i++) for (const peer of peers) sayToAll(peer, `${peer.name} ${i}`)
  world.until('all heard', () => peers.every((peer) => said(peer) === 30 && heard(peer).length === 60))
  world.run(1_000)
  const [first, ...rest] = peers.map((peer) => channelOf(world, peer)) as [string[], ...string[][]]
  assert.equal(first.length, 90)
  for (const other of rest) assert.deepEqual(other, first)
})

test('who was away gets it at return, marked as missed; a first login starts with what comes then', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  bob.leave(world)
  for (let i = 0; i < 5; i++) sayToAll(alice, `missed ${i}`)
  world.until('said', () => said(alice) === 5)
  bob.host.start()
  const carol = world.peer('carol')
  world.until('heard', () => heard(bob).length === 5 && carol.isOnline)
  world.run(500)
  assert.ok(bob.of('channelMessage').every((event) => event.missed))
  assert.deepEqual(heard(carol), [])
  sayToAll(alice, 'now')
  world.until('heard', () => heard(carol).length === 1 && heard(bob).length === 6)
  assert.equal(carol.of('channelMessage')[0]?.missed, false)
  assert.deepEqual(channelOf(world, bob), channelOf(world, alice))
})

test('crashes and lost answers double nothing and lose nothing', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { world, peers } = worldOf(['alice', 'bob', 'carol'], { seed })
    for (let i = 0; i < 45; i++) {
      const peer = peers[i % 3] as TestPeer
      if (peer.program?.isRunning) sayToAll(peer, `${peer.name} ${i}`)
      world.run(world.random.between(0, 5))
      // An answer that is lost: the registry has it, and it is asked again.
      world.tamper = i % 9 === 4 ? (message) => (message.t === 'said' ? undefined : message) : undefined
      if (i % 11 !== 6) continue
      const victim = peers[world.random.below(3)] as TestPeer
      victim.host.crash()
      world.run(world.random.between(0, 2_000))
      victim.host.start()
      world.until('it runs', () => victim.program?.isRunning === true)
    }
    world.tamper = undefined
    const sent = peers.flatMap((peer) => peer.of('channelSent').map((event) => event.text))
    world.until('nothing waits', () => peers.every((peer) => peer.program?.waiting === 0), 200_000)
    world.run(5_000)
    const [first, ...rest] = peers.map((peer) => channelOf(world, peer)) as [string[], ...string[][]]
    for (const other of rest) assert.deepEqual(other, first, `seed ${seed}`)
    const texts = first.map((row) => row.split(' ').slice(2).join(' '))
    assert.equal(new Set(texts).size, texts.length, `nothing twice, seed ${seed}`)
    for (const text of sent) assert.ok(texts.includes(text), `${text} is there, seed ${seed}`)
  }
})
