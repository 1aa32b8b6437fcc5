import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Journal } from './journal.ts'
import { Outbox } from './outbox.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerChange } from './peer-store.ts'
import { Settlement } from './settlement.ts'

function setup() {
  const written: PeerChange[] = []
  const events: PeerEvent[] = []
  const journal = new Journal({
    store: { commit: (changes) => written.push(...changes) },
    changesPerCommitMax: 100,
    onBatch: () => {},
    onFailure: () => {},
  })
  const outbox = new Outbox(0, { outgoing: [], nextCounters: [] })
  const settlement = new Settlement({
    journal,
    outbox,
    book: { get: () => undefined },
    wallMs: () => 7.5,
    emit: (event) => events.push(event),
  })
  const message = outbox.add(100, { id: '0'.repeat(32), to: 'bob', text: 'x', sentAt: 5 })
  const told = (): string[] =>
    events.map((event) =>
      event.type === 'state' ? `${event.state} ${event.ms} ${event.reason?.code ?? ''}` : event.type,
    )
  return { settlement, message, outbox, told, flush: () => journal.flush(), written }
}

test('tells each state once, never back, with the time since the send', () => {
  const { settlement, message, outbox, told, flush, written } = setup()
  settlement.kept(102, message, 5)
  settlement.deposited(110, message)
  settlement.deposited(111, message)
  settlement.delayed(112, message, 'mailboxFull')
  settlement.stored(130, message, 'direct')
  settlement.stored(131, message, 'mailbox')
  settlement.deposited(132, message)
  settlement.expired(133, message)
  settlement.failed(134, message, { code: 'unreadable', details: {} })
  assert.deepEqual(told(), ['kept', 'mailbox 10 ', 'stored 30 '])
  assert.equal(outbox.size, 0)
  flush()
  assert.deepEqual(written.at(-1), { kind: 'settled', id: message.id, state: 'stored', at: 7, road: 'direct' })
})

test('a reason to wait is told once, and another one again', () => {
  const { settlement, message, told } = setup()
  settlement.kept(100, message, 5)
  for (const code of ['mailboxFull', 'mailboxFull', 'noPrekey']) settlement.delayed(101, message, code)
  assert.deepEqual(told(), ['kept', 'kept 1 mailboxFull', 'kept 1 noPrekey'])
})
