// Prekeys as the registry and the store see them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredPrekey } from './peer-store.ts'
import { type TestPeer, World } from './testbed.test.ts'

function secrets(world: World, peer: TestPeer): readonly StoredPrekey[] {
  let found: readonly StoredPrekey[] = []
  peer.store.load((_now, loaded) => {
    if (loaded.ok) found = loaded.value.prekeys
  })
  world.run(50)
  return found
}

test('secrets are on the disk before their public halves leave', () => {
  const world = new World()
  let uploads = 0
  const alice = world.peer('alice')
  world.tamper = (message) => {
    if (message.t === 'done') uploads += 1
    return message
  }
  world.until('uploaded', () => uploads > 0)
  alice.host.crash()
  alice.host.start()
  world.run(1_000)
  assert.equal(secrets(world, alice).filter((prekey) => prekey.kind === 'once').length, 99)
  assert.equal(uploads, 1, 'the next login finds enough of them')
})

test('used prekeys are replenished while on line, and erased after their grace', () => {
  const limits = { prekeyPool: 8, prekeyRefillUnder: 6, usedPrekeyMs: 3_600_000, sealingSessionMs: 1 }
  const world = new World()
  const alice = world.peer('alice', { limits })
  const bob = world.peer('bob', { limits })
  world.until('on line', () => alice.isOnline && bob.isOnline)
  world.run(500)
  world.network.cut(alice.host.name, bob.host.name)
  world.network.cut(bob.host.name, alice.host.name)
  for (let i = 0; i < 20; i++) {
    const id = alice.send('bob', `${i}`)
    world.until('stored', () => alice.statesOf(id).includes('stored mailbox'))
    world.run(70_000)
  }
  assert.deepEqual(bob.texts.length, 20)
  const early = secrets(world, bob).filter((prekey) => prekey.used !== undefined)
  assert.equal(early.length, 20, 'each session took a one-time prekey of its own')
  world.run(2 * 3_600_000)
  const left = secrets(world, bob)
  assert.equal(left.filter((prekey) => prekey.used !== undefined).length, 0)
  assert.ok(left.filter((prekey) => prekey.kind === 'once').length >= 6)
})
