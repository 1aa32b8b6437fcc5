import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AssertionError } from '../base/index.ts'
import { PacketKey, tagBytes } from './index.ts'

const bytes = (maxLength = 1500) => fc.uint8Array({ maxLength })
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const packetNumber = fc.maxSafeNat()

function sealed(with_: PacketKey, number: number, header: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const out = new Uint8Array(plaintext.length + tagBytes)
  assert.equal(with_.seal(number, header, plaintext, out), out.length)
  return out
}

test('what one side seals the other opens, whatever the number, header and text', () => {
  fc.assert(
    fc.property(key, packetNumber, bytes(40), bytes(), (raw, number, header, plaintext) => {
      const opened = new PacketKey(raw).open(number, header, sealed(new PacketKey(raw), number, header, plaintext))
      assert.deepEqual(opened, plaintext)
    }),
  )
})

test('any changed bit of packet, header, number or key, and any cut, is refused', () => {
  fc.assert(
    fc.property(key, packetNumber, bytes(40), bytes(200), fc.nat(), (raw, number, header, plaintext, at) => {
      const packet = sealed(new PacketKey(raw), number, header, plaintext)
      const opener = new PacketKey(raw)
      assert.equal(opener.open(number, header, flipped(packet, at)), undefined)
      if (header.length > 0) assert.equal(opener.open(number, flipped(header, at), packet), undefined)
      assert.equal(opener.open(number === 0 ? 1 : number - 1, header, packet), undefined)
      assert.equal(new PacketKey(flipped(raw, at)).open(number, header, packet), undefined)
      assert.equal(opener.open(number, header, packet.subarray(0, at % packet.length)), undefined)
      assert.deepEqual(opener.open(number, header, packet), plaintext, 'a refusal leaves the key as it was')
    }),
  )
})

test('every bit of the nonce counts: numbers that differ only above 32 bits do not open each other', () => {
  const raw = new Uint8Array(32)
  const nothing = new Uint8Array(0)
  const packet = sealed(new PacketKey(raw), 1, nothing, nothing)
  assert.equal(new PacketKey(raw).open(2 ** 32 + 1, nothing, packet), undefined)
})

test('S7: a packet number is sealed once, and numbers only grow', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 30 }), (numbers) => {
      const packetKey = new PacketKey(new Uint8Array(32))
      const out = new Uint8Array(tagBytes)
      let last = -1
      for (const number of numbers) {
        const seal = () => packetKey.seal(number, new Uint8Array(0), new Uint8Array(0), out)
        if (number > last) seal()
        else assert.throws(seal, AssertionError)
        last = Math.max(last, number)
      }
    }),
  )
})

test('numbers that are no packet numbers are a bug when sealing and a refusal when opening', () => {
  const packetKey = new PacketKey(new Uint8Array(32))
  const nothing = new Uint8Array(0)
  const out = new Uint8Array(100)
  for (const number of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
    assert.throws(() => packetKey.seal(number, nothing, nothing, out), AssertionError)
    assert.equal(packetKey.open(number, nothing, out), undefined)
  }
})

test('no room for the tag is a bug, found before the number is used up', () => {
  const packetKey = new PacketKey(new Uint8Array(32))
  const text = new Uint8Array(8)
  assert.throws(() => packetKey.seal(0, text, text, new Uint8Array(23)), AssertionError)
  assert.equal(packetKey.seal(0, text, text, new Uint8Array(24)), 24)
})

test('sealing writes its bytes only, and an opened text is nobody else’s memory', () => {
  const raw = new Uint8Array(32)
  const out = new Uint8Array(64).fill(0xee)
  const length = new PacketKey(raw).seal(7, new Uint8Array(1), new Uint8Array(10), out)
  assert.equal(length, 26)
  assert(out.subarray(length).every((byte) => byte === 0xee))
  const opener = new PacketKey(raw)
  const first = opener.open(7, new Uint8Array(1), out.subarray(0, length))
  opener.open(7, new Uint8Array(1), out.subarray(0, length))?.fill(1)
  assert.deepEqual(first, new Uint8Array(10))
  assert(!Buffer.isBuffer(first))
})

test('an erased key seals and opens nothing, and does not need the array it was made from', () => {
  const raw = new Uint8Array(32).fill(3)
  const packetKey = new PacketKey(raw)
  const same = new PacketKey(raw)
  raw.fill(0)
  const packet = sealed(packetKey, 0, new Uint8Array(2), new Uint8Array(5))
  assert.deepEqual(same.open(0, new Uint8Array(2), packet), new Uint8Array(5))
  packetKey.erase()
  packetKey.erase()
  assert.equal(packetKey.open(0, new Uint8Array(2), packet), undefined)
  assert.throws(() => sealed(packetKey, 1, new Uint8Array(2), new Uint8Array(5)), AssertionError)
})

function flipped(array: Uint8Array, at: number): Uint8Array {
  const copy = array.slice()
  copy[at % copy.length]! ^= 1 << ((at >>> 3) % 8)
  return copy
}
