// Roaming, resets, larger datagrams and rekeying of live links (docs/protocol/link.md 6 to 8).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress } from '../base/index.ts'
import type { LinkId } from './link-event.ts'
import { datagramTypes } from './packet.ts'
import { encode, Host, linkedPair, Network, seededRandom, type Flight, type Pair } from './testbed.test.ts'

const typeOf = ({ bytes }: Flight): number => bytes[0] as number

function say(pair: Pair, text: string): void {
  pair.alice.endpoint.send(pair.network.now, pair.link, 0, encode(text))
  pair.network.drain(pair.alice)
}

test('a side that moves to another address is followed after it answered a challenge there; nothing is lost', () => {
  for (const [host, keepsRtt] of [
    ['198.51.100.1', true],
    ['203.0.113.77', false],
  ] as const) {
    const pair = linkedPair()
    const { network, alice, bob, bobLink } = pair
    for (let i = 0; i < 20; i++) say(pair, `${i}`)
    bob.endpoint.send(network.now, bobLink, 0, encode('to measure with'))
    network.run(1_000)
    const rttMs = bob.endpoint.stats(bobLink)?.minRttMs ?? 0
    network.move(alice, { host, port: 9_999 })
    say(pair, 'moved')
    bob.endpoint.send(network.now, bobLink, 0, encode('where are you'))
    network.run(network.delayMs + 1)
    assert.deepEqual(bob.endpoint.stats(bobLink)?.address.port, 4_001, 'not yet')
    network.run(1_000, () => bob.events.some(({ type }) => type === 'path'))
    assert.deepEqual(bob.endpoint.stats(bobLink)?.address, alice.address)
    assert.deepEqual(
      bob.events.findLast(({ type }) => type === 'path'),
      { type: 'path', link: bobLink, address: alice.address },
    )
    assert.equal((bob.endpoint.stats(bobLink)?.minRttMs ?? 0) === rttMs, keepsRtt)
    network.run(5_000)
    assert.deepEqual(alice.texts(), ['to measure with', 'where are you'])
    assert.equal(bob.texts().at(-1), 'moved')
    assert.equal(bob.texts().length, 21)
  }
})

test('a late packet does not speak for another path', () => {
  const pair = linkedPair()
  const { network, alice, bob } = pair
  network.rule = () => false
  say(pair, 'held back')
  const late = alice.sent.at(-1)?.bytes
  assert.ok(late)
  network.rule = () => true
  say(pair, 'newer')
  network.run(30)
  const sent = bob.sent.length
  network.deliver(bob, { host: '203.0.113.9', port: 9 }, late)
  network.run(4_000)
  assert.deepEqual(bob.texts(), ['held back', 'newer'])
  assert.ok(bob.sent.slice(sent).every(({ to }) => to.host === alice.address.host))
})

test('a link made over several addresses sends at most three times what came until its path is sure', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const victim = { host: '203.0.113.5', port: 5 }
  // The first message also comes from a forged address, so that nobody knows which of the two is real.
  let forged = false
  network.rule = (flight) => {
    if (typeOf(flight) === datagramTypes.initiation && !forged) {
      forged = true
      return [{ ...flight, from: victim, at: flight.at - 1 }, flight]
    }
    // And so does the first packet: its sender claims to be the victim.
    if (typeOf(flight) === datagramTypes.data && flight.to === bob.address) return { ...flight, from: victim }
    return true
  }
  alice.endpoint.connect(network.now, { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' })
  network.run(50)
  const bobLink = bob.ups()[0]?.link as LinkId
  assert.ok(bobLink)
  for (let i = 0; i < 100; i++) bob.endpoint.send(network.now, bobLink, 0, new Uint8Array(1_000))
  network.run(3_000)
  const toVictim = bob.sent.filter(({ to }) => to.host === victim.host && to.port === victim.port)
  const bytesOut = toVictim.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const bytesIn = alice.sent.reduce((sum, { bytes }) => sum + bytes.length, 0)
  assert.ok(bytesOut <= 3 * bytesIn, `${bytesOut} bytes out for ${bytesIn} in`)
  assert.ok(bytesOut < 20_000)
})

test('a restarted endpoint answers the first packet of a lost link with a reset, and is believed at once', () => {
  const resetKey = new Uint8Array(32).fill(3)
  const first = linkedPair({ bob: { resetKey } })
  const restarted = new Host(9, first.bob.address, { resetKey, staticKey: first.bob.key }, first.network.now)
  first.network.attach(restarted)
  const before = first.network.now
  say(first, 'are you there')
  first.network.run(1_000, () => first.alice.downs().length > 0)
  assert.deepEqual(first.alice.downs(), [{ type: 'down', link: first.link, cause: { kind: 'reset' } }])
  assert.ok(first.network.now - before <= 2 * first.network.delayMs)
  assert.equal(first.alice.endpoint.sizes.links, 0)
})

test('a restarted endpoint with another reset key is not believed', () => {
  const pair = linkedPair()
  const { network, alice, bob } = pair
  network.attach(new Host(9, bob.address, { resetKey: new Uint8Array(32), staticKey: bob.key }, network.now))
  say(pair, 'are you there')
  network.run(20_000)
  assert.deepEqual(alice.downs(), [])
  assert.ok(alice.drops.includes('unasked'))
})

test('an endpoint that kept a note of its links resets them unasked, once, and no other key does', () => {
  const resetKey = new Uint8Array(32).fill(3)
  for (const key of [resetKey, new Uint8Array(32)]) {
    const { network, alice, bob, link, bobLink } = linkedPair({ bob: { resetKey } })
    const memo = bob.endpoint.linkMemo(bobLink)
    assert.deepEqual(memo?.address, alice.address)
    const restarted = new Host(9, bob.address, { resetKey: key, staticKey: bob.key }, network.now)
    network.attach(restarted)
    const sent = alice.sent.length
    restarted.endpoint.resetForgotten([memo])
    network.run(5_000)
    assert.deepEqual(
      restarted.sent.map((flight) => [typeOf(flight), flight.to, flight.bytes.length]),
      [[datagramTypes.reset, alice.address, 32]],
    )
    assert.equal(alice.sent.length, sent, 'a reset is not answered')
    const isReset = key === resetKey
    assert.deepEqual(alice.downs(), isReset ? [{ type: 'down', link, cause: { kind: 'reset' } }] : [])
    assert.equal(alice.endpoint.linkMemo(link) === undefined, isReset)
    assert.equal(alice.drops.includes('unasked'), !isReset)
  }
})

test('resets of many forgotten links are paced, and no more than there can be links', () => {
  const network = new Network()
  const host = network.host(1, { limits: { links: 300, answersPerSecond: 1_000, paceMs: 50 } })
  const memos = Array.from({ length: 400 }, (_, port) => {
    return { address: { host: '203.0.113.1', port: port + 1 }, ours: new Uint8Array(8).fill(port) }
  })
  const start = network.now
  host.endpoint.resetForgotten(memos)
  network.run(1_000)
  assert.equal(host.sent.length, 300)
  assert.equal(new Set(host.sent.map(({ to }) => to.port)).size, 300)
  for (const [i, { at }] of host.sent.entries()) assert.equal(at, start + network.delayMs + 50 * Math.floor(i / 50))
  assert.equal(host.endpoint.pollTimeout(), undefined)
})

test('silence ends a link after its idle timeout', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const target = { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' } as const
  const link = alice.endpoint.connect(network.now, { ...target, idleTimeoutMs: 30_000 })
  network.run(1_000)
  network.rule = () => false
  network.run(29_000)
  assert.deepEqual(alice.downs(), [])
  network.run(2_000)
  assert.deepEqual(alice.downs(), [{ type: 'down', link, cause: { kind: 'idle' } }])
})

test('larger datagrams are used on a path that proved them: 32 KiB on this machine, 1,452 bytes elsewhere', () => {
  for (const [host, size] of [
    ['127.0.0.1', 32_700],
    ['198.51.100.2', 1_452],
  ] as const) {
    const network = new Network()
    const [alice, bob] = [network.host(1, {}, host), network.host(2, {}, host)]
    const target = { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' } as const
    const link = alice.endpoint.connect(network.now, target)
    network.run(100)
    for (let i = 0; i < 40; i++) alice.endpoint.send(network.now, link, 0, new Uint8Array(50_000))
    network.run(5_000)
    assert.equal(bob.events.filter(({ type }) => type === 'message').length, 40)
    assert.equal(alice.endpoint.stats(link)?.datagramBytes, size)
    assert.ok(alice.sent.some(({ bytes }) => bytes.length === size))
    assert.ok(alice.sent.every(({ bytes }) => bytes.length <= size))
  }
})

test('a path that swallows larger datagrams stays at 1,200 bytes and loses nothing', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  network.rule = ({ bytes }) => bytes.length <= 1_300
  const target = { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' } as const
  const link = alice.endpoint.connect(network.now, target)
  network.run(100)
  for (let i = 0; i < 40; i++) alice.endpoint.send(network.now, link, 0, new Uint8Array(20_000))
  network.run(5_000)
  assert.equal(bob.events.filter(({ type }) => type === 'message').length, 40)
  assert.equal(alice.endpoint.stats(link)?.datagramBytes, 1_200)
  const probes = alice.sent.filter(({ bytes }) => bytes.length > 1_200)
  assert.equal(probes.length, 3)
})

test('a path that stops to carry larger datagrams is used with small ones again, and nothing is lost', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const target = { addresses: [bob.address], remoteKey: bob.key.publicKey, purpose: 'registry' } as const
  const link = alice.endpoint.connect(network.now, target)
  network.run(100)
  const sendSome = (): void => {
    for (let i = 0; i < 20; i++) alice.endpoint.send(network.now, link, 0, new Uint8Array(20_000))
    network.run(20_000)
  }
  sendSome()
  assert.equal(alice.endpoint.stats(link)?.datagramBytes, 1_452)
  network.rule = ({ bytes }) => bytes.length <= 1_300
  sendSome()
  assert.equal(alice.endpoint.stats(link)?.datagramBytes, 1_200)
  assert.equal(bob.events.filter(({ type }) => type === 'message').length, 40)
})

test('links in use rekey every 120 s, lose nothing, and never use a packet number twice', () => {
  const pair = linkedPair()
  const { network, alice, bob, link, bobLink } = pair
  const luck = seededRandom(4)
  network.rule = () => luck.fraction() > 0.2
  for (let second = 0; second < 600; second++) {
    say(pair, `${second}`)
    bob.endpoint.send(network.now, bobLink, 0, encode(`${second}`))
    network.run(1_000)
  }
  network.rule = () => true
  network.run(5_000)
  const expected = Array.from({ length: 600 }, (_, i) => `${i}`)
  assert.deepEqual(bob.texts(), expected)
  assert.deepEqual(alice.texts(), expected)
  const epoch = alice.endpoint.stats(link)?.epoch ?? 0
  assert.ok(epoch === 4 || epoch === 5, `epoch ${epoch}`)
  assert.equal(bob.endpoint.stats(bobLink)?.epoch, epoch)
  for (const host of [alice, bob]) {
    let last = -1
    for (const flight of host.sent) {
      if (typeOf(flight) !== datagramTypes.data) continue
      const at = Number(new DataView(flight.bytes.buffer, flight.bytes.byteOffset).getBigUint64(10))
      assert.ok(at > last, 'numbers go on over epochs')
      last = at
    }
  }
})

test('an idle link does not rekey; the next thing said on it starts one', () => {
  const pair = linkedPair({ alice: {}, bob: {} })
  const { network, alice, link } = pair
  const sent = alice.sent.length
  network.run(150_000)
  assert.equal(alice.sent.length, sent)
  assert.equal(alice.endpoint.stats(link)?.epoch, 0)
  say(pair, 'hello again')
  network.run(1_000)
  assert.equal(alice.endpoint.stats(link)?.epoch, 1)
})

test('keys that can not be replaced end the link 60 s after they should have been', () => {
  const pair = linkedPair({ alice: {}, bob: { limits: { rekeyAfterMs: 1e9 } } })
  const { network, alice, bob, link } = pair
  // Everything passes but what would carry the new keys: packets of REKEY_ACK are the only ones of their size.
  const start = network.now
  network.rule = ({ from, bytes }) => from !== bob.address || bytes.length < 60
  for (let second = 0; second < 200 && alice.downs().length === 0; second++) {
    say(pair, 'x')
    network.run(1_000)
  }
  assert.deepEqual(alice.downs()[0], { type: 'down', link, cause: { kind: 'violation', code: 9 } })
  const after = network.now - start
  assert.ok(after > 178_000 && after < 183_000, `${after}`)
})

test('an answer raced from a forged address gains nothing: the link is made with the address that was dialled', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const victim = { host: '203.0.113.5', port: 5 }
  network.rule = (flight) =>
    typeOf(flight) === datagramTypes.response ? [{ ...flight, from: victim, at: flight.at - 1 }, flight] : true
  const [addresses, remoteKey] = [[bob.address], bob.key.publicKey]
  const link = alice.endpoint.connect(network.now, { addresses, remoteKey, purpose: 'registry' })
  for (let i = 0; i < 100; i++) alice.endpoint.send(network.now, link, 0, encode('x'.repeat(1_000)))
  network.run(1_000, () => alice.ups().length === 1)
  for (let i = 0; i < 100; i++) alice.endpoint.send(network.now, link, 0, encode('x'.repeat(1_000)))
  network.run(1_000)
  const toVictim = alice.sent.filter(({ to }) => to.host === victim.host)
  const bytes = toVictim.reduce((sum, flight) => sum + flight.bytes.length, 0)
  const answer = bob.sent.find((flight) => typeOf(flight) === datagramTypes.response)
  assert.ok(bytes <= 3 * (answer?.bytes.length ?? 0), `${bytes} bytes`)
  assert.deepEqual(alice.endpoint.stats(link)?.address, bob.address)
  assert.equal(bob.texts().length, 100)
})

test('a side that answers from another of its addresses is linked with there', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const dialled = bob.address
  const other = { host: '198.51.100.77', port: dialled.port }
  network.hosts.set(formatAddress(other), bob)
  network.rule = (flight) => (flight.from === bob.address ? { ...flight, from: other } : true)
  const link = alice.endpoint.connect(network.now, {
    addresses: [dialled],
    remoteKey: bob.key.publicKey,
    purpose: 'registry',
  })
  network.run(1_000)
  alice.endpoint.send(network.now, link, 0, encode('hello'))
  network.run(1_000)
  assert.deepEqual(alice.endpoint.stats(link)?.address, other)
  assert.deepEqual(bob.texts(), ['hello'])
})

test('a link whose other side answers nowhere is given up within seconds', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const victim = { host: '203.0.113.5', port: 5 }
  network.rule = (flight) => {
    if (typeOf(flight) === datagramTypes.response) return { ...flight, from: victim }
    return typeOf(flight) === datagramTypes.initiation
  }
  const [addresses, remoteKey] = [[bob.address], bob.key.publicKey]
  alice.endpoint.connect(network.now, { addresses, remoteKey, purpose: 'registry' })
  network.run(5_000)
  assert.deepEqual(
    alice.downs().map(({ cause }) => cause.kind),
    ['unreachable'],
  )
})
