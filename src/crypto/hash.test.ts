import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, encodeUtf8, toHex } from '../base/index.ts'
import { fingerprint, hash, hkdf, mac, nextEpochKeys } from './index.ts'
import { labels } from './labels.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const parts = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 })

test('the hash is BLAKE2s-256: the example of RFC 7693 appendix B', () => {
  assert.equal(toHex(hash(encodeUtf8('abc'))), '508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982')
})

test('parts are joined, no more: how a text is cut changes nothing', () => {
  fc.assert(
    fc.property(key, parts, (secret, pieces) => {
      assert.deepEqual(hash(...pieces), hash(concatBytes(...pieces)))
      assert.deepEqual(mac(secret, ...pieces), mac(secret, concatBytes(...pieces)))
    }),
  )
})

test('the MAC is HMAC as RFC 2104 writes it', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 200 }), (secret, text) => {
      const padded = concatBytes(secret, new Uint8Array(32))
      const inner = hash(
        padded.map((byte) => byte ^ 0x36),
        text,
      )
      assert.deepEqual(
        mac(secret, text),
        hash(
          padded.map((byte) => byte ^ 0x5c),
          inner,
        ),
      )
    }),
  )
})

test('the key derivation is Noise’s: a chain of MACs, whose first outputs do not depend on their count', () => {
  fc.assert(
    fc.property(key, fc.uint8Array({ maxLength: 64 }), (chainingKey, input) => {
      const extracted = mac(chainingKey, input)
      const first = mac(extracted, Uint8Array.of(1))
      const second = mac(extracted, first, Uint8Array.of(2))
      const third = mac(extracted, second, Uint8Array.of(3))
      assert.deepEqual(hkdf(chainingKey, input, 3), [first, second, third])
      assert.deepEqual(hkdf(chainingKey, input, 2), [first, second])
      assert.deepEqual(hkdf(chainingKey, input, 1), [first])
    }),
  )
})

test('results are plain arrays of their own memory: no view into a pool that a slice would share', () => {
  for (const result of [hash(), mac(new Uint8Array(32)), ...hkdf(new Uint8Array(32), new Uint8Array(0), 3)]) {
    assert(!Buffer.isBuffer(result))
    assert.equal(result.buffer.byteLength, result.length)
  }
})

test('the sides of a rekey mirror each other and no key is seen twice', () => {
  fc.assert(
    fc.property(key, key, (chainingKey, secret) => {
      const ours = nextEpochKeys(chainingKey, secret, true)
      const theirs = nextEpochKeys(chainingKey, secret, false)
      assert.deepEqual(ours, { send: theirs.receive, receive: theirs.send, chainingKey: theirs.chainingKey })
      const keys = [chainingKey, secret, ours.send, ours.receive, ours.chainingKey].map(toHex)
      assert.equal(new Set(keys.slice(2)).size, 3)
      assert(!keys.slice(2).includes(toHex(chainingKey)))
      assert.notDeepEqual(hkdf(chainingKey, secret, 3)[0], ours.send, 'the label counts')
    }),
  )
})

test('no label is the beginning of another', () => {
  const texts = Object.values(labels).map(toHex)
  assert(texts.length > 3)
  for (const [i, text] of texts.entries()) {
    for (const [j, other] of texts.entries()) assert(i === j || !other.startsWith(text))
    assert.match(text, /00$/)
  }
})

test('a fingerprint is eight groups of four, and differs where keys differ', () => {
  fc.assert(
    fc.property(key, fc.nat(255), (publicKey, bit) => {
      const shown = fingerprint(publicKey)
      assert.match(shown, /^(?:[a-z2-7]{4}-){7}[a-z2-7]{4}$/)
      const other = publicKey.slice()
      other[bit >> 3]! ^= 1 << (bit & 7)
      assert.notEqual(fingerprint(other), shown)
    }),
  )
})
