// Pieces ahead of a gap: any cutting, order and repetition of a stream gives the stream back; contradictions are seen.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PieceBuffer } from './piece-buffer.ts'

const stream = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255)

test('any cuts in any order give the stream back', () => {
  const cut = fc.record({ start: fc.nat(299), length: fc.integer({ min: 1, max: 60 }) })
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 60 }), (cuts) => {
      const pieces = new PieceBuffer(1_024)
      const have = new Set<number>()
      for (const { start, length } of cuts) {
        const end = Math.min(300, start + length)
        assert.equal(pieces.insert(start, stream.slice(start, end)), 'kept')
        for (let i = start; i < end; i++) have.add(i)
      }
      let next = 0
      for (let piece = pieces.take(next); piece !== undefined; piece = pieces.take(next)) {
        assert.deepEqual(piece.bytes, stream.slice(piece.start, piece.end))
        assert(piece.end > next)
        next = piece.end
      }
      assert.equal(have.has(next), false)
      for (let i = 0; i < next; i++) assert(have.has(i))
    }),
    { numRuns: 1_000 },
  )
})

test('an overlap with other bytes is a mismatch (catalogue 28)', () => {
  const pieces = new PieceBuffer(10)
  pieces.insert(10, stream.slice(10, 20))
  assert.equal(pieces.insert(15, stream.slice(15, 30)), 'kept')
  const wrong = stream.slice(5, 25)
  wrong[10]! ^= 1
  assert.equal(pieces.insert(5, wrong), 'mismatch')
})

test('pieces that touch are joined before they are too many; gaps are not (catalogue 29)', () => {
  const touching = new PieceBuffer(8)
  for (let at = 250; at > 0; at--) assert.equal(touching.insert(at, stream.slice(at, at + 1)), 'kept')
  const gaps = new PieceBuffer(8)
  for (let i = 1; i <= 8; i++) assert.equal(gaps.insert(2 * i, stream.slice(2 * i, 2 * i + 1)), 'kept')
  assert.equal(gaps.insert(18, stream.slice(18, 19)), 'tooMany')
})

test('a small piece does not pin its packet', () => {
  const pieces = new PieceBuffer(8)
  const packet = new Uint8Array(1_200)
  pieces.insert(100, packet.subarray(100, 110))
  pieces.insert(200, packet.subarray(200, 1_100))
  assert.equal(pieces.take(100)!.bytes.buffer.byteLength, 10)
  assert.equal(pieces.take(200)!.bytes.buffer, packet.buffer)
})
