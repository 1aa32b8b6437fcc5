// Sealed mail between peers and the real registry, with the failures of a mailbox.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registryErrors } from '../../protocol/index.ts'
import { type TestPeer, type World, worldOf, type WorldOptions } from './testbed.test.ts'

function awayBob(options: WorldOptions = {}): {
  world: World
  alice: TestPeer
  bob: TestPeer
} {
  const { world, peers } = worldOf(['alice', 'bob'], options)
  const [alice, bob] = peers as [TestPeer, TestPeer]
  bob.leave(world)
  return { world, alice, bob }
}

const ended = (peer: TestPeer, state: string): number =>
  peer.of('state').filter((event) => event.state === state).length

test('a full mailbox is told to the sender, and what did not fit comes when there is room', () => {
  const { world, alice, bob } = awayBob({ policy: { mailboxMessagesPerSenderMax: 10 } })
  for (let i = 0; i < 25; i++) alice.send('bob', `${i}`)
  world.until('full', () => alice.of('state').some((event) => event.reason?.code === 'senderQuota'))
  assert.equal(ended(alice, 'mailbox'), 10)
  world.run(60_000)
  const told = alice.of('state').filter((event) => event.reason?.code === 'senderQuota')
  assert.equal(new Set(told.map((event) => event.id)).size, told.length, 'each is told once')
  bob.host.start()
  world.until('all stored', () => ended(alice, 'stored') === 25)
  assert.deepEqual(
    bob.texts,
    Array.from({ length: 25 }, (_, i) => `${i}`),
  )
})

test('one prekey serves one absence, and the next absence takes another', () => {
  const { world, alice, bob } = awayBob()
  let taken = 0
  world.tamper = (message) => {
    if (message.t === 'prekey') taken += 1
    return message
  }
  for (let i = 0; i < 5; i++) alice.send('bob', `${i}`)
  world.until('in the mailbox', () => ended(alice, 'mailbox') === 5)
  assert.equal(taken, 1)
  bob.host.start()
  world.until('stored', () => ended(alice, 'stored') === 5)
  bob.leave(world)
  alice.send('bob', 'later')
  world.until('in the mailbox', () => ended(alice, 'mailbox') === 6)
  assert.equal(taken, 2)
})

test('mail that cannot be read is sealed anew, three times at most, and then has failed', () => {
  const { world, alice, bob } = awayBob()
  const id = alice.send('bob', 'unreadable for bob')
  world.until('in the mailbox', () => ended(alice, 'mailbox') === 1)
  // Bob lost his store, and his prekeys with it; the registry does not know yet.
  bob.store.forgetPrekeys()
  bob.host.start()
  world.until(
    'stored',
    () => alice.statesOf(id).includes('stored mailbox') || alice.statesOf(id).includes('stored direct'),
  )
  assert.deepEqual(bob.texts, ['unreadable for bob'])

  const other = awayBob({ seed: 3 })
  // Every envelope is damaged on its way out of the mailbox.
  other.world.tamper = (message) => {
    if (message.t !== 'mail') return message
    const rows = message.rows.map((row) => {
      const envelope = row.envelope.slice()
      envelope[200]! ^= 1
      return { ...row, envelope }
    })
    return { ...message, rows }
  }
  const lost = other.alice.send('bob', 'never readable')
  other.world.until('in the mailbox', () => ended(other.alice, 'mailbox') === 1)
  other.world.network.cut(other.alice.host.name, other.bob.host.name)
  other.bob.host.start()
  other.world.until('failed', () => other.alice.statesOf(lost).includes('failed'))
  assert.equal(other.alice.of('state').at(-1)?.reason?.code, 'unreadable')
  assert.deepEqual(other.alice.statesOf(lost), ['mailbox mailbox', 'failed'])
  assert.deepEqual(other.bob.texts, [])
  // The next one shows the gap.
  other.world.tamper = undefined
  other.world.network.heal()
  other.alice.send('bob', 'readable')
  other.world.until('shown', () => other.bob.texts.length > 0)
  assert.equal(other.bob.of('message')[0]?.gapBefore, 1)
})

test('a notice without a true proof is not believed', () => {
  const { world, alice, bob } = awayBob()
  world.tamper = (message) => {
    if (message.t !== 'notices') return message
    const rows = message.rows.map((row) => ({ ...row, outcome: 'stored' as const, proof: new Uint8Array(16) }))
    return { ...message, rows }
  }
  const id = alice.send('bob', 'x')
  world.until('in the mailbox', () => ended(alice, 'mailbox') === 1)
  world.network.cut(alice.host.name, bob.host.name)
  bob.host.start()
  world.until('warned', () => alice.of('warning').some((event) => event.reason.code === 'badReceipt'))
  world.run(20_000)
  assert.equal(alice.statesOf(id).includes('stored mailbox'), false)
})

test('mail that nobody fetched expires, and its sender is told', () => {
  const { world, alice } = awayBob({ policy: { mailboxKeepMs: 600_000 } })
  const id = alice.send('bob', 'too late')
  world.until('in the mailbox', () => ended(alice, 'mailbox') === 1)
  world.until('expired', () => alice.statesOf(id).includes('expired'), 6 * 3_600_000)
  assert.deepEqual(alice.statesOf(id), ['mailbox mailbox', 'expired'])
  assert.equal(alice.program?.waiting, 0)
})

test('a registry that is gone for good: what never reached a mailbox expires', () => {
  const { world, alice } = awayBob({ policy: { mailboxKeepMs: 2 * 3_600_000 } })
  world.registry.crash()
  const id = alice.send('bob', 'nowhere')
  world.run(1.9 * 3_600_000)
  assert.deepEqual(alice.statesOf(id), [])
  world.until('expired', () => alice.statesOf(id).includes('expired'), 1_200_000)
})

test('a deposit whose answer was lost is repeated, and the receipt of the first box still proves it', () => {
  const { world, alice, bob } = awayBob()
  let lost = 0
  world.tamper = (message) => {
    if (message.t !== 'deposited' || lost > 0) return message
    lost += 1
    return undefined
  }
  const id = alice.send('bob', 'once')
  world.until('lost', () => lost === 1)
  // Before the answer is given up, alice dies: her store must know the key of the first box.
  world.run(100)
  alice.host.crash()
  alice.host.start()
  world.until('in the mailbox', () => alice.statesOf(id).includes('mailbox mailbox'))
  bob.host.start()
  world.until('stored', () => alice.statesOf(id).includes('stored mailbox'))
  assert.deepEqual(bob.texts, ['once'])
})

test('a registry that is too busy is asked again after the time it names', () => {
  const { world, alice } = awayBob()
  let refused = 0
  world.tamper = (message) => {
    if (message.t !== 'deposited' || refused >= 3) return message
    refused += 1
    return { t: 'error', r: message.r, code: registryErrors.rateLimited.code, retryMs: 700 }
  }
  const id = alice.send('bob', 'x')
  world.until('in the mailbox', () => alice.statesOf(id).length > 0, 10_000)
  assert.equal(refused, 3)
})
