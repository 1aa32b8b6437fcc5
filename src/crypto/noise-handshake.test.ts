import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AssertionError, fromHex } from '../base/index.ts'
import { CipherState } from './cipher-state.ts'
import { LinkKeyPair, NoiseHandshake, systemRandom } from './index.ts'
import type { NoiseOptions } from './index.ts'
import { noiseMessageBytesMax } from './noise-handshake.ts'

const random = systemRandom()
const alice = LinkKeyPair.generate(random)
const bob = LinkKeyPair.generate(random)
const prologue = Uint8Array.of(1, 2, 3)
const nothing = new Uint8Array(0)
const psks = [new Uint8Array(32).fill(5)]

// The keys that the pattern wants beforehand, by side.
function pair(pattern: NoiseOptions['pattern'], changes: Partial<NoiseOptions> = {}): [NoiseHandshake, NoiseHandshake] {
  const ours = { pattern, prologue, random, ...(pattern.includes('psk') ? { psks } : {}) }
  const knowsResponder = !pattern.startsWith('XX')
  const initiator: NoiseOptions = { ...ours, initiator: true, staticKey: alice }
  return [
    new NoiseHandshake(knowsResponder ? { ...initiator, remoteStatic: bob.publicKey } : initiator),
    new NoiseHandshake({ ...ours, initiator: false, staticKey: bob, ...changes }),
  ]
}

function run([initiator, responder]: [NoiseHandshake, NoiseHandshake], payload: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = []
  while (!initiator.finished) {
    const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
    const message = writer.writeMessage(payload)
    const read = reader.readMessage(message)
    assert(read.ok)
    assert.deepEqual(read.value, payload)
    messages.push(message)
  }
  return messages
}

const patterns = ['IK', 'XX', 'X', 'IKpsk2'] as const

for (const pattern of patterns) {
  test(`${pattern}: both sides end with the same hash, mirrored keys and each other's names`, () => {
    const [initiator, responder] = pair(pattern)
    run([initiator, responder], Uint8Array.of(9))
    assert(responder.finished && !responder.writesNext)
    assert.deepEqual(initiator.handshakeHash, responder.handshakeHash)
    assert.deepEqual(initiator.remoteStatic, bob.publicKey)
    assert.deepEqual(responder.remoteStatic, alice.publicKey)
    const [ours, theirs] = [initiator.split(), responder.split()]
    assert.deepEqual(ours, { send: theirs.receive, receive: theirs.send, chainingKey: theirs.chainingKey })
    const distinct = new Set([ours.send, ours.receive, ours.chainingKey].map(String))
    assert.equal(distinct.size, 3)
    assert.throws(() => initiator.split(), AssertionError, 'a handshake is split once')
  })

  // Every single bit, not a sample: a handshake message is where strangers speak.
  test(`${pattern}: any flipped bit of any message is refused there or by the next, and the true one still goes through`, () => {
    const messageCount = run(pair(pattern), nothing).length
    for (let changed = 0; changed < messageCount; changed++) {
      const [initiator, responder] = pair(pattern)
      for (let i = 0; i < changed; i++) exchange(initiator, responder)
      const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
      const message = writer.writeMessage(Uint8Array.of(1, 2))
      let refused = 0
      for (let bit = 0; bit < message.length * 8; bit++) {
        const forged = message.slice()
        forged[bit >> 3]! ^= 1 << (bit & 7)
        // What carries no tag yet (the first message of XX) cannot be checked alone: the next message tells.
        if (pattern === 'XX' && changed === 0) continue
        // Only the top bit of an ephemeral key is ignored by X25519; the transcript hash still covers it.
        assert(!reader.readMessage(forged).ok, `message ${changed}, bit ${bit}`)
        refused++
      }
      if (pattern !== 'XX' || changed > 0) assert.equal(refused, message.length * 8)
      assert(reader.readMessage(message).ok, 'forgeries left the handshake as it was')
    }
  })

  test(`${pattern}: a cut message, another prologue or another key is refused`, () => {
    const messages = run(pair(pattern), nothing)
    const last = messages.length - 1
    const [initiator, responder] = pair(pattern)
    for (let i = 0; i < last; i++) exchange(initiator, responder)
    const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
    const message = writer.writeMessage(Uint8Array.of(1, 2))
    for (let length = 0; length < message.length; length++) assert(!reader.readMessage(message.subarray(0, length)).ok)
    assert(reader.readMessage(message).ok)
    const others = [{ prologue: nothing }, { staticKey: LinkKeyPair.generate(random) }]
    for (const other of pattern === 'XX' ? others.slice(0, 1) : others) {
      const [caller, stranger] = pair(pattern, other)
      assert(!tryAll(caller, stranger))
    }
    if (pattern === 'IKpsk2') assert(!tryAll(...pair(pattern, { psks: [new Uint8Array(32)] })))
  })
}

test('XX: a changed first message, which has no tag, is found out by the second', () => {
  fc.assert(
    fc.property(fc.nat(), (at) => {
      const [initiator, responder] = pair('XX')
      const message = initiator.writeMessage(Uint8Array.of(7, 7, 7))
      message[at % message.length]! ^= 1 << ((at >>> 6) % 8)
      if (!responder.readMessage(message).ok) return
      assert(!initiator.readMessage(responder.writeMessage(nothing)).ok)
    }),
    { numRuns: 40 },
  )
})

test('useless ephemeral and static keys are refused when they are read, and leave no trace', () => {
  const useless = fromHex(`ec${'ff'.repeat(30)}7f`) as Uint8Array
  const [initiator, responder] = pair('XX')
  const message = initiator.writeMessage(nothing)
  assert.deepEqual(responder.readMessage(useless), { ok: false, error: 'lowOrder' })
  assert(responder.readMessage(message).ok)
  assert(initiator.readMessage(responder.writeMessage(nothing)).ok)

  const [, reader] = pair('IN')
  const first = new Uint8Array(64)
  first.set(alice.publicKey)
  first.set(useless, 32)
  assert.deepEqual(reader.readMessage(first), { ok: false, error: 'lowOrder' })
  assert.equal(reader.remoteStatic, undefined)
  assert.throws(() => pairWithRemote(useless), AssertionError)
})

test('random bytes are refused, whatever their length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const [, responder] = pair('IK')
      assert(!responder.readMessage(bytes).ok)
    }),
  )
  const [, responder] = pair('IK')
  assert.deepEqual(responder.readMessage(new Uint8Array(noiseMessageBytesMax + 1)), { ok: false, error: 'tooLong' })
})

test('speaking out of turn, splitting too early and a missing key are bugs', () => {
  const [initiator, responder] = pair('IK')
  assert.throws(() => responder.writeMessage(nothing), AssertionError)
  assert.throws(() => initiator.readMessage(nothing), AssertionError)
  assert.throws(() => initiator.split(), AssertionError)
  assert.throws(() => initiator.writeMessage(new Uint8Array(noiseMessageBytesMax)), AssertionError)
  const options = { pattern: 'IK', initiator: true, prologue, random } as const
  assert.throws(() => new NoiseHandshake({ ...options, staticKey: alice }), AssertionError)
  assert.throws(
    () => new NoiseHandshake({ ...options, staticKey: alice, remoteStatic: bob.publicKey, psks }),
    AssertionError,
  )
  assert.throws(() => new NoiseHandshake({ ...options, pattern: 'NOpsk9' as 'IK' }), AssertionError)
})

test('a refused text leaves a cipher where it was, and a text opens once', () => {
  const [sealer, opener] = [new CipherState(new Uint8Array(32)), new CipherState(new Uint8Array(32))]
  for (const byte of [1, 2, 3]) {
    const sealed = sealer.seal(prologue, Uint8Array.of(byte))
    assert.equal(opener.open(nothing, sealed), undefined)
    assert.deepEqual(opener.open(prologue, sealed), Uint8Array.of(byte))
    assert.equal(opener.open(prologue, sealed), undefined)
  }
})

test('what a handshake agreed on is erased by split', () => {
  const ephemeral = LinkKeyPair.generate(random)
  const [initiator, responder] = pair('IK', { ephemeral })
  run([initiator, responder], nothing)
  responder.split()
  assert.throws(() => ephemeral.exportSecret(), AssertionError)
})

function pairWithRemote(remoteStatic: Uint8Array): NoiseHandshake {
  return new NoiseHandshake({ pattern: 'IK', initiator: true, prologue, staticKey: alice, remoteStatic, random })
}

function exchange(initiator: NoiseHandshake, responder: NoiseHandshake): void {
  const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
  assert(reader.readMessage(writer.writeMessage(nothing)).ok)
}

function tryAll(initiator: NoiseHandshake, responder: NoiseHandshake): boolean {
  while (!initiator.finished) {
    const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
    if (!reader.readMessage(writer.writeMessage(nothing)).ok) return false
  }
  return true
}
