// What every store of a registry must do about rooms: one numbering without a gap, changes of membership in one piece with
// the entries that tell of them, and the same outcome of any story as the plain store in memory has.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryRegistryStore } from '../../sim/store/registry-store.ts'
import type { RoomEntry } from '../../src/protocol/index.ts'
import type { Page, RoomAction, Store } from '../../src/registry/domain/index.ts'
import { claimOf, StoreCaller } from './store-caller.ts'
import { changed, TalkCaller } from './talk-caller.ts'
import type { StoreUnderTest } from './store-suite.ts'

type Check = (name: string, run: (talk: TalkCaller, under: StoreUnderTest) => Promise<void>) => void

const people = ['a', 'B', 'c', 'd', 'e'] as const

/** Registers the suite for one adapter; `sequences` = how many random stories to try. */
export function testRooms(adapter: string, open: () => Promise<StoreUnderTest>, sequences: number): void {
  const check: Check = (name, run) => {
    test(`${adapter}: rooms: ${name}`, async () => {
      const under = await open()
      try {
        await new StoreCaller(under.store).claimAll(...people)
        await run(new TalkCaller(under.store), under)
      } finally {
        await under.close()
      }
    })
  }
  testMaking(check)
  testMembership(check)
  testSuccession(check)
  testNumbering(check)
  testLogs(check)
  testStories(adapter, open, sequences)
}

function testMaking(check: Check): void {
  check(
    'a room has the next number, its maker in it, and those who were invited, as they are spelled',
    async (talk) => {
      const outcome = changed(await talk.makeRoom('a', ['b', 'C', 'nobody', 'A', 'b'], { name: 'tea' }))
      const { record } = outcome
      assert.deepEqual([record.room, record.name, record.maker, record.last], [1, 'tea', 'a', 3])
      assert.deepEqual(record.members, [
        { name: 'a', state: 'joined' },
        { name: 'B', state: 'invited' },
        { name: 'c', state: 'invited' },
      ])
      assert.deepEqual(outcome.notInvited, [
        { name: 'nobody', problem: 'unknownName' },
        { name: 'A', problem: 'memberAlready' },
        { name: 'b', problem: 'memberAlready' },
      ])
      assert.deepEqual(
        outcome.steps.map(({ entry, record: after }) => [entry.number, entry.kind, entry.name, entry.by, after.last]),
        [
          [1, 'made', 'a', undefined, 1],
          [2, 'invited', 'B', 'a', 2],
          [3, 'invited', 'c', 'a', 3],
        ],
      )
      assert.equal(changed(await talk.makeRoom('B')).record.room, 2)
    },
  )

  check('making it again under the same key makes nothing, and is refused to others', async (talk) => {
    const first = changed(await talk.makeRoom('a', ['B', 'nobody'], { key: 9 }))
    const again = changed(await talk.makeRoom('a', ['B', 'nobody'], { key: 9 }))
    assert.deepEqual([again.record, again.steps], [first.record, []])
    assert.deepEqual(again.notInvited, [{ name: 'nobody', problem: 'unknownName' }])
    assert.equal((await talk.makeRoom('c', [], { key: 9 })).kind, 'foreignKey')
    assert.equal((await talk.makeRoom('B', [], { key: 9 })).kind, 'foreignKey', 'invited is not joined')
    assert.equal((await talk.rooms('a')).rows.length, 1)
  })

  check('the limits of members, of rooms, of joined ones and of invitations hold', async (talk) => {
    const small = changed(await talk.makeRoom('a', ['B', 'c', 'd'], { quota: { membersMax: 3 } }))
    assert.deepEqual(small.notInvited, [{ name: 'd', problem: 'roomFull' }])
    const again = await talk.change(
      small.record.room,
      'a',
      { kind: 'invite', names: ['e'] },
      { quota: { membersMax: 3 } },
    )
    assert.deepEqual(changed(again).notInvited, [{ name: 'e', problem: 'roomFull' }])
    assert.deepEqual(changed(again).steps, [])
    assert.equal((await talk.makeRoom('a', [], { quota: { joinedMax: 1 } })).kind, 'roomFull')
    assert.equal((await talk.makeRoom('e', [], { quota: { roomsMax: 1 } })).kind, 'storeQuota')
    // B is invited once and has joined nothing: the two are counted apart.
    const second = changed(await talk.makeRoom('e', ['B', 'd'], { quota: { invitedMax: 1 } }))
    assert.deepEqual(second.notInvited, [{ name: 'B', problem: 'roomFull' }])
    const full = await talk.change(small.record.room, 'B', { kind: 'join' }, { quota: { joinedMax: 0 } })
    assert.equal(full.kind, 'roomFull')
    assert.equal((await talk.change(small.record.room, 'B', { kind: 'join' })).kind, 'changed')
  })

  check(
    'a number is never given twice, not even after its room is gone and the store was opened anew',
    async (talk, under) => {
      const { room } = changed(await talk.makeRoom('a')).record
      await talk.change(room, 'a', { kind: 'leave' })
      const reopened = new TalkCaller(await under.reopen())
      assert.ok(changed(await reopened.makeRoom('a', [], { key: 7 })).record.room > room)
    },
  )
}

function testMembership(check: Check): void {
  check('who is invited joins or refuses, and either is idempotent or unknown', async (talk) => {
    const { room } = changed(await talk.makeRoom('a', ['b', 'c'])).record
    const joined = changed(await talk.change(room, 'B', { kind: 'join' }))
    assert.deepEqual(
      joined.steps.map(({ entry }) => [entry.number, entry.kind, entry.name]),
      [[4, 'joined', 'B']],
    )
    assert.deepEqual(changed(await talk.change(room, 'B', { kind: 'join' })).steps, [], 'the answer was lost')
    assert.equal((await talk.change(room, 'B', { kind: 'refuse' })).kind, 'unknownRoom')
    assert.equal(changed(await talk.change(room, 'c', { kind: 'refuse' })).steps[0]?.entry.kind, 'refused')
    assert.equal((await talk.change(room, 'c', { kind: 'refuse' })).kind, 'unknownRoom')
    assert.equal((await talk.change(room, 'c', { kind: 'join' })).kind, 'unknownRoom', 'refused is refused')
    assert.equal((await talk.change(room, 'd', { kind: 'join' })).kind, 'unknownRoom', 'never invited')
    assert.equal((await talk.change(999, 'a', { kind: 'join' })).kind, 'unknownRoom')
  })

  check('who is only invited, or is not there, does nothing in a room', async (talk) => {
    const { room } = changed(await talk.makeRoom('a', ['b'])).record
    const before = await talk.log('a', room)
    const actions: RoomAction[] = [
      { kind: 'invite', names: ['c'] },
      { kind: 'remove', account: 'a' },
      { kind: 'name', name: 'mine' },
    ]
    for (const action of actions) {
      assert.equal((await talk.change(room, 'B', action)).kind, 'unknownRoom')
      assert.equal((await talk.change(room, 'd', action)).kind, 'unknownRoom')
    }
    assert.equal((await talk.numberMessage(room, 'B', 1)).kind, 'unknownRoom')
    assert.deepEqual(await talk.log('a', room), before)
    assert.equal(changed(await talk.change(room, 'B', { kind: 'leave' })).steps[0]?.entry.kind, 'refused')
  })

  check('only the maker removes and names; whom he removes is out at once', async (talk) => {
    const room = await talk.roomOf('a', 'B', 'c')
    assert.equal((await talk.change(room, 'B', { kind: 'remove', account: 'c' })).kind, 'notMaker')
    assert.equal((await talk.change(room, 'B', { kind: 'name', name: 'x' })).kind, 'notMaker')
    assert.equal((await talk.change(room, 'a', { kind: 'remove', account: 'd' })).kind, 'notInRoom')
    const removed = changed(await talk.change(room, 'a', { kind: 'remove', account: 'b' }))
    const [step] = removed.steps
    assert.deepEqual([step?.entry.kind, step?.entry.name, step?.entry.by], ['removed', 'B', 'a'])
    assert.deepEqual(await talk.log('b', room), 'unknownRoom')
    assert.deepEqual((await talk.rooms('b')).rows, [])
    const named = changed(await talk.change(room, 'a', { kind: 'name', name: 'tea' }))
    assert.deepEqual([named.record.name, named.steps[0]?.entry.text], ['tea', 'tea'])
    assert.deepEqual(changed(await talk.change(room, 'a', { kind: 'name', name: 'tea' })).steps, [])
    // A second invitation brings him back.
    assert.equal(changed(await talk.change(room, 'c', { kind: 'invite', names: ['B'] })).steps.length, 1)
    assert.equal(changed(await talk.change(room, 'B', { kind: 'join' })).record.members.at(-1)?.name, 'B')
  })

  check('rooms are paged by number and are those one is in or invited to', async (talk, under) => {
    for (let i = 0; i < 5; i++) await talk.makeRoom('a', i % 2 === 0 ? ['b'] : [])
    const first = await talk.rooms('a', { rowsMax: 3 })
    assert.deepEqual([first.rows.map(({ room }) => room), first.more], [[1, 2, 3], true])
    const rest = await talk.rooms('a', { rowsMax: 3, after: 3 })
    assert.deepEqual([rest.rows.map(({ room }) => room), rest.more], [[4, 5], false])
    assert.deepEqual(
      (await talk.rooms('b')).rows.map(({ room }) => room),
      [1, 3, 5],
    )
    const welcomed = await new StoreCaller(under.store).claim(claimOf('b', { identity: 2 }))
    assert.ok(welcomed.kind === 'claimed' && welcomed.rooms === 3)
  })
}

function testSuccession(check: Check): void {
  check('when the maker leaves, who joined first of those who are in it is the maker', async (talk) => {
    const { room } = changed(await talk.makeRoom('a', ['b', 'c', 'd'])).record
    // c joins before B: the order of joining counts, not that of the invitations.
    await talk.change(room, 'c', { kind: 'join' })
    await talk.change(room, 'B', { kind: 'join' })
    assert.equal(changed(await talk.change(room, 'a', { kind: 'leave' })).record.maker, 'c')
    assert.equal((await talk.change(room, 'B', { kind: 'name', name: 'x' })).kind, 'notMaker')
    assert.equal(changed(await talk.change(room, 'c', { kind: 'remove', account: 'c' })).record.maker, 'B', 'he left')
  })

  check('the last one out takes the room, its log and its invitations with him', async (talk) => {
    const { room } = changed(await talk.makeRoom('a', ['b', 'c'], { key: 5 })).record
    const { steps } = changed(await talk.change(room, 'a', { kind: 'leave' }))
    assert.deepEqual(
      steps.map(({ entry, record }) => [entry.number, entry.kind, entry.name, entry.by, record.members.length]),
      [
        [4, 'left', 'a', undefined, 2],
        [5, 'removed', 'B', 'a', 1],
        [6, 'removed', 'c', 'a', 0],
      ],
    )
    assert.equal((await talk.change(room, 'B', { kind: 'join' })).kind, 'unknownRoom')
    assert.equal(await talk.log('b', room), 'unknownRoom')
    for (const name of ['a', 'b', 'c']) assert.deepEqual((await talk.rooms(name)).rows, [])
    const anew = changed(await talk.makeRoom('a', [], { key: 5 }))
    assert.ok(anew.record.room > room && anew.steps.length === 1)
  })
}

function testNumbering(check: Check): void {
  check('messages of all members at once have one order without a gap', async (talk) => {
    const room = await talk.roomOf('a', 'B', 'c')
    const { last } = (await talk.rooms('a')).rows[0] ?? assert.fail()
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) => talk.numberMessage(room, (['a', 'B', 'c'] as const)[i % 3] ?? 'a', i)),
    )
    const numbers = outcomes.map((outcome) => (outcome.kind === 'numbered' ? outcome.number : assert.fail()))
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      numbers.map((_, i) => last + 1 + i),
    )
    const log = rows(await talk.log('c', room, { after: last }))
    assert.deepEqual(
      log.map(({ number, kind }) => [number, kind]),
      numbers.map((_, i) => [last + 1 + i, 'message']),
    )
  })

  check('a message has one number, and the members it had there, however often it is asked for', async (talk) => {
    const room = await talk.roomOf('a', 'B')
    const first = await talk.numberMessage(room, 'B', 1)
    assert.ok(first.kind === 'numbered' && first.isNew)
    assert.deepEqual(first.members, ['a', 'B'])
    await talk.change(room, 'a', { kind: 'invite', names: ['c'] })
    await talk.change(room, 'c', { kind: 'join' })
    await talk.change(room, 'a', { kind: 'leave' })
    assert.deepEqual(await talk.numberMessage(room, 'B', 1), { ...first, isNew: false })
    const others = await talk.numberMessage(room, 'c', 1)
    assert.ok(others.kind === 'numbered' && others.isNew, 'an id is its sender’s own')
    assert.deepEqual(others.members, ['B', 'c'])
  })

  check('who was removed has the numbers from before, and gets none after', async (talk) => {
    const room = await talk.roomOf('a', 'B')
    const outcomes = await Promise.all([
      talk.numberMessage(room, 'B', 1),
      talk.change(room, 'a', { kind: 'remove', account: 'b' }),
      talk.numberMessage(room, 'B', 2),
      talk.numberMessage(room, 'B', 1),
      talk.numberMessage(room, 'a', 3),
    ])
    const [before, , after, repeated, next] = outcomes
    assert.ok(before.kind === 'numbered' && repeated.kind === 'numbered' && next.kind === 'numbered')
    assert.equal(after.kind, 'unknownRoom')
    assert.deepEqual([repeated.number, next.number], [before.number, before.number + 2])
    assert.deepEqual([repeated.members, next.members], [['a', 'B'], ['a']])
  })
}

function testLogs(check: Check): void {
  check('a log keeps its latest entries, and who had joined where it begins', async (talk) => {
    const quota = { entriesMax: 4 }
    const room = await talk.roomOf('a', 'B')
    for (let id = 1; id <= 6; id++) await talk.numberMessage(room, 'a', id, { quota })
    const log = rows(await talk.log('a', room))
    assert.deepEqual(
      log.map(({ number }) => number),
      [6, 7, 8, 9],
    )
    const repeated = await talk.numberMessage(room, 'a', 4, { quota })
    assert.ok(repeated.kind === 'numbered' && !repeated.isNew)
    assert.deepEqual([repeated.number, repeated.members], [7, ['a', 'B']])
    const page = await talk.log('b', room, { rowsMax: 2 })
    assert.ok(page !== 'unknownRoom' && page.more && page.rows.length === 2)
  })

  check('old entries expire in steps, the room and its numbers stay', async (talk, under) => {
    const room = await talk.roomOf('a', 'B')
    for (let id = 1; id <= 5; id++) await talk.numberMessage(room, 'a', id, { at: 10 * id })
    const other = changed(await talk.makeRoom('c', [], { at: 25 })).record.room
    assert.deepEqual(await talk.expireRoomLogs(30, 4), { rows: 4, more: true })
    assert.deepEqual(await talk.expireRoomLogs(30, 4), { rows: 3, more: false })
    assert.deepEqual(await talk.expireRoomLogs(30, 4), { rows: 0, more: false })
    assert.deepEqual(
      rows(await talk.log('a', room)).map(({ number }) => number),
      [7, 8],
    )
    assert.deepEqual(rows(await talk.log('c', other)), [])
    const reopened = new TalkCaller(await under.reopen())
    assert.deepEqual(await reopened.expireRoomLogs(1_000), { rows: 2, more: false })
    const next = await reopened.numberMessage(room, 'B', 9, { at: 2_000 })
    assert.ok(next.kind === 'numbered')
    assert.deepEqual([next.number, next.members], [9, ['a', 'B']])
    assert.deepEqual(await reopened.expireRoomLogs(1_999), { rows: 0, more: false })
    assert.deepEqual(await reopened.expireRoomLogs(2_000), { rows: 1, more: false })
  })
}

function rows(page: Page<RoomEntry> | 'unknownRoom'): readonly RoomEntry[] {
  assert.ok(page !== 'unknownRoom')
  return page.rows
}

const who = fc.constantFrom(...people)
const action = fc.oneof(
  fc.record({
    kind: fc.constant('invite' as const),
    names: fc.array(fc.constantFrom(...people, 'nobody'), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constantFrom('join' as const, 'refuse' as const, 'leave' as const) }),
  fc.record({ kind: fc.constant('remove' as const), account: who.map((name) => name.toLowerCase()) }),
  fc.record({ kind: fc.constant('name' as const), name: fc.constantFrom('tea', 'x') }),
)
const quota = { membersMax: 4, joinedMax: 2, invitedMax: 2, roomsMax: 3, entriesMax: 6 }
const step = fc.oneof(
  fc.record({ do: fc.constant('make' as const), by: who, invite: fc.array(who, { maxLength: 4 }), key: fc.nat(4) }),
  fc.record({ do: fc.constant('change' as const), by: who, room: fc.integer({ min: 1, max: 4 }), action }),
  fc.record({ do: fc.constant('number' as const), by: who, room: fc.integer({ min: 1, max: 4 }), id: fc.nat(6) }),
  fc.record({ do: fc.constant('expire' as const), ago: fc.nat(12), rowsMax: fc.integer({ min: 1, max: 5 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function testStories(adapter: string, open: () => Promise<StoreUnderTest>, sequences: number): void {
  test(`${adapter}: rooms: any story has the outcomes and leaves the rooms that the plain store has`, async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const under = await open()
      try {
        const told = await tellStory(under.store, steps)
        const model = await tellStory(plainStore(), steps)
        assert.deepEqual(told, model)
        const views = await viewsOf(new TalkCaller(await under.reopen()))
        assert.deepEqual(views, model.at(-1), 'what is on the disk is what was told')
      } finally {
        await under.close()
      }
    })
    await fc.assert(property, { numRuns: sequences })
  })
}

function plainStore(): MemoryRegistryStore {
  const schedule = (_delayMs: number, run: (now: number) => void): void => void setImmediate(() => run(0))
  return new MemoryRegistryStore({ schedule, commitDelayMs: () => 1, answerDelayMs: () => 1 })
}

async function tellStory(store: Store, steps: readonly Step[]): Promise<unknown[]> {
  await new StoreCaller(store).claimAll(...people)
  const talk = new TalkCaller(store)
  const outcomes: unknown[] = []
  for (const [at, told] of steps.entries()) {
    if (told.do === 'make') outcomes.push(await talk.makeRoom(told.by, told.invite, { key: told.key, at, quota }))
    else if (told.do === 'change') outcomes.push(await talk.change(told.room, told.by, told.action, { at, quota }))
    else if (told.do === 'number') outcomes.push(await talk.numberMessage(told.room, told.by, told.id, { at, quota }))
    else outcomes.push(await talk.expireRoomLogs(at - told.ago, told.rowsMax))
    outcomes.push(await viewsOf(talk))
  }
  return outcomes
}

/** The rooms of everybody and their logs, as each reads them. */
async function viewsOf(talk: TalkCaller): Promise<unknown[]> {
  const views: unknown[] = []
  for (const name of people) {
    for (const record of (await talk.rooms(name.toLowerCase())).rows) {
      const log = rows(await talk.log(name.toLowerCase(), record.room))
      views.push(record, log)
      const first = record.last - log.length + 1
      assert.ok(
        log.every(({ number }, i) => number === first + i),
        'no gap',
      )
    }
  }
  return views
}
