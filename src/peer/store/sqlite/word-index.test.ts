// The index follows behind what is written: in pieces, with its mark in the same commit, so that whatever is undone or
// killed in between leaves neither a hole nor a double.

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from '../../../disk/sqlite/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { WordIndex } from './word-index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const kills = Number(process.env['PARLEY_KILLS'] ?? 2)
const lookup = { terms: [{ words: ['word'], isPrefix: false }], own: 'me', below: Number.MAX_SAFE_INTEGER }

function write(database: DatabaseSync, from: number, to: number): void {
  const insert = database.prepare(
    `INSERT INTO message (row, folded, name, id, device, counter, text, sent_at)
     VALUES (:row, 'bob', 'Bob', randomblob(16), x'07', :row, :text, 0)`,
  )
  database.exec('BEGIN')
  for (let row = from; row < to; row++) insert.run({ row, text: `word ${row}` })
  database.exec('COMMIT')
}

const rowsOf = (index: WordIndex): number[] => [...index.find('message', lookup)].toReversed()
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

test('a piece that is undone is done again, and what comes before and behind is taken in', async () => {
  const database = await openDatabase(':memory:', peerMigrations)
  const index = new WordIndex(database)
  write(database, 1, 601)
  assert.equal(index.backlog >= 600, true)
  assert.equal(index.step(), true)
  database.exec('BEGIN')
  index.step()
  database.exec('ROLLBACK')
  assert.equal(index.step(), true)
  write(database, -300, 0)
  while (index.step());
  assert.deepEqual(rowsOf(index), [...range(-300, 0), ...range(1, 601)])
  assert.equal(index.backlog, 0)
  write(database, 601, 610)
  write(database, -310, -300)
  while (index.step());
  assert.deepEqual(rowsOf(index), [...range(-310, 0), ...range(1, 610)])
  database.close()
})

test(`after ${kills} kills in the middle of indexing every message is in the index once`, slow, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-index-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'peer.db')
  let last = 0
  for (let round = 0; round < kills; round++) {
    const before = await openDatabase(file, peerMigrations)
    write(before, last + 1, last + 10_001)
    last += 10_000
    before.close()
    const child: ChildProcess = fork(join(import.meta.dirname, 'fixture', 'indexer.ts'), [file], { stdio: 'inherit' })
    let steps = 0
    child.on('message', () => {
      steps += 1
      if (steps === 3 + round) child.kill('SIGKILL')
    })
    await once(child, 'exit')
    assert.ok(steps >= 3)
  }
  const database = await openDatabase(file, peerMigrations)
  t.after(() => database.close())
  const index = new WordIndex(database)
  while (index.step());
  assert.deepEqual(rowsOf(index), range(1, last + 1))
})
