import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockTime, duration, isoTime } from './moment.ts'

test('times of any clock are shown', () => {
  const now = new Date(2026, 10, 21, 14, 5).getTime()
  assert.equal(clockTime(new Date(2026, 10, 21, 9, 7).getTime(), now), '09:07')
  assert.equal(clockTime(new Date(2026, 10, 3, 14, 5).getTime(), now), '3 Nov 14:05')
  assert.equal(clockTime(new Date(2019, 10, 3, 14, 5).getTime(), now), '2019-11-03 14:05')
  for (const odd of [Number.NaN, -1, Infinity, -Infinity, 1e300, 8.64e15 + 1]) {
    assert.match(clockTime(odd, now), /^\d{4}-\d\d-\d\d \d\d:\d\d$/)
    assert.match(isoTime(odd), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  }
})

test('durations have the unit that one would say', () => {
  const cases: [number, string][] = [
    [0.84, '0.8 ms'],
    [42.4, '42 ms'],
    [999.6, '1.0 s'],
    [3_100, '3.1 s'],
    [300_000, '5 min'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 days'],
    [Number.NaN, '0 ms'],
    [-5, '0 ms'],
  ]
  for (const [ms, expected] of cases) assert.equal(duration(ms), expected)
})
