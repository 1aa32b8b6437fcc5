import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'cborg'
import fc from 'fast-check'
import {
  type AccountName,
  decodeDeviceList,
  decodePeerMessage,
  decodePrekey,
  decodeRegistryMessage,
  decodeRegistryRequest,
  decodeSealedEnvelope,
  encodePeerMessage,
  encodeRegistryMessage,
  encodeRegistryRequest,
  type PeerMessage,
  protocolMessageBytesMax,
} from './index.ts'

const decoders = [
  decodeRegistryRequest,
  decodeRegistryMessage,
  decodePeerMessage,
  decodeSealedEnvelope,
  decodeDeviceList,
  decodePrekey,
] as const

const id = new Uint8Array(16).fill(7)
const message: PeerMessage = { t: 'message', id, counter: 3, floor: 1, sentAt: 5, text: 'hi' }

test('whatever comes, a decoder answers and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const decode of decoders) decode(bytes)
    }),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 1_000) },
  )
})

test('a changed byte of a real message is refused or is another well-formed message', () => {
  const bytes = encodeRegistryRequest({ t: 'deposit', q: 4, to: 'bob', id, envelope: new Uint8Array(40) })
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = bytes.slice()
      changed[at] = (changed[at] as number) ^ flip
      const decoded = decodeRegistryRequest(changed)
      if (decoded.ok) assert.equal(decoded.value.t, 'deposit')
    }),
  )
})

test('every peer message comes back as it went', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => text.isWellFormed())
  fc.assert(
    fc.property(texts, fc.maxSafeNat(), fc.uint8Array({ minLength: 16, maxLength: 16 }), (text, counter, someId) => {
      const sent: PeerMessage = { t: 'message', id: someId, counter, floor: counter, sentAt: 1, text }
      const received = decodePeerMessage(encodePeerMessage(sent))
      assert.ok(received.ok)
      assert.deepEqual({ ...received.value, id: [...someId] }, { ...sent, id: [...someId] })
    }),
  )
})

test('catalogue 54: offsets that are no whole number are refused', () => {
  for (const after of [-1, 2 ** 53, 1.5, Number.NaN, '1e9', null]) {
    assert.equal(decodeRegistryRequest(encode({ t: 'fetchMail', q: 1, after })).ok, false, String(after))
  }
})

test('catalogue 55: duplicate keys, depth, indefinite lengths, infinities, tags and trailing bytes are refused', () => {
  const good = encodePeerMessage(message)
  assert.ok(decodePeerMessage(good).ok)
  assert.equal(decodePeerMessage(Uint8Array.of(...good, 0)).ok, false, 'trailing byte')
  const duplicate = Uint8Array.of(0xa2, 0x61, 0x74, 0x61, 0x61, 0x61, 0x74, 0x61, 0x61)
  assert.deepEqual(decodePeerMessage(duplicate), { ok: false, error: 'notCbor' })
  assert.deepEqual(decodePeerMessage(new Uint8Array(70_000).fill(0x81)), { ok: false, error: 'notCbor' })
  assert.deepEqual(decodePeerMessage(Uint8Array.of(0xbf, 0xff)), { ok: false, error: 'notCbor' })
  assert.equal(decodePeerMessage(encode({ ...message, counter: Infinity })).ok, false)
  assert.equal(decodePeerMessage(Uint8Array.of(0xc2, 0x41, 1)).ok, false, 'bignum tag')
  assert.deepEqual(decodePeerMessage(new Uint8Array(protocolMessageBytesMax + 1)), { ok: false, error: 'tooLarge' })
})

test('catalogue 55: a field called __proto__ changes no prototype', () => {
  const bytes = encode(
    new Map<string, unknown>([...Object.entries(message), ['__proto__', new Map([['polluted', true]])]]),
  )
  const decoded = decodePeerMessage(bytes)
  assert.ok(decoded.ok)
  assert.equal('polluted' in decoded.value, false)
  assert.equal('polluted' in {}, false)
})

test('catalogue 30: a length that claims gigabytes is refused before anything is allocated', () => {
  const claim = Uint8Array.of(0xa1, 0x61, 0x74, 0x7a, 0xff, 0xff, 0xff, 0xff)
  assert.deepEqual(decodePeerMessage(claim), { ok: false, error: 'notCbor' })
})

test('fields that a newer program adds are passed over', () => {
  const decoded = decodeRegistryMessage(encode({ t: 'mailWaiting', hint: 4 }))
  assert.deepEqual(decoded, { ok: true, value: { t: 'mailWaiting' } })
})

test('every answer type is told from every other', () => {
  const name = 'bob' as AccountName
  const bytes = encodeRegistryMessage({
    t: 'presence',
    snapshot: true,
    last: true,
    entries: [{ name, online: true, since: 1 }],
  })
  const decoded = decodeRegistryMessage(bytes)
  assert.ok(decoded.ok && decoded.value.t === 'presence')
  assert.equal(decoded.value.entries[0]?.name, 'bob')
})
