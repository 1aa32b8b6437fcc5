// The endpoint end to end on a virtual network: handshakes, messages, ends of links.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode, linkedPair, Network } from './testbed.test.ts'

test('IK: both sides are up with the same hash, messages go both ways, an orderly close reaches the other side', () => {
  const { network, alice, bob, link, bobLink } = linkedPair()
  const [up] = alice.ups()
  const [bobUp] = bob.ups()
  assert.ok(up && bobUp)
  assert.equal(up.link, link)
  assert.equal(up.role, 'initiator')
  assert.equal(bobUp.role, 'responder')
  assert.deepEqual(up.remoteKey, bob.key.publicKey)
  assert.deepEqual(bobUp.remoteKey, alice.key.publicKey)
  assert.deepEqual(up.handshakeHash, bobUp.handshakeHash)
  assert.equal(alice.endpoint.send(network.now, link, 1, encode('hi bob')), 'queued')
  assert.equal(bob.endpoint.send(network.now, bobLink, 1, encode('hi alice')), 'queued')
  network.run(1_000)
  assert.deepEqual(alice.texts(), ['hi alice'])
  assert.deepEqual(bob.texts(), ['hi bob'])
  alice.endpoint.send(network.now, link, 1, encode('last words'))
  alice.endpoint.close(network.now, link, 0x123, 'done')
  network.run(5_000)
  assert.deepEqual(bob.texts(), ['hi bob', 'last words'])
  assert.deepEqual(bob.downs()[0]?.cause, { kind: 'closed', code: 0x123, reason: 'done', byPeer: true })
  assert.deepEqual(alice.downs()[0]?.cause, { kind: 'closed', code: 0x123, reason: 'done', byPeer: false })
  assert.equal(alice.endpoint.sizes.links, 0)
  assert.equal(bob.endpoint.sizes.links, 0)
  assert.equal(alice.endpoint.send(network.now, link, 1, encode('late')), 'closed')
})

test('XX: the initiator learns the key, and a peer does not answer strangers', () => {
  const network = new Network()
  const alice = network.host(1, { purpose: 'peer' })
  const bob = network.host(2)
  const link = alice.endpoint.connect(network.now, { addresses: [bob.address], purpose: 'registry' })
  network.run(1_000)
  assert.deepEqual(alice.ups()[0]?.remoteKey, bob.key.publicKey)
  assert.deepEqual(bob.ups()[0]?.remoteKey, alice.key.publicKey)
  alice.endpoint.send(network.now, link, 0, encode('hello'))
  network.run(1_000)
  assert.deepEqual(bob.texts(), ['hello'])
})
