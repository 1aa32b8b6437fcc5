// Changed identities and cards that do not fit, as a registry may show them (bad input 37, 38).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprint, IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import type { AccountName, RegistryMessage } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { signDevices } from './peer-program.ts'
import { type TestPeer, worldOf } from './testbed.test.ts'

const random = new SeededRandom('directory')
const mallory = IdentityKeyPair.generate(random)
const malloryKey = LinkKeyPair.generate(random)
const malloryDevices = signDevices({ name: 'bob' as AccountName, identity: mallory, linkKey: malloryKey })

/** The registry shows Mallory as bob. */
function swap(message: RegistryMessage): RegistryMessage {
  const shows = message.t === 'account' || message.t === 'introduction' || message.t === 'prekey'
  if (!shows || message.name !== 'bob') return message
  return { ...message, identity: mallory.publicKey, devices: malloryDevices }
}

test('a changed identity stops sending, shows both fingerprints once, and keeps what was kept', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const first = alice.send('bob', 'to the real bob')
  world.until('stored', () => alice.statesOf(first).length > 0)
  bob.leave(world)
  world.tamper = swap
  const second = alice.send('bob', 'meant for the real bob')
  world.until('told', () => alice.of('identityChanged').length > 0)
  const pinned = fingerprint(bob.identity.publicKey)
  const offered = fingerprint(mallory.publicKey)
  assert.deepEqual(alice.of('identityChanged'), [{ type: 'identityChanged', name: 'bob', pinned, offered }])
  world.run(60_000)
  assert.deepEqual(alice.statesOf(second), [])
  assert.throws(() => alice.send('bob', 'more'), /identityChanged/)
  assert.equal(alice.of('identityChanged').length, 1)
  // Over a restart too.
  alice.host.crash()
  alice.host.start()
  world.run(5_000)
  assert.throws(() => alice.send('bob', 'more'), /identityChanged/)
  assert.equal(alice.program?.waiting, 1)
  // The registry shows the pinned one again, and a person need not decide about anything.
  world.tamper = undefined
  bob.host.start()
  world.until('bob runs', () => bob.program?.isRunning === true)
  bob.send('alice', 'it is me')
  world.until('stored', () => alice.statesOf(second).some((state) => state.startsWith('stored')))
  assert.deepEqual(bob.texts, ['to the real bob', 'meant for the real bob'])
})

test('an accepted identity gets what was kept, numbered anew, and nothing more is said of a gap', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  const first = alice.send('bob', 'to the old bob')
  world.until('stored', () => alice.statesOf(first).length > 0)
  bob.leave(world)
  // A registry that was set up anew, where bob came first with a new profile.
  world.registry.crash()
  const next = worldOf([], { seed: 2 })
  const newBob = next.world.peer('bob')
  const aliceThere = next.world.peer('alice', { identity: alice.identity, linkKey: alice.linkKey, isStarted: false })
  next.world.until('bob is on line', () => newBob.isOnline)
  // Alice moves there with her store: contacts, counters and all.
  moveStore(alice, aliceThere)
  aliceThere.host.start()
  next.world.until('alice is on line', () => aliceThere.isOnline)
  const second = aliceThere.send('bob', 'who are you?')
  next.world.until('told', () => aliceThere.of('identityChanged').length > 0)
  assert.deepEqual(newBob.texts, [])
  aliceThere.host.act((now) => assert.equal(aliceThere.program?.acceptIdentity(now, 'BOB'), true))
  next.world.until('stored', () => aliceThere.statesOf(second).includes('stored direct'))
  assert.deepEqual(newBob.texts, ['who are you?'])
  assert.equal(newBob.of('message')[0]?.gapBefore, undefined)
  aliceThere.host.act((now) => assert.equal(aliceThere.program?.acceptIdentity(now, 'bob'), false))
})

test('a card of another account, or with a wrong signature, is refused with a warning and not used', () => {
  for (const change of ['name', 'signature'] as const) {
    const { world, peers } = worldOf(['alice', 'bob'])
    const [alice, bob] = peers as [TestPeer, TestPeer]
    world.tamper = (message) => {
      const shows = message.t === 'account' || message.t === 'introduction' || message.t === 'prekey'
      if (!shows) return message
      if (change === 'name') return { ...message, name: 'carol' as AccountName }
      return { ...message, devices: { ...message.devices, signature: new Uint8Array(64) } }
    }
    const id = alice.send('bob', 'x')
    world.run(20_000)
    assert.ok(alice.of('warning').some((event) => ['wrongAccount', 'badDeviceList'].includes(event.reason.code)))
    assert.deepEqual(alice.statesOf(id), [])
    assert.deepEqual(bob.texts, [])
    world.tamper = undefined
    world.until('stored', () => alice.statesOf(id).length > 0)
  }
})

test('one lookup serves all who ask, and drafts keep their order', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  let lookups = 0
  world.tamper = (message) => {
    if (message.t === 'account') lookups += 1
    return message
  }
  for (let i = 0; i < 20; i++) alice.send(i % 2 === 0 ? 'bob' : 'BOB', `${i}`)
  world.until('stored', () => alice.program?.waiting === 0 && bob.texts.length === 20)
  assert.deepEqual(
    bob.texts,
    Array.from({ length: 20 }, (_, i) => `${i}`),
  )
  assert.equal(lookups, 1)
})

function moveStore(from: TestPeer, to: TestPeer): void {
  const disk = from.store.copyDisk()
  to.store.pasteDisk(disk)
}
