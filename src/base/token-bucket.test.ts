import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { TokenBucket } from './token-bucket.ts'

const shape = fc.record({ ratePerSecond: fc.integer({ min: 1, max: 1_000 }), burst: fc.integer({ min: 1, max: 50 }) })
/** Calls: after how many milliseconds (negative: a clock that went back), and for how many tokens. */
const calls = fc.array(
  fc.record({ afterMs: fc.double({ min: -50, max: 500, noNaN: true }), cost: fc.integer({ min: 1, max: 5 }) }),
  {
    maxLength: 100,
  },
)
/** Room for the rounding of sums of fractions. */
const rounding = 1e-6

describe('TokenBucket', () => {
  test('gives its burst at once and then nothing', () => {
    const bucket = new TokenBucket(1_000, 10, 3)
    assert.deepEqual(
      [1, 2, 3, 4].map(() => bucket.take(1_000)),
      [true, true, true, false],
    )
  })

  test('never gives more than the burst and the rate over any stretch of time', () => {
    fc.assert(
      fc.property(shape, calls, ({ ratePerSecond, burst }, sequence) => {
        const bucket = new TokenBucket(0, ratePerSecond, burst)
        let now = 0
        let latest = 0
        let given = 0
        for (const { afterMs, cost } of sequence) {
          now += afterMs
          latest = Math.max(latest, now)
          if (bucket.take(now, cost)) given += cost
          assert.ok(given <= burst + (latest * ratePerSecond) / 1000 + rounding)
        }
      }),
    )
  })

  test('keeps its word on the time to wait: not earlier, and then indeed', () => {
    fc.assert(
      fc.property(shape, calls, fc.nat(49), ({ ratePerSecond, burst }, sequence, want) => {
        const bucket = new TokenBucket(0, ratePerSecond, burst)
        let now = 0
        for (const { afterMs, cost } of sequence) bucket.take((now += Math.abs(afterMs)), cost)
        const cost = 1 + (want % burst)
        const waitMs = bucket.waitMs(now, cost)
        assert.ok(waitMs >= 0 && waitMs <= (cost / ratePerSecond) * 1000 + rounding)
        if (waitMs > rounding) assert.equal(bucket.take(now + waitMs * 0.999 - rounding, cost), false)
        assert.equal(bucket.take(now + waitMs + rounding, cost), true)
      }),
    )
  })

  test('never gives what exceeds its burst, however long the wait', () => {
    const bucket = new TokenBucket(0, 1_000, 2)
    assert.equal(bucket.take(1e9, 3), false)
    assert.equal(bucket.take(1e9, 2), true)
  })

  test('is full when it is new and after its burst has come back', () => {
    fc.assert(
      fc.property(shape, ({ ratePerSecond, burst }) => {
        const bucket = new TokenBucket(0, ratePerSecond, burst)
        assert.equal(bucket.isFull(0), true)
        assert.equal(bucket.take(0, burst), true)
        const backMs = (burst / ratePerSecond) * 1000
        assert.equal(bucket.isFull(backMs * 0.99), false)
        assert.equal(bucket.isFull(backMs + rounding), true)
      }),
    )
  })

  test('loses nothing to a clock that goes back', () => {
    const bucket = new TokenBucket(1_000, 1, 1)
    assert.equal(bucket.isFull(500), true)
    assert.equal(bucket.take(500), true)
    assert.equal(bucket.take(1_000), false)
    assert.equal(bucket.take(1_999), false)
    assert.equal(bucket.take(2_000), true)
  })
})
