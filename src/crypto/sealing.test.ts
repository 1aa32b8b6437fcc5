import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, fromHex } from '../base/index.ts'
import {
  LinkKeyPair,
  NoiseHandshake,
  PacketKey,
  boxBytes,
  openSealed,
  receiptProof,
  receiptProofBytes,
  seal,
  sealedPayloadBytesMax,
  systemRandom,
  verifyReceiptProof,
} from './index.ts'
import type { SealedBox } from './index.ts'
import { labels } from './labels.ts'

const random = systemRandom()
const sender = LinkKeyPair.generate(random)
const prekey = LinkKeyPair.generate(random)
const context = Uint8Array.of(4, 5, 6)
const nothing = new Uint8Array(0)

function box(payload: Uint8Array, of = context): SealedBox {
  const sealed = seal({ sender, recipientPrekey: prekey.publicKey, context: of, payload, random })
  assert(sealed.ok)
  return sealed.value
}

test('a sealed payload opens with its prekey and context, and names its sender', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ maxLength: 50 }), (payload, of) => {
      const { bytes, receiptKey } = box(payload, of)
      assert.equal(bytes.length, boxBytes(payload.length))
      const opened = openSealed({ prekey, context: of, bytes })
      assert.deepEqual(opened, { ok: true, value: { payload, senderKey: sender.publicKey, receiptKey } })
    }),
    { numRuns: 50 },
  )
})

test('payloads around every limit: nothing, padding steps, several transport messages, the maximum', () => {
  for (const length of [0, 1, 127, 128, 129, 2048, 2049, 65_518, 65_519, 65_520, 73_728, sealedPayloadBytesMax]) {
    const payload = new Uint8Array(length).fill(length)
    const { bytes } = box(payload)
    assert(bytes.length >= length + 116 && bytes.length <= 100 + Math.max(length * 1.126, 128) + 16 * 18, `${length}`)
    const opened = openSealed({ prekey, context, bytes })
    assert(opened.ok)
    assert.deepEqual(opened.value.payload, payload)
  }
  const payload = new Uint8Array(sealedPayloadBytesMax + 1)
  const refused = seal({ sender, recipientPrekey: prekey.publicKey, context, payload, random })
  assert.deepEqual(refused, { ok: false, error: 'tooLarge' })
})

test('short messages all look alike in size', () => {
  const sizes = new Set([0, 1, 50, 128].map((length) => box(new Uint8Array(length)).bytes.length))
  assert.deepEqual([...sizes], [244])
})

test('every flipped bit of a box is refused', () => {
  const { bytes } = box(Uint8Array.of(1, 2, 3))
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    assert.deepEqual(openSealed({ prekey, context, bytes }), { ok: false, error: 'unreadable' }, `bit ${bit}`)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
  }
  assert(openSealed({ prekey, context, bytes }).ok)
})

test('a box cut or lengthened anywhere is refused, also at the joint of two transport messages', () => {
  const long = box(new Uint8Array(70_000)).bytes
  for (const length of [0, 31, 79, 96, 100, 116, 100 + 65_535, long.length - 1]) {
    assert(!openSealed({ prekey, context, bytes: long.subarray(0, length) }).ok, `${length}`)
  }
  const longer = new Uint8Array(long.length + 1)
  longer.set(long)
  assert(!openSealed({ prekey, context, bytes: longer }).ok)
  assert(!openSealed({ prekey, context, bytes: new Uint8Array(boxBytes(sealedPayloadBytesMax) + 1) }).ok)
})

// A sender with good keys, who seals what no honest one does.
function craftedBox(claimedLength: Uint8Array, pieces: readonly Uint8Array[]): Uint8Array {
  const handshake = new NoiseHandshake({
    pattern: 'X',
    initiator: true,
    prologue: concatBytes(labels.sealedBox, context),
    staticKey: sender,
    remoteStatic: prekey.publicKey,
    random,
  })
  const parts = [handshake.writeMessage(claimedLength)]
  const key = new PacketKey(handshake.split().send)
  for (const [i, piece] of pieces.entries()) {
    const sealed = new Uint8Array(piece.length + 16)
    key.seal(i, nothing, piece, sealed)
    parts.push(sealed)
  }
  return concatBytes(...parts)
}

test('a sender who lies about the length or pads otherwise is refused, not believed', () => {
  const length = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
  const opens = (bytes: Uint8Array) => openSealed({ prekey, context, bytes }).ok
  const text = (bytes: number) => [new Uint8Array(bytes)]
  assert(opens(craftedBox(length(5), text(128))), 'the honest form')
  assert(!opens(craftedBox(length(5), text(256))), 'more padding')
  assert(!opens(craftedBox(length(5), text(5))), 'no padding')
  assert(!opens(craftedBox(length(129), text(128))), 'more than there is')
  assert(!opens(craftedBox(length(5), [...text(64), ...text(48)])), 'cut otherwise')
  assert(!opens(craftedBox(length(2 ** 32 - 1), text(128))), 'more than a box may hold')
  assert(!opens(craftedBox(nothing, text(128))), 'no length')
  assert(!opens(craftedBox(new Uint8Array(5), text(128))), 'a longer length')
})

test('random bytes are no box', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      assert.deepEqual(openSealed({ prekey, context, bytes }), { ok: false, error: 'unreadable' })
    }),
  )
})

test('another prekey and another context open nothing', () => {
  const { bytes } = box(Uint8Array.of(1))
  assert(!openSealed({ prekey: LinkKeyPair.generate(random), context, bytes }).ok)
  assert(!openSealed({ prekey, context: Uint8Array.of(4, 5), bytes }).ok)
  assert(!openSealed({ prekey: sender, context, bytes }).ok, 'the sender cannot open it again')
})

test('a useless prekey is a refusal, not a crash', () => {
  for (const recipientPrekey of [
    new Uint8Array(32),
    fromHex(`ed${'ff'.repeat(31)}`) as Uint8Array,
    new Uint8Array(3),
  ]) {
    const refused = seal({ sender, recipientPrekey, context, payload: context, random })
    assert.deepEqual(refused, { ok: false, error: 'lowOrder' })
  }
})

test('no two boxes are alike, and each has a receipt key of its own', () => {
  const [first, second] = [box(context), box(context)]
  assert.notDeepEqual(first.bytes, second.bytes)
  assert.notDeepEqual(first.receiptKey, second.receiptKey)
})

test('a receipt proof holds for its statement and key only', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ maxLength: 80 }),
      fc.nat(),
      (receiptKey, statement, at) => {
        const proof = receiptProof(receiptKey, statement)
        assert.equal(proof.length, receiptProofBytes)
        assert(verifyReceiptProof(receiptKey, statement, proof))
        const flip = (bytes: Uint8Array) => {
          const copy = bytes.slice()
          copy[at % copy.length]! ^= 1 << ((at >>> 8) % 8)
          return copy
        }
        assert(!verifyReceiptProof(receiptKey, statement, flip(proof)))
        assert(!verifyReceiptProof(flip(receiptKey), statement, proof))
        assert(!verifyReceiptProof(receiptKey, Uint8Array.of(...statement, 0), proof))
        assert(!verifyReceiptProof(receiptKey, statement, proof.subarray(0, at % receiptProofBytes)))
        assert(!verifyReceiptProof(receiptKey, statement, nothing))
      },
    ),
  )
})
