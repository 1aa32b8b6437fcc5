// Random and mutated datagrams of every type into endpoints with live links, half-open handshakes and attempts: no
// exception, no state beyond the constants, and the links live. PARLEY_FUZZ=1000000 for the full campaign.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinkKeyPair } from '../crypto/index.ts'
import { defaultLinkLimits } from './link-limits.ts'
import { encode, linkedPair, seededRandom, type Flight } from './testbed.test.ts'

const rounds = Number(process.env['PARLEY_FUZZ'] ?? 20_000)
const seed = Number(process.env['PARLEY_FUZZ_SEED'] ?? 1)

test(`${rounds} datagrams before authentication, seed ${seed}`, () => {
  const random = seededRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.fraction() * items.length)] as T
  const { network, alice, bob, link, bobLink } = linkedPair()
  // Real datagrams of every type, to mutate: an IK and an XX handshake under load and not, resets, versions, punches.
  const carol = network.host(3)
  for (const isLoaded of [false, true]) {
    bob.endpoint.setUnderLoad(isLoaded)
    for (const remoteKey of [bob.key.publicKey, undefined]) {
      carol.endpoint.connect(network.now, { addresses: [bob.address], remoteKey, purpose: 'registry' })
    }
    network.run(1_000)
  }
  bob.endpoint.setUnderLoad(false)
  carol.endpoint.punch(network.now, [bob.address])
  network.run(100)
  const corpus: Flight[] = [...alice.sent, ...bob.sent, ...carol.sent]
  for (const host of [alice, bob]) {
    host.endpoint.handleDatagram(network.now, carol.address, Uint8Array.of(4, ...random.bytes(60)))
    host.endpoint.handleDatagram(network.now, carol.address, Uint8Array.of(1, 9, ...random.bytes(1_198)))
    network.drain(host)
    corpus.push(...host.sent.slice(-2))
  }
  assert.deepEqual(
    [...new Set(corpus.map(({ bytes }) => bytes[0]))].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
  network.flights.length = 0
  network.rule = () => false
  // An attempt and a half-open handshake to aim at.
  const target = { addresses: [{ host: '203.0.113.9', port: 9 }], purpose: 'registry' } as const
  const attempt = (): unknown =>
    alice.endpoint.connect(network.now, { ...target, remoteKey: LinkKeyPair.generate(random).publicKey })
  attempt()
  const events = [alice.events.length, bob.events.length]
  const mutate = (bytes: Uint8Array): Uint8Array => {
    const mutated =
      random.fraction() < 0.2 ? bytes.slice(0, Math.floor(random.fraction() * (bytes.length + 1))) : bytes.slice()
    const times = 1 + Math.floor(random.fraction() * 4)
    for (let i = 0; i < times && mutated.length > 0; i++) {
      const at =
        random.fraction() < 0.5 ? random.fraction() * Math.min(mutated.length, 40) : random.fraction() * mutated.length
      mutated[Math.floor(at)] = random.fraction() * 256
    }
    return random.fraction() < 0.1 ? Uint8Array.of(...mutated, ...random.bytes(5)) : mutated
  }
  for (let i = 0; i < rounds; i++) {
    const host = i % 2 === 0 ? alice : bob
    const flight = pick(corpus)
    const kind = random.fraction()
    let bytes = mutate(flight.bytes)
    if (kind < 0.3) {
      bytes = random.bytes(Math.floor(random.fraction() ** 3 * 1_400))
      if (bytes.length > 0) bytes[0] = Math.floor(random.fraction() * 12)
    } else if (kind < 0.35) bytes = flight.bytes
    const from = kind < 0.6 ? flight.from : { host: `10.0.0.${i % 256}`, port: 1 + (i % 60_000) }
    if (
      host === bob &&
      flight.from === alice.address &&
      bytes.length === flight.bytes.length &&
      bytes.every((byte, at) => byte === flight.bytes[at])
    )
      continue
    host.endpoint.handleDatagram(network.now, from, bytes)
    if (i % 50 === 0) {
      network.now += 3
      for (const each of [alice, bob]) each.endpoint.handleTimeout(network.now)
    }
    for (let out = host.endpoint.pollTransmit(network.now); out; out = host.endpoint.pollTransmit(network.now)) void out
    for (let event = host.endpoint.pollEvent(); event; event = host.endpoint.pollEvent()) host.events.push(event)
    if (i % 1_000 === 0) {
      if (alice.endpoint.sizes.attempts === 0) attempt()
      host.drops.length = 0
      for (const { sizes } of [alice.endpoint, bob.endpoint]) {
        assert.ok(sizes.halfOpen <= defaultLinkLimits.halfOpen)
        assert.ok(sizes.addresses <= defaultLinkLimits.addresses)
        assert.ok(sizes.links <= 5, 'no link comes of noise')
        assert.ok(sizes.answers === 0)
      }
    }
  }
  const told = [...alice.events.slice(events[0]), ...bob.events.slice(events[1])]
  assert.deepEqual(
    told.filter((event) => event.type !== 'down' || event.cause.kind !== 'unreachable').map(({ type }) => type),
    [],
  )
  network.rule = () => true
  alice.endpoint.send(network.now, link, 0, encode('still here'))
  bob.endpoint.send(network.now, bobLink, 0, encode('and here'))
  network.run(5_000)
  assert.deepEqual(bob.texts(), ['still here'])
  assert.deepEqual(alice.texts(), ['and here'])
})
