import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ReplayWindow, replayWindowWidth } from './replay-window.ts'

test('the window is 8,128 numbers wide', () => {
  assert.equal(replayWindowWidth, 8_128)
  const window = new ReplayWindow()
  assert.equal(window.accept(10_000), true)
  assert.equal(window.accept(10_000 - 8_127), true)
  assert.equal(window.accept(10_000 - 8_128), false)
  assert.equal(window.accept(10_000), false)
})

test('accepts what a set of all numbers seen would accept, for any order and any jumps', () => {
  const step = fc.oneof(
    fc.integer({ min: -9_000, max: 9_000 }),
    fc.integer({ min: -40, max: 40 }),
    fc.constantFrom(0, 1, -1, 31, 32, 33, 8_127, 8_128, 8_129, -8_127, -8_128, 8_160, 8_192, 100_000, 2 ** 40),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const window = new ReplayWindow()
      const seen = new Set<number>()
      let greatest = -1
      let at = 0
      for (const by of steps) {
        at = Math.max(0, at + by)
        const expected = !seen.has(at) && at > greatest - replayWindowWidth
        assert.equal(window.isFresh(at), expected, `is ${at} fresh`)
        assert.equal(window.accept(at), expected, `accept ${at} after ${greatest}`)
        if (expected) seen.add(at)
        greatest = Math.max(greatest, at)
        if (expected) assert.equal(window.greatest, greatest)
      }
    }),
    { numRuns: 300 },
  )
})

test('every number of a full window once, in reverse', () => {
  const window = new ReplayWindow()
  const top = 123_456
  for (let number = top; number > top - replayWindowWidth; number--) assert.equal(window.accept(number), true)
  for (let number = top; number > top - replayWindowWidth - 100; number--) assert.equal(window.accept(number), false)
})
