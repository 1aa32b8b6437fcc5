// The catalogue of bad input, items 1 to 20 and 66: what comes from strangers, replayers and those who race a copy.
// Each test is named by its item; the outcome of most is silence and no state.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinkKeyPair, PacketKey } from '../crypto/index.ts'
import { EstablishedLink } from './established-link.ts'
import { Fifo } from './fifo.ts'
import { HandshakeInitiator } from './handshake-initiator.ts'
import { mac1At } from './handshake-packet.ts'
import type { LinkId } from './link-event.ts'
import { defaultLinkLimits } from './link-limits.ts'
import { mac1Key, writeMac1 } from './cookie.ts'
import {
  datagramTypes,
  decodeReset,
  decodeVersion,
  encodeCookie,
  encodeDataHeader,
  encodeReset,
  encodeVersion,
  minimumDatagramBytes,
} from './packet.ts'
import { encode, linkedPair, Network, seededRandom, type Flight, type Host } from './testbed.test.ts'

const stranger = { host: '203.0.113.66', port: 666 }
const random = seededRandom(99)
/** Item 11 in full with PARLEY_FUZZ set. */
const spoofed = process.env['PARLEY_FUZZ'] === undefined ? 10_000 : 100_000

/** What the host sends back for one datagram, and why it dropped it. */
function answerTo(
  network: Network,
  host: Host,
  bytes: Uint8Array,
  from = stranger,
): { sent: Flight[]; drops: string[] } {
  network.drain(host)
  const [sent, drops] = [host.sent.length, host.drops.length]
  host.endpoint.handleDatagram(network.now, from, bytes)
  network.drain(host)
  return { sent: host.sent.slice(sent), drops: host.drops.slice(drops) }
}

/** A first message as somebody with this key pair would send it. */
function firstMessage(
  network: Network,
  to: Host,
  options: { key?: LinkKeyPair; timestamp?: number; isFirstContact?: boolean } = {},
): Uint8Array {
  const { key = LinkKeyPair.generate(random), timestamp = 1, isFirstContact = false } = options
  const remoteKey = isFirstContact ? undefined : to.key.publicKey
  const attempt = new HandshakeInitiator(network.now, {
    link: 1 as LinkId,
    staticKey: key,
    localId: random.bytes(8),
    localToken: random.bytes(16),
    target: { addresses: [to.address], remoteKey, purpose: 'registry' },
    timestamp,
    limits: defaultLinkLimits,
    random,
  })
  const out = new Uint8Array(2_000)
  const sent = attempt.transmit(network.now, { datagram: out })
  assert.ok(sent)
  return out.slice(0, sent.length)
}

function fresh(): { network: Network; bob: Host } {
  const network = new Network()
  return { network, bob: network.host(2) }
}

function assertSilent(network: Network, host: Host, bytes: Uint8Array, reason: string): void {
  const before = host.endpoint.sizes
  const { sent, drops } = answerTo(network, host, bytes)
  assert.deepEqual(sent, [])
  assert.deepEqual(drops, [reason])
  assert.deepEqual({ ...host.endpoint.sizes, addresses: 0 }, { ...before, addresses: 0 })
}

test('items 1 and 2: empty, 1, 15 and 65,507 bytes of anything are dropped', () => {
  const { network, bob } = fresh()
  for (const size of [0, 1, 15, 65_507]) {
    for (let type = 0; type < 256; type++) {
      const bytes = new Uint8Array(size).fill(type)
      if (size === 65_507 && type === datagramTypes.data) continue
      const { sent, drops } = answerTo(network, bob, bytes)
      assert.deepEqual(sent, [], `size ${size} type ${type}`)
      assert.equal(drops.length, 1)
      if (size === 0) break
    }
  }
})

test('item 3: another version is answered with ours, smaller than the request, within a rate; never as an answer', () => {
  const { network, bob } = fresh()
  const message = firstMessage(network, bob)
  message[1] = 9
  const { sent, drops } = answerTo(network, bob, message)
  assert.deepEqual(drops, ['version'])
  const answer = decodeVersion(sent[0]?.bytes ?? new Uint8Array(0))
  assert.deepEqual(answer?.versions, [1])
  assert.deepEqual(answer?.receiver, message.subarray(4, 12))
  let answers = 1
  for (let i = 0; i < 5_000; i++) answers += answerTo(network, bob, message).sent.length
  assert.equal(answers, defaultLinkLimits.answersPerSecond)
  assertSilent(network, bob, message.subarray(0, 1_199), 'malformed')
  assertSilent(network, bob, encodeVersion({ receiver: random.bytes(8), versions: [2] }), 'unasked')
})

test('item 3: a version answer does not stop an attempt, and is told when nothing better came', () => {
  for (const versions of [[1], [2, 7]]) {
    const network = new Network()
    const alice = network.host(1)
    alice.endpoint.connect(network.now, { addresses: [stranger], remoteKey: random.bytes(32), purpose: 'peer' })
    network.drain(alice)
    const receiver = alice.sent[0]?.bytes.subarray(4, 12)
    assert.ok(receiver)
    network.deliver(alice, stranger, encodeVersion({ receiver, versions }))
    assert.deepEqual(alice.downs(), [])
    network.run(20_000)
    const expected = versions.includes(1) ? {} : { offeredVersions: versions }
    assert.deepEqual(alice.downs()[0]?.cause, { kind: 'unreachable', ...expected })
  }
})

test('item 4: a first message shorter or longer than 1,200 bytes is dropped', () => {
  const { network, bob } = fresh()
  const message = firstMessage(network, bob)
  for (const size of [33, 132, 1_168, 1_199]) assertSilent(network, bob, message.subarray(0, size), 'malformed')
  assertSilent(network, bob, Uint8Array.of(...message, 0), 'malformed')
})

test('item 5: a first message with a bad MAC1 is dropped before anything is computed', () => {
  const { network, bob } = fresh()
  const message = firstMessage(network, bob)
  message[mac1At] = (message[mac1At] as number) ^ 1
  assertSilent(network, bob, message, 'mac')
  assert.equal(bob.endpoint.sizes.addresses, 0, 'not even its address is noted')
})

test('item 6: an ephemeral key of small order is dropped', () => {
  const { network, bob } = fresh()
  const one = new Uint8Array(32)
  one[0] = 1
  const primeMinusOne = new Uint8Array(32).fill(255)
  primeMinusOne[0] = 0xec
  primeMinusOne[31] = 0x7f
  for (const ephemeral of [new Uint8Array(32), one, primeMinusOne]) {
    for (const isFirstContact of [false, true]) {
      network.now += 1_000
      const message = firstMessage(network, bob, { isFirstContact })
      message.set(ephemeral, 12)
      writeMac1(message, mac1Key(isFirstContact ? undefined : bob.key.publicKey), 32)
      assertSilent(network, bob, message, 'unreadable')
    }
  }
})

test('item 7: a first message replayed at once, an hour later, or from elsewhere changes nothing', () => {
  const { network, alice, bob, link } = linkedPair()
  const first = alice.sent[0]?.bytes
  assert.equal(first?.[0], datagramTypes.initiation)
  assert.ok(first)
  const events = bob.events.length
  for (const from of [alice.address, stranger]) {
    const { sent, drops } = answerTo(network, bob, first, from)
    assert.deepEqual(sent, [])
    assert.deepEqual(drops, ['stale'])
  }
  network.now += 10
  alice.endpoint.send(network.now, link, 0, encode('still linked'))
  network.run(100)
  assert.deepEqual(bob.texts(), ['still linked'])
  assert.equal(bob.events.filter((event) => event.type !== 'message').length, events)
  network.run(3_600_000)
  assert.deepEqual(answerTo(network, bob, first, stranger), { sent: [], drops: ['stale'] })
})

test('item 8: a first message from our own key is dropped', () => {
  const { network, bob } = fresh()
  assertSilent(network, bob, firstMessage(network, bob, { key: bob.key }), 'ownKey')
  bob.endpoint.connect(network.now, { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' })
  network.run(20_000)
  assert.deepEqual(bob.ups(), [])
  assert.deepEqual(bob.downs()[0]?.cause, { kind: 'unreachable' })
  bob.endpoint.connect(network.now, { addresses: [bob.address], purpose: 'registry' })
  network.run(20_000)
  assert.equal(
    bob.ups().every((up) => up.role === 'initiator'),
    true,
    'not as a responder to itself',
  )
})

test('item 9: a timestamp of the year 2100 is accepted once, and can be forgotten when its owner proves itself', () => {
  const year2100 = 4_102_444_800_000
  const network = new Network()
  const bob = network.host(2)
  const key = LinkKeyPair.generate(random)
  const link = (timestamp: number): Host => {
    const alice = network.host(1, { staticKey: key, timestamp: () => timestamp })
    alice.endpoint.connect(network.now, { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'peer' })
    alice.endpoint.connect(network.now, { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' })
    network.run(12_000)
    return alice
  }
  assert.equal(link(year2100).ups().length, 1)
  assert.equal(link(1_700_000_000_000).ups().length, 0)
  bob.endpoint.forgetTimestamp(key.publicKey)
  assert.equal(link(1_700_000_000_000).ups().length, 1)
})

test('item 10: cookies not asked for, for another address or another message are dropped; expired ones are not taken', () => {
  const network = new Network()
  const bob = network.host(2)
  bob.endpoint.setUnderLoad(true)
  const alice = network.host(1)
  const target = { remoteKey: bob.key.publicKey, purpose: 'registry' } as const
  const cookie = encodeCookie({ receiver: random.bytes(8), nonce: random.bytes(12), sealed: random.bytes(32) })
  assertSilent(network, alice, cookie, 'unasked')
  alice.endpoint.connect(network.now, { addresses: [bob.address], ...target })
  network.drain(alice)
  const message = alice.sent[0]?.bytes
  assert.ok(message)
  const { sent } = answerTo(network, bob, message, alice.address)
  const answer = sent[0]?.bytes
  assert.equal(answer?.[0], datagramTypes.cookie)
  assert.ok(answer && answer.length < message.length)
  network.flights.length = 0
  // From where the message was not sent to; altered; for the message of another attempt.
  assertSilent(network, alice, answer, 'unasked')
  for (let bit = 0; bit < answer.length * 8; bit++) {
    const flipped = answer.slice()
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    assert.equal(answerTo(network, alice, flipped, bob.address).sent.length, 0, `bit ${bit}`)
  }
  const right = answerTo(network, alice, answer, bob.address)
  assert.equal(right.sent.length, 1, 'the message goes out again at once')
  network.flights.length = 0
  const withCookie = right.sent[0]?.bytes
  assert.ok(withCookie)
  assert.notDeepEqual(withCookie.subarray(1_184), new Uint8Array(16))
  // The same cookie from another address or port, or after its life, only buys a new cookie.
  for (const from of [stranger, { host: alice.address.host, port: 1 }]) {
    assert.deepEqual(answerTo(network, bob, withCookie, from).drops, ['cookie'])
  }
  const good = answerTo(network, bob, withCookie, alice.address)
  assert.equal(good.sent[0]?.bytes[0], datagramTypes.response)
  network.now += defaultLinkLimits.cookieSecretMs
  assert.deepEqual(answerTo(network, bob, withCookie, alice.address).drops, ['cookie'])
})

test(`item 11: ${spoofed} first messages of as many spoofed addresses: cookies are demanded, memory is bounded, links live`, () => {
  const { network, alice, bob, link } = linkedPair()
  const messages = Array.from({ length: 400 }, (_, i) => firstMessage(network, bob, { timestamp: i + 1 }))
  const counts = new Map<string, number>()
  let [bytesIn, bytesOut] = [0, 0]
  const sentBefore = bob.sent.length
  for (let i = 0; i < spoofed; i++) {
    const message = messages[i % messages.length] as Uint8Array
    const from = { host: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, port: 7 }
    bytesIn += message.length
    bob.endpoint.handleDatagram(network.now, from, message)
    for (let out = bob.endpoint.pollTransmit(network.now); out; out = bob.endpoint.pollTransmit(network.now)) {
      bytesOut += out.bytes.length
    }
  }
  assert.equal(bob.sent.length, sentBefore)
  for (const reason of bob.drops) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const { halfOpen, addresses, links } = bob.endpoint.sizes
  assert.ok(halfOpen <= defaultLinkLimits.halfOpenLoad, `${halfOpen} half-open`)
  assert.ok(addresses <= defaultLinkLimits.addresses)
  assert.equal(links, 1)
  assert.ok(bytesOut <= bytesIn)
  assert.ok((counts.get('cookie') ?? 0) > 0.97 * spoofed)
  alice.endpoint.send(network.now, link, 0, encode('unharmed'))
  network.run(100)
  assert.deepEqual(bob.texts(), ['unharmed'])
  // Somebody honest still gets in, cookie and all.
  const carol = network.host(3)
  carol.endpoint.connect(network.now, { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' })
  network.run(1_000)
  assert.equal(carol.ups().length, 1)
})

test('item 12: a second handshake message for no handshake of ours is dropped', () => {
  const { network, alice, bob } = linkedPair()
  const response = bob.sent.find(({ bytes }) => bytes[0] === datagramTypes.response)?.bytes
  assert.ok(response)
  assertSilent(network, alice, response, 'unasked')
  const carol = network.host(3)
  assertSilent(network, carol, response, 'unasked')
  for (const type of [datagramTypes.firstContactAnswer, datagramTypes.firstContactProof]) {
    const bytes = random.bytes(type === datagramTypes.firstContactAnswer ? 148 : 108)
    bytes.set([type, 1, 0, 0])
    const { sent } = answerTo(network, carol, bytes)
    assert.deepEqual(sent, [])
  }
})

test('item 13: DATA for an unknown id: a reset smaller than it, within a rate; a reset is never answered', () => {
  const { network, bob } = fresh()
  for (const size of [35, 36, 100, 1_200, 65_507]) {
    const bytes = random.bytes(size)
    bytes[0] = datagramTypes.data
    const { sent, drops } = answerTo(network, bob, bytes)
    assert.deepEqual(drops, ['unknown'])
    const reset = sent[0]?.bytes
    assert.ok(reset && reset.length < size)
    assert.deepEqual(decodeReset(reset)?.receiver, bytes.subarray(2, 10))
    assertSilent(network, bob, reset, 'unasked')
  }
  const small = random.bytes(34)
  small[0] = datagramTypes.data
  assertSilent(network, bob, small, 'malformed')
  const data = random.bytes(100)
  data[0] = datagramTypes.data
  let answers = 0
  for (let i = 0; i < 5_000; i++) answers += answerTo(network, bob, data).sent.length
  assert.ok(answers <= defaultLinkLimits.answersPerSecond)
})

test('item 13: a reset with the wrong token, or with the token of another link, ends nothing', () => {
  const { network, alice, bob, link } = linkedPair()
  const data = bob.sent.findLast(({ bytes }) => bytes[0] === datagramTypes.data)?.bytes
  assert.ok(data)
  const receiver = data.subarray(2, 10)
  assertSilent(network, alice, encodeReset({ receiver, token: random.bytes(16) }, random.bytes(7)), 'unasked')
  alice.endpoint.send(network.now, link, 0, encode('lives'))
  network.run(100)
  assert.deepEqual(bob.texts(), ['lives'])
})

test('item 14: a known id with a wrong tag is dropped, wherever the bit is', () => {
  const { network, alice, bob, link } = linkedPair()
  alice.endpoint.send(network.now, link, 0, encode('secret'))
  network.rule = () => false
  network.drain(alice)
  const data = alice.sent.at(-1)?.bytes
  assert.ok(data)
  for (let bit = 0; bit < data.length * 8; bit++) {
    const flipped = data.slice()
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    bob.endpoint.handleDatagram(network.now, alice.address, flipped)
    for (let event = bob.endpoint.pollEvent(); event; event = bob.endpoint.pollEvent()) assert.fail(event.type)
  }
  network.rule = () => true
  network.deliver(bob, alice.address, data)
  assert.deepEqual(bob.texts(), ['secret'])
})

test('item 15: a packet number seen before, or older than the window, is dropped', () => {
  const { network, alice, bob, link } = linkedPair()
  alice.endpoint.send(network.now, link, 0, encode('once'))
  network.run(100)
  const data = alice.sent.filter(({ bytes }) => bytes[0] === datagramTypes.data)
  for (const { bytes } of data) assertSilent(network, bob, bytes, 'replay')
  assert.deepEqual(bob.texts(), ['once'])
})

test('items 15 and 16: valid packets with numbers behind the window, or out of range, are dropped', () => {
  const [toUs, fromUs, localId] = [random.bytes(32), random.bytes(32), random.bytes(8)]
  const link = new EstablishedLink(0, {
    id: 1 as LinkId,
    role: 'responder',
    result: {
      remoteKey: random.bytes(32),
      purpose: 'peer',
      handshakeHash: random.bytes(32),
      keys: { send: fromUs, receive: toUs, chainingKey: random.bytes(32) },
      localId,
      remoteId: random.bytes(8),
      remoteToken: random.bytes(16),
      address: stranger,
      addressProven: true,
      rttMs: undefined,
      proof: undefined,
    },
    limits: defaultLinkLimits,
    random,
    events: new Fifo(),
  })
  const packet = (number: number): Uint8Array => {
    const bytes = new Uint8Array(36)
    encodeDataHeader(bytes, 0, localId, number)
    // One PING, sealed by hand as the other side would.
    new PacketKey(toUs).seal(number, bytes.subarray(0, 18), Uint8Array.of(2, 0), bytes.subarray(18))
    return bytes
  }
  const receive = (bytes: Uint8Array): string | undefined => link.receive(1, stranger, bytes)
  assert.equal(receive(packet(100_000)), undefined)
  assert.equal(receive(packet(100_000)), 'replay')
  assert.equal(receive(packet(100_000 - 8_127)), undefined)
  assert.equal(receive(packet(100_000 - 8_128)), 'replay')
  assert.equal(receive(packet(Number.MAX_SAFE_INTEGER - 1).fill(255, 10, 18)), 'replay', '2^64 - 1')
  assert.equal(receive(packet(Number.MAX_SAFE_INTEGER)), 'replay')
  assert.equal(receive(packet(100_001)), undefined, 'the link lives')
})

test("item 17: a valid packet with another link's id is dropped", () => {
  const network = new Network()
  const bob = network.host(2)
  const [alice, carol] = [network.host(1), network.host(3)]
  const target = { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' } as const
  const link = alice.endpoint.connect(network.now, target)
  carol.endpoint.connect(network.now, target)
  network.run(1_000)
  const carolsId = carol.sent.findLast(({ bytes }) => bytes[0] === datagramTypes.data)?.bytes.subarray(2, 10)
  assert.ok(carolsId)
  network.rule = () => false
  alice.endpoint.send(network.now, link, 0, encode('for one link only'))
  network.drain(alice)
  const moved = alice.sent.at(-1)?.bytes.slice()
  assert.ok(moved)
  moved.set(carolsId, 2)
  const { sent, drops } = answerTo(network, bob, moved, alice.address)
  assert.deepEqual(sent, [])
  assert.deepEqual(drops, ['tag'])
  assert.deepEqual(bob.texts(), [])
})

test('item 18: a copy of a valid packet from a third address gets a challenge; traffic stays where it was', () => {
  const { network, alice, bob, link, bobLink } = linkedPair()
  network.rule = ({ from }) => from !== alice.address
  alice.endpoint.send(network.now, link, 0, encode('raced'))
  network.drain(alice)
  const copy = alice.sent.at(-1)?.bytes
  assert.ok(copy)
  const sent = bob.sent.length
  network.deliver(bob, stranger, copy)
  bob.endpoint.send(network.now, bobLink, 0, encode('answer'))
  network.run(5_000)
  const there = bob.sent.slice(sent).filter(({ to }) => to.host === stranger.host)
  assert.ok(there.length >= 1)
  assert.ok(there.reduce((sum, { bytes }) => sum + bytes.length, 0) <= 3 * copy.length)
  assert.ok(
    there.every(({ bytes }) => bytes.length === 43),
    'nothing but challenges',
  )
  assert.deepEqual(alice.texts(), ['answer'])
  assert.deepEqual(bob.endpoint.stats(bobLink)?.address, alice.address)
  assert.deepEqual(
    bob.events.filter(({ type }) => type === 'path'),
    [],
  )
})

test('item 19: of 1,000 source addresses at most 4 are in validation', () => {
  const { network, alice, bob, link } = linkedPair()
  network.rule = () => false
  const sent = bob.sent.length
  for (let i = 0; i < 1_000; i++) {
    alice.endpoint.sendDatagram(network.now, link, encode(`${i}`))
    network.drain(alice)
    const packet = alice.sent.at(-1)?.bytes
    assert.ok(packet)
    network.deliver(bob, { host: '203.0.113.7', port: 1_000 + i }, packet)
  }
  const strange = new Set(bob.sent.slice(sent).flatMap(({ to }) => (to.host === '203.0.113.7' ? [to.port] : [])))
  assert.ok(strange.size <= 4, `${strange.size} addresses got something`)
  assert.ok(strange.size > 0)
})

test('item 20: a challenge goes only where an authentic packet came from', () => {
  const { network, alice, bob, link } = linkedPair()
  const before = [alice, bob].map((host) => host.sent.length)
  alice.endpoint.send(network.now, link, 0, encode('192.168.0.1:80 127.0.0.1:1'))
  for (let i = 0; i < 50; i++) network.deliver(bob, { host: '127.0.0.1', port: i + 1 }, random.bytes(60))
  network.run(5_000)
  for (const [i, host] of [alice, bob].entries()) {
    const known = new Set([alice.address, bob.address])
    assert.ok(host.sent.slice(before[i]).every(({ to }) => known.has(to) || to.port > 4_000))
  }
})

test('item 66: punches and probes of strangers are dropped without a trace', () => {
  const { network, bob } = fresh()
  const punch = random.bytes(32)
  punch[0] = datagramTypes.punch
  assertSilent(network, bob, punch, 'punch')
  for (const size of [1, 31, 33, 64]) {
    const other = random.bytes(size)
    other[0] = datagramTypes.punch
    assertSilent(network, bob, other, 'malformed')
  }
})

test('every answer to a stranger is smaller than what it answers', () => {
  const { network, bob } = fresh()
  bob.endpoint.setUnderLoad(true)
  const seen = new Set<number>()
  for (const isFirstContact of [false, true]) {
    for (const isLoaded of [true, false]) {
      bob.endpoint.setUnderLoad(isLoaded)
      const message = firstMessage(network, bob, { isFirstContact })
      for (const { bytes } of answerTo(network, bob, message).sent) {
        seen.add(bytes[0] as number)
        assert.ok(bytes.length < minimumDatagramBytes)
      }
    }
  }
  assert.deepEqual(
    [...seen].toSorted((a, b) => a - b),
    [2, 3, 7],
  )
})
