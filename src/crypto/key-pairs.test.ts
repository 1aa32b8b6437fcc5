// Link and identity key pairs, and the keys that both refuse.

import assert from 'node:assert/strict'
import { diffieHellman, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { AssertionError, concatBytes, fromHex, toHex } from '../base/index.ts'
import { IdentityKeyPair, LinkKeyPair, isUsableLinkKey, systemRandom, verifySignature } from './index.ts'
import { importPublicKey } from './platform-keys.ts'

const random = systemRandom()
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('a link key pair survives its key file and agrees both ways', () => {
  fc.assert(
    fc.property(secret, secret, (first, second) => {
      const [ours, theirs] = [LinkKeyPair.fromSecret(first), LinkKeyPair.fromSecret(second)]
      assert.deepEqual(ours.exportSecret(), first)
      assert.deepEqual(LinkKeyPair.fromSecret(ours.exportSecret()).publicKey, ours.publicKey)
      const agreed = ours.agree(theirs.publicKey)
      assert(agreed.ok)
      assert.deepEqual(agreed, theirs.agree(ours.publicKey))
    }),
    { numRuns: 30 },
  )
})

test('a pair keeps its own copy of the secret and gives none away after erase', () => {
  const raw = new Uint8Array(32).fill(9)
  const pair = LinkKeyPair.fromSecret(raw)
  raw.fill(0)
  assert.deepEqual(pair.exportSecret(), new Uint8Array(32).fill(9))
  pair.exportSecret().fill(0)
  assert.deepEqual(pair.exportSecret(), new Uint8Array(32).fill(9))
  pair.erase()
  assert.throws(() => pair.exportSecret(), AssertionError)
  assert.throws(() => pair.agree(pair.publicKey), AssertionError)
})

test('generating takes all of its randomness from the argument and wipes what it took', () => {
  const given: Uint8Array[] = []
  const fixed = {
    bytes: (length: number) => {
      const bytes = new Uint8Array(length).fill(5)
      given.push(bytes)
      return bytes
    },
    fraction: () => 0,
  }
  const expected = LinkKeyPair.fromSecret(new Uint8Array(32).fill(5))
  assert.deepEqual(LinkKeyPair.generate(fixed).publicKey, expected.publicKey)
  const identity = IdentityKeyPair.fromSeed(new Uint8Array(32).fill(5))
  assert.deepEqual(IdentityKeyPair.generate(fixed).publicKey, identity.publicKey)
  assert.deepEqual(given, [new Uint8Array(32), new Uint8Array(32)])
})

test('more public keys than the cache holds still agree rightly', () => {
  const ours = LinkKeyPair.generate(random)
  const pairs = Array.from({ length: 300 }, () => LinkKeyPair.generate(random))
  for (let round = 0; round < 2; round++) {
    for (const pair of pairs) assert.deepEqual(ours.agree(pair.publicKey), pair.agree(ours.publicKey))
  }
})

test('the same bytes as a link key and as an identity are two different keys', () => {
  const identity = IdentityKeyPair.generate(random)
  const text = Uint8Array.of(1)
  assert(LinkKeyPair.generate(random).agree(identity.publicKey).ok)
  assert(verifySignature(identity.publicKey, text, identity.sign(text)))
})

test('the refused link keys are exactly those with which the platform cannot agree', () => {
  const platform = generateKeyPairSync('x25519').privateKey
  const agrees = (key: Uint8Array) => {
    try {
      diffieHellman({ privateKey: platform, publicKey: importPublicKey('X25519', key) })
      return true
    } catch {
      return false
    }
  }
  const smallOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ].map((hex) => fromHex(hex) as Uint8Array)
  for (const point of smallOrder) {
    for (const topBit of [0, 0x80]) {
      const key = point.slice()
      key[31]! ^= topBit
      assert(!agrees(key), toHex(key))
      assert(!isUsableLinkKey(key), toHex(key))
      assert.deepEqual(LinkKeyPair.generate(random).agree(key), { ok: false, error: 'lowOrder' })
    }
    const near = point.slice()
    near[5]! ^= 4
    assert.equal(isUsableLinkKey(near), agrees(near))
  }
  assert(!isUsableLinkKey(new Uint8Array(31).fill(7)) && !isUsableLinkKey(new Uint8Array(33).fill(7)))
})

test('a signature is for its text, by its key', () => {
  fc.assert(
    fc.property(secret, fc.uint8Array({ maxLength: 300 }), fc.nat(), (seed, text, at) => {
      const pair = IdentityKeyPair.fromSeed(seed)
      assert.deepEqual(pair.exportSeed(), seed)
      const signature = pair.sign(text)
      assert(verifySignature(pair.publicKey, text, signature))
      const flip = (bytes: Uint8Array) => {
        const copy = bytes.slice()
        copy[at % copy.length]! ^= 1 << ((at >>> 8) % 8)
        return copy
      }
      assert(!verifySignature(pair.publicKey, text, flip(signature)))
      assert(!verifySignature(flip(pair.publicKey), text, signature))
      assert(!verifySignature(pair.publicKey, concatBytes(text, Uint8Array.of(0)), signature))
    }),
    { numRuns: 30 },
  )
})

test('verifying never throws, whatever the lengths and bytes', () => {
  const anything = fc.uint8Array({ maxLength: 70 })
  fc.assert(
    fc.property(anything, anything, anything, secret, (key, text, signature, point) => {
      assert(!verifySignature(key, text, signature))
      assert(!verifySignature(point, text, new Uint8Array(64).fill(signature[0] ?? 1)))
    }),
  )
})

test('a key of small order, under which one signature would fit every text, verifies nothing', () => {
  // The neutral element as key and as R, with S = 0, satisfies the equation of RFC 8032 for every text.
  const neutral = fromHex(`01${'00'.repeat(31)}`) as Uint8Array
  assert(!verifySignature(neutral, Uint8Array.of(1), concatBytes(neutral, new Uint8Array(32))))
})

test('the system’s random bytes have their length, differ, and belong to nobody else', () => {
  for (const length of [0, 1, 32, 5000]) assert.equal(random.bytes(length).length, length)
  const [first, second] = [random.bytes(32), random.bytes(32)]
  assert.notDeepEqual(first, second)
  assert(!Buffer.isBuffer(first) && first.buffer.byteLength === 32)
  for (let i = 0; i < 100; i++) {
    const fraction = random.fraction()
    assert(fraction >= 0 && fraction < 1)
  }
})
