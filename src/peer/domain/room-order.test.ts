// The order of showing: by number, with bounded patience.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RoomOrder } from './room-order.ts'

const room = 'aa'

function setup(top = 0) {
  const order = new RoomOrder(2_500, [{ room, number: top }])
  const shown: string[] = []
  const add = (now: number, number: number): void =>
    order.add(now, room, number, (isLate) => shown.push(`${number}${isLate ? ' late' : ''}`))
  return { order, shown, add }
}

test('what comes early waits for what is before it', () => {
  const { order, shown, add } = setup(4)
  add(0, 7)
  add(1, 6)
  assert.deepEqual(shown, [])
  add(2, 5)
  assert.deepEqual(shown, ['5', '6', '7'])
  assert.equal(order.pollTimeout(), 2_500)
  order.handleTimeout(2_500)
  assert.deepEqual(shown, ['5', '6', '7'])
})

test('one whose predecessor is missing waits no longer than its time, and what comes after it is late', () => {
  const { order, shown, add } = setup()
  add(0, 3)
  add(100, 5)
  order.handleTimeout(2_499)
  assert.deepEqual(shown, [])
  order.handleTimeout(2_500)
  assert.deepEqual(shown, ['3'])
  add(2_510, 1)
  add(2_511, 4)
  assert.deepEqual(shown, ['3', '1 late', '4', '5'])
})

test('while a room moves on, an entry is waited for longer, but not for ever', () => {
  const { order, shown, add } = setup()
  add(0, 9)
  for (let number = 1; number <= 6; number++) {
    add(number * 2_000, number)
    order.handleTimeout(number * 2_000)
    assert.deepEqual(shown.includes('9'), number * 2_000 >= 10_000)
  }
})

test('own numbers are passed over, and nothing is missing before a jump', () => {
  const { order, shown, add } = setup()
  add(0, 3)
  order.pass(0, room, 1)
  order.pass(0, room, 2)
  assert.deepEqual(shown, ['3'])
  add(0, 9)
  order.jump(0, room, 9)
  assert.deepEqual(shown, ['3', '9'])
  add(0, 12)
  order.jump(0, room, 11)
  add(0, 11)
  assert.deepEqual(shown, ['3', '9', '11', '12'])
})

test('two that claim one number are both shown', () => {
  const { shown, add } = setup()
  add(0, 2)
  add(0, 2)
  add(0, 1)
  assert.deepEqual(shown, ['1', '2', '2'])
})

test('whatever the arrivals, all are shown once, and only late ones out of order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(2_000)), { maxLength: 60 }), (arrivals) => {
      const { order, shown, add } = setup()
      let now = 0
      for (const [number, pause] of arrivals) {
        now += pause
        order.handleTimeout(now)
        add(now, number + 1)
      }
      order.handleTimeout(now + 2_500)
      assert.equal(shown.length, arrivals.length)
      const inTime = shown.filter((text) => !text.endsWith('late')).map(Number)
      assert.deepEqual(
        inTime,
        inTime.toSorted((a, b) => a - b),
      )
    }),
  )
})
