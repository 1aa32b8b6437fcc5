import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventQueue } from './event-queue.ts'
import type { PeerEvent } from './peer-event.ts'

const state = (id: string): PeerEvent => ({ type: 'state', id, to: 'bob', state: 'stored' })
const warning: PeerEvent = { type: 'warning', reason: { code: 'x', details: {} } }

test('gives events in order, and drops warnings before it drops what happened to messages', () => {
  const queue = new EventQueue(3)
  for (const event of [state('1'), warning, state('2'), warning, state('3'), warning]) queue.add(event)
  const taken: PeerEvent[] = []
  for (let event = queue.take(); event; event = queue.take()) taken.push(event)
  assert.deepEqual(taken, [state('1'), warning, state('2'), state('3')])
  queue.add(warning)
  assert.deepEqual(queue.take(), warning)
})
