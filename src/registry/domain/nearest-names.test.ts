import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountName } from '../../protocol/index.ts'
import { editDistance, nearestNames } from './nearest-names.ts'

test('edits are counted as people make them', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'xabc', 1],
    ['abc', 'axc', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ]
  for (const [a, b, edits] of cases) assert.equal(editDistance(a, b), edits, `${a} ${b}`)
})

test('the distance is symmetric, and zero only for equal texts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(editDistance(a, b), editDistance(b, a))
      assert.equal(editDistance(a, b) === 0, a === b)
    }),
  )
})

test('at most three names, the nearest first, none that is far', () => {
  const names = ['Alice', 'alicf', 'alic', 'alicex', 'bob', 'al'] as AccountName[]
  assert.deepEqual(nearestNames('alice', names), ['Alice', 'alic', 'alicex'])
  assert.deepEqual(nearestNames('zz', names), [])
  assert.deepEqual(nearestNames('b', ['a', 'bo'] as AccountName[]), ['a', 'bo'])
})
