// Collecting mail: in pages, once, and never more than what the sender's identity vouches for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import { type AccountName, decodeSealedEnvelope, encodeSealedEnvelope } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { signDevices } from './peer-program.ts'
import { type TestPeer, worldOf } from './testbed.test.ts'

test('many pages of large mail come whole, in order and once, also when the collector crashes between them', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  bob.leave(world)
  const texts = Array.from({ length: 60 }, (_, i) => `${i} `.padEnd(20_000, 'x'))
  for (const text of texts) alice.send('bob', text)
  world.until('mail', () => alice.of('state').filter((event) => event.state === 'mailbox').length === texts.length)
  for (let i = 0; i < 6; i++) {
    bob.host.start()
    world.run(world.random.between(5, 25))
    bob.host.crash()
  }
  bob.host.start()
  world.until('stored', () => alice.program?.waiting === 0)
  assert.deepEqual(
    bob.store.receivedMessages().map((message) => message.text),
    texts,
  )
})

test('an answer that does not come in time is asked for again within seconds, in a session that goes on', () => {
  for (const type of ['mail', 'done'] as const) {
    const { world, peers } = worldOf(['alice', 'bob'])
    const [alice, bob] = peers as [TestPeer, TestPeer]
    alice.send('bob', 'known')
    world.until('stored', () => alice.program?.waiting === 0)
    bob.leave(world)
    alice.send('bob', 'while you were away')
    world.until('mail', () => alice.of('state').some((event) => event.state === 'mailbox'))
    // The first answer of its kind is swallowed; of `done`, that to the collection.
    let swallowed = 0
    world.tamper = (message) => {
      const isIt = message.t === type && (type === 'mail' || bob.texts.includes('while you were away'))
      if (!isIt || swallowed > 0) return message
      swallowed += 1
      return undefined
    }
    const online = (): number => bob.of('registry').filter((event) => event.state === 'online').length
    const before = online()
    bob.host.start()
    world.until('shown', () => bob.texts.includes('while you were away'), 20_000)
    world.until('told', () => alice.program?.waiting === 0, 20_000)
    assert.equal(swallowed, 1)
    assert.equal(online(), before + 1, 'one session')
    assert.equal(bob.texts.filter((text) => text === 'while you were away').length, 1)
  }
})

test('mail that the registry relabels, or whose list another identity signed, is refused', () => {
  const random = new SeededRandom('mail desk')
  const mallory = { identity: IdentityKeyPair.generate(random), linkKey: LinkKeyPair.generate(random) }
  for (const change of ['from', 'list'] as const) {
    const { world, peers } = worldOf(['alice', 'bob', 'carol'])
    const [alice, bob] = peers as [TestPeer, TestPeer]
    const id = alice.send('bob', 'pin me')
    world.until('stored', () => alice.statesOf(id).length > 0)
    bob.leave(world)
    const mail = alice.send('bob', 'as alice')
    world.until('mail', () => alice.statesOf(mail).length > 0)
    world.tamper = (message) => {
      if (message.t !== 'mail') return message
      const rows = message.rows.map((row) => {
        if (change === 'from') return { ...row, from: 'carol' as AccountName }
        const envelope = decodeSealedEnvelope(row.envelope)
        assert.ok(envelope.ok)
        const sender = signDevices({ name: 'alice' as AccountName, ...mallory })
        return { ...row, envelope: encodeSealedEnvelope({ ...envelope.value, sender }) }
      })
      return { ...message, rows }
    }
    bob.host.start()
    world.run(5_000)
    assert.deepEqual(bob.texts, ['pin me'], change)
    if (change === 'from') assert.equal(bob.of('warning').at(-1)?.reason.code, 'wrongAccount')
    else assert.equal(bob.of('identityChanged').length, 1)
  }
})

test('mail of a changed identity stays in the mailbox until a person accepts it', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const random = new SeededRandom('changed')
  // Bob has pinned somebody else as alice, as after a registry that was set up anew.
  const former = { identity: IdentityKeyPair.generate(random), linkKey: LinkKeyPair.generate(random) }
  const devices = signDevices({ name: 'alice' as AccountName, ...former })
  const pinned = { name: 'alice' as AccountName, identity: former.identity.publicKey, devices }
  bob.store.commit([{ kind: 'contact', contact: pinned }], () => {})
  world.run(100)
  bob.leave(world)
  const id = alice.send('bob', 'it is still me')
  world.until('mail', () => alice.statesOf(id).length > 0)
  bob.host.start()
  world.until('told', () => bob.of('identityChanged').length > 0)
  world.run(5_000)
  assert.deepEqual(bob.texts, [])
  assert.deepEqual(alice.statesOf(id), ['mailbox mailbox'])
  bob.host.act((now) => bob.program?.acceptIdentity(now, 'alice'))
  world.until('stored', () => alice.statesOf(id).length > 1)
  assert.deepEqual(bob.texts, ['it is still me'])
})
