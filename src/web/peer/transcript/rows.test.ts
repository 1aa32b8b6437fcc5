import assert from 'node:assert/strict'
import test from 'node:test'
import { changeSentence, gapSentence } from './change-sentence.ts'
import { markOf } from './mark.ts'
import { dayText, duration, exactText, isoTime, saidAt } from './moment.ts'
import { RowBuilder } from './rows.ts'
import type { ShownEntry } from './shown-entry.ts'

const noon = new Date(2026, 10, 21, 12).getTime()
const day = 86_400_000
const minute = 60_000

let count = 0
function said(from: string, sentAt: number, more: Partial<ShownEntry> = {}): ShownEntry {
  const id = String(++count)
  return { key: id, id, kind: 'message', from, isOwn: from === 'alice', text: id, sentAt, position: count, ...more }
}

test('messages of one person within five minutes stand together; another day, person, gap or line begins anew', () => {
  const entries = [
    said('bob', noon - day),
    said('bob', noon),
    said('bob', noon + minute),
    said('Bob', noon + 2 * minute),
    said('bob', noon + 9 * minute),
    said('carol', noon + 9 * minute),
    said('carol', noon + 9 * minute, { gapBefore: 2 }),
    said('carol', noon + 9 * minute),
  ]
  const rows = new RowBuilder().build(entries, entries[7]?.key, noon)
  assert.deepEqual(
    rows.map(({ isFirst }) => isFirst),
    [true, true, false, false, true, true, true, true],
  )
  assert.deepEqual(
    rows.map(({ isLast }) => isLast),
    [true, false, false, true, true, true, true, true],
  )
  assert.deepEqual(
    rows.map((row) => row.day),
    ['Yesterday', 'Today', ...Array.from({ length: 6 }, () => undefined)],
  )
  assert.ok(rows[7]?.isUnreadStart)
})

test('a row is the same object until something of it changes', () => {
  const builder = new RowBuilder()
  const entries = [said('bob', noon), said('carol', noon)]
  const before = builder.build(entries, undefined, noon)
  const after = builder.build([...entries, said('carol', noon)], undefined, noon)
  assert.equal(after[0], before[0])
  assert.notEqual(after[1], before[1], 'it is not the last of its group any more')
})

test('a time that cannot be is not believed, and no number makes the page fail', () => {
  assert.equal(saidAt({ sentAt: noon, receivedAt: noon + 3 * day }), noon)
  assert.equal(saidAt({ sentAt: noon + day, receivedAt: noon }), noon)
  assert.equal(saidAt({ sentAt: 5, receivedAt: noon }), noon)
  for (const sentAt of [NaN, Infinity, -Infinity, -1, 1e300, 8.7e15]) {
    for (const receivedAt of [undefined, noon, NaN]) {
      const entry = said('bob', sentAt, receivedAt === undefined ? {} : { receivedAt })
      assert.ok(Number.isFinite(saidAt(entry)))
      assert.ok(exactText(entry).length > 0 && isoTime(sentAt).length > 0 && dayText(sentAt, noon).length > 0)
    }
  }
  assert.match(exactText(said('bob', noon + day, { receivedAt: noon })), /clock was wrong/)
  assert.match(exactText(said('bob', noon, { receivedAt: noon + 2 * day })), /received/)
})

test('days and durations read well', () => {
  assert.equal(dayText(noon, noon), 'Today')
  assert.equal(dayText(noon - day, noon), 'Yesterday')
  assert.match(dayText(noon - 3 * day, noon), /18/)
  assert.match(dayText(noon - 400 * day, noon), /2025/)
  assert.deepEqual([0.4, 3, 42.2, 3_100, 300_000, 7_200_000].map(duration), [
    '0.4 ms',
    '3.0 ms',
    '42 ms',
    '3.1 s',
    '5 min',
    '2 h',
  ])
})

const own = (more: Partial<ShownEntry>): ShownEntry => said('alice', noon, more)
const bob = { kind: 'person', name: 'bob' } as const
const room = { kind: 'room', room: 3 } as const

test('a mark says in words how far it came, and never more than is known', () => {
  assert.equal(markOf(said('bob', noon), bob), undefined)
  assert.equal(markOf(own({}), bob), undefined, 'it was brought from another place')
  assert.equal(markOf(own({ outgoing: 'sending' }), bob)?.word, 'sending')
  assert.deepEqual(markOf(own({ outgoing: 'refused' }), bob)?.isLost, true)
  assert.match(markOf(own({ state: 'kept' }), bob)?.hint ?? '', /On your disk/)
  assert.match(markOf(own({ state: 'stored', road: 'direct', ms: 3 }), bob)?.hint ?? '', /bob's disk: direct, 3.0 ms/)
  assert.match(markOf(own({ state: 'stored' }), bob)?.hint ?? '', /^On bob's disk\.$/)
  assert.match(markOf(own({ state: 'kept', reason: 'mailboxFull' }), bob)?.hint ?? '', /mailbox of bob is full/)
  const failed = markOf(own({ state: 'failed', why: { code: 'unknownName', details: {} } }), bob)
  assert.deepEqual([failed?.word, failed?.isLost, failed?.hint], ['not sent', true, 'Nobody here is called that.'])
  assert.match(
    markOf(own({ state: 'failed', reason: 'fresh' }), bob)?.hint ?? '',
    /fresh/,
    'a code without a row is shown',
  )
})

test('a room counts its copies, and lists them', () => {
  const copies = [
    { to: 'bob', state: 'stored', road: 'direct', ms: 2 },
    { to: 'carol', state: 'stored' },
    { to: 'dave', state: 'mailbox' },
  ] as const
  const mark = markOf(own({ state: 'mailbox', number: 4, copies }), room)
  assert.deepEqual([mark?.kind, mark?.word], ['mailbox', 'stored by 2 of 3'])
  assert.deepEqual(
    mark?.list?.map(({ word }) => word),
    ['stored (direct, 2.0 ms)', 'stored', 'in the mailbox'],
  )
  assert.equal(markOf(own({ state: 'kept' }), room)?.word, 'kept')
  assert.equal(markOf(own({ state: 'kept', number: 4 }), room)?.word, 'in the room')
  assert.equal(markOf(own({ state: 'failed' }), room)?.isLost, true)
  const partly = markOf(own({ number: 4, copies: [...copies, { to: 'eve', state: 'failed' }] }), room)
  assert.equal(partly?.word, 'stored by 2 of 4, 1 not sent')
})

test('the channel says and is heard', () => {
  const channel = { kind: 'channel' } as const
  assert.equal(markOf(own({ state: 'kept' }), channel)?.word, 'kept')
  assert.equal(markOf(own({ state: 'stored', told: 4 }), channel)?.word, 'said')
  const heard = markOf(own({ state: 'stored', heard: { names: ['bob'], total: 1 } }), channel)
  assert.deepEqual([heard?.word, heard?.hint], ['heard by 1', 'On the disk of bob.'])
})

test('changes of a room are sentences', () => {
  const change = (kind: ShownEntry['kind'], more: Partial<ShownEntry> = {}): string =>
    changeSentence(said('bob', noon, { kind, ...more }), 'alice')
  assert.equal(change('joined'), 'bob joined')
  assert.equal(change('invited', { by: 'Alice' }), 'You invited bob')
  assert.equal(change('removed', { from: 'alice', by: 'carol' }), 'carol removed you')
  assert.equal(change('named', { text: 'Boat' }), 'bob named the room “Boat”')
  assert.equal(gapSentence(2), '2 messages before this one never came')
})
