import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  connectionIdAt,
  connectionKey,
  dataHeaderBytes,
  dataPacketNumber,
  dataReceiverAt,
  datagramTypes,
  decodeCookie,
  decodeReset,
  decodeVersion,
  encodeCookie,
  encodeDataHeader,
  encodePunch,
  encodeReset,
  encodeVersion,
  minimumDataBytes,
  packetNumberLimit,
  punchBytes,
  readUint64,
  writeUint64,
} from './packet.ts'

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const decoders = { cookie: decodeCookie, reset: decodeReset, version: decodeVersion }

test('the header of DATA keeps epoch, id and number', () => {
  fc.assert(
    fc.property(fc.nat(1_000), bytes(8), fc.maxSafeNat(), (epoch, id, number) => {
      fc.pre(number < packetNumberLimit)
      const header = new Uint8Array(dataHeaderBytes)
      encodeDataHeader(header, epoch, id, number)
      assert.equal(header[0], datagramTypes.data)
      assert.equal(header[1], epoch % 256)
      assert.equal(connectionIdAt(header, dataReceiverAt, id), true)
      assert.equal(connectionKey(header, dataReceiverAt), connectionKey(id, 0))
      assert.equal(dataPacketNumber(header), number)
    }),
  )
})

test('whole numbers of 8 bytes: exact below 2^53 - 1, refused above', () => {
  const out = new Uint8Array(8)
  for (const value of [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 48 + 7, packetNumberLimit - 1]) {
    writeUint64(out, 0, value)
    assert.equal(readUint64(out, 0), value)
  }
  writeUint64(out, 0, 0x0102030405)
  assert.deepEqual([...out], [0, 0, 0, 1, 2, 3, 4, 5])
  assert.equal(readUint64(new Uint8Array(8).fill(255), 0), undefined)
  assert.equal(readUint64(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), 0), undefined)
})

test('a connection key is 30 bits of the id, never negative', () => {
  assert.equal(connectionKey(new Uint8Array(8).fill(255), 0), 2 ** 30 - 1)
  fc.assert(fc.property(bytes(8), (id) => connectionKey(id, 0) >= 0 && connectionKey(id, 0) < 2 ** 30))
})

test('cookie, reset and version datagrams come back as they were', () => {
  fc.assert(
    fc.property(bytes(8), bytes(12), bytes(32), (receiver, nonce, sealed) => {
      assert.deepEqual(decodeCookie(encodeCookie({ receiver, nonce, sealed })), { receiver, nonce, sealed })
    }),
  )
  fc.assert(
    fc.property(bytes(8), bytes(16), bytes(7), (receiver, token, noise) => {
      const encoded = encodeReset({ receiver, token }, noise)
      assert.ok(encoded.length < minimumDataBytes, 'smaller than the smallest DATA')
      assert.deepEqual(decodeReset(encoded), { receiver, token })
    }),
  )
  const versions = fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(bytes(8), versions, (receiver, offered) => {
      assert.deepEqual(decodeVersion(encodeVersion({ receiver, versions: offered })), { receiver, versions: offered })
    }),
  )
  assert.equal(encodePunch(new Uint8Array(31)).length, punchBytes)
})

test('decoders refuse every other length, type and reserved byte, and throw at nothing', () => {
  const valid = {
    cookie: encodeCookie({ receiver: new Uint8Array(8), nonce: new Uint8Array(12), sealed: new Uint8Array(32) }),
    reset: encodeReset({ receiver: new Uint8Array(8), token: new Uint8Array(16) }, new Uint8Array(7)),
    version: encodeVersion({ receiver: new Uint8Array(8), versions: [1] }),
  }
  for (const [name, decode] of Object.entries(decoders)) {
    const whole = valid[name as keyof typeof valid]
    assert.ok(decode(whole))
    for (let length = 0; length < whole.length; length++) assert.equal(decode(whole.subarray(0, length)), undefined)
    assert.equal(decode(Uint8Array.of(...whole, 0)), undefined)
    for (let type = 0; type < 256; type++) {
      const other = whole.slice()
      other[0] = type
      assert.equal(decode(other) !== undefined, type === whole[0])
    }
  }
  for (const at of [1, 2, 3]) {
    for (const [name, whole] of [['cookie', valid.cookie] as const, ['version', valid.version] as const]) {
      const other = whole.slice()
      other[at] = 1
      assert.equal(decoders[name](other), undefined)
    }
  }
  assert.equal(decodeVersion(encodeVersion({ receiver: new Uint8Array(8), versions: [] })), undefined)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (random) => {
      for (const decode of Object.values(decoders)) decode(random)
    }),
  )
})
