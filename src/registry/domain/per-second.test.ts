import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PerSecond, secondsKept } from './per-second.ts'

test('any story has the counts that a plain list has', () => {
  const step = fc.record({
    ms: fc.oneof(
      fc.nat(3_000),
      fc.nat(1_300_000),
      fc.integer({ min: 598, max: 603 }).map((s) => s * 1_000),
    ),
    count: fc.nat(5),
  })
  fc.assert(
    fc.property(fc.nat(5_000_000), fc.array(step, { maxLength: 40 }), (start, steps) => {
      const ring = new PerSecond(start)
      const plain = new Map<number, number>()
      let now = start
      for (const { ms, count } of steps) {
        now += ms
        ring.add(now, count)
        const second = Math.floor(now / 1_000)
        plain.set(second, (plain.get(second) ?? 0) + count)
        const first = second - secondsKept
        const expected = Array.from({ length: secondsKept }, (_, i) => plain.get(first + i) ?? 0)
        assert.deepEqual(ring.values(now), expected)
        assert.deepEqual(ring.values(now, 3), expected.slice(-3))
      }
      const long = now + (secondsKept + 5) * 1_000
      assert.ok(ring.values(long).every((count) => count === 0))
    }),
  )
})
