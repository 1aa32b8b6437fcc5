// The session with the registry, against the real one whose words are tampered with.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprint, IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import { registryErrors } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { World, worldOf } from './testbed.test.ts'

test('an unknown key is shown and used only when a person trusts it', () => {
  const world = new World()
  const alice = world.peer('alice', { registryKey: 'unknown' })
  world.until('the key is shown', () => alice.of('registryKey').length > 0)
  assert.equal(alice.of('registryKey')[0]?.fingerprint, fingerprint(world.registryKey.publicKey))
  world.run(60_000)
  assert.equal(alice.isOnline, false)
  alice.host.act((now) => alice.program?.trustRegistry(now, true))
  world.until('on line', () => alice.isOnline)
  assert.deepEqual(alice.program?.registryKey, world.registryKey.publicKey)
  assert.equal(alice.of('registryKey').length, 1)
})

test('an unknown key that is not trusted ends it', () => {
  const world = new World()
  const alice = world.peer('alice', { registryKey: 'unknown' })
  world.until('the key is shown', () => alice.of('registryKey').length > 0)
  alice.host.act((now) => alice.program?.trustRegistry(now, false))
  world.run(120_000)
  const { state, reason } = alice.of('registry').at(-1)!
  assert.deepEqual([state, reason?.code], ['refused', 'registryNotTrusted'])
  assert.equal(alice.linkEvents.filter((event) => event.type === 'up').length, 1)
})

test('another key than the known one is refused with both fingerprints, and nobody is talked to', () => {
  const world = new World()
  const expected = LinkKeyPair.generate(new SeededRandom('another')).publicKey
  const alice = world.peer('alice', { registryKey: expected })
  world.until('refused', () => alice.of('registry').at(-1)?.state === 'wrongKey')
  assert.deepEqual(alice.of('registry').at(-1)?.reason, {
    code: 'wrongRegistryKey',
    details: { expected: fingerprint(expected), offered: fingerprint(world.registryKey.publicKey) },
  })
  world.run(120_000)
  assert.equal(alice.of('loggedIn').length, 0)
})

test('a name that is taken is refused with its holder, and not asked for again', () => {
  const { world, peers } = worldOf(['alice'])
  const other = world.peer('Alice')
  world.until('refused', () => other.of('registry').at(-1)?.state === 'refused')
  assert.deepEqual(other.of('registry').at(-1)?.reason, {
    code: 'nameTaken',
    details: {
      name: 'Alice',
      fingerprint: fingerprint(peers[0]!.identity.publicKey),
      own: fingerprint(other.identity.publicKey),
    },
  })
  world.run(120_000)
  assert.equal(other.linkEvents.filter((event) => event.type === 'up').length, 1)
})

test('a copy of the profile that logs in later replaces the first one, which stays away (bad input 50)', () => {
  const { world, peers } = worldOf(['alice'])
  const [alice] = peers
  const copy = world.peer('alice', { identity: alice!.identity, linkKey: alice!.linkKey })
  world.until('replaced', () => alice!.of('registry').at(-1)?.state === 'replaced')
  world.run(60_000)
  assert.equal(copy.isOnline, true)
  assert.equal(alice!.of('registry').at(-1)?.state, 'replaced')
})

test('who was removed by the administrator does not come back by itself', () => {
  const { world, peers } = worldOf(['alice'])
  const [alice] = peers
  world.registry.act((now) => world.registryProgram?.freeName(now, 'alice', () => undefined))
  world.until('removed', () => alice!.of('registry').at(-1)?.state === 'refused')
  assert.equal(alice!.of('registry').at(-1)?.reason?.code, 'removed')
  world.run(120_000)
  assert.deepEqual(world.registryProgram?.clients(), [])
})

test('is back at once when the registry was restarted', () => {
  const { world, peers } = worldOf(['alice', 'bob'])
  for (let i = 0; i < 5; i++) {
    world.registry.crash()
    const id = peers[0]!.send('bob', `during outage ${i}`)
    world.run(500)
    world.registry.start()
    const upAt = world.time.now
    // Something is said to the registry, as under load: the answer is a reset.
    peers[0]!.send(`nobody${i}`, 'x')
    world.until('back', () => peers[0]!.of('registry').at(-1)?.state === 'online', 20_000)
    assert.ok(world.time.now - upAt <= 2_000, `${world.time.now - upAt} ms`)
    world.until('delivered', () => peers[0]!.statesOf(id).some((state) => state.startsWith('stored')))
    world.run(5_000)
  }
})

test('a registry that answers nonsense is left, and tried again ever more rarely', () => {
  const world = new World()
  let answers = 0
  world.tamper = (message) => {
    if (message.t === 'welcome' || message.t === 'presence' || !('r' in message)) return message
    answers += 1
    return { t: 'error', r: message.r, code: registryErrors.foreignRow.code }
  }
  const alice = world.peer('alice')
  world.run(10_000)
  let left = 0
  for (let i = 0; i < 40; i++) {
    world.run(15_000)
    alice.host.act((now) => void alice.program?.send(now, `name${i}`, 'x'))
    left = alice.of('registry').filter((event) => event.reason?.code === 'registryJunk').length
  }
  const logins = alice.of('loggedIn').length
  assert.ok(left >= 1, 'it left')
  assert.ok(logins <= 30, `${logins} logins within 610 s`)
  assert.ok(answers < 400)
})

test('undecodable answers end the session too', () => {
  const { world, peers } = worldOf(['alice'])
  const [alice] = peers
  world.tamper = (message) => ('r' in message ? ({ t: 'nonsense', r: message.r } as never) : message)
  for (let i = 0; i < 5; i++) alice!.send(`name${i}`, 'x')
  world.until('left', () => alice!.of('registry').at(-1)?.reason?.code === 'registryJunk')
  // The messages were kept, since nothing said that the names are wrong.
  assert.equal(alice!.program?.waiting, 5)
})

test('a registry that falls silent is noticed by an answer that does not come', () => {
  const { world, peers } = worldOf(['alice'])
  const [alice] = peers
  world.network.cut('registry', alice!.host.name)
  alice!.send('bob', 'x')
  // The retries that people are promised, and a little for the last look; then a handshake is tried.
  world.until('noticed', () => alice!.of('registry').at(-1)?.state === 'connecting', 3_500)
  world.until('told', () => alice!.of('registry').at(-1)?.state === 'unreachable', 12_000)
  world.network.heal()
  world.until('back', () => alice!.isOnline, 15_000)
})

test('a registry that is slow, but there, is not given up: its link acknowledges', () => {
  const { world, peers } = worldOf(['alice'])
  const [alice] = peers
  // Answers are swallowed; the link below goes on.
  world.tamper = () => undefined
  alice!.send('bob', 'x')
  world.run(8_000)
  assert.equal(alice!.of('registry').at(-1)?.state, 'online')
})

test('shows life within the time that the registry asks for', () => {
  const { world, peers } = worldOf(['alice', 'bob'], { policy: { helloMs: 10_000, expiryMs: 25_000 } })
  world.run(300_000)
  assert.ok(peers.every((peer) => peer.of('registry').filter((event) => event.state === 'online').length === 1))
  assert.deepEqual(
    peers[0]!.of('presence').map((event) => event.online),
    [true],
  )
})

test('an identity of one’s own is the same person on another device list only if it signed it', () => {
  const world = new World()
  const identity = IdentityKeyPair.generate(new SeededRandom('shared'))
  const first = world.peer('alice', { identity })
  world.until('on line', () => first.isOnline)
  const second = world.peer('alice', { identity })
  world.until('refused', () => second.of('registry').at(-1)?.state === 'refused')
  assert.equal(second.of('registry').at(-1)?.reason?.code, 'staleDeviceList')
})
