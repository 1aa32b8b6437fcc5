import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExpiryClock, isExpired } from './expiry.ts'
import { Outbox } from './outbox.ts'

const dayMs = 24 * 3_600_000
const hourMs = 3_600_000

test('a wall clock is believed only after it ran evenly for an hour', () => {
  const clock = new ExpiryClock(0, 1_000_000, hourMs)
  assert.equal(clock.isSteady(hourMs - 1, 1_000_000 + hourMs - 1), false)
  assert.equal(clock.isSteady(hourMs, 1_000_000 + hourMs), true)
  // It jumps by a year: nothing may expire by it now, nor for an hour.
  const jumped = 1_000_000 + 365 * dayMs
  assert.equal(clock.isSteady(2 * hourMs, jumped + 2 * hourMs), false)
  assert.equal(clock.isSteady(2.9 * hourMs, jumped + 2.9 * hourMs), false)
  assert.equal(clock.isSteady(3 * hourMs, jumped + 3 * hourMs), true)
})

test('what found no road expires after the time of a mailbox, what rests in one after twice that', () => {
  const outbox = new Outbox(0, { outgoing: [], nextCounters: [] })
  const message = outbox.add(0, { id: '0'.repeat(32), to: 'bob', text: 'x', sentAt: 1_000 })
  assert.equal(isExpired(message, 1_000 + 30 * dayMs, 30 * dayMs), false)
  assert.equal(isExpired(message, 1_001 + 30 * dayMs, 30 * dayMs), true)
  outbox.setResting(message, true)
  assert.equal(isExpired(message, 1_001 + 30 * dayMs, 30 * dayMs), false)
  assert.equal(isExpired(message, 1_001 + 60 * dayMs, 30 * dayMs), true)
})
