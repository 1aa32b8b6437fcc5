import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyEpochs, type RekeyOutcome } from './key-epochs.ts'
import { defaultEndpointLimits } from './link-limits.ts'
import { seededRandom } from './testbed.test.ts'

const random = seededRandom(3)
const header = new Uint8Array(18)
const roundTrips = { stats: () => ({ ptoMs: 100 }) }

interface Side {
  readonly keys: KeyEpochs
  number: number
}

function pair(limits = defaultEndpointLimits): { initiator: Side; responder: Side } {
  const [a, b, chainingKey] = [random.bytes(32), random.bytes(32), random.bytes(32)]
  const make = (role: 'initiator' | 'responder', send: Uint8Array, receive: Uint8Array): Side => ({
    keys: new KeyEpochs(0, { role, keys: { send, receive, chainingKey: chainingKey.slice() }, limits, random }),
    number: 0,
  })
  return { initiator: make('initiator', a, b), responder: make('responder', b, a) }
}

interface Packet {
  readonly epoch: number
  readonly number: number
  readonly sealed: Uint8Array
}

function seal(now: number, side: Side): Packet {
  const out = new Uint8Array(20)
  const number = side.number++
  const epoch = side.keys.sendEpoch
  const length = side.keys.seal(now, number, header, Uint8Array.of(2), out)
  return { epoch, number, sealed: out.subarray(0, length) }
}

function open(now: number, side: Side, packet: Packet): boolean {
  return side.keys.open(now, packet.epoch & 255, packet.number, header, packet.sealed, roundTrips) !== undefined
}

function give(now: number, side: Side, outcome: RekeyOutcome | undefined): RekeyOutcome {
  assert.ok(typeof outcome === 'object' && (outcome.type === 'rekey' || outcome.type === 'rekeyAck'))
  return side.keys.handle(now, outcome.type, outcome.epoch, outcome.publicKey)
}

/** Rekeys once at `now`; the packets that show each side's first use. */
function rekey(now: number, initiator: Side, responder: Side): void {
  seal(now, initiator)
  const answer = give(now, responder, initiator.keys.pollRekey())
  assert.equal(give(now, initiator, answer), 'done')
  assert.equal(open(now, responder, seal(now, initiator)), true)
  assert.equal(open(now, initiator, seal(now, responder)), true)
}

test('S9: fresh keys at 120 s of age, the responder follows on the first packet, old ones die after 5 s', () => {
  const { initiator, responder } = pair()
  seal(119_999, initiator)
  assert.equal(initiator.keys.pollRekey(), undefined)
  const late = seal(119_999, initiator)
  const lateToo = seal(119_999, responder)
  seal(120_000, initiator)
  const offer = initiator.keys.pollRekey()
  assert.equal(initiator.keys.pollRekey(), undefined, 'one offer at a time')
  const answer = give(120_000, responder, offer)
  assert.equal(responder.keys.sendEpoch, 0, 'not before the initiator shows that it has the keys')
  assert.equal(give(120_010, initiator, answer), 'done')
  assert.equal(initiator.keys.sendEpoch, 1)
  assert.equal(open(120_020, initiator, seal(120_020, responder)), true, 'the responder still uses the old key')
  assert.equal(open(120_030, responder, seal(120_030, initiator)), true)
  assert.equal(responder.keys.sendEpoch, 1)
  assert.equal(open(120_040, initiator, seal(120_040, responder)), true)
  assert.equal(open(125_029, responder, late), true)
  assert.equal(open(125_030, responder, late), false)
  assert.equal(open(125_040, initiator, lateToo), false)
  for (const { keys } of [initiator, responder]) {
    keys.handleTimeout(125_040)
    assert.deepEqual(keys.receiveEpochs, [1])
  }
})

test('grace is three probe timeouts where these are longer than 5 s', () => {
  const { initiator, responder } = pair()
  const slow = { stats: () => ({ ptoMs: 3_000 }) }
  const late = seal(0, initiator)
  seal(120_000, initiator)
  give(120_000, initiator, give(120_000, responder, initiator.keys.pollRekey()))
  const first = seal(120_000, initiator)
  responder.keys.open(120_000, 1, first.number, header, first.sealed, slow)
  assert.equal(open(128_999, responder, late), true)
  assert.equal(open(129_000, responder, late), false)
})

test('a rekey is due after the packets of the limit, too; an idle link has none', () => {
  const { initiator } = pair({ ...defaultEndpointLimits, rekeyAfterPackets: 10 })
  for (let i = 0; i < 9; i++) seal(0, initiator)
  assert.equal(initiator.keys.pollRekey(), undefined)
  seal(0, initiator)
  assert.equal(initiator.keys.pollRekey()?.type, 'rekey')
  const { initiator: idle } = pair()
  assert.equal(idle.keys.pollRekey(), undefined)
  assert.equal(idle.keys.isExhausted(1e9), false)
})

test('keys that stayed 60 s too long are exhausted, on both sides', () => {
  const sides = pair()
  for (const side of [sides.initiator, sides.responder]) {
    seal(120_000, side)
    assert.equal(side.keys.isExhausted(179_999), false)
    assert.equal(side.keys.isExhausted(180_000), true)
    assert.equal(side.keys.pollTimeout(), 180_000)
  }
})

test('300 epochs in a row: the byte in the header wraps, keys never repeat', () => {
  const { initiator, responder } = pair()
  const seen = new Set<string>()
  for (let epoch = 1; epoch <= 300; epoch++) {
    const now = epoch * 130_000
    initiator.keys.handleTimeout(now)
    responder.keys.handleTimeout(now)
    rekey(now, initiator, responder)
    assert.equal(initiator.keys.sendEpoch, epoch)
    assert.ok(initiator.keys.receiveEpochs.length <= 2)
    // The same number and plaintext under another key is another ciphertext.
    seen.add(Buffer.from(seal(now, initiator).sealed).toString('hex'))
  }
  assert.equal(seen.size, 300)
})

test('REKEY and REKEY_ACK come twice, late, or wrong: repeated ones do nothing, impossible ones end the link', () => {
  const { initiator, responder } = pair()
  const key = random.bytes(32)
  assert.equal(initiator.keys.handle(0, 'rekey', 1, key), 'violation', 'only the initiator offers')
  assert.equal(initiator.keys.handle(0, 'rekeyAck', 1, key), 'violation', 'nothing was offered')
  assert.equal(responder.keys.handle(0, 'rekeyAck', 1, key), 'violation')
  assert.equal(responder.keys.handle(0, 'rekey', 2, key), 'violation', 'an epoch left out')
  assert.equal(responder.keys.handle(0, 'rekey', 1, new Uint8Array(32)), 'violation', 'a key of small order')
  seal(120_000, initiator)
  const offer = initiator.keys.pollRekey()
  const answer = give(120_000, responder, offer)
  assert.equal(give(120_000, responder, offer), 'done')
  assert.equal(responder.keys.handle(120_000, 'rekey', 2, key), 'violation', 'the next but one')
  assert.equal(give(120_000, initiator, answer), 'done')
  assert.equal(give(120_000, initiator, answer), 'done')
  assert.equal(initiator.keys.handle(120_000, 'rekeyAck', 3, key), 'violation')
})

test('erased keys open nothing and refuse to seal', () => {
  const { initiator, responder } = pair()
  const packet = seal(0, initiator)
  responder.keys.erase()
  assert.equal(open(0, responder, packet), false)
  assert.throws(() => seal(0, responder))
})
