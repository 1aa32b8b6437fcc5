import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DeadlineQueue, type Deadlined } from './deadline-queue.ts'
import { Fifo } from './fifo.ts'

test('items fire in order and never late; removed ones never', () => {
  const change = fc.record({ item: fc.nat(19), at: fc.option(fc.nat(1_000), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const queue = new DeadlineQueue<Deadlined & { wanted?: number | undefined }>()
      const items: (Deadlined & { wanted?: number | undefined })[] = Array.from({ length: 20 }, () => ({
        deadline: 0,
        deadlineAt: -1,
      }))
      for (const { item, at } of changes) {
        const changed = items[item]
        assert.ok(changed)
        changed.wanted = at
        queue.schedule(changed, at)
      }
      for (let now = 0; now <= 1_000; now += 50) {
        for (let due = queue.take(now); due !== undefined; due = queue.take(now)) {
          // Early is allowed, once: then the item says again when it wants to be called.
          if (due.wanted !== undefined && due.wanted > now) queue.schedule(due, due.wanted)
          else due.wanted = undefined
        }
        for (const item of items) assert.ok(item.wanted === undefined || item.wanted > now)
        assert.ok((queue.next() ?? Number.POSITIVE_INFINITY) > now)
      }
      assert.equal(queue.next(), undefined)
    }),
  )
})

test('a queue gives back what it was given, in order, however it is used', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40, max: 60 }), { maxLength: 200 }), (steps) => {
      const queue = new Fifo<number>()
      let pushed = 0
      let shifted = 0
      for (const step of steps) {
        for (let i = 0; i < 100 * step; i++) queue.push(pushed++)
        for (let i = 0; i > 100 * step; i--) {
          const expected = shifted < pushed ? shifted : undefined
          assert.equal(queue.peek(), expected)
          assert.equal(queue.shift(), expected)
          if (expected !== undefined) shifted++
        }
        assert.equal(queue.length, pushed - shifted)
      }
    }),
    { numRuns: 30 },
  )
})
