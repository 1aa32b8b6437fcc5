import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Outbox, type Outgoing } from './outbox.ts'

const idOf = (number: number): string => number.toString(16).padStart(32, '0')

function outboxOf(count: number): { outbox: Outbox; messages: Outgoing[] } {
  const outbox = new Outbox(0, { outgoing: [], nextCounters: [] })
  const messages = Array.from({ length: count }, (_, i) =>
    outbox.add(i, { id: idOf(i), to: 'Bob', text: 'x', sentAt: i }),
  )
  return { outbox, messages }
}

test('counts from 0 for each recipient, whatever the spelling, and goes on after a restart', () => {
  const { outbox } = outboxOf(2)
  assert.equal(outbox.add(0, { id: idOf(9), to: 'carol', text: 'x', sentAt: 0 }).counter, 0)
  assert.equal(outbox.add(0, { id: idOf(8), to: 'BOB', text: 'x', sentAt: 0 }).counter, 2)
  const stored = { id: idOf(7), to: 'bob', counter: 5, text: 'x', sentAt: 0, state: 'mailbox' as const }
  const again = new Outbox(0, {
    outgoing: [{ ...stored, receiptKeys: [], unreadable: 0 }],
    nextCounters: [{ to: 'bob', next: 8 }],
  })
  assert.equal(again.queue('bob').resting, 1)
  assert.equal(again.add(0, { id: idOf(6), to: 'bob', text: 'x', sentAt: 0 }).counter, 8)
})

test('the floor is the lowest counter that may still come, and never above the message itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.array(fc.nat(2_999), { maxLength: 3_000 }), (count, ends) => {
      const { outbox, messages } = outboxOf(count)
      const queue = outbox.queue('bob')
      const left = new Set(messages.map((message) => message.counter))
      for (const end of ends) {
        const message = messages[end]
        if (!message) continue
        outbox.settle(message)
        left.delete(message.counter)
      }
      const lowest = Math.min(...left)
      for (const message of queue.waiting()) assert.equal(queue.floor(message), Math.min(lowest, message.counter))
      assert.equal(queue.size, left.size)
      assert.deepEqual(
        queue.waiting().map((message) => message.counter),
        [...left].toSorted((a, b) => a - b),
      )
    }),
    { numRuns: 30 },
  )
})

test('positions stay valid while the front goes', () => {
  const { outbox, messages } = outboxOf(5_000)
  const queue = outbox.queue('bob')
  for (const message of messages.slice(0, 4_000)) {
    outbox.settle(message)
    assert.equal(queue.at(4_500)?.counter, 4_500)
    assert.equal(queue.at(queue.start)?.isSettled ?? false, false)
  }
  assert.equal(queue.start, 4_000)
  assert.equal(queue.end, 5_000)
})

test('counts what rests in a mailbox, and renumbers for a recipient who starts anew', () => {
  const { outbox, messages } = outboxOf(4)
  const queue = outbox.queue('bob')
  outbox.setResting(messages[1] as Outgoing, true)
  outbox.setResting(messages[1] as Outgoing, true)
  outbox.setResting(messages[2] as Outgoing, true)
  assert.equal(queue.resting, 2)
  outbox.settle(messages[1] as Outgoing)
  outbox.settle(messages[0] as Outgoing)
  assert.equal(queue.resting, 1)
  assert.deepEqual(
    queue.renumber().map(({ id, counter }) => [id, counter]),
    [
      [idOf(2), 0],
      [idOf(3), 1],
    ],
  )
  assert.equal(queue.nextCounter, 2)
})
