import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { VirtualTime } from './virtual-time.ts'

test('things run in order of their time, and in order of scheduling at one instant', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
      const time = new VirtualTime()
      const ran: { at: number; order: number }[] = []
      for (const [order, at] of times.entries()) time.schedule(at, (now) => ran.push({ at: now, order }))
      while (time.step());
      const expected = times.map((at, order) => ({ at, order })).toSorted((a, b) => a.at - b.at || a.order - b.order)
      assert.deepEqual(ran, expected)
    }),
  )
})

test('what is scheduled while running comes after what stood there for the same instant', () => {
  const time = new VirtualTime()
  const ran: string[] = []
  time.schedule(5, () => {
    ran.push('first')
    time.schedule(0, () => ran.push('third'))
  })
  time.schedule(5, () => ran.push('second'))
  while (time.step());
  assert.deepEqual(ran, ['first', 'second', 'third'])
  assert.equal(time.now, 5)
})

test('what is called off does not run', () => {
  const time = new VirtualTime()
  const scheduled = time.schedule(1, () => assert.fail('ran'))
  scheduled.cancel()
  assert.equal(time.nextAt(), undefined)
  assert.equal(time.step(), false)
})

test('runUntil stands at its end, runs what is due there, and stops as soon as it is done', () => {
  const time = new VirtualTime()
  const ran: number[] = []
  for (const at of [1, 2, 3, 4]) time.schedule(at, (now) => ran.push(now))
  assert.equal(time.runUntil(2), false)
  assert.deepEqual(ran, [1, 2])
  assert.equal(
    time.runUntil(10, () => ran.length === 3),
    true,
  )
  assert.equal(time.now, 3)
  time.runUntil(10)
  assert.equal(time.now, 10)
})

test('the wall clock follows, jumps, and leaves monotonic time alone', () => {
  const time = new VirtualTime()
  const start = time.wallMs()
  time.runUntil(1500.7)
  assert.equal(time.wallMs(), start + 1500)
  time.jumpWall(-86_400_000)
  assert.equal(time.wallMs(), start + 1500 - 86_400_000)
  assert.equal(time.now, 1500.7)
})
