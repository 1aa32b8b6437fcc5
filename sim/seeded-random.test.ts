import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '../src/base/index.ts'
import { SeededRandom } from './seeded-random.ts'

test('equal seeds give equal streams, neighbours do not', () => {
  assert.equal(toHex(new SeededRandom(7).bytes(64)), toHex(new SeededRandom(7).bytes(64)))
  const streams = new Set(Array.from({ length: 10_000 }, (_, seed) => toHex(new SeededRandom(seed).bytes(8))))
  assert.equal(streams.size, 10_000)
})

test('a branch does not depend on what was drawn before, nor on its siblings', () => {
  const quiet = new SeededRandom(1)
  const busy = new SeededRandom(1)
  for (let i = 0; i < 100; i++) busy.uint32()
  busy.branch('b').uint32()
  assert.equal(toHex(quiet.branch('a').bytes(32)), toHex(busy.branch('a').bytes(32)))
  assert.notEqual(toHex(quiet.branch('a').bytes(32)), toHex(quiet.branch('b').bytes(32)))
})

test('first draws over many seeds, and many draws of one, are spread evenly', () => {
  const draws = 64_000
  const spread = (next: (i: number) => number) => {
    const cells = Array.from({ length: 64 }, () => 0)
    for (let i = 0; i < draws; i++) cells[Math.floor(next(i) * 64)]! += 1
    return cells.reduce((sum, cell) => sum + (cell - draws / 64) ** 2 / (draws / 64), 0)
  }
  const one = new SeededRandom('one')
  // Chi-square with 63 degrees of freedom: above 120 once in more than 20,000 fair tables.
  assert.ok(spread(() => one.fraction()) < 120)
  assert.ok(spread((i) => new SeededRandom(i).fraction()) < 120)
  assert.ok(spread((i) => new SeededRandom(5).branch(i).fraction()) < 120)
})

test('shuffle keeps every thing', () => {
  const things = Array.from({ length: 50 }, (_, i) => i)
  const shuffled = new SeededRandom(3).shuffle(things)
  assert.notDeepEqual(shuffled, things)
  assert.deepEqual(
    shuffled.toSorted((a, b) => a - b),
    things,
  )
})
