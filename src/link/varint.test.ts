// Integers of the wire: every value once, in its shortest form, and nothing else is accepted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ByteCursor, varintLength, varintMax, writeVarint } from './varint.ts'

function decode(bytes: Uint8Array): number | undefined {
  const cursor = new ByteCursor()
  cursor.open(bytes)
  const value = cursor.varint()
  return cursor.failed || cursor.remaining > 0 ? undefined : value
}

test('every value reads back, in as many bytes as announced', () => {
  const edges = [0, 63, 64, 16_383, 16_384, 1_073_741_823, 1_073_741_824, 4_294_967_296, varintMax]
  const value = fc.oneof(fc.constantFrom(...edges), fc.maxSafeNat())
  fc.assert(
    fc.property(value, (number) => {
      const out = new Uint8Array(8)
      const end = writeVarint(out, 0, number)
      assert.equal(end, varintLength(number))
      assert.equal(decode(out.subarray(0, end)), number)
      for (let cut = 0; cut < end; cut++) assert.equal(decode(out.subarray(0, cut)), undefined)
    }),
    { numRuns: 2_000 },
  )
})

test('a longer form of a shorter value is refused (catalogue 21)', () => {
  for (const hex of ['4000', '403f', '80000000', '80003fff', 'c000000000000000', 'c00000003fffffff']) {
    assert.equal(decode(Uint8Array.from(Buffer.from(hex, 'hex'))), undefined, hex)
  }
  assert.equal(decode(Uint8Array.from(Buffer.from('4040', 'hex'))), 64)
})

test('a failure sticks and skips nothing', () => {
  const cursor = new ByteCursor()
  cursor.open(Uint8Array.of(0x40))
  assert.equal(cursor.varint(), 0)
  assert.equal(cursor.failed, true)
  assert.equal(cursor.uint16(), 0)
  assert.equal(cursor.skip(1), 0)
  cursor.open(Uint8Array.of(1, 2, 3))
  assert.equal(cursor.uint16(), 258)
  assert.equal(cursor.skip(2), 0)
  assert.equal(cursor.failed, true)
})
