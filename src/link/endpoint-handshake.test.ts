// Handshakes of endpoints on a lossy, racing, lying network (docs/protocol/link.md 3).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinkKeyPair } from '../crypto/index.ts'
import { initiatesAgainst } from './handshake-initiator.ts'
import { datagramTypes } from './packet.ts'
import { encode, linkedPair, Network, seededRandom, type Flight, type Host } from './testbed.test.ts'

const random = seededRandom(5)
/** Answers that any stranger may get, and that change nothing. */
const stateless = new Set<number>([datagramTypes.cookie, datagramTypes.version, datagramTypes.reset])
const typeOf = ({ bytes }: Flight): number => bytes[0] as number

function dial(network: Network, from: Host, to: Host, withKey = true): ReturnType<Host['endpoint']['connect']> {
  const remoteKey = withKey ? to.key.publicKey : undefined
  return from.endpoint.connect(network.now, { addresses: [to.address], remoteKey, purpose: 'registry' })
}

for (const withKey of [true, false]) {
  test(`${withKey ? 'IK' : 'XX'}: at 40% loss, doubling and reordering every handshake ends in one link a side`, () => {
    for (let seed = 0; seed < 60; seed++) {
      const network = new Network()
      const [alice, bob] = [network.host(1, { limits: { attemptMs: 60_000 } }), network.host(2)]
      const luck = seededRandom(seed)
      network.rule = (flight) => {
        if (luck.fraction() < 0.4) return false
        const late = { ...flight, at: flight.at + 60 * luck.fraction() }
        return luck.fraction() < 0.3 ? [flight, late] : late
      }
      const link = dial(network, alice, bob, withKey)
      network.run(55_000, () => alice.ups().length + bob.ups().length === 2)
      assert.equal(alice.ups().length, 1, `seed ${seed}`)
      network.rule = () => true
      alice.endpoint.send(network.now, link, 0, encode('x'))
      network.run(12_000)
      assert.deepEqual(bob.texts(), ['x'], `seed ${seed}`)
      assert.equal(bob.ups().length, 1)
      assert.deepEqual([...alice.downs(), ...bob.downs()], [])
      assert.equal(bob.endpoint.sizes.halfOpen, 0)
    }
  })

  test(`${withKey ? 'IK' : 'XX'}: no bit of any handshake message can be altered`, () => {
    const types = withKey
      ? [datagramTypes.initiation, datagramTypes.response]
      : [datagramTypes.firstContact, datagramTypes.firstContactAnswer, datagramTypes.firstContactProof]
    for (const type of types) {
      const network = new Network()
      const [alice, bob] = [
        network.host(1),
        network.host(2, { limits: { handshakesPerSecond: 1e9, handshakeBurst: 1e9 } }),
      ]
      const held: Flight[] = []
      network.rule = (flight) => typeOf(flight) !== type || (held.push(flight), false)
      dial(network, alice, bob, withKey)
      network.run(100)
      const [flight] = held
      assert.ok(flight)
      const to = flight.to.host === bob.address.host ? bob : alice
      const sizes = JSON.stringify(to.endpoint.sizes)
      // Padding is alike everywhere: some of it, and every bit that says something.
      for (let bit = 0; bit < flight.bytes.length * 8; bit++) {
        const byte = bit >> 3
        if (byte > 200 && byte < 1_100) continue
        const flipped = flight.bytes.slice()
        flipped[byte] = (flipped[byte] as number) ^ (1 << (bit & 7))
        const [sent, events] = [to.sent.length, to.events.length]
        to.endpoint.handleDatagram(network.now, flight.from, flipped)
        network.drain(to)
        const isStateless = (answer: Flight): boolean => stateless.has(typeOf(answer))
        assert.ok(to.sent.slice(sent).every(isStateless), `bit ${bit} of type ${type}`)
        assert.equal(to.events.length, events)
      }
      assert.equal(JSON.stringify(to.endpoint.sizes), sizes)
      network.rule = () => true
      network.launch({ ...flight, at: network.now })
      network.run(3_000)
      assert.equal(alice.ups().length + bob.ups().length, 2, `the true message of type ${type} is still taken`)
    }
  })
}

test('only the initiator repeats itself: 250 ms, doubling to 2 s, and gives up after 10 s', () => {
  const network = new Network()
  const alice = network.host(1)
  const nobody = { host: '203.0.113.1', port: 9 }
  const start = network.now
  const link = alice.endpoint.connect(start, { addresses: [nobody], remoteKey: alice.key.publicKey, purpose: 'peer' })
  network.run(30_000)
  const times = alice.sent.map(({ at }) => at - network.delayMs - start)
  assert.equal(times[0], 0)
  const gaps = times.slice(1).map((at, i) => at - (times[i] as number))
  for (const [i, gap] of gaps.entries()) {
    const base = Math.min(250 * 2 ** i, 2_000)
    assert.ok(gap >= base && gap <= 1.2 * base + 1, `gap ${i} is ${gap}`)
  }
  assert.ok((times.at(-1) ?? 0) < 10_000)
  assert.ok(alice.sent.every(({ bytes }) => Buffer.compare(bytes, alice.sent[0]?.bytes as Uint8Array) === 0))
  assert.deepEqual(alice.downs(), [{ type: 'down', link, cause: { kind: 'unreachable' } }])
  assert.equal(alice.endpoint.sizes.attempts, 0)
  assert.equal(alice.endpoint.pollTimeout(), undefined)
})

test('a repeated first message gets the stored answer, and costs no second handshake', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  network.rule = (flight) => typeOf(flight) !== datagramTypes.response
  dial(network, alice, bob)
  network.run(1_500)
  const answers = bob.sent.filter((flight) => typeOf(flight) === datagramTypes.response)
  assert.ok(answers.length >= 3)
  assert.ok(answers.every(({ bytes }) => Buffer.compare(bytes, answers[0]?.bytes as Uint8Array) === 0))
  assert.equal(bob.endpoint.sizes.halfOpen, 1)
})

test('several addresses are tried 50 ms apart with the same message; the first right answer wins', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const dead = [1, 2].map((n) => ({ host: `203.0.113.${n}`, port: 9 }))
  const start = network.now
  alice.endpoint.connect(start, {
    addresses: [...dead, bob.address],
    remoteKey: bob.key.publicKey,
    purpose: 'registry',
  })
  network.run(5_000)
  const first = alice.sent.slice(0, 3)
  assert.deepEqual(
    first.map(({ at }) => at - network.delayMs - start),
    [0, 50, 100],
  )
  assert.deepEqual(first[0]?.bytes, first[2]?.bytes)
  assert.deepEqual(alice.ups()[0]?.address, bob.address)
  assert.equal(alice.sent.filter((flight) => typeOf(flight) === datagramTypes.initiation).length, 3)
})

test('before the initiator proved live, the responder tells nothing and forgets after 10 s', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  network.rule = (flight) => typeOf(flight) !== datagramTypes.data
  dial(network, alice, bob)
  network.run(5_000)
  assert.equal(alice.ups().length, 1)
  assert.equal(bob.endpoint.sizes.halfOpen, 1)
  assert.deepEqual(bob.events, [])
  network.run(6_000)
  assert.equal(bob.endpoint.sizes.halfOpen, 0)
  assert.deepEqual(bob.events, [])
})

test('both dial at once: one up a side on the id that connect gave, the lower key initiates', () => {
  for (let seed = 0; seed < 40; seed++) {
    const network = new Network()
    const [alice, bob] = [network.host(10 + seed, { purpose: 'peer' }), network.host(110 + seed, { purpose: 'peer' })]
    const luck = seededRandom(seed)
    network.rule = (flight) => luck.fraction() >= 0.2 && { ...flight, at: flight.at + 30 * luck.fraction() }
    const target = { purpose: 'peer' } as const
    const first = alice.endpoint.connect(network.now, {
      ...target,
      addresses: [bob.address],
      remoteKey: bob.key.publicKey,
    })
    network.run(luck.fraction() < 0.5 ? 0 : 5 * luck.fraction())
    const second = bob.endpoint.connect(network.now, {
      ...target,
      addresses: [alice.address],
      remoteKey: alice.key.publicKey,
    })
    network.run(15_000)
    assert.deepEqual(
      alice.ups().map(({ link }) => link),
      [first],
      `seed ${seed}`,
    )
    assert.deepEqual(
      bob.ups().map(({ link }) => link),
      [second],
      `seed ${seed}`,
    )
    const lower = initiatesAgainst(alice.key.publicKey, bob.key.publicKey) ? alice : bob
    assert.equal(lower.ups()[0]?.role, 'initiator')
    assert.deepEqual([...alice.downs(), ...bob.downs()], [])
    network.rule = () => true
    alice.endpoint.send(network.now, first, 0, encode('a'))
    bob.endpoint.send(network.now, second, 0, encode('b'))
    network.run(2_000)
    assert.deepEqual([alice.texts(), bob.texts()], [['b'], ['a']])
  }
})

test('both dial within a moment, whatever the moment: one link is left, and both sides agree on it', () => {
  for (let gap = 0; gap <= 60; gap += 2) {
    for (const isSwapped of [false, true]) {
      const network = new Network()
      const hosts = [network.host(1, { purpose: 'peer' }), network.host(2, { purpose: 'peer' })] as const
      const [alice, bob] = isSwapped ? [hosts[1], hosts[0]] : hosts
      const target = { purpose: 'peer' } as const
      alice.endpoint.connect(network.now, { ...target, addresses: [bob.address], remoteKey: bob.key.publicKey })
      network.run(gap)
      bob.endpoint.connect(network.now, { ...target, addresses: [alice.address], remoteKey: alice.key.publicKey })
      network.run(15_000)
      const live = [alice, bob].map((host) => {
        const downs = new Set(host.downs().map(({ link }) => link))
        return host.ups().filter(({ link }) => !downs.has(link))
      })
      assert.deepEqual([live[0]?.length, live[1]?.length], [1, 1], `gap ${gap}`)
      assert.deepEqual(live[0]?.[0]?.handshakeHash, live[1]?.[0]?.handshakeHash, `gap ${gap}`)
    }
  }
})

test('a newer handshake of the same key replaces the older link once it proved live', () => {
  const { network, alice, bob, bobLink } = linkedPair()
  const again = network.host(3, { staticKey: alice.key, timestamp: () => 10_000_000 })
  network.rule = (flight) => flight.from !== again.address || typeOf(flight) !== datagramTypes.data
  dial(network, again, bob)
  network.run(500)
  assert.deepEqual(bob.downs(), [], 'not before it proved live')
  network.rule = () => true
  network.run(2_000)
  assert.equal(bob.ups().length, 2)
  assert.deepEqual(bob.downs(), [{ type: 'down', link: bobLink, cause: { kind: 'replaced' } }])
  assert.deepEqual(alice.downs()[0]?.cause, { kind: 'replaced' })
  assert.equal(bob.endpoint.sizes.links, 1)
})

test('another key than the expected one answers: down with that key, and ours was not shown', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1, { purpose: 'peer' }), network.host(2)]
  const expected = LinkKeyPair.generate(random).publicKey
  const link = alice.endpoint.connect(network.now, {
    addresses: [bob.address],
    remoteKey: expected,
    purpose: 'registry',
  })
  network.run(20_000)
  const cause = { kind: 'wrongKey', remoteKey: bob.key.publicKey } as const
  assert.deepEqual(alice.downs(), [{ type: 'down', link, cause }])
  assert.deepEqual(bob.ups(), [])
  assert.ok(!alice.sent.some((flight) => typeOf(flight) === datagramTypes.firstContactProof))
  assert.equal(alice.endpoint.sizes.attempts, 0)
})

test('a slow registry with the right key is not taken for a wrong one', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1, { purpose: 'peer' }), network.host(2)]
  const start = network.now
  network.rule = (flight) => flight.at > start + 3_000 || typeOf(flight) !== datagramTypes.response
  const link = dial(network, alice, bob)
  network.run(15_000)
  assert.deepEqual(
    alice.events.map((event) => [event.type, event.link]),
    [['up', link]],
  )
})

test('who was sent a cookie knows that the key is right, and does not ask for it', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1, { purpose: 'peer' }), network.host(2)]
  bob.endpoint.setUnderLoad(true)
  // The answers are lost for a while, the cookies are not.
  const start = network.now
  network.rule = (flight) => flight.at > start + 3_000 || typeOf(flight) !== datagramTypes.response
  const link = dial(network, alice, bob)
  network.run(15_000)
  assert.ok(bob.sent.some((flight) => typeOf(flight) === datagramTypes.cookie))
  assert.ok(!alice.sent.some((flight) => typeOf(flight) === datagramTypes.firstContact))
  assert.deepEqual(
    alice.ups().map((event) => event.link),
    [link],
  )
})

test('a peer answers no first contact, and nobody who looks for something else', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1, { purpose: 'peer' }), network.host(2, { purpose: 'peer' })]
  dial(network, alice, bob, false)
  dial(network, alice, bob, true)
  alice.endpoint.connect(network.now, { addresses: [bob.address], purpose: 'peer' })
  network.run(15_000)
  assert.deepEqual(bob.sent, [])
  assert.deepEqual(alice.ups(), [])
})

test('whoever is not accepted gets no answer, and nothing is kept for them', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2, { purpose: 'peer', accept: () => false })]
  const { publicKey } = bob.key
  alice.endpoint.connect(network.now, { addresses: [bob.address], remoteKey: publicKey, purpose: 'peer' })
  network.run(15_000)
  assert.deepEqual(bob.sent, [])
  assert.equal(bob.endpoint.sizes.halfOpen, 0)
  assert.deepEqual(alice.downs()[0]?.cause, { kind: 'unreachable' })
})

test('under load everybody gets in with a cookie, IK and XX', () => {
  for (const withKey of [true, false]) {
    const network = new Network()
    const [alice, bob] = [network.host(1), network.host(2)]
    bob.endpoint.setUnderLoad(true)
    dial(network, alice, bob, withKey)
    network.run(200)
    assert.equal(alice.ups().length, 1)
    assert.equal(bob.sent.filter((flight) => typeOf(flight) === datagramTypes.cookie).length, 1)
  }
})

test('connect to nowhere, to a key that is none, or beyond the limit ends in one down', () => {
  const network = new Network()
  const alice = network.host(1, { limits: { attempts: 2 } })
  const addresses = [{ host: '203.0.113.1', port: 9 }]
  const remoteKey = LinkKeyPair.generate(random).publicKey
  alice.endpoint.connect(network.now, { addresses: [], remoteKey, purpose: 'peer' })
  alice.endpoint.connect(network.now, { addresses, remoteKey: new Uint8Array(32), purpose: 'peer' })
  alice.endpoint.connect(network.now, { addresses, remoteKey: new Uint8Array(31), purpose: 'peer' })
  for (let i = 0; i < 3; i++) alice.endpoint.connect(network.now, { addresses, remoteKey, purpose: 'peer' })
  network.drain(alice)
  assert.equal(alice.downs().length, 4)
  const [, , , , attempt] = [1, 2, 3, 4, 5]
  alice.endpoint.close(network.now, attempt as never, 0x100, 'never mind')
  network.drain(alice)
  const cause = { kind: 'closed', code: 0x100, reason: 'never mind', byPeer: false }
  assert.deepEqual(alice.downs().at(-1), { type: 'down', link: attempt, cause })
})

test('an answer that finds no room for a link ends its attempt; the same answer again does nothing', () => {
  const network = new Network()
  const [alice, bob, carol] = [network.host(1, { limits: { links: 1 } }), network.host(2), network.host(3)]
  const link = dial(network, alice, bob)
  dial(network, carol, alice)
  network.rule = (flight) => typeOf(flight) !== datagramTypes.response || flight.from !== bob.address
  network.run(200)
  assert.equal(alice.endpoint.sizes.links, 1)
  const answer = bob.sent.find((flight) => typeOf(flight) === datagramTypes.response)
  assert.ok(answer)
  for (let i = 0; i < 2; i++) network.deliver(alice, bob.address, answer.bytes)
  assert.deepEqual(alice.downs(), [{ type: 'down', link, cause: { kind: 'unreachable' } }])
})

test('an answer just before the attempt expires makes a link, and the attempt is not heard of again', () => {
  const network = new Network()
  const [alice, bob] = [network.host(1), network.host(2)]
  const start = network.now
  network.rule = (flight) => typeOf(flight) !== datagramTypes.response || { ...flight, at: start + 9_990 }
  const link = dial(network, alice, bob)
  network.run(9_985)
  network.rule = () => true
  network.run(15_000)
  assert.deepEqual(
    alice.events.map((event) => [event.type, event.link]),
    [['up', link]],
  )
})

test('both dial and both handshakes come about: the link of the lower key stays, on both sides', () => {
  const network = new Network()
  const hosts = [network.host(1, { purpose: 'peer' }), network.host(2, { purpose: 'peer' })] as const
  const [lower, higher] = initiatesAgainst(hosts[0].key.publicKey, hosts[1].key.publicKey)
    ? hosts
    : [hosts[1], hosts[0]]
  const call = (from: Host, to: Host): unknown =>
    from.endpoint.connect(network.now, { addresses: [to.address], remoteKey: to.key.publicKey, purpose: 'peer' })
  // The lower key answers first; that answer is lost once and late then, and its packets are later still.
  let answers = 0
  network.rule = (flight) => {
    if (flight.from !== lower.address || network.now > 1_500) return true
    if (typeOf(flight) === datagramTypes.response) return answers++ > 0 && { ...flight, at: flight.at + 60 }
    return typeOf(flight) !== datagramTypes.data || { ...flight, at: flight.at + 150 }
  }
  call(higher, lower)
  network.run(12)
  call(lower, higher)
  network.run(5_000)
  assert.deepEqual([lower.ups().length, higher.ups().length], [2, 2], 'both came about')
  for (const host of [lower, higher]) {
    const role = host === lower ? 'initiator' : 'responder'
    const [down] = host.downs()
    assert.deepEqual(down?.cause, { kind: 'replaced' })
    assert.equal(host.downs().length, 1)
    assert.equal(host.ups().find(({ link }) => link !== down?.link)?.role, role)
  }
})

test('both dial while answers get lost: both sides keep the same link', () => {
  for (let seed = 0; seed < 60; seed++) {
    const network = new Network()
    const [alice, bob] = [network.host(300 + seed, { purpose: 'peer' }), network.host(600 + seed, { purpose: 'peer' })]
    const luck = seededRandom(seed)
    network.rule = (flight) => {
      if (network.now > 3_000) return true
      return luck.fraction() >= 0.4 && { ...flight, at: flight.at + 150 * luck.fraction() }
    }
    const target = { purpose: 'peer' } as const
    alice.endpoint.connect(network.now, { ...target, addresses: [bob.address], remoteKey: bob.key.publicKey })
    network.run(200 * luck.fraction())
    bob.endpoint.connect(network.now, { ...target, addresses: [alice.address], remoteKey: alice.key.publicKey })
    network.run(20_000)
    const live = [alice, bob].map((host) => {
      const downs = new Set(host.downs().map(({ link }) => link))
      return host.ups().filter((up) => !downs.has(up.link))
    })
    assert.deepEqual([live[0]?.length, live[1]?.length], [1, 1], `seed ${seed}`)
    assert.deepEqual(live[0]?.[0]?.handshakeHash, live[1]?.[0]?.handshakeHash, `seed ${seed}`)
  }
})
