import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok } from '../../base/index.ts'
import { Journal } from './journal.ts'
import type { CommitOutcome, Done, PeerChange, StoreFailure } from './peer-store.ts'

const next = (value: number): PeerChange => ({ kind: 'nextCounter', to: `to ${value}`, next: value })

const deposited: PeerChange = { kind: 'deposited', id: 'x', at: 1 }

function setup(changesPerCommitMax = 100) {
  const commits: { changes: readonly PeerChange[]; done: Done<CommitOutcome> }[] = []
  const said: string[] = []
  const journal = new Journal({
    store: { commit: (changes, done) => commits.push({ changes, done }) },
    changesPerCommitMax,
    onBatch: () => said.push('batch'),
    onFailure: (_now, failure) => said.push(failure.code),
  })
  const finish = (failure?: StoreFailure): void => {
    const commit = commits.shift()
    commit?.done(0, failure ? fail(failure) : ok({ doubled: [] }))
  }
  return { journal, commits, said, finish }
}

test('gathers what comes while a commit is under way, and answers in order after it', () => {
  const { journal, commits, said, finish } = setup()
  for (const value of [1, 2, 3]) journal.commit([next(value)], () => said.push(`${value}`))
  assert.deepEqual(
    commits.map((commit) => commit.changes),
    [[next(1)]],
  )
  finish()
  assert.deepEqual(said, ['1', 'batch'])
  assert.deepEqual(
    commits.map((commit) => commit.changes),
    [[next(2), next(3)]],
  )
  finish()
  assert.deepEqual(said, ['1', 'batch', '2', '3', 'batch'])
  assert.equal(journal.isIdle, true)
})

test('commits stay below their size, and one that is larger goes alone', () => {
  const { journal, commits, finish } = setup(2)
  journal.commit([next(0)])
  for (const size of [1, 1, 1, 5, 1]) journal.commit(Array.from({ length: size }, () => deposited))
  const sizes: number[] = []
  while (commits.length > 0) {
    sizes.push(commits[0]?.changes.length ?? 0)
    finish()
  }
  assert.deepEqual(sizes, [1, 2, 1, 5, 1])
})

test('of whole records that are overwritten in one commit only the last is written', () => {
  const { journal, commits, finish } = setup()
  journal.commit([next(0)])
  const inbox = (device: number, value: number): PeerChange => ({
    kind: 'inbox',
    inbox: { device: Uint8Array.of(device), from: 'a' as never, next: value, floor: 0, gap: 0 },
  })
  journal.commit([inbox(1, 1), inbox(2, 1)])
  journal.commit([inbox(1, 2), deposited, deposited])
  finish()
  assert.deepEqual(commits[0]?.changes, [inbox(2, 1), inbox(1, 2), deposited, deposited])
})

test('a note waits for company or a moment, and keeps its place', () => {
  const { journal, commits, finish } = setup()
  journal.note(100, [next(1)])
  assert.equal(commits.length, 0)
  assert.equal(journal.isIdle, false)
  journal.commit([next(2)])
  assert.deepEqual(commits[0]?.changes, [next(1), next(2)])
  journal.note(200, [next(3)])
  finish()
  assert.equal(commits.length, 0)
  const at = journal.pollTimeout() ?? 0
  assert.ok(at > 200 && at <= 230)
  journal.handleTimeout(at - 1)
  assert.equal(commits.length, 0)
  journal.handleTimeout(at)
  assert.deepEqual(commits[0]?.changes, [next(3)])
})

test('after a failure everybody hears of it and nothing is written any more', () => {
  const { journal, commits, said, finish } = setup()
  const failed: string[] = []
  const note = (name: string) => (_now: number, outcome: { ok: boolean }) => failed.push(`${name} ${outcome.ok}`)
  journal.commit([next(1)], note('first'))
  journal.commit([next(2)], note('second'))
  finish({ code: 'storeFull', detail: 'full' })
  assert.deepEqual(failed, ['first false', 'second false'])
  assert.deepEqual(said, ['storeFull'])
  journal.commit([next(3)], note('third'))
  assert.equal(commits.length, 0)
  assert.equal(journal.failure?.code, 'storeFull')
})

test('all is settled when the notes are on the disk too, and at once where nothing waits', () => {
  const { journal, commits, said, finish } = setup()
  journal.settled(0, () => said.push('idle'))
  assert.deepEqual([said, commits.length], [['idle'], 0])
  journal.note(0, [deposited])
  journal.settled(0, () => said.push('noted'))
  assert.deepEqual(commits[0]?.changes, [deposited])
  assert.deepEqual(said, ['idle'])
  finish({ code: 'storeFailed', detail: '' })
  journal.settled(0, () => said.push('broken'))
  assert.deepEqual(said, ['idle', 'noted', 'storeFailed', 'broken'])
})
