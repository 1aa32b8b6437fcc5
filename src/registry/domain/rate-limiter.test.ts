import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateLimiter } from './rate-limiter.ts'

test('holders and classes do not share, and the table keeps its size', () => {
  const limiter = new RateLimiter({ a: { perSecond: 1, burst: 1 }, b: { perSecond: 1, burst: 1 } }, 16)
  assert.equal(limiter.take(0, 'x', 'a'), 0)
  assert.equal(limiter.take(0, 'x', 'a'), 1_000)
  assert.equal(limiter.take(0, 'x', 'b'), 0)
  assert.equal(limiter.take(0, 'y', 'a'), 0)
  for (let i = 0; i < 1_000; i++) {
    limiter.take(10_000, `full${i}`, 'a')
    assert.ok(limiter.holders <= 16)
  }
})

test('who has used tokens is remembered before who has not', () => {
  const limiter = new RateLimiter({ a: { perSecond: 0.001, burst: 1 }, b: { perSecond: 1_000, burst: 1 } }, 8)
  limiter.take(0, 'spent', 'a')
  for (let i = 0; i < 100; i++) limiter.take(i * 10, `idle${i}`, 'b')
  assert.ok(limiter.take(1_000, 'spent', 'a') > 0)
})
