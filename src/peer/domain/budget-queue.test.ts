import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BudgetQueue } from './budget-queue.ts'

test('gives each item once, in order, not before its time and no later than the last one added', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ afterMs: fc.nat(50), aheadMs: fc.nat(100), takes: fc.boolean() })), (steps) => {
      const queue = new BudgetQueue<{ at: number; order: number }>()
      let now = 0
      let order = 0
      let taken = 0
      let latest = 0
      for (const { afterMs, aheadMs, takes } of steps) {
        now += afterMs
        queue.add(now + aheadMs, { at: now + aheadMs, order: order++ })
        latest = Math.max(latest, now + aheadMs)
        for (let item = takes ? queue.take(now) : undefined; item; item = queue.take(now)) {
          assert.equal(item.order, taken++)
          assert.ok(item.at <= now)
        }
        assert.equal(queue.size, order - taken)
        if (queue.size > 0) assert.ok((queue.pollTimeout() ?? 0) <= latest)
      }
      while (queue.take(latest)) taken++
      assert.equal(taken, order)
      assert.equal(queue.pollTimeout(), undefined)
    }),
  )
})

test('lets go of what was taken', () => {
  const queue = new BudgetQueue<number>()
  for (let i = 0; i < 10_000; i++) {
    queue.add(i, i)
    if (i >= 10) assert.equal(queue.take(i), i - 10)
  }
  assert.equal(queue.size, 10)
})
