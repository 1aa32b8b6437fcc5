// What every store of a registry must do with password records, remembered devices, invites and freed names. The rule of
// admission itself is tried in src/registry/domain.

import assert from 'node:assert/strict'
import type { Admission } from '../../src/registry/domain/index.ts'
import { bytesOf, claimOf, depositOf, type StoreCaller } from './store-caller.ts'
import type { StoreUnderTest } from './store-suite.ts'

type Check = (name: string, run: (store: StoreCaller, under: StoreUnderTest) => Promise<void>) => void

const record = bytesOf(7, 192)
const none: Admission = { kind: 'password' }
const setting = (value: Uint8Array): Admission => ({ kind: 'password', record: value })
const proving = (value: Uint8Array): Admission => ({ kind: 'password', provenRecord: value })
const page = { account: 'b', after: 0, rowsMax: 200, bytesMax: 60_000 }

export function testAccountStore(check: Check): void {
  testRecords(check)
  testInvites(check)
  testFreedNames(check)
  testSuspension(check)
  testFigures(check)
}

function testRecords(check: Check): void {
  check('a claim that is not admitted changes nothing', async (store) => {
    assert.deepEqual(await store.claim(claimOf('a', { identity: 1, admission: none })), { kind: 'passwordNeeded' })
    assert.deepEqual(await store.claim(claimOf('a', { identity: 1, admission: proving(record) })), {
      kind: 'passwordWrong',
    })
    assert.equal(await store.account('a'), undefined)
    assert.equal(await store.credential('a'), undefined)
    assert.equal(
      (await store.claim(claimOf('a', { identity: 1, version: 3, admission: setting(record) }))).kind,
      'claimed',
    )
    const newer = claimOf('a', { identity: 1, version: 4, device: 2, admission: none })
    assert.equal((await store.claim(newer)).kind, 'passwordNeeded')
    assert.deepEqual((await store.account('a'))?.devices, claimOf('a', { identity: 1, version: 3 }).devices)
  })

  check('a record and the devices that showed the password are kept', async (store, under) => {
    const claim = (device: number, admission: Admission) =>
      store.claim(claimOf('a', { identity: 1, device, deviceKeys: [1, 2], admission }))
    assert.equal((await claim(1, setting(record))).kind, 'claimed')
    assert.equal((await claim(2, none)).kind, 'passwordNeeded')
    assert.equal((await claim(2, proving(bytesOf(8, 192)))).kind, 'passwordWrong')
    assert.equal((await claim(2, proving(record))).kind, 'claimed')
    assert.equal((await claim(2, none)).kind, 'claimed')
    await store.forgetDevice('a', 2)
    await store.forgetDevice('nobody', 2)
    assert.equal((await claim(2, none)).kind, 'passwordNeeded')
    assert.equal((await claim(1, none)).kind, 'claimed')
    assert.deepEqual((await store.credential('a'))?.record, record)
    assert.deepEqual((await store.credential('a'))?.identity, bytesOf(1))
    store.use(await under.reopen())
    assert.equal((await claim(1, none)).kind, 'claimed')
    assert.equal((await claim(2, none)).kind, 'passwordNeeded')
    assert.deepEqual((await store.credential('a'))?.record, record)
  })

  check('a device that a later list leaves out is not remembered', async (store) => {
    const claim = (device: number, version: number, deviceKeys: number[], admission = none) =>
      store.claim(claimOf('a', { identity: 1, device, version, deviceKeys, admission }))
    await claim(1, 1, [1, 2], setting(record))
    await claim(2, 1, [1, 2], proving(record))
    await claim(2, 2, [2])
    assert.equal((await claim(1, 3, [1, 2])).kind, 'passwordNeeded')
  })

  check('of many sign-ups for one name at once, one has it with its own record', async (store) => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        store.claim(claimOf('a', { identity: i + 1, admission: setting(bytesOf(i + 1, 192)) })),
      ),
    )
    assert.equal(outcomes.filter(({ kind }) => kind === 'claimed').length, 1)
    const held = await store.credential('a')
    assert.equal(held?.record?.[0], held?.identity[0])
  })

  check(
    'a record is changed from the one that was proven, by its identity, and forgets the other devices',
    async (store) => {
      const claim = (device: number, admission: Admission) =>
        store.claim(claimOf('a', { identity: 1, device, deviceKeys: [1, 2], admission }))
      await claim(1, setting(record))
      await claim(2, proving(record))
      const change = { name: 'a', identity: bytesOf(1), device: bytesOf(1), before: record, record: bytesOf(8, 192) }
      assert.equal(await store.changeRecord({ ...change, identity: bytesOf(2) }), 'wrong')
      assert.equal(await store.changeRecord({ ...change, before: bytesOf(9, 192) }), 'wrong')
      assert.equal(await store.changeRecord({ ...change, name: 'b' }), 'wrong')
      assert.equal(await store.changeRecord(change), 'changed')
      assert.equal(await store.changeRecord(change), 'wrong')
      assert.equal((await claim(1, none)).kind, 'claimed')
      assert.equal((await claim(2, none)).kind, 'passwordNeeded')
      assert.deepEqual((await store.credential('a'))?.record, bytesOf(8, 192))
    },
  )
}

function testInvites(check: Check): void {
  check('an invite serves one new name, and is not used up by a claim that fails', async (store, under) => {
    const invite = (code: number): Admission => ({ kind: 'invite', codeHash: bytesOf(code) })
    const add = (code: number, invitesMax = 9) =>
      store.addInvite({ hash: bytesOf(code), at: 1, expires: 100, invitesMax })
    assert.equal(await add(1), 'added')
    const claim = (name: string, identity: number, admission: Admission, at = 1) =>
      store.claim(claimOf(name, { identity, admission, at }))
    assert.equal((await claim('a', 1, { kind: 'invite' })).kind, 'inviteNeeded')
    assert.equal((await claim('a', 1, invite(2))).kind, 'inviteWrong')
    assert.equal((await claim('a', 1, invite(1), 100)).kind, 'inviteWrong', 'its time is over')
    const full = { ...claimOf('a', { identity: 1, admission: invite(1) }), accountsMax: 0 }
    assert.equal((await store.claim(full)).kind, 'full')
    store.use(await under.reopen())
    assert.equal((await claim('a', 1, invite(1))).kind, 'claimed')
    assert.equal((await claim('b', 2, invite(1))).kind, 'inviteWrong')
    assert.equal((await claim('a', 2, invite(1))).kind, 'taken')
    assert.equal((await claim('a', 1, { kind: 'invite' })).kind, 'claimed', 'its holder needs none')
    assert.equal(await add(3, 1), 'added')
    assert.equal(await add(4, 1), 'full')
    assert.equal(await store.addInvite({ hash: bytesOf(5), at: 100, expires: 200, invitesMax: 1 }), 'added')
  })

  check('of many claims by one invite at once, one is admitted', async (store) => {
    await store.addInvite({ hash: bytesOf(1), at: 1, expires: 100, invitesMax: 9 })
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        store.claim(claimOf(`n${i}`, { identity: i + 1, admission: { kind: 'invite', codeHash: bytesOf(1) } })),
      ),
    )
    assert.equal(outcomes.filter(({ kind }) => kind === 'claimed').length, 1)
  })
}

function testFreedNames(check: Check): void {
  check('a freed name is nobody’s, with nothing left under it, and its mail is told back', async (store, under) => {
    await store.claim(claimOf('A', { identity: 1, admission: setting(record) }))
    await store.claim(claimOf('B', { identity: 2 }))
    for (const id of [1, 2]) await store.deposit(depositOf('a', 'B', id))
    await store.deposit(depositOf('a', 'A', 3))
    await store.deposit(depositOf('b', 'A', 4))
    await store.collect({ name: claimOf('B', { identity: 2 }).name, rows: [{ row: 4, outcome: 'stored' }], at: 1 })
    assert.deepEqual(await store.freeName('a', 50), { freed: true, senders: ['b'], rooms: [] })
    assert.deepEqual(await store.freeName('a', 50), { freed: false, senders: [], rooms: [] })
    assert.equal(await store.account('a'), undefined)
    assert.equal(await store.credential('a'), undefined)
    const { rows } = await store.fetchNotices(page)
    assert.deepEqual(
      rows.map(({ id, to, outcome, at }) => ({ id, to, outcome, at })),
      [1, 2].map((id) => ({ id: bytesOf(id, 16), to: 'A', outcome: 'expired', at: 50 })),
    )
    store.use(await under.reopen())
    const next = await store.claim(claimOf('a', { identity: 9, admission: none }))
    assert.equal(next.kind, 'passwordNeeded', 'neither its record nor its devices are known')
    const claimed = await store.claim(claimOf('a', { identity: 9, admission: setting(bytesOf(5, 192)) }))
    assert.ok(claimed.kind === 'claimed' && claimed.isNew)
    assert.deepEqual([claimed.mail, claimed.notices], [0, 0])
    assert.equal((await store.fetchMail({ ...page, account: 'a' })).rows.length, 0)
  })

  check('who takes a freed name has no record of its former holder', async (store) => {
    await store.claim(claimOf('a', { identity: 1, admission: setting(record) }))
    await store.freeName('a', 1)
    await store.claim(claimOf('a', { identity: 9 }))
    assert.equal((await store.credential('a'))?.record, undefined)
  })

  check('a freed name makes room among the accounts', async (store) => {
    const claim = (name: string, identity: number) =>
      store.claim({ ...claimOf(name, { identity }), accountsMax: 1, namesPerIdentityMax: 1 })
    assert.equal((await claim('a', 1)).kind, 'claimed')
    assert.equal((await claim('b', 2)).kind, 'full')
    await store.freeName('a', 1)
    assert.equal((await claim('b', 2)).kind, 'claimed')
    assert.equal((await claim('c', 3)).kind, 'full')
  })
}

function testSuspension(check: Check): void {
  check('nobody logs in to a suspended account until it is open again, also after a restart', async (store, under) => {
    await store.claimAll('A', 'b')
    assert.equal(await store.suspend('a', 70), 'A')
    assert.equal(await store.suspend('a', 90), 'A')
    assert.equal(await store.suspend('nobody', 90), undefined)
    assert.deepEqual(await store.suspendedAccounts(10), [{ name: 'A', since: 70 }])
    assert.deepEqual(await store.claim(claimOf('a', { identity: 1, version: 2 })), { kind: 'suspended' })
    assert.deepEqual((await store.account('a'))?.devices, claimOf('a', { identity: 1 }).devices, 'nothing was changed')
    assert.equal((await store.claim(claimOf('a', { identity: 9 }))).kind, 'taken', 'strangers learn nothing of it')
    store.use(await under.reopen())
    assert.equal((await store.claim(claimOf('a', { identity: 1 }))).kind, 'suspended')
    assert.equal((await store.claim(claimOf('b', { identity: 2 }))).kind, 'claimed')
    assert.equal((await store.figures()).suspended, 1)
    assert.equal(await store.resume('a'), 'A')
    assert.equal(await store.resume('nobody'), undefined)
    assert.deepEqual(await store.suspendedAccounts(10), [])
    assert.equal((await store.claim(claimOf('a', { identity: 1 }))).kind, 'claimed')
  })

  check('who does not show the password does not learn that an account is suspended', async (store) => {
    await store.claim(claimOf('a', { identity: 1, device: 1, deviceKeys: [1, 2], admission: setting(record) }))
    await store.suspend('a', 1)
    const claim = (admission: Admission) =>
      store.claim(claimOf('a', { identity: 1, device: 2, deviceKeys: [1, 2], admission }))
    assert.equal((await claim(none)).kind, 'passwordNeeded')
    assert.equal((await claim(proving(bytesOf(8, 192)))).kind, 'passwordWrong')
    assert.equal((await claim(proving(record))).kind, 'suspended')
    await store.resume('a')
    assert.equal((await claim(none)).kind, 'passwordNeeded', 'the refused login was not remembered')
  })

  check('mail for a suspended account is kept, and a freed name is not suspended', async (store) => {
    await store.claimAll('a', 'b')
    await store.suspend('a', 1)
    assert.equal((await store.deposit(depositOf('a', 'b', 1))).kind, 'kept')
    await store.resume('a')
    const claimed = await store.claim(claimOf('a', { identity: 1 }))
    assert.equal(claimed.kind === 'claimed' && claimed.mail, 1)
    await store.suspend('a', 2)
    await store.freeName('a', 3)
    assert.deepEqual(await store.suspendedAccounts(10), [])
    assert.equal((await store.claim(claimOf('a', { identity: 9 }))).kind, 'claimed')
  })

  check('the latest suspensions are listed first, as many as are asked for', async (store) => {
    await store.claimAll('a', 'b', 'c')
    for (const [i, name] of ['b', 'c', 'a'].entries()) await store.suspend(name, 10 + i)
    assert.deepEqual(
      (await store.suspendedAccounts(2)).map(({ name }) => name),
      ['a', 'c'],
    )
  })
}

function testFigures(check: Check): void {
  check('the figures tell what is kept, and since when the oldest message waits', async (store, under) => {
    const empty = { accounts: 0, suspended: 0, mailRows: 0, mailBytes: 0, notices: 0, rooms: 0 }
    assert.deepEqual(await store.figures(), empty)
    await store.claimAll('a', 'b')
    for (const [i, at] of [50, 60, 70].entries()) await store.deposit({ ...depositOf('b', 'a', i + 1), at })
    const full = { ...empty, accounts: 2, mailRows: 3, mailBytes: 60, oldestMailAt: 50 }
    assert.deepEqual(await store.figures(), full)
    const { rows } = await store.fetchMail(page)
    await store.collect({
      name: claimOf('b', { identity: 2 }).name,
      rows: [{ row: rows[0]!.row, outcome: 'stored' }],
      at: 80,
    })
    store.use(await under.reopen())
    assert.deepEqual(await store.figures(), { ...full, mailRows: 2, mailBytes: 40, oldestMailAt: 60, notices: 1 })
  })
}
