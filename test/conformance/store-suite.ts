// What every store of a registry must do, whatever it is made of: one suite, run on each adapter. The promises are those of
// the Store port and the invariants S1, S5, S6 and S17.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldName } from '../../src/protocol/index.ts'
import type { Collection, MailQuota, NewPrekey, RememberedLink, Store } from '../../src/registry/domain/index.ts'
import { testAccountStore } from './account-store-suite.ts'
import { bytesOf, claimOf, depositOf, nameOf, StoreCaller } from './store-caller.ts'

export interface StoreUnderTest {
  readonly store: Store
  /** Closes and opens again, as after an orderly stop. */
  reopen(): Promise<Store>
  close(): Promise<void>
}

const page = { after: 0, rowsMax: 200, bytesMax: 60_000 }

/** Registers the suite for one adapter; `sequences` = how many random ones to try. */
export function testStore(adapter: string, open: () => Promise<StoreUnderTest>, sequences: number): void {
  const check = (name: string, run: (store: StoreCaller, under: StoreUnderTest) => Promise<void>): void => {
    test(`${adapter}: ${name}`, async () => {
      const under = await open()
      try {
        await run(new StoreCaller(under.store), under)
      } finally {
        await under.close()
      }
    })
  }
  testAccounts(check)
  testAccountStore(check)
  testPrekeys(check)
  testMail(check)
  testNotices(check)
  testLinks(check)
  testReopening(check)
  testSequences(adapter, open, sequences)
}

type Check = (name: string, run: (store: StoreCaller, under: StoreUnderTest) => Promise<void>) => void

function testAccounts(check: Check): void {
  check('a name goes to the first identity that claims it and keeps its spelling', async (store) => {
    const first = await store.claim(claimOf('Alice', { identity: 1 }))
    assert.ok(first.kind === 'claimed' && first.isNew)
    assert.equal(first.name, 'Alice')
    const again = await store.claim(claimOf('aLICE', { identity: 1 }))
    assert.ok(again.kind === 'claimed' && !again.isNew)
    assert.equal(again.name, 'Alice')
    const other = await store.claim(claimOf('ALICE', { identity: 2 }))
    assert.deepEqual(other, { kind: 'taken', holder: bytesOf(1) })
    assert.equal((await store.account('alice'))?.name, 'Alice')
    assert.equal(await store.account('bob'), undefined)
  })

  check('of many identities that claim one name at once, exactly one has it', async (store) => {
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => store.claim(claimOf('wanted', { identity: i + 1 }))),
    )
    const winners = outcomes.filter((outcome) => outcome.kind === 'claimed')
    assert.equal(winners.length, 1)
    const holder = (await store.account('wanted'))?.identity
    for (const outcome of outcomes) if (outcome.kind === 'taken') assert.deepEqual(outcome.holder, holder)
  })

  check('39: a lower or forked device list changes nothing, for no name of its identity', async (store) => {
    await store.claim(claimOf('a', { identity: 1, version: 5 }))
    assert.equal((await store.claim(claimOf('a', { identity: 1, version: 4 }))).kind, 'staleDeviceList')
    assert.equal((await store.claim(claimOf('a', { identity: 1, version: 5, body: 99 }))).kind, 'staleDeviceList')
    assert.equal((await store.claim(claimOf('b', { identity: 1, version: 4 }))).kind, 'staleDeviceList')
    assert.equal(await store.account('b'), undefined)
    assert.equal((await store.claim(claimOf('b', { identity: 1, version: 6 }))).kind, 'claimed')
    const [a, b] = [await store.account('a'), await store.account('b')]
    assert.deepEqual(a?.devices, b?.devices)
    assert.deepEqual(a?.devices, claimOf('b', { identity: 1, version: 6 }).devices)
  })

  check('the limits of accounts and of names per identity hold', async (store) => {
    const limits = { accountsMax: 3, namesPerIdentityMax: 2 }
    for (const name of ['a', 'b']) await store.claim({ ...claimOf(name, { identity: 1 }), ...limits })
    assert.equal((await store.claim({ ...claimOf('c', { identity: 1 }), ...limits })).kind, 'full')
    assert.equal((await store.claim({ ...claimOf('c', { identity: 2 }), ...limits })).kind, 'claimed')
    assert.equal((await store.claim({ ...claimOf('d', { identity: 3 }), ...limits })).kind, 'full')
    assert.equal((await store.claim({ ...claimOf('A', { identity: 1 }), ...limits })).kind, 'claimed')
  })

  check('names that are one edit or swap away are among the candidates', async (store) => {
    for (const [i, name] of ['carol', 'dave', 'x-1'].entries()) await store.claim(claimOf(name, { identity: i + 1 }))
    for (const typed of ['caro', 'carrol', 'xarol', 'carox', 'acrol', 'carlo', 'craol', 'arol']) {
      assert.ok((await store.namesLike(typed, 50)).includes(nameOf('carol')), typed)
    }
    for (const typed of ["%' OR 1=1 --", '%', '_', '\u{10ffff}', "'"]) await store.namesLike(typed, 50)
  })

  check('the accounts seen last come first', async (store) => {
    for (const [i, name] of ['a', 'b', 'c'].entries())
      await store.claim(claimOf(name, { identity: i + 1, at: 100 + i }))
    await store.markSeen('a', 500)
    await store.markSeen('nobody', 600)
    assert.deepEqual(await store.recentAccounts(2), [
      { name: 'a', seen: 500 },
      { name: 'c', seen: 102 },
    ])
  })

  check('56: SQL text in names and values is taken literally', async (store) => {
    const hostile = "x'; DROP TABLE account; --"
    await store.claim(claimOf('safe', { identity: 1 }))
    assert.equal(await store.account(hostile), undefined)
    assert.equal((await store.deposit(depositOf(hostile, 'safe', 1))).kind, 'unknownName')
    assert.equal((await store.account('safe'))?.name, 'safe')
  })
}

function testPrekeys(check: Check): void {
  const prekey = (id: number, kind: NewPrekey['kind'] = 'once'): NewPrekey => ({
    id,
    kind,
    body: new Uint8Array([id]),
    signature: bytesOf(id, 64),
  })
  const upload = (prekeys: NewPrekey[], device = 1, onceMax = 200) => ({
    identity: bytesOf(1),
    device: bytesOf(device),
    prekeys,
    onceMax,
  })

  check('a one-time prekey is handed out once, even to many at once, then the last-resort one', async (store) => {
    await store.claim(claimOf('a', { identity: 1 }))
    assert.equal((await store.takePrekey('a')).kind, 'noPrekey')
    assert.equal((await store.takePrekey('nobody')).kind, 'unknownName')
    await store.addPrekeys(upload([prekey(1), prekey(2), prekey(3), prekey(9, 'last')]))
    const taken = await Promise.all(Array.from({ length: 6 }, () => store.takePrekey('a')))
    const ids = taken.map((outcome) => (outcome.kind === 'taken' ? outcome.prekey.body[0] : undefined))
    assert.deepEqual(
      ids.toSorted((a = 0, b = 0) => a - b),
      [1, 2, 3, 9, 9, 9],
    )
    const claim = await store.claim(claimOf('a', { identity: 1 }))
    assert.ok(claim.kind === 'claimed')
    assert.deepEqual([claim.prekeys, claim.lastResortPrekey], [0, true])
  })

  check('an upload that is repeated after its prekeys were taken brings none of them back', async (store) => {
    await store.claim(claimOf('a', { identity: 1 }))
    const pool = upload([prekey(1), prekey(2)])
    assert.equal(await store.addPrekeys(pool), 'added')
    await store.takePrekey('a')
    assert.equal(await store.addPrekeys(pool), 'added')
    await store.takePrekey('a')
    assert.equal(await store.addPrekeys(pool), 'added')
    assert.equal((await store.takePrekey('a')).kind, 'noPrekey')
  })

  check(
    'the pool of a device has a limit, and a newer last-resort prekey takes the place of the older',
    async (store) => {
      await store.claim(claimOf('a', { identity: 1 }))
      assert.equal(await store.addPrekeys(upload([prekey(1), prekey(2), prekey(3)], 1, 2)), 'full')
      assert.equal(await store.addPrekeys(upload([prekey(1), prekey(2)], 1, 2)), 'added')
      assert.equal(await store.addPrekeys(upload([prekey(8, 'last')], 1, 2)), 'added')
      assert.equal(await store.addPrekeys(upload([prekey(9, 'last')], 1, 2)), 'added')
      const bodies = []
      for (let i = 0; i < 4; i++) {
        const taken = await store.takePrekey('a')
        bodies.push(taken.kind === 'taken' ? taken.prekey.body[0] : undefined)
      }
      assert.deepEqual(bodies, [1, 2, 9, 9])
    },
  )

  check('prekeys of a device that is listed no more are gone', async (store) => {
    await store.claim(claimOf('a', { identity: 1, deviceKeys: [1, 2] }))
    await store.addPrekeys(upload([prekey(1)], 1))
    await store.addPrekeys(upload([prekey(2)], 2))
    await store.claim(claimOf('a', { identity: 1, version: 2, device: 2, deviceKeys: [2] }))
    const taken = await store.takePrekey('a')
    assert.deepEqual(taken.kind === 'taken' && [...taken.prekey.body], [2])
    assert.equal((await store.takePrekey('a')).kind, 'noPrekey')
  })
}

function testMail(check: Check): void {
  check('31 and 32: a message is kept once, whatever comes again under its id', async (store) => {
    await store.claimAll('a', 'b', 'c')
    const first = await Promise.all([
      store.deposit(depositOf('b', 'a', 1)),
      store.deposit(depositOf('b', 'a', 1)),
      store.deposit({ ...depositOf('b', 'a', 1), envelope: bytesOf(77, 5), expires: 9_999 }),
    ])
    assert.equal(first.filter((outcome) => outcome.kind === 'kept' && outcome.isNew).length, 1)
    assert.ok(first.every((outcome) => outcome.kind === 'kept' && outcome.expires === 1_000))
    const mail = await store.fetchMail({ account: 'b', ...page })
    assert.equal(mail.rows.length, 1)
    assert.deepEqual(mail.rows[0]?.envelope, depositOf('b', 'a', 1).envelope)
    // Another sender's message may have the same id: ids are each sender's own.
    assert.ok(await store.deposit(depositOf('b', 'c', 1)))
    assert.equal((await store.fetchMail({ account: 'b', ...page })).rows.length, 2)
    assert.equal((await store.deposit(depositOf('nobody', 'a', 1))).kind, 'unknownName')
  })

  check('mail stays until it is collected, and its sender gets a notice in the same step', async (store) => {
    await store.claimAll('a', 'B')
    for (const id of [1, 2, 3]) await store.deposit(depositOf('b', 'a', id))
    const { rows } = await store.fetchMail({ account: 'b', ...page })
    assert.deepEqual(
      rows.map((row) => [row.from, row.id[0], row.at]),
      [1, 2, 3].map((id) => ['a', id, 1]),
    )
    assert.deepEqual(await store.fetchMail({ account: 'b', ...page }), { rows, more: false })
    const proof = bytesOf(7, 16)
    const collected = await store.collect({
      name: nameOf('B'),
      at: 50,
      rows: [
        { row: rows[0]!.row, outcome: 'stored', proof },
        { row: rows[2]!.row, outcome: 'unreadable' },
      ],
    })
    assert.deepEqual(collected, { kind: 'collected', rows: 2, senders: ['a'] })
    assert.deepEqual((await store.fetchMail({ account: 'b', ...page })).rows, [rows[1]])
    const notices = await store.fetchNotices({ account: 'a', ...page })
    assert.deepEqual(
      notices.rows.map(({ id, to, outcome, at, proof: shown }) => [id[0], to, outcome, at, shown]),
      [
        [1, 'B', 'stored', 50, proof],
        [3, 'B', 'unreadable', 50, undefined],
      ],
    )
  })

  check("53: another's row is refused, a removed or unknown one is not counted", async (store) => {
    await store.claimAll('a', 'b', 'c')
    await store.deposit(depositOf('b', 'a', 1))
    await store.deposit(depositOf('c', 'a', 2))
    const own = (await store.fetchMail({ account: 'b', ...page })).rows[0]!.row
    const foreign = (await store.fetchMail({ account: 'c', ...page })).rows[0]!.row
    const collect = (...rows: number[]): Collection => ({
      name: nameOf('b'),
      at: 5,
      rows: rows.map((row) => ({ row, outcome: 'stored' })),
    })
    assert.equal((await store.collect(collect(own, foreign))).kind, 'foreignRow')
    assert.equal(
      (await store.fetchMail({ account: 'b', ...page })).rows.length,
      1,
      'nothing of a refused request is done',
    )
    assert.equal((await store.fetchNotices({ account: 'a', ...page })).rows.length, 0)
    assert.deepEqual(await store.collect(collect(own, own, 999)), { kind: 'collected', rows: 1, senders: ['a'] })
    assert.deepEqual(await store.collect(collect(own)), { kind: 'collected', rows: 0, senders: [] })
    assert.equal((await store.fetchNotices({ account: 'a', ...page })).rows.length, 1)
  })

  check('pages hold to their limits, say when there is more, and a large row still makes one', async (store) => {
    await store.claimAll('a', 'b')
    for (let id = 1; id <= 5; id++) await store.deposit({ ...depositOf('b', 'a', id), envelope: bytesOf(id, id * 100) })
    const first = await store.fetchMail({ account: 'b', after: 0, rowsMax: 2, bytesMax: 60_000 })
    assert.deepEqual([first.rows.length, first.more], [2, true])
    const next = await store.fetchMail({ account: 'b', after: first.rows[1]!.row, rowsMax: 9, bytesMax: 750 })
    assert.deepEqual([next.rows.map((row) => row.id[0]), next.more], [[3, 4], true])
    const large = await store.fetchMail({ account: 'b', after: next.rows[1]!.row, rowsMax: 9, bytesMax: 10 })
    assert.deepEqual([large.rows.map((row) => row.id[0]), large.more], [[5], false])
    assert.deepEqual(await store.fetchMail({ account: 'b', after: 2 ** 53 - 1, rowsMax: 9, bytesMax: 10 }), {
      rows: [],
      more: false,
    })
  })

  check('52: each quota refuses and removes nothing', async (store) => {
    await store.claimAll('a', 'b', 'c', 'd')
    const quota: MailQuota = {
      messagesMax: 4,
      bytesMax: 1_000,
      perSenderMax: 3,
      outstandingMax: 5,
      rowsMax: 7,
      totalBytesMax: 1_500,
    }
    const put = async (to: string, from: string, id: number, bytes = 10) =>
      (await store.deposit({ ...depositOf(to, from, id), envelope: bytesOf(id, bytes), quota })).kind
    for (const id of [1, 2, 3]) assert.equal(await put('b', 'a', id), 'kept')
    assert.equal(await put('b', 'a', 4), 'senderQuota')
    assert.equal(await put('b', 'a', 1), 'kept', 'what is there already is said to be there')
    assert.equal(await put('b', 'c', 5, 971), 'mailboxFull', 'bytes of one box')
    assert.equal(await put('b', 'c', 5), 'kept')
    assert.equal(await put('b', 'c', 6), 'mailboxFull', 'messages of one box')
    for (const id of [7, 8]) assert.equal(await put('c', 'a', id, 600), id === 7 ? 'kept' : 'mailboxFull')
    assert.equal(await put('d', 'a', 8), 'kept')
    assert.equal(await put('d', 'a', 9), 'senderQuota', 'outstanding in all boxes')
    assert.equal(await put('d', 'c', 10, 900), 'storeQuota', 'bytes of all boxes')
    assert.equal(await put('d', 'c', 10), 'kept')
    assert.equal(await put('d', 'b', 11), 'storeQuota', 'messages of all boxes')
    assert.equal((await store.fetchMail({ account: 'b', ...page })).rows.length, 4)
  })

  check('notices that were not taken count for their sender, so that they cannot grow for ever', async (store) => {
    await store.claimAll('a', 'b')
    const quota: MailQuota = { ...depositOf('b', 'a', 1).quota, outstandingMax: 2 }
    for (const id of [1, 2]) await store.deposit({ ...depositOf('b', 'a', id), quota })
    const { rows } = await store.fetchMail({ account: 'b', ...page })
    await store.collect({ name: nameOf('b'), at: 2, rows: rows.map(({ row }) => ({ row, outcome: 'stored' })) })
    assert.equal((await store.deposit({ ...depositOf('b', 'a', 3), quota })).kind, 'senderQuota')
    const notices = await store.fetchNotices({ account: 'a', ...page })
    await store.removeNotices('a', [notices.rows[0]!.row])
    assert.equal((await store.deposit({ ...depositOf('b', 'a', 3), quota })).kind, 'kept')
  })

  check('what is overdue goes in steps, with a notice each, and nothing else does', async (store) => {
    await store.claimAll('a', 'B')
    for (let id = 1; id <= 5; id++) await store.deposit({ ...depositOf('b', 'a', id), expires: id * 100 })
    assert.deepEqual(await store.expire(99, 10), { rows: 0, senders: [], more: false })
    assert.deepEqual(await store.expire(299, 1), { rows: 1, senders: ['a'], more: true })
    assert.deepEqual(await store.expire(299, 2), { rows: 1, senders: ['a'], more: false })
    assert.deepEqual(await store.expire(300, 2), { rows: 1, senders: ['a'], more: false })
    const left = await store.fetchMail({ account: 'b', ...page })
    assert.deepEqual(
      left.rows.map((row) => row.id[0]),
      [4, 5],
    )
    const notices = await store.fetchNotices({ account: 'a', ...page })
    assert.deepEqual(
      notices.rows.map(({ id, to, outcome }) => [id[0], to, outcome]),
      [1, 2, 3].map((id) => [id, 'B', 'expired']),
    )
  })
}

function testNotices(check: Check): void {
  check('notices stay until noticed, in pages; those of others are refused, gone ones do not matter', async (store) => {
    await store.claimAll('a', 'b', 'c')
    for (let id = 1; id <= 5; id++) await store.deposit(depositOf('b', 'a', id))
    await store.deposit(depositOf('b', 'c', 9))
    const { rows } = await store.fetchMail({ account: 'b', ...page })
    await store.collect({ name: nameOf('b'), at: 2, rows: rows.map(({ row }) => ({ row, outcome: 'stored' })) })
    const first = await store.fetchNotices({ account: 'a', after: 0, rowsMax: 3, bytesMax: 60_000 })
    assert.deepEqual([first.rows.length, first.more], [3, true])
    const rest = await store.fetchNotices({ account: 'a', after: first.rows[2]!.row, rowsMax: 3, bytesMax: 60_000 })
    assert.deepEqual([rest.rows.length, rest.more], [2, false])
    const numbers = first.rows.map((notice) => notice.row)
    assert.equal(await store.removeNotices('c', numbers), 'foreignRow')
    assert.equal(await store.removeNotices('a', numbers), 'removed')
    assert.equal(await store.removeNotices('a', [...numbers, 12_345]), 'removed')
    assert.deepEqual((await store.fetchNotices({ account: 'a', ...page })).rows, rest.rows)
    const claim = await store.claim(claimOf('a', { identity: 1 }))
    assert.ok(claim.kind === 'claimed')
    assert.deepEqual([claim.mail, claim.notices], [0, 2])
  })
}

function testLinks(check: Check): void {
  const link = (id: number, port = id): RememberedLink => ({
    ours: bytesOf(id, 8),
    address: { host: '192.0.2.1', port },
  })
  const ported = (links: readonly RememberedLink[]): number[] =>
    links.map(({ address }) => address.port).toSorted((a, b) => a - b)

  check('links are remembered with their last address over a restart, and handed out once', async (store, under) => {
    for (const id of [1, 2, 3]) await store.rememberLink(link(id), 100)
    await store.rememberLink(link(2, 22), 100)
    await store.forgetLink(bytesOf(3, 8))
    await store.forgetLink(bytesOf(9, 8))
    const again = new StoreCaller(await under.reopen())
    const taken = await again.takeLinks()
    assert.deepEqual(
      taken.toSorted((a, b) => a.address.port - b.address.port),
      [link(1), link(2, 22)],
    )
    assert.deepEqual(await again.takeLinks(), [])
  })

  check('S12: no more links are remembered than allowed', async (store, under) => {
    for (const id of [1, 2, 3]) await store.rememberLink(link(id), 2)
    await store.forgetLink(bytesOf(1, 8))
    await store.forgetLink(bytesOf(1, 8))
    const again = new StoreCaller(await under.reopen())
    for (const id of [4, 5]) await again.rememberLink(link(id), 2)
    await again.rememberLink(link(2, 22), 2)
    assert.deepEqual(ported(await again.takeLinks()), [4, 22])
    for (const id of [6, 7, 8]) await again.rememberLink(link(id), 2)
    assert.deepEqual(ported(await again.takeLinks()), [6, 7])
  })
}

function testReopening(check: Check): void {
  check('everything is there after closing and opening, and row numbers never come back', async (store, under) => {
    await store.claimAll('a', 'b')
    for (const id of [1, 2]) await store.deposit(depositOf('b', 'a', id))
    const before = await store.fetchMail({ account: 'b', ...page })
    const last = before.rows[1]!
    await store.collect({ name: nameOf('b'), at: 2, rows: [{ row: last.row, outcome: 'stored' }] })
    const again = new StoreCaller(await under.reopen())
    assert.deepEqual((await again.fetchMail({ account: 'b', ...page })).rows, [before.rows[0]])
    const same = await again.deposit(depositOf('b', 'a', 1))
    assert.ok(same.kind === 'kept' && !same.isNew)
    await again.deposit(depositOf('b', 'a', 3))
    const after = await again.fetchMail({ account: 'b', ...page })
    assert.ok(after.rows[1]!.row > last.row, 'a repeated collect must not meet a new message')
    const claim = await again.claim(claimOf('b', { identity: 2 }))
    assert.ok(claim.kind === 'claimed' && !claim.isNew)
    assert.equal(claim.mail, 2)
    assert.equal((await again.fetchNotices({ account: 'a', ...page })).rows.length, 1)
  })
}

/** S5 and S6: against a model that only knows which messages must be there. */
function testSequences(adapter: string, open: () => Promise<StoreUnderTest>, numRuns: number): void {
  const people = ['a', 'b', 'c']
  const person = fc.constantFrom(...people)
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ t: fc.constant('deposit' as const), to: person, from: person, id: fc.nat(9) }),
    },
    { weight: 3, arbitrary: fc.record({ t: fc.constant('collect' as const), by: person, rows: fc.array(fc.nat(30)) }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant('expire' as const), before: fc.nat(40), rowsMax: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constant('reopen' as const) }) },
  )
  test(`${adapter}: S5, S6: a row leaves only by its owner or by time, and each leaves a notice`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const under = await open()
        try {
          await runSteps(under, people, steps)
        } finally {
          await under.close()
        }
      }),
      { numRuns },
    )
  })
}

type Step =
  | { t: 'deposit'; to: string; from: string; id: number }
  | { t: 'collect'; by: string; rows: number[] }
  | { t: 'expire'; before: number; rowsMax: number }
  | { t: 'reopen' }

async function runSteps(under: StoreUnderTest, people: readonly string[], steps: readonly Step[]): Promise<void> {
  let store = new StoreCaller(under.store)
  await store.claimAll(...people)
  const waiting = new Map<string, { to: string; from: string; expires: number }>()
  let notices = 0
  for (const [i, step] of steps.entries()) {
    if (step.t === 'deposit') {
      const key = `${step.from}>${step.to}:${step.id}`
      const quota = { ...depositOf('x', 'x', 0).quota, perSenderMax: 3, messagesMax: 5 }
      const outcome = await store.deposit({ ...depositOf(step.to, step.from, step.id), expires: 20 + i, quota })
      const box = [...waiting.values()].filter((row) => row.to === step.to)
      if (waiting.has(key))
        assert.deepEqual(outcome, { kind: 'kept', isNew: false, expires: waiting.get(key)!.expires })
      else if (box.filter((row) => row.from === step.from).length >= 3) assert.equal(outcome.kind, 'senderQuota')
      else if (box.length >= 5) assert.equal(outcome.kind, 'mailboxFull')
      else {
        assert.deepEqual(outcome, { kind: 'kept', isNew: true, expires: 20 + i })
        waiting.set(key, { to: step.to, from: step.from, expires: 20 + i })
      }
    } else if (step.t === 'collect') {
      const rows = step.rows.map((row) => ({ row, outcome: 'stored' as const }))
      const before = await keysOf(store, people)
      const outcome = await store.collect({ name: nameOf(step.by), at: i, rows })
      const owners = rows.map(({ row }) => before.get(row)?.to).filter((owner) => owner !== undefined)
      assert.equal(
        outcome.kind === 'foreignRow',
        owners.some((owner) => owner !== step.by),
      )
      if (outcome.kind === 'collected') {
        for (const { row } of rows) if (waiting.delete(before.get(row)?.key ?? '')) notices += 1
      }
    } else if (step.t === 'expire') {
      const due = [...waiting].filter(([, row]) => row.expires <= step.before).length
      const outcome = await store.expire(step.before, step.rowsMax)
      assert.deepEqual([outcome.rows, outcome.more], [Math.min(due, step.rowsMax), due > step.rowsMax])
      const left = new Set([...(await keysOf(store, people)).values()].map(({ key }) => key))
      for (const [key, row] of waiting) {
        if (left.has(key)) continue
        assert.ok(row.expires <= step.before, 'only what is overdue expires')
        waiting.delete(key)
        notices += 1
      }
    } else {
      store = new StoreCaller(await under.reopen())
    }
    const there = [...(await keysOf(store, people)).values()].map(({ key }) => key)
    assert.deepEqual(there.toSorted(), [...waiting.keys()].toSorted())
  }
  let told = 0
  for (const account of people) told += (await store.fetchNotices({ account, ...page })).rows.length
  assert.equal(told, notices)
}

async function keysOf(
  store: StoreCaller,
  people: readonly string[],
): Promise<Map<number, { key: string; to: string }>> {
  const keys = new Map<number, { key: string; to: string }>()
  for (const to of people) {
    const mail = await store.fetchMail({ account: to, ...page })
    for (const { row, from, id } of mail.rows) keys.set(row, { key: `${foldName(from)}>${to}:${id[0]}`, to })
  }
  return keys
}
