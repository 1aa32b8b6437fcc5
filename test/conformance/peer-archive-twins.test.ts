// The two stores of a peer read the same out of the same changes, whatever they were: the one in memory makes every
// transcript anew, the other one has indexes, and a fault of either shows as a difference. Pages of whatever sizes are the
// whole transcript; a search finds what a plain look through all texts finds.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryPeerStore } from '../../sim/store/peer-store.ts'
import { unreachable } from '../../src/base/index.ts'
import { SqlitePeerStore } from '../../src/peer/index.ts'
import { draftPositionMin, marksOf, readSearch } from '../../src/peer/domain/archive.ts'
import type { ImportedRow, PeerChange, PeerStore, TalkKey } from '../../src/peer/domain/index.ts'
import { peerStoreService } from '../../src/peer/store/sqlite/index.ts'
import type { AccountName } from '../../src/protocol/index.ts'
import { ArchiveCaller } from './archive-caller.ts'
import { InlineThread } from './inline-thread.ts'

const runs = Number(process.env['PARLEY_RUNS'] ?? 25)
const idOf = (number: number): string => number.toString(16).padStart(32, '0')
const people = ['bob', 'Bob', 'eve', 'me', 'ME'].map((name) => name as AccountName)
const rooms = [idOf(0xaa), idOf(0xbb)]
const keys: TalkKey[] = [
  { kind: 'person', name: 'BOB' },
  { kind: 'person', name: 'eve' },
  { kind: 'person', name: 'me' },
  ...rooms.map((room) => ({ kind: 'room', room }) as const),
  { kind: 'channel' },
]

const person = fc.constantFrom(...people)
const other = fc.constantFrom(...people.slice(0, 3))
const room = fc.constantFrom(...rooms)
const small = fc.integer({ min: 1, max: 12 })
const id = small.map(idOf)
const text = fc
  .array(fc.constantFrom('tea', 'Tee', 'téa', 'te', 'green', 'gre-en', '東京', '京', '👍', '"', '*', '.'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((words) => words.join(' '))

const sentAt = fc.integer({ min: 0, max: 30 })
const road = fc.constantFrom('direct', 'mailbox')

/** Of somebody: what differs by case is one person's. */
function deviceOf(name: string): Uint8Array {
  const folded = name.toLowerCase()
  return new Uint8Array(32).fill(folded.length + folded.charCodeAt(0))
}

/** A change; `at` makes what must be of one message only: ids of own ones and counters of devices. */
function changeOf(at: number): fc.Arbitrary<PeerChange> {
  const fresh = { id: fc.constant(idOf(100 + at)), counter: fc.constant(at), text, sentAt }
  const before = fc.integer({ min: 100, max: 100 + at }).map(idOf)
  const place = fc.record({ key: room, number: small, id })
  const sent = { ...fresh, to: other }
  const own = fc.oneof(fc.record(sent), fc.record({ ...sent, room: place }))
  const seen = { ...fresh, from: other, receivedAt: sentAt, road }
  const received = fc
    .oneof(fc.record(seen), fc.record({ ...seen, room: place }))
    .map((message) => ({ ...message, device: deviceOf(message.from) }))
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('outgoing'), message: own }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('received'), gapBefore: small, message: received }) },
    fc.record({ kind: fc.constant('note'), message: fc.record({ ...fresh, to: fc.constant('me') }) }),
    fc.record({ kind: fc.constant('deposited'), id: before, at: sentAt }),
    fc.record({
      kind: fc.constant('settled'),
      id: before,
      at: sentAt,
      state: fc.constantFrom('stored', 'failed'),
      road,
    }),
    talkChangeOf(fresh.id),
  )
}

function talkChangeOf(fresh: fc.Arbitrary<string>): fc.Arbitrary<PeerChange> {
  const message = { kind: fc.constant('message'), number: small, name: person, id, text, at: sentAt } as const
  const turn = { kind: fc.constantFrom('joined', 'left'), number: small, name: person, at: sentAt } as const
  const entry = fc.oneof({ weight: 2, arbitrary: fc.record(message) }, fc.record(turn))
  const row = { number: small, id, text, at: sentAt }
  const record = fc.record({ key: room, state: fc.constantFrom('joined', 'left', 'invited') }).map((given) => {
    const fixed = { room: rooms.indexOf(given.key), name: 'tea', maker: 'bob' as AccountName, members: [], last: 0 }
    return { ...given, ...fixed }
  })
  const isFriend = fc.constant(false)
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('roomEntry'), room, entry }) },
    fc.record({ kind: fc.constant('room'), room: record }),
    fc.record({ kind: fc.constant('roomDraft'), draft: fc.record({ id: fresh, room, text, sentAt }) }),
    fc.record({ kind: fc.constant('channelDraft'), draft: fc.record({ id: fresh, text, sentAt }) }),
    fc.record({ kind: fc.constant('channelRow'), row: fc.oneof(fc.record(row), fc.record({ ...row, from: person })) }),
    fc.record({ kind: fc.constant('friend'), friend: fc.record({ name: other, isFriend, isBlocked: fc.boolean() }) }),
  )
}

/** Of ids that were used already, or of any; an own one that is here is sent no more. */
function importedRow(at: number): fc.Arbitrary<ImportedRow> {
  const key = fc.constantFrom(...keys.filter((each) => each.kind !== 'person' || each.name !== 'me'))
  const used = fc.integer({ min: 1, max: 99 + at }).map(idOf)
  return fc.record({ key, id: used, from: other, isOwn: fc.boolean(), text, sentAt }).map((row) => {
    const writer = row.key.kind === 'person' ? row.key.name : row.from
    const isOwn = row.isOwn || (row.key.kind !== 'person' && writer.toLowerCase() === 'me')
    return { ...row, isOwn, from: (isOwn ? 'me' : writer) as AccountName }
  })
}

type Act =
  | { readonly kind: 'commit'; readonly changes: readonly PeerChange[] }
  | { readonly kind: 'import'; readonly rows: readonly ImportedRow[] }
  | { readonly kind: 'read'; readonly key: TalkKey; readonly id: string | undefined }
  | { readonly kind: 'draft'; readonly key: TalkKey; readonly text: string }
  | { readonly kind: 'search' }

const acts: fc.Arbitrary<Act[]> = fc
  .array(fc.constantFrom('commit', 'commit', 'commit', 'import', 'read', 'draft', 'search'), {
    minLength: 2,
    maxLength: 14,
  })
  .chain((kinds) =>
    fc.tuple(
      ...kinds.map((kind, at): fc.Arbitrary<Act> => {
        const key = fc.constantFrom(...keys)
        if (kind === 'import')
          return fc.array(importedRow(3 * at), { maxLength: 5 }).map((rows) => ({ kind: 'import', rows }))
        if (kind === 'read') {
          const upTo = fc.option(fc.oneof(id, fc.integer({ min: 100, max: 140 }).map(idOf)), { nil: undefined })
          return fc.record({ kind: fc.constant('read' as const), key, id: upTo })
        }
        if (kind === 'draft')
          return fc.record({ kind: fc.constant('draft' as const), key, text: fc.constantFrom('', 'a', 'b') })
        if (kind === 'search') return fc.constant({ kind: 'search' })
        return fc
          .tuple(changeOf(3 * at), changeOf(3 * at + 1), changeOf(3 * at + 2))
          .map((changes) => ({ kind: 'commit', changes }))
      }),
    ),
  )

function openMemory(): PeerStore {
  return new MemoryPeerStore({
    schedule: (_delayMs, run) => setImmediate(() => run(0)),
    commitDelayMs: () => 1,
    answerDelayMs: () => 1,
  })
}

async function perform(archive: ArchiveCaller, act: Act): Promise<unknown> {
  switch (act.kind) {
    case 'commit':
      return archive.commit(act.changes)
    case 'import':
      return archive.importRows(act.rows)
    case 'read':
      return archive.markRead(act.key, act.id)
    case 'draft':
      return archive.putDraft(act.key, act.text)
    case 'search':
      return (await archive.find('tea')).length
    default:
      return unreachable(act)
  }
}

/** Conversations that were last heard of at one time may come in any order. */
async function listed(archive: ArchiveCaller): Promise<unknown[]> {
  const rows = await archive.talks()
  for (const [at, row] of rows.entries()) assert.ok(row.activeAt >= (rows[at + 1]?.activeAt ?? 0))
  return rows.toSorted((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1))
}

/** Hits in an order that both must have: by conversation. */
function byPlace(hits: Awaited<ReturnType<ArchiveCaller['find']>>): unknown[] {
  return hits.map(({ key, entry }) => JSON.stringify([key, entry.position, entry.id, entry.text])).toSorted()
}

test('both stores answer the same, pages are the whole, and a search is a look through all', async () => {
  const property = fc.asyncProperty(acts, fc.integer({ min: 1, max: 5 }), text, async (history, count, typed) => {
    const thread = await InlineThread.open(peerStoreService, ':memory:')
    const twins = [new ArchiveCaller(openMemory()), new ArchiveCaller(new SqlitePeerStore(thread))] as const
    const same = async <T>(ask: (archive: ArchiveCaller) => Promise<T>): Promise<T> => {
      const [plain, real] = [await ask(twins[0]), await ask(twins[1])]
      assert.deepEqual(real, plain)
      return real
    }
    try {
      for (const act of history) await same((archive) => perform(archive, act))
      await same(listed)
      const texts: string[] = []
      for (const key of keys) {
        const { entries } = await same((archive) => archive.page(key))
        assert.deepEqual(
          entries,
          entries.toSorted((a, b) => a.position - b.position),
        )
        assert.deepEqual(await twins[1].walk(key, count), entries)
        assert.deepEqual(await twins[1].walkBack(key, count), entries)
        const middle = entries[Math.floor(entries.length / 2)]?.position
        await same((archive) => archive.page(key, { count, around: middle }))
        for (const entry of entries) if (entry.id !== '') await same((archive) => archive.journey(entry.id))
        if (key.kind === 'person') await same((archive) => archive.roadRuns(key.name))
        const said = entries.filter(({ kind, position }) => kind === 'message' && position < draftPositionMin)
        texts.push(...said.map((entry) => entry.text ?? ''))
      }
      const terms = readSearch(typed)
      if (!terms) return
      const hits = await same(async (archive) => byPlace(await archive.find(typed)))
      const plain = texts.filter((each) => marksOf(each, terms) !== undefined)
      assert.equal(hits.length, plain.length)
      await same(async (archive) => byPlace(await archive.find(typed, { from: 'BOB' })))
      const key = keys[count]
      await same(async (archive) => (await archive.find(typed, { key })).map(({ entry }) => entry.position))
      assert.deepEqual(byPlace(await inPieces(twins[1], typed, count)), hits)
    } finally {
      await thread.close()
    }
  })
  await fc.assert(property, { numRuns: runs })
})

async function inPieces(archive: ArchiveCaller, typed: string, count: number): ReturnType<ArchiveCaller['find']> {
  const all: Awaited<ReturnType<ArchiveCaller['find']>>[number][] = []
  for (;;) {
    const hits = await archive.find(typed, { count, cursor: all.at(-1)?.cursor })
    all.push(...hits)
    if (hits.length < count || all.length > 1_000) return all
  }
}
