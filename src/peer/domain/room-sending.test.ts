// Drafts of a room against a scripted registry: order, lost answers, refusals.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '../../base/index.ts'
import type { AccountName } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { Contacts } from './contacts.ts'
import { Journal } from './journal.ts'
import { Outbox } from './outbox.ts'
import { defaultPeerLimits } from './peer-limits.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerChange } from './peer-store.ts'
import type { RequestBody, RequestOutcome } from './request-table.ts'
import { RoomOrder } from './room-order.ts'
import { RoomSending, type RoomSendingOptions } from './room-sending.ts'
import { Settlement } from './settlement.ts'
import type { StoredRoom, StoredRoomDraft } from './stored-room.ts'

const named = (name: string): AccountName => name as AccountName
const key = 'cd'.repeat(16)
const members = ['me', 'bob', 'carol'].map((name) => ({ name: named(name), state: 'joined' as const }))
const room: StoredRoom = { key, room: 4, name: '', maker: named('me'), state: 'joined', members, last: 5 }

type Outcome = RequestOutcome<'numberMessage'>

function setup(drafts: readonly StoredRoomDraft[] = [], isJoined = true) {
  const events: PeerEvent[] = []
  const commits: (readonly PeerChange[])[] = []
  const asked: { readonly id: string; readonly answer: (outcome: Outcome) => void }[] = []
  const session = {
    isOnline: true,
    request: (_now: number, body: RequestBody, done: (now: number, outcome: Outcome) => void): void => {
      assert.equal(body.t, 'numberMessage')
      if (body.t === 'numberMessage') asked.push({ id: toHex(body.id), answer: (outcome) => done(10, outcome) })
    },
  }
  const journal = new Journal({
    store: {
      commit: (changes, done) => {
        commits.push(changes)
        done(1, { ok: true, value: { doubled: [] } })
      },
    },
    changesPerCommitMax: 1_000,
    onBatch: () => {},
    onFailure: () => {},
  })
  const emit = (event: PeerEvent): void => void events.push(event)
  const shown = new Set(['me', 'bob', 'carol'])
  const hadJoined = (_key: string, name: string): boolean => shown.has(name)
  const findingOut: ((isKnown: boolean) => void)[] = []
  const sync = {
    findOut: (_now: number, _key: string, done: (now: number, isKnown: boolean) => void): void =>
      void findingOut.push((isKnown) => done(30, isKnown)),
  }
  const book = { get: () => room, hadJoined, byNumber: () => ({ ...room, state: isJoined ? 'joined' : 'invited' }) }
  const outbox = new Outbox(0, { outgoing: [], nextCounters: [] })
  const considered: string[] = []
  const options = {
    session,
    own: { name: named('me') },
    contacts: new Contacts([]),
    journal,
    outbox,
    settlement: new Settlement({ journal, outbox, book, wallMs: () => 0, emit }),
    delivery: { startBudget: () => {}, consider: (_now: number, to: string) => considered.push(to) },
    book,
    order: new RoomOrder(1, []),
    sync,
    random: new SeededRandom('room-sending'),
    wallMs: () => 77,
    limits: defaultPeerLimits,
    emit,
  }
  const sending = new RoomSending(options as unknown as RoomSendingOptions, { roomDrafts: drafts })
  const send = (text: string): string | undefined => {
    let outcome: string | undefined
    sending.send(0, 4, text, (_now, answer) => (outcome = answer.ok ? undefined : answer.error.code))
    return outcome
  }
  return { sending, send, events, commits, asked, session, considered, outbox, shown, findingOut }
}

const numbered = (number: number, ...names: string[]): Outcome => ({
  kind: 'answer',
  answer: { t: 'numbered', r: 1, number, members: names.map(named) },
})
const draft = (id: string, text: string): StoredRoomDraft => ({ id: id.repeat(32), room: key, text, sentAt: 5 })
const kindsOf = (changes: readonly PeerChange[]): string[] => changes.map((change) => change.kind)

test('a draft gets its number, and entry, copies and its end are one commit', () => {
  const { send, events, commits, asked, considered, outbox } = setup()
  assert.equal(send('hello'), undefined)
  asked[0]?.answer(numbered(6, 'me', 'bob', 'carol'))
  assert.deepEqual(commits.map(kindsOf), [
    ['roomDraft'],
    ['roomEntry', 'outgoing', 'nextCounter', 'outgoing', 'nextCounter', 'roomDraftErased'],
  ])
  assert.deepEqual(
    events.map((event) => event.type),
    ['roomSent', 'roomPlaced'],
  )
  assert.deepEqual(considered, ['bob', 'carol'])
  const [first, second] = outbox.all()
  assert.notEqual(first?.id, second?.id)
  assert.deepEqual(first?.room, { key, number: 6, id: asked[0]?.id })
})

test('drafts are asked for one at a time, in their order, also after a refusal for the moment', () => {
  const { sending, send, asked } = setup()
  for (const text of ['a', 'b', 'c']) send(text)
  assert.equal(asked.length, 1)
  asked[0]?.answer({ kind: 'error', error: 'rateLimited', answer: { t: 'error', r: 1, code: 16, retryMs: 50 } })
  assert.equal(asked.length, 1)
  assert.equal(sending.pollTimeout(), 60)
  sending.handleTimeout(60)
  assert.equal(asked[1]?.id, asked[0]?.id)
  asked[1]?.answer(numbered(6, 'me'))
  assert.equal(asked.length, 3)
  assert.notEqual(asked[2]?.id, asked[1]?.id)
  assert.equal(sending.draftCount, 2)
})

test('after a lost answer or a restart the same id is asked for again', () => {
  const { sending, asked, session, events } = setup([draft('1', 'early'), draft('2', 'later')])
  sending.welcomed(0)
  session.isOnline = false
  asked[0]?.answer({ kind: 'lost' })
  assert.equal(asked.length, 1)
  session.isOnline = true
  sending.welcomed(5)
  assert.deepEqual(
    asked.map(({ id }) => id),
    ['1'.repeat(32), '1'.repeat(32)],
  )
  asked[1]?.answer(numbered(9, 'me', 'bob'))
  // What comes for an older session changes nothing.
  asked[0]?.answer(numbered(8, 'me', 'bob'))
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'roomPlaced' ? [event.number] : [])),
    [9],
  )
})

test('who is out of the room is told, and where none is joined nothing is kept', () => {
  const { send, asked, events, sending } = setup()
  send('too late')
  asked[0]?.answer({ kind: 'error', error: 'unknownRoom', answer: { t: 'error', r: 1, code: 25 } })
  const last = events.at(-1)
  assert.ok(last?.type === 'roomState' && last.state === 'failed' && last.reason?.code === 'unknownRoom')
  assert.equal(sending.draftCount, 0)
  const invited = setup([], false)
  assert.equal(invited.send('x'), 'unknownRoom')
  assert.equal(invited.commits.length, 0)
  assert.equal(setup().send(''), 'emptyText')
})

test('who is not in the log gets no copy, and the log is read first', () => {
  const { send, asked, events, shown, findingOut } = setup()
  send('first')
  send('second')
  asked[0]?.answer(numbered(6, 'me', 'bob', 'spy', 'dave'))
  assert.deepEqual([asked.length, events.filter((event) => event.type === 'roomPlaced').length], [1, 0])
  shown.add('dave')
  findingOut[0]?.(true)
  const placed = events.find((event) => event.type === 'roomPlaced')
  assert.deepEqual(placed?.members, ['bob', 'dave'])
  assert.equal(asked.length, 2)
})
