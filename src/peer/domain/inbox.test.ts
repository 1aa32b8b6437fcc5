import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccountName } from '../../protocol/index.ts'
import { Inbox } from './inbox.ts'
import type { PeerChange, Received, StoredInbox } from './peer-store.ts'

const device = new Uint8Array(32).fill(1)
const from = 'alice' as AccountName
const bounds = { heldPerSenderMax: 8, heldBytesPerSenderMax: 1_000 }
const fresh: StoredInbox = { device, from, next: 0, floor: 0, gap: 0 }

function message(counter: number, fields: Partial<Received> = {}): Received {
  const id = counter.toString(16).padStart(32, '0')
  return { id, device, from, counter, text: `${counter}`, sentAt: 0, receivedAt: 0, road: 'direct', ...fields }
}

/** What its changes leave on the disk. */
function kept(changes: readonly PeerChange[]): { record: StoredInbox | undefined; held: number[]; shown: number[] } {
  return {
    record: changes.flatMap((change) => (change.kind === 'inbox' ? [change.inbox] : [])).at(-1),
    held: changes.flatMap((change) => (change.kind === 'held' ? [change.message.counter] : [])),
    shown: changes.flatMap((change) => (change.kind === 'received' ? [change.message.counter] : [])),
  }
}

test('shows in order, holds what is early, and closes a gap only with its message or the sender’s word', () => {
  const inbox = new Inbox(fresh, [], bounds)
  const take = (counter: number, floor = 0) => inbox.take(message(counter), floor)
  assert.deepEqual(kept(expectNew(take(0)).changes), { record: { ...fresh, next: 1 }, held: [], shown: [0] })
  assert.deepEqual(kept(expectNew(take(3)).changes).held, [3])
  assert.deepEqual(expectNew(take(2)).shown, [])
  assert.deepEqual(
    expectNew(take(1)).shown.map((shown) => [shown.message.counter, shown.gapBefore]),
    [
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  )
  // 4 and 5 will never come, 6 still may.
  assert.deepEqual(expectNew(take(7, 6)).shown, [])
  const shown = expectNew(take(6, 6)).shown
  assert.deepEqual(
    shown.map((entry) => [entry.message.counter, entry.gapBefore]),
    [
      [6, 2],
      [7, 0],
    ],
  )
})

test('a jump of 2^40 costs no more than any other message, and beyond reason it is refused', () => {
  const inbox = new Inbox(fresh, [], bounds)
  assert.deepEqual(expectNew(inbox.take(message(2 ** 40), 0)).shown, [])
  assert.equal(inbox.heldCount, 1)
  const { shown } = expectNew(inbox.take(message(2 ** 40 + 1), 2 ** 40 + 1))
  assert.deepEqual(
    shown.map((entry) => entry.gapBefore),
    [2 ** 40, 0],
  )
  assert.equal(inbox.take(message(2 ** 49), 2 ** 49).kind, 'senderError')
})

test('holds so many messages and bytes and no more, but always takes the one that is missing', () => {
  const inbox = new Inbox(fresh, [], bounds)
  for (let counter = 1; counter <= 8; counter++) assert.equal(inbox.take(message(counter), 0).kind, 'new')
  assert.equal(inbox.take(message(9), 0).kind, 'full')
  assert.equal(expectNew(inbox.take(message(0), 0)).shown.length, 9)
  assert.equal(inbox.take(message(10, { text: 'x'.repeat(1_001) }), 0).kind, 'full')
  assert.equal(inbox.take(message(9, { text: 'x'.repeat(1_001) }), 0).kind, 'new')
})

test('tells doubles from errors of the sender', () => {
  const inbox = new Inbox(fresh, [], bounds)
  inbox.take(message(0), 0)
  inbox.take(message(2), 0)
  assert.equal(inbox.take(message(0), 0).kind, 'past')
  assert.equal(inbox.take(message(2), 0).kind, 'double')
  assert.equal(inbox.take(message(2, { text: 'other' }), 0).kind, 'senderError')
  assert.equal(inbox.take(message(2, { id: 'f'.repeat(32) }), 0).kind, 'senderError')
  assert.equal(inbox.take(message(3, { id: message(2).id }), 0).kind, 'senderError')
  assert.equal(inbox.take(message(4), 5).kind, 'senderError')
})

test('whatever comes in whatever order, restarts included: each once, in order, gaps counted', () => {
  const step = fc.record({ counter: fc.nat(12), restart: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(fc.nat(12)), (steps, neverSent) => {
      const missing = new Set(neverSent)
      // The sender's word is that what will never come is all below the first that may still come.
      const mayCome = Array.from({ length: 13 }, (_, counter) => counter).filter((counter) => !missing.has(counter))
      let record = fresh
      let held: Received[] = []
      let inbox = new Inbox(record, held, bounds)
      const shown: number[] = []
      let gaps = 0
      const taken = new Set<number>()
      for (const { counter, restart } of steps) {
        if (missing.has(counter)) continue
        const floor = Math.min(counter, mayCome.find((each) => !taken.has(each)) ?? counter)
        const arrival = inbox.take(message(counter), floor)
        if (arrival.kind === 'new') {
          taken.add(counter)
          const { record: next, held: added, shown: out } = kept(arrival.changes)
          record = next ?? record
          held = [...held, ...added.map((each) => message(each))].filter((each) => !out.includes(each.counter))
          shown.push(...out)
          gaps += arrival.shown.reduce((sum, entry) => sum + entry.gapBefore, 0)
        }
        if (restart) inbox = new Inbox(record, held, bounds)
        assert.ok(inbox.heldCount <= bounds.heldPerSenderMax + 1)
      }
      assert.deepEqual(
        shown,
        [...new Set(shown)].toSorted((a, b) => a - b),
      )
      assert.equal(gaps, shown.length === 0 ? 0 : (shown.at(-1) as number) + 1 - shown.length)
    }),
  )
})

function expectNew(arrival: ReturnType<Inbox['take']>): Extract<typeof arrival, { kind: 'new' }> {
  assert.ok(arrival.kind === 'new', arrival.kind)
  return arrival
}

test('what is refused takes its place in the order, so that nothing waits for it and no gap is told', () => {
  const inbox = new Inbox(fresh, [], bounds)
  assert.equal(inbox.refuse(1, 0), undefined)
  expectNew(inbox.take(message(1), 0))
  assert.equal(inbox.hasPassed(1) && !inbox.hasPassed(0), true)
  const passed = inbox.refuse(0, 0)
  assert.deepEqual(
    passed?.shown.map((shown) => [shown.message.counter, shown.gapBefore]),
    [[1, 0]],
  )
  assert.deepEqual(kept(passed?.changes ?? []), { record: { ...fresh, next: 2 }, held: [], shown: [1] })
  // 2 and 3 will never come; 4 is refused; 5 tells of the two.
  expectNew(inbox.take(message(5), 0))
  assert.deepEqual(
    inbox.refuse(4, 4)?.shown.map((shown) => [shown.message.counter, shown.gapBefore]),
    [[5, 2]],
  )
  assert.deepEqual(inbox.refuse(9, 10), { changes: [], shown: [] })
  assert.deepEqual(inbox.refuse(2 ** 49, 2 ** 49), { changes: [], shown: [] })
})
