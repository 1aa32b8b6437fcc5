// Acknowledgements: the ranges equal the set of numbers that arrived, within the limit of 32, newest first.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AckTracker } from './ack-tracker.ts'
import { ackRangesMax, FrameReader, FrameType } from './frame.ts'

function read(bytes: Uint8Array): { numbers: number[]; ranges: number; delayMs: number } {
  const reader = new FrameReader()
  reader.open(bytes)
  assert.equal(reader.next(), FrameType.ack)
  const numbers: number[] = []
  for (let i = 0; i < reader.ackRangeCount; i++) {
    for (let n = reader.ackRanges[2 * i]!; n >= reader.ackRanges[2 * i + 1]!; n--) numbers.push(n)
  }
  return { numbers, ranges: reader.ackRangeCount, delayMs: reader.ackDelayMs }
}

function write(acks: AckTracker, now = 0, room = 2_000): Uint8Array {
  const out = new Uint8Array(room)
  return out.subarray(0, acks.write(out, 0, room, now))
}

test('an ACK frame tells exactly what arrived, of the newest 32 ranges', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 150 }), (numbers) => {
      const acks = new AckTracker()
      const seen = new Set<number>()
      for (const number of numbers) {
        const fresh = acks.record(0, number)
        if (acks.rangeCount < ackRangesMax) assert.equal(fresh, !seen.has(number))
        seen.add(number)
      }
      const length = acks.frameLength(0)
      const bytes = write(acks)
      assert.equal(bytes.length, length)
      const told = read(bytes)
      assert(told.ranges <= ackRangesMax)
      for (const number of told.numbers) assert(seen.has(number))
      if (told.ranges < ackRangesMax) {
        assert.deepEqual(
          told.numbers,
          [...seen].toSorted((a, b) => b - a),
        )
      }
    }),
    { numRuns: 1_000 },
  )
})

test('too little room tells the newest ranges only, none tells nothing', () => {
  const acks = new AckTracker()
  for (let number = 0; number < 40; number += 2) acks.record(0, number)
  acks.demand()
  assert.deepEqual(read(write(acks, 0, 9)).numbers, [38, 36, 34])
  acks.demand()
  assert.equal(write(acks, 0, 4).length, 0)
  assert.equal(acks.due, true)
})

test('due only after a packet that asks; urgent after 16 or a gap', () => {
  const acks = new AckTracker()
  for (let number = 0; number < 15; number++) {
    acks.record(0, number)
    assert.equal(acks.due, number > 0)
    acks.demand()
  }
  assert.equal(acks.urgent, false)
  acks.record(0, 15)
  acks.demand()
  assert.equal(acks.urgent, true)
  write(acks)
  assert.equal(acks.due, false)
  acks.record(0, 17)
  assert.equal(acks.urgent, false)
  acks.demand()
  assert.equal(acks.urgent, true)
})

test('the delay counts from the largest number, in units of 8 microseconds', () => {
  const acks = new AckTracker()
  acks.record(10, 5)
  acks.record(18, 4)
  assert.equal(read(write(acks, 20)).delayMs, 10)
})

test('what the other side knows of is forgotten, but for the newest range', () => {
  const acks = new AckTracker()
  for (const number of [1, 2, 5, 6, 9]) acks.record(0, number)
  acks.forgetThrough(5)
  assert.deepEqual(read(write(acks)).numbers, [9, 6, 5])
  acks.forgetThrough(100)
  assert.deepEqual(read(write(acks)).numbers, [9])
})
