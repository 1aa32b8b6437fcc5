// When a message that has no receipt goes to the mailbox as well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import { Outbox, type Outgoing } from './outbox.ts'

const budgetMs = 2_500

function setup({ isFlowing }: { isFlowing: boolean }) {
  const outbox = new Outbox(0, { outgoing: [], nextCounters: [] })
  const deposited: Outgoing[] = []
  const links = { has: () => true, isFlowing: () => isFlowing }
  const mailbox = { add: (_now: number, message: Outgoing) => void deposited.push(message) }
  const delivery = new Delivery({ outbox, links, mailbox } as unknown as DeliveryOptions, budgetMs)
  const messages = ['00', '11', '22'].map((byte) =>
    outbox.add(0, { id: byte.repeat(16), to: 'bob', text: byte, sentAt: 0 }),
  )
  for (const message of messages) {
    message.state = 'kept'
    message.link = 1 as Outgoing['link']
    delivery.startBudget(0, message)
  }
  return { outbox, delivery, deposited, messages }
}

test('while receipts flow, what is sent behind others waits, and only the first of all goes to the mailbox', () => {
  const { delivery, deposited, messages } = setup({ isFlowing: true })
  delivery.handleTimeout(budgetMs)
  assert.deepEqual(deposited, messages.slice(0, 1))
})

test('what has come to the front and still has no receipt is put off no longer', () => {
  const { outbox, delivery, deposited, messages } = setup({ isFlowing: true })
  delivery.handleTimeout(budgetMs)
  outbox.settle(messages[0] as Outgoing)
  delivery.handleTimeout(2 * budgetMs)
  assert.deepEqual(deposited, messages.slice(0, 2))
})

test('without receipts everything goes to the mailbox after its budget', () => {
  const { delivery, deposited, messages } = setup({ isFlowing: false })
  delivery.handleTimeout(budgetMs)
  assert.deepEqual(deposited, messages)
})
