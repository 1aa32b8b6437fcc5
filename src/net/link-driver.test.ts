// Endpoints on real sockets of the loopback interface: handshakes, messages, ends, restarts, and errors of the platform.

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { ParleyError, type Address } from '../base/index.ts'
import { LinkKeyPair, systemRandom } from '../crypto/index.ts'
import { Endpoint, type LinkEvent, type LinkId, type LinkPurpose, type Program } from '../link/index.ts'
import { LinkDriver, resolveHost, systemClock } from './index.ts'

const random = systemRandom()
const resetKey = random.bytes(32)

/** A program that keeps what it hears and lets a test wait for it. */
class Listener implements Program {
  readonly events: LinkEvent[] = []
  readonly #waiting: { readonly want: (event: LinkEvent) => boolean; readonly resolve: (event: LinkEvent) => void }[] =
    []
  onEvent: (now: number, event: LinkEvent) => void = () => undefined

  handleLinkEvent(now: number, event: LinkEvent): void {
    const kept = 'bytes' in event ? { ...event, bytes: event.bytes.slice() } : event
    this.events.push(kept)
    this.onEvent(now, kept)
    for (const waiting of this.#waiting) if (waiting.want(kept)) waiting.resolve(kept)
  }

  handleTimeout(): void {}

  pollTimeout(): undefined {}

  async next<Type extends LinkEvent['type']>(
    type: Type,
    want: (event: LinkEvent & { type: Type }) => boolean = () => true,
  ): Promise<LinkEvent & { type: Type }> {
    const wanted = (event: LinkEvent): boolean => event.type === type && want(event as LinkEvent & { type: Type })
    const found = this.events.find(wanted)
    const event = found ?? (await new Promise<LinkEvent>((resolve) => this.#waiting.push({ want: wanted, resolve })))
    return event as LinkEvent & { type: Type }
  }
}

interface Node extends AsyncDisposable {
  readonly endpoint: Endpoint
  readonly listener: Listener
  readonly driver: LinkDriver
  readonly key: LinkKeyPair
  readonly address: Address
}

async function start(
  options: { key?: LinkKeyPair; port?: number; purpose?: LinkPurpose; host?: string } = {},
): Promise<Node> {
  const { key = LinkKeyPair.generate(random), port = 0, purpose = 'registry', host = '127.0.0.1' } = options
  let last = 0
  const timestamp = (): number => (last = Math.max(systemClock.wallMs(), last + 1))
  const endpoint = new Endpoint({ staticKey: key, resetKey, random, purpose, timestamp })
  const listener = new Listener()
  const driver = await LinkDriver.open({ endpoint, program: listener, host, port, clock: systemClock })
  const address = driver.address
  return { endpoint, listener, driver, key, address, [Symbol.asyncDispose]: () => driver.close() }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

async function connect(from: Node, to: Node, withKey = true): Promise<LinkId> {
  const remoteKey = withKey ? to.key.publicKey : undefined
  const link = from.driver.turn((now) =>
    from.endpoint.connect(now, { addresses: [to.address], remoteKey, purpose: 'registry' }),
  )
  await from.listener.next('up', (event) => event.link === link)
  return link
}

for (const pattern of ['IK', 'XX'] as const) {
  test(`${pattern} over real sockets: up, messages both ways, orderly close`, async () => {
    await using bob = await start()
    await using alice = await start({ purpose: 'peer' })
    const link = await connect(alice, bob, pattern === 'IK')
    alice.driver.turn((now) => alice.endpoint.send(now, link, 3, encode('over the wire')))
    const message = await bob.listener.next('message')
    assert.equal(decode(message.bytes), 'over the wire')
    assert.equal(message.stream, 3)
    bob.driver.turn((now) => bob.endpoint.send(now, message.link, 3, encode('and back')))
    assert.equal(decode((await alice.listener.next('message')).bytes), 'and back')
    alice.driver.turn((now) => alice.endpoint.close(now, link, 0x100, 'bye'))
    const down = await bob.listener.next('down')
    assert.deepEqual(down.cause, { kind: 'closed', code: 0x100, reason: 'bye', byPeer: true })
  })
}

test('a lone message leaves before the turn returns; what is said while it is in flight leaves together', async () => {
  await using bob = await start()
  await using alice = await start({ purpose: 'peer' })
  const link = await connect(alice, bob)
  await bob.listener.next('up')
  // What is in flight from the handshake is acknowledged with the first answer.
  bob.listener.onEvent = (now, event) => {
    if (event.type === 'message') bob.endpoint.send(now, event.link, 0, event.bytes)
  }
  const ping = async (text: string): Promise<void> => {
    alice.driver.turn((now) => alice.endpoint.send(now, link, 0, encode(text)))
    await alice.listener.next('message', ({ bytes }) => decode(bytes) === text)
  }
  await ping('one')
  while (alice.endpoint.stats(link)?.bytesInFlight !== 0) await new Promise(setImmediate)
  let left = 0
  const pollTransmit = alice.endpoint.pollTransmit.bind(alice.endpoint)
  alice.endpoint.pollTransmit = (now) => {
    const outgoing = pollTransmit(now)
    if (outgoing !== undefined) left++
    return outgoing
  }
  alice.driver.turn((now) => alice.endpoint.send(now, link, 0, encode('alone')))
  assert.equal(left, 1)
  for (let i = 0; i < 10; i++) alice.driver.turn((now) => alice.endpoint.send(now, link, 0, encode('together')))
  assert.equal(left, 1)
  await alice.listener.next('message', ({ bytes }) => decode(bytes) === 'together')
})

test('2,000 messages of all sizes arrive in order while both sides send', async () => {
  await using bob = await start()
  await using alice = await start({ purpose: 'peer' })
  const link = await connect(alice, bob)
  const bobLink = (await bob.listener.next('up')).link
  const texts = Array.from({ length: 2_000 }, (_, i) => `${i}:${'x'.repeat((i * 37) % 3_000)}`)
  for (const [node, id] of [
    [alice, link],
    [bob, bobLink],
  ] as const) {
    let sent = 0
    const pump = (now: number): void => {
      while (sent < texts.length && node.endpoint.send(now, id, 1, encode(texts[sent] as string)) === 'queued') sent++
    }
    node.listener.onEvent = (now, event) => {
      if (event.type === 'writable') pump(now)
    }
    node.driver.turn(pump)
  }
  const isLast = (event: { bytes: Uint8Array }): boolean => decode(event.bytes).startsWith('1999:')
  await Promise.all([alice.listener.next('message', isLast), bob.listener.next('message', isLast)])
  for (const node of [alice, bob]) {
    const got = node.listener.events.flatMap((event) => (event.type === 'message' ? [decode(event.bytes)] : []))
    assert.deepEqual(got, texts)
  }
})

test('a restarted registry resets the old link at once', async () => {
  const bob = await start()
  await using alice = await start({ purpose: 'peer' })
  const link = await connect(alice, bob)
  await bob.listener.next('up')
  const { port } = bob.address
  // Gone without a word: the socket is closed while the endpoint believes the link is up.
  bob.endpoint.closeAll = () => undefined
  const bobs = bob.driver.close()
  await bobs
  await using again = await start({ key: bob.key, port })
  alice.driver.turn((now) => alice.endpoint.send(now, link, 0, encode('are you there')))
  assert.deepEqual((await alice.listener.next('down')).cause, { kind: 'reset' })
  await connect(alice, again)
})

test('closing a driver lets the goodbye leave', async () => {
  await using bob = await start()
  const alice = await start({ purpose: 'peer' })
  await connect(alice, bob)
  await alice.driver.close()
  const down = await bob.listener.next('down')
  assert.equal(down.cause.kind === 'closed' && down.cause.byPeer, true)
})

test('a port in use is named', async () => {
  await using node = await start()
  const { port } = node.address
  await assert.rejects(start({ port }), (error) => {
    assert.ok(error instanceof ParleyError)
    assert.equal(error.code, 'portInUse')
    assert.deepEqual(error.details, { host: '127.0.0.1', port })
    return true
  })
})

test('an address of another machine is refused', async () => {
  await assert.rejects(start({ host: '192.0.2.1' }), { code: 'hostNotLocal' })
})

test('bound to every address, an IPv4 peer has an IPv4 address', async () => {
  let last = 0
  const key = LinkKeyPair.generate(random)
  const endpoint = new Endpoint({ staticKey: key, resetKey, random, purpose: 'registry', timestamp: () => ++last })
  const listener = new Listener()
  await using driver = await LinkDriver.open({ endpoint, program: listener, port: 0, clock: systemClock })
  await using alice = await start({ purpose: 'peer' })
  const target = { host: '127.0.0.1', port: driver.address.port }
  alice.driver.turn((now) =>
    alice.endpoint.connect(now, { addresses: [target], remoteKey: key.publicKey, purpose: 'registry' }),
  )
  const up = await listener.next('up')
  assert.deepEqual(up.address, alice.address)
})

test('datagrams that can not be sent are lost, and nothing else', async () => {
  await using alice = await start({ purpose: 'peer' })
  await using bob = await start()
  const link = await connect(alice, bob)
  const addresses = [
    { host: '::1', port: 9 },
    { host: '240.0.0.1', port: 9 },
    { host: '255.255.255.255', port: 9 },
    { host: '127.0.0.1', port: 1 },
    { host: 'not an address', port: 9 },
  ]
  const impossible = [
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 70_000 },
  ]
  for (const address of impossible) alice.driver.turn((now) => alice.endpoint.punch(now, [address]))
  alice.driver.turn((now) => alice.endpoint.punch(now, addresses))
  alice.driver.turn((now) =>
    alice.endpoint.connect(now, { addresses, remoteKey: bob.key.publicKey, purpose: 'registry' }),
  )
  alice.driver.turn((now) => alice.endpoint.send(now, link, 0, encode('still here')))
  assert.equal(decode((await bob.listener.next('message')).bytes), 'still here')
})

test('noise of every size on the socket harms nobody', async () => {
  await using bob = await start()
  await using alice = await start({ purpose: 'peer' })
  const link = await connect(alice, bob)
  const stranger = createSocket('udp4')
  try {
    for (const size of [0, 1, 15, 35, 1_200, 65_507]) {
      stranger.send(random.bytes(size), bob.address.port, bob.address.host)
    }
    stranger.send(new Uint8Array(0), alice.address.port, alice.address.host)
    alice.driver.turn((now) => alice.endpoint.send(now, link, 0, encode('through the noise')))
    assert.equal(decode((await bob.listener.next('message')).bytes), 'through the noise')
  } finally {
    const closed = once(stranger, 'close')
    stranger.close()
    await closed
  }
})

test('names are resolved at the edge', async () => {
  assert.deepEqual(await resolveHost('127.0.0.1', 5), [{ host: '127.0.0.1', port: 5 }])
  assert.deepEqual(await resolveHost('::1', 5), [{ host: '::1', port: 5 }])
  const found = await resolveHost('localhost', 7)
  assert.ok(found.length > 0 && found.every((address) => address.port === 7))
  await assert.rejects(resolveHost('name.invalid', 1), { code: 'nameNotFound', retryable: true })
})
