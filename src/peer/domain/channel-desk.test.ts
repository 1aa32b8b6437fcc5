// The channel against a scripted registry: the mark, gaps, drafts, and what the registry hears when.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '../../base/index.ts'
import type { AccountName, ChannelRow, RegistryAnswer } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { ChannelDesk, type ChannelDeskOptions } from './channel-desk.ts'
import { Journal } from './journal.ts'
import { defaultPeerLimits } from './peer-limits.ts'
import type { PeerEvent } from './peer-event.ts'
import type { CommitOutcome, Done, PeerChange } from './peer-store.ts'
import type { RequestBody } from './request-table.ts'
import type { StoredChannelDraft } from './stored-room.ts'

const named = (name: string): AccountName => name as AccountName
type Answered = { readonly kind: string; readonly answer?: unknown; readonly error?: string }

function setup({ mark, drafts = [] }: { mark?: number; drafts?: readonly StoredChannelDraft[] } = {}) {
  const events: PeerEvent[] = []
  const commits: (readonly PeerChange[])[] = []
  let pending: Done<CommitOutcome> | undefined
  const asked: { readonly body: RequestBody; readonly answer: (outcome: Answered) => void }[] = []
  const journal = new Journal({
    store: {
      commit: (changes, done) => {
        commits.push(changes)
        pending = done
      },
    },
    changesPerCommitMax: 1_000,
    onBatch: () => {},
    onFailure: () => {},
  })
  const options = {
    session: {
      isOnline: true,
      request: (_now: number, body: RequestBody, done: (now: number, outcome: Answered) => void): void =>
        void asked.push({ body, answer: (outcome) => done(10, outcome) }),
    },
    own: { name: named('me') },
    journal,
    random: new SeededRandom('channel'),
    wallMs: () => 77,
    limits: defaultPeerLimits,
    isBlocked: (key: string) => key === 'pest',
    emit: (event: PeerEvent) => void events.push(event),
  }
  const state = { channelMark: mark, channelDrafts: drafts }
  const desk = new ChannelDesk(options as unknown as ChannelDeskOptions, state)
  /** The disk has what was asked for, until nothing is under way. */
  const commit = (): void => {
    while (pending) {
      const done = pending
      pending = undefined
      done(20, { ok: true, value: { doubled: [] } })
    }
  }
  const push = (number: number, from = 'bob'): void => desk.pushed(0, { t: 'channel', row: row(number, from) })
  const requests = (): string[] => asked.map(({ body }) => describe(body))
  const shown = (): string[] =>
    events.flatMap((event) =>
      event.type === 'channelMessage' ? [`${event.entry.number}${event.missed ? ' missed' : ''}`] : [],
    )
  return { desk, events, commits, commit, asked, push, requests, shown }
}

function describe(body: RequestBody): string {
  if (body.t === 'heard') return `heard ${body.upTo}`
  if (body.t === 'fetchChannel') return `fetch ${body.after}`
  return body.t === 'say' ? `say ${toHex(body.id).slice(0, 1)}` : body.t
}

const idOf = (number: number): Uint8Array => fromHex(number.toString(16).padStart(32, '0')) as Uint8Array
const row = (number: number, from = 'bob'): ChannelRow => ({
  number,
  id: idOf(number),
  from: named(from),
  at: 5,
  text: 'x',
})
const page = (rows: ChannelRow[], more = false): Answered => ({
  kind: 'answer',
  answer: { t: 'channelRows', r: 1, rows, more } satisfies RegistryAnswer,
})
const marksOf = (changes: readonly PeerChange[]): number[] =>
  changes.flatMap((change) => (change.kind === 'channelMark' ? [change.number] : []))

test('the first login starts at the latest message and tells the registry nothing', () => {
  const { desk, commits, commit, requests } = setup()
  desk.welcomed(0, 7)
  commit()
  desk.handleTimeout(10_000)
  assert.deepEqual(commits.map(marksOf), [[7]])
  assert.deepEqual(requests(), [])
})

test('a row, the mark and what is shown of it: the registry hears of it after the commit only', () => {
  const { desk, commits, commit, push, requests, shown } = setup({ mark: 4 })
  desk.welcomed(0, 4)
  desk.handleTimeout(50)
  assert.deepEqual(requests(), ['heard 4'])
  push(5)
  desk.handleTimeout(1_000)
  assert.deepEqual([requests(), shown()], [['heard 4'], []])
  assert.deepEqual(
    commits.map((changes) => changes.map((change) => change.kind)),
    [['channelRow', 'channelMark']],
  )
  commit()
  assert.deepEqual(shown(), ['5'])
  desk.handleTimeout(1_000)
  assert.deepEqual(requests(), ['heard 4', 'heard 5'])
  push(5)
  assert.equal(commits.length, 1)
})

test('what was missed is fetched page by page; a push meanwhile waits behind it', () => {
  const { desk, asked, commit, push, requests, shown } = setup({ mark: 2 })
  desk.welcomed(0, 5)
  push(6)
  assert.deepEqual(requests(), ['fetch 2'])
  asked[0]?.answer(page([row(3), row(4)], true))
  assert.deepEqual(requests(), ['fetch 2', 'fetch 4'])
  asked[1]?.answer(page([row(5), row(6)]))
  commit()
  assert.deepEqual(shown(), ['3 missed', '4 missed', '5 missed', '6'])
})

test('a gap in what is pushed is fetched, own messages and those of blocked people are not shown', () => {
  const { asked, desk, commit, push, requests, shown, commits } = setup({ mark: 0 })
  desk.welcomed(0, 0)
  push(3)
  assert.deepEqual(requests(), ['fetch 0'])
  asked[0]?.answer(page([row(1, 'me'), row(2, 'Pest'), row(3)]))
  commit()
  assert.deepEqual(shown(), ['3'])
  assert.deepEqual(commits.flatMap(marksOf), [3])
})

test('a registry that counts anew has nothing of before', () => {
  const { desk, commit, push, shown } = setup({ mark: 900 })
  desk.welcomed(0, 3)
  commit()
  push(4)
  commit()
  assert.deepEqual(shown(), ['4'])
})

test('drafts are said one at a time and the same again after a lost answer', () => {
  const drafts = ['1', '2'].map((id) => ({ id: id.repeat(32), text: 'hello', sentAt: 1 }))
  const { desk, asked, commit, commits, requests, events } = setup({ mark: 0, drafts })
  desk.welcomed(0, 0)
  asked[0]?.answer({ kind: 'lost' })
  desk.welcomed(100, 0)
  assert.deepEqual(requests(), ['say 1', 'say 1'])
  asked[1]?.answer({ kind: 'answer', answer: { t: 'said', r: 1, number: 1, at: 9, online: 4 } })
  // An answer for an older session changes nothing.
  asked[0]?.answer({ kind: 'answer', answer: { t: 'said', r: 1, number: 8, at: 9, online: 4 } })
  assert.deepEqual(requests(), ['say 1', 'say 1', 'say 2'])
  assert.deepEqual(events, [])
  commit()
  assert.deepEqual(
    commits.map((changes) => changes.map((change) => change.kind)),
    [['channelRow', 'channelDraftErased', 'channelMark']],
  )
  assert.deepEqual(events, [{ type: 'channelState', id: '1'.repeat(32), state: 'said', online: 4 }])
  asked[2]?.answer({ kind: 'error', error: 'rateLimited', answer: { t: 'error', r: 1, code: 16, retryMs: 500 } })
  desk.handleTimeout(509)
  assert.equal(requests().filter((request) => request === 'say 2').length, 1)
  desk.handleTimeout(510)
  assert.equal(requests().filter((request) => request === 'say 2').length, 2)
})
