import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unsettled } from './unsettled.ts'

const [id, room, at] = ['a'.repeat(32), 1, 0]

test('a message to a room is settled when the copy of its last member has left, not before', async () => {
  const unsettled = new Unsettled()
  unsettled.hear({ type: 'roomSent', room, id, text: 'x', at })
  unsettled.hear({ type: 'roomPlaced', room, id, number: 1, members: ['bob', 'carol'] })
  unsettled.hear({ type: 'roomState', room, id, to: 'bob', state: 'stored' })
  unsettled.hear({ type: 'roomState', room, id, to: 'bob', state: 'stored' })
  unsettled.hear({ type: 'roomState', room, id, to: 'carol', state: 'kept' })
  assert.equal(unsettled.size, 1)
  const reason = { code: 'refusedByRecipient', details: {} }
  assert.equal(unsettled.hear({ type: 'roomState', room, id, to: 'carol', state: 'failed', reason }), reason.code)
  assert.equal(unsettled.size, 0)
  await unsettled.settled(new AbortController().signal)
})

test('a room without others, a failure of the whole, everyone and a person settle at once', () => {
  const unsettled = new Unsettled()
  unsettled.hear({ type: 'roomSent', room, id, text: 'x', at })
  unsettled.hear({ type: 'roomPlaced', room, id, number: 1, members: [] })
  assert.equal(unsettled.size, 0)
  unsettled.hear({ type: 'roomSent', room, id, text: 'x', at })
  unsettled.hear({ type: 'roomState', room, id, state: 'failed' })
  unsettled.hear({ type: 'channelSent', id, text: 'x', at })
  assert.equal(unsettled.size, 1)
  unsettled.hear({ type: 'channelState', id, state: 'said', online: 0 })
  unsettled.hear({ type: 'sent', id, to: 'bob', text: 'x', at })
  unsettled.hear({ type: 'state', id, to: 'bob', state: 'kept' })
  assert.equal(unsettled.size, 1)
  unsettled.hear({ type: 'state', id, to: 'bob', state: 'mailbox' })
  assert.equal(unsettled.size, 0)
})
