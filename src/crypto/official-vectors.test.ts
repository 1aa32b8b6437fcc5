// The official vectors of everything standard here: Noise (cacophony, snow) and Wycheproof. Each test asserts how many vectors
// ran, so that none can pass by running nothing; where the files are absent they are skipped, aloud.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fromHex, toHex } from '../base/index.ts'
import type { HandshakeName } from './handshake-pattern.ts'
import { suiteHkdf } from './hash.ts'
import type { HashName } from './hash.ts'
import { LinkKeyPair, NoiseHandshake, PacketKey, openBytes, sealBytes, systemRandom, verifySignature } from './index.ts'

const folder = process.env['PARLEY_VECTORS'] ?? join(import.meta.dirname, '../../../shared/vectors')
const zeros = '00'.repeat(32)

function vectorTest<T>(file: string, name: string, run: (content: T) => void): void {
  const path = join(folder, file)
  const skip = existsSync(path) ? false : `${file} is not here: set PARLEY_VECTORS`
  test(`${name} (${file})`, { skip }, () => {
    run(JSON.parse(readFileSync(path, 'utf8')) as T)
  })
}

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex)
  assert(decoded !== undefined)
  return decoded
}

type Side = 'init' | 'resp'
type NoiseVector = {
  protocol_name: string
  handshake_hash?: string
  messages: { payload: string; ciphertext: string }[]
} & Partial<Record<`${Side}_${'prologue' | 'static' | 'ephemeral' | 'remote_static'}`, string>> &
  Partial<Record<`${Side}_psks`, string[]>>

function handshakeOf(vector: NoiseVector, side: Side): NoiseHandshake {
  const [, pattern, , , hash] = vector.protocol_name.split('_')
  const optional = (field: 'static' | 'ephemeral' | 'remote_static') => {
    const hex = vector[`${side}_${field}`]
    return hex === undefined ? undefined : bytes(hex)
  }
  const secret = optional('static')
  const ephemeral = optional('ephemeral')
  return new NoiseHandshake({
    pattern: pattern as HandshakeName,
    initiator: side === 'init',
    prologue: bytes(vector[`${side}_prologue`] ?? ''),
    staticKey: secret && LinkKeyPair.fromSecret(secret),
    ephemeral: ephemeral && LinkKeyPair.fromSecret(ephemeral),
    remoteStatic: optional('remote_static'),
    psks: (vector[`${side}_psks`] ?? []).map(bytes),
    hash: hash as HashName,
    random: systemRandom(),
  })
}

function runNoiseVector(vector: NoiseVector): void {
  const initiator = handshakeOf(vector, 'init')
  const responder = handshakeOf(vector, 'resp')
  const rest = [...vector.messages]
  let handshakeMessages = 0
  while (!initiator.finished) {
    const message = rest.shift()
    assert(message !== undefined)
    const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
    const written = writer.writeMessage(bytes(message.payload))
    assert.equal(toHex(written), message.ciphertext, vector.protocol_name)
    const read = reader.readMessage(written)
    assert(read.ok)
    assert.equal(toHex(read.value), message.payload)
    handshakeMessages++
  }
  assert(responder.finished)
  assert.equal(toHex(initiator.handshakeHash), toHex(responder.handshakeHash))
  if (vector.handshake_hash !== undefined) assert.equal(toHex(initiator.handshakeHash), vector.handshake_hash)
  const [ours, theirs] = [initiator.split(), responder.split()]
  assert.deepEqual([ours.send, ours.receive, ours.chainingKey], [theirs.receive, theirs.send, theirs.chainingKey])
  runTransport(vector, rest, handshakeMessages, [new PacketKey(ours.send), new PacketKey(ours.receive)])
}

// PacketKey's nonce is Noise's, so transport messages prove it too.
function runTransport(
  vector: NoiseVector,
  messages: NoiseVector['messages'],
  handshakeMessages: number,
  keys: [PacketKey, PacketKey],
): void {
  const isOneWay = handshakeMessages === 1
  const counters = [0, 0]
  for (const [i, message] of messages.entries()) {
    const direction = isOneWay ? 0 : (handshakeMessages + i) % 2
    const key = keys[direction]
    assert(key !== undefined)
    const payload = bytes(message.payload)
    const sealed = new Uint8Array(payload.length + 16)
    key.seal(counters[direction]!, new Uint8Array(0), payload, sealed)
    assert.equal(toHex(sealed), message.ciphertext, `${vector.protocol_name} transport ${i}`)
    assert.deepEqual(key.open(counters[direction]!, new Uint8Array(0), sealed), payload)
    counters[direction]!++
  }
  assert(messages.length > 0, 'every vector has transport messages')
}

for (const [file, count] of [
  ['noise-cacophony-25519-chachapoly.json', 118],
  ['noise-snow-25519-chachapoly.json', 102],
] as const) {
  vectorTest<{ vectors: NoiseVector[] }>(file, `all ${count} Noise vectors of our suite`, ({ vectors }) => {
    let ran = 0
    for (const vector of vectors) {
      runNoiseVector(vector)
      ran++
    }
    assert.equal(ran, count)
  })
}

interface Wycheproof<Group, Case> {
  testGroups: (Group & { tests: (Case & { tcId: number; result: 'valid' | 'invalid' | 'acceptable' })[] })[]
}

type AeadCase = Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>
vectorTest<Wycheproof<{ ivSize: number; tagSize: number }, AeadCase>>(
  'wycheproof-chacha20_poly1305_test.json',
  'ChaCha20-Poly1305, 96-bit nonces',
  ({ testGroups }) => {
    const counts = { valid: 0, invalid: 0 }
    for (const group of testGroups.filter(({ ivSize, tagSize }) => ivSize === 96 && tagSize === 128)) {
      for (const { tcId, result, key, iv, aad, msg, ct, tag } of group.tests) {
        const opened = openBytes(bytes(key), bytes(iv), bytes(aad), bytes(ct + tag))
        if (result === 'valid') {
          assert.equal(toHex(sealBytes(bytes(key), bytes(iv), bytes(aad), bytes(msg))), ct + tag, `case ${tcId}`)
          assert.equal(opened && toHex(opened), msg, `case ${tcId}`)
          counts.valid++
        } else {
          assert.equal(opened, undefined, `case ${tcId}`)
          counts.invalid++
        }
      }
    }
    assert.deepEqual(counts, { valid: 256, invalid: 60 })
  },
)

type AgreementCase = Record<'public' | 'private' | 'shared', string>
vectorTest<Wycheproof<object, AgreementCase>>('wycheproof-x25519_test.json', 'X25519', ({ testGroups }) => {
  const counts = { agreed: 0, lowOrder: 0 }
  for (const { tcId, private: secret, public: publicKey, shared } of testGroups.flatMap(({ tests }) => tests)) {
    const agreed = LinkKeyPair.fromSecret(bytes(secret)).agree(bytes(publicKey))
    if (shared === zeros) {
      assert.deepEqual(agreed, { ok: false, error: 'lowOrder' }, `case ${tcId}`)
      counts.lowOrder++
    } else {
      assert(agreed.ok, `case ${tcId}`)
      assert.equal(toHex(agreed.value), shared, `case ${tcId}`)
      counts.agreed++
    }
  }
  assert.deepEqual(counts, { agreed: 487, lowOrder: 31 })
})

type SignatureCase = Record<'msg' | 'sig', string>
vectorTest<Wycheproof<{ publicKey: { pk: string } }, SignatureCase>>(
  'wycheproof-ed25519_test.json',
  'Ed25519',
  ({ testGroups }) => {
    const counts = { valid: 0, invalid: 0, acceptable: 0 }
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const isValid = verifySignature(bytes(publicKey.pk), bytes(msg), bytes(sig))
        assert.equal(isValid, result === 'valid', `case ${tcId}`)
        counts[result]++
      }
    }
    assert.deepEqual(counts, { valid: 88, invalid: 63, acceptable: 0 })
  },
)

type HkdfCase = Record<'ikm' | 'salt' | 'info' | 'okm', string> & { size: number }
vectorTest<Wycheproof<object, HkdfCase>>(
  'wycheproof-hkdf_sha256_test.json',
  'HKDF without info, up to three keys',
  ({ testGroups }) => {
    let ran = 0
    for (const { tcId, ikm, salt, info, size, okm, result } of testGroups.flatMap(({ tests }) => tests)) {
      if (info !== '' || size > 96 || result !== 'valid') continue
      const outputs = suiteHkdf('SHA256', bytes(salt), bytes(ikm), 3)
      assert.equal(
        outputs
          .map(toHex)
          .join('')
          .slice(0, 2 * size),
        okm,
        `case ${tcId}`,
      )
      ran++
    }
    assert.equal(ran, 31)
  },
)
