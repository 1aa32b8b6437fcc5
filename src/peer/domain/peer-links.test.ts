// Who may speak for whom on a direct link, with strangers and liars at the other end.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '../../base/index.ts'
import { IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import { Endpoint, type LinkEvent, type LinkId } from '../../link/index.ts'
import {
  type AccountName,
  decodePeerMessage,
  deviceListStatement,
  encodeDeviceList,
  encodePeerMessage,
  type PeerMessage,
} from '../../protocol/index.ts'
import { Host } from '../../../sim/host.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { signDevices } from './peer-program.ts'
import { type TestPeer, type World, worldOf } from './testbed.test.ts'

const bobAddress = { host: '10.0.0.2', port: 1_000 }

/** Somebody with an endpoint and no scruples. */
class Liar {
  readonly identity: IdentityKeyPair
  readonly linkKey: LinkKeyPair
  readonly heard: PeerMessage[] = []
  readonly events: LinkEvent[] = []
  readonly #host: Host
  #endpoint: Endpoint | undefined
  #link: LinkId | undefined

  constructor(world: World, target: TestPeer, keys: { identity?: IdentityKeyPair; linkKey?: LinkKeyPair } = {}) {
    const random = new SeededRandom('liar')
    this.identity = keys.identity ?? IdentityKeyPair.generate(random)
    this.linkKey = keys.linkKey ?? LinkKeyPair.generate(random)
    const boot = () => {
      const resetKey = random.bytes(32)
      const timestamp = (): number => world.time.wallMs()
      const endpoint = new Endpoint({ staticKey: this.linkKey, resetKey, random, purpose: 'peer', timestamp }, 0)
      this.#endpoint = endpoint
      const handleLinkEvent = (_now: number, event: LinkEvent): void => {
        this.events.push(event)
        if (event.type !== 'message') return
        const message = decodePeerMessage(event.bytes)
        if (message.ok) this.heard.push(message.value)
      }
      return { endpoint, program: { handleLinkEvent, handleTimeout: () => {}, pollTimeout: () => undefined } }
    }
    const address = { host: '10.9.9.9', port: 9 }
    this.#host = new Host({ name: 'liar', address, time: world.time, network: world.network, boot })
    this.#host.start()
    this.#host.act((now) => {
      const remoteKey = target.linkKey.publicKey
      this.#link = this.#endpoint?.connect(now, { addresses: [bobAddress], remoteKey, purpose: 'peer' })
    })
    world.until('the link is up', () => this.events.some((event) => event.type === 'up'))
  }

  say(message: PeerMessage | Uint8Array, stream = 1): void {
    const bytes = message instanceof Uint8Array ? message : encodePeerMessage(message)
    this.#host.act((now) => void this.#endpoint?.send(now, this.#link as LinkId, stream, bytes))
  }

  hello(name: string): void {
    const devices = signDevices({ name: name as AccountName, identity: this.identity, linkKey: this.linkKey })
    this.say({ t: 'hello', name: name as AccountName, devices })
  }

  chat(counter: number, fields: { id?: Uint8Array; text?: string; floor?: number } = {}): Uint8Array {
    const id = fields.id ?? new Uint8Array(16).fill(counter + 1)
    const { text = `${counter}`, floor = 0 } = fields
    this.say({ t: 'message', id, counter, floor, sentAt: 0, text })
    return id
  }

  get receipts(): string[] {
    return this.heard.flatMap((message) =>
      message.t === 'receipt' ? message.entries.map((entry) => `${entry.outcome} ${toHex(entry.id).slice(0, 2)}`) : [],
    )
  }

  get isDown(): boolean {
    return this.events.some((event) => event.type === 'down')
  }
}

function setup(): { world: World; alice: TestPeer; bob: TestPeer } {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers as [TestPeer, TestPeer]
  return { world, alice, bob }
}

test('a claim to be a contact is refused, and pins nothing', () => {
  const { world, alice, bob } = setup()
  const id = alice.send('bob', 'hello')
  world.until('stored', () => alice.statesOf(id).length > 0)
  const liar = new Liar(world, bob)
  liar.hello('alice')
  liar.chat(0, { text: 'I am alice' })
  world.until('closed', () => liar.isDown)
  assert.deepEqual(bob.texts, ['hello'])
  assert.equal(bob.of('warning')[0]?.reason.code, 'wrongAccount')
  assert.equal(bob.of('identityChanged').length, 0)
})

test('a claim to be somebody of the registry, met for the first time, is checked there', () => {
  const { world, bob } = setup()
  const liar = new Liar(world, bob)
  liar.hello('alice')
  liar.chat(0, { text: 'I am alice' })
  world.until('closed', () => liar.isDown)
  assert.deepEqual(bob.texts, [])
})

test('somebody whom nobody knows is not heard, and does not stay', () => {
  const { world, bob } = setup()
  const liar = new Liar(world, bob)
  for (let i = 0; i < 100; i++) liar.chat(i)
  world.run(30_000)
  assert.equal(liar.isDown, true)
  assert.deepEqual(bob.texts, [])
  assert.deepEqual(liar.receipts, [])
})

test('a true stranger of the registry is heard after it vouched for him', () => {
  const { world, alice, bob } = setup()
  const keys = { identity: alice.identity, linkKey: alice.linkKey }
  alice.host.crash()
  const honest = new Liar(world, bob, keys)
  honest.hello('alice')
  honest.chat(0, { text: 'it is me' })
  world.until('heard', () => bob.texts.length > 0)
  world.until('acknowledged', () => honest.receipts.length > 0)
  assert.deepEqual(honest.receipts, ['stored 01'])
})

/** Alice's own keys in the hands of a program that breaks the rules. */
function liarAsAlice(): { world: World; bob: TestPeer; liar: Liar } {
  const { world, alice, bob } = setup()
  const id = alice.send('bob', 'pin me')
  world.until('stored', () => alice.statesOf(id).length > 0)
  alice.host.crash()
  const liar = new Liar(world, bob, { identity: alice.identity, linkKey: alice.linkKey })
  liar.hello('alice')
  return { world, bob, liar }
}

test('the same message a thousand times is stored once and acknowledged each time', () => {
  const { world, bob, liar } = liarAsAlice()
  for (let i = 0; i < 1_000; i++) liar.chat(1)
  world.until('acknowledged', () => liar.receipts.length === 1_000)
  assert.deepEqual(new Set(liar.receipts), new Set(['stored 02']))
  assert.deepEqual(bob.texts, ['pin me', '1'])
})

test('the same id or counter with another body is refused and told', () => {
  const { world, bob, liar } = liarAsAlice()
  const id = liar.chat(1)
  world.until('stored', () => liar.receipts.length === 1)
  liar.chat(1, { text: 'other' })
  liar.chat(1, { id: new Uint8Array(16).fill(99) })
  liar.chat(2, { id })
  world.until('refused', () => liar.receipts.length === 4)
  assert.deepEqual(liar.receipts.slice(1).toSorted(), ['refused 02', 'refused 02', 'refused 63'])
  assert.equal(bob.of('warning').filter((event) => event.reason.code === 'senderError').length, 3)
  assert.deepEqual(bob.texts, ['pin me', '1'])
  assert.equal(bob.isOnline, true)
})

test('a counter far ahead is held, bounded, and closes as one gap', () => {
  const { world, bob, liar } = liarAsAlice()
  for (let i = 0; i < 1_100; i++) liar.chat(2 ** 40 + i, { id: idOf(i) })
  world.run(5_000)
  assert.equal(liar.receipts.length, 1_024, 'what is beyond the bound is not acknowledged')
  assert.deepEqual(bob.texts, ['pin me'])
  const next = 2 ** 40 + 2_000
  liar.chat(next, { id: idOf(5_000), floor: next })
  world.until('shown', () => bob.texts.length === 1_026)
  assert.equal(bob.of('message')[1]?.gapBefore, 2 ** 40 - 1)
  assert.equal(bob.of('message').at(-1)?.gapBefore, 2_000 - 1_024)
})

test('receipts for messages to others, or for none, change nothing', () => {
  const { world, peers } = worldOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  const id = alice.send('bob', 'pin me')
  world.until('stored', () => alice.statesOf(id).length > 0)
  carol.leave(world)
  const waiting = bob.send('carol', 'for carol')
  world.until('mail', () => bob.statesOf(waiting).length > 0)
  alice.host.crash()
  const liar = new Liar(world, bob, { identity: alice.identity, linkKey: alice.linkKey })
  liar.hello('alice')
  const entries = [
    { id: Uint8Array.from(Buffer.from(waiting, 'hex')), outcome: 'stored' as const },
    { id: new Uint8Array(16), outcome: 'stored' as const },
  ]
  liar.say({ t: 'receipt', entries }, 0)
  world.run(5_000)
  assert.deepEqual(bob.statesOf(waiting), ['mailbox mailbox'])
})

test('a device that its identity has struck off the list is not heard any more, not even once', () => {
  const { world, bob, liar } = liarAsAlice()
  liar.chat(1)
  world.until('stored', () => liar.receipts.length === 1)
  const other = { key: new Uint8Array(32).fill(9), added: 0 }
  const body = encodeDeviceList({ v: 1, identity: liar.identity.publicKey, version: 2, devices: [other] })
  const devices = { body, signature: liar.identity.sign(deviceListStatement(body)) }
  // The registry brings word of it, while the link stays up.
  const card = { name: 'alice' as AccountName, identity: liar.identity.publicKey, devices }
  world.tamper = (message) =>
    message.t === 'presence'
      ? { t: 'introduced', ...card, addresses: [], secret: new Uint8Array(32), delayMs: 0 }
      : message
  world.peer('dave')
  world.run(1_000)
  liar.chat(2)
  world.run(1_000)
  assert.deepEqual(bob.texts, ['pin me', '1'])
  liar.say({ t: 'hello', name: 'alice' as AccountName, devices })
  world.until('closed', () => liar.isDown)
})

test('junk on a link ends it, and nothing else', () => {
  const { world, bob, liar } = liarAsAlice()
  for (let i = 0; i < 5; i++) liar.say(new Uint8Array([0xff, i]))
  world.until('closed', () => liar.isDown)
  assert.equal(bob.isOnline, true)
})

function idOf(number: number): Uint8Array {
  const id = new Uint8Array(16).fill(7)
  new DataView(id.buffer).setUint32(0, number)
  return id
}
