// S1 on the real disk: what the SQLite store acknowledged is there after `kill -9`, once, and the file opens again.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { StoreThread } from '../../src/disk/index.ts'
import { SqliteStore, sqliteStoreWorker } from '../../src/registry/index.ts'
import { StoreCaller } from './store-caller.ts'

const kills = Number(process.env['PARLEY_KILLS'] ?? 2)
const depositor = join(import.meta.dirname, 'fixture', 'depositor.ts')

/** Runs a depositor until it has acknowledged so many, and kills it; the numbers it acknowledged. */
async function depositUntilKilled(file: string, first: number, count: number): Promise<number[]> {
  const child = spawn(process.execPath, [depositor, file, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: number[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const [, number] = /^kept (\d+)$/.exec(line) ?? assert.fail(line)
    if (acknowledged.push(Number(number)) === count) child.kill('SIGKILL')
  })
  await Promise.all([once(child, 'exit'), once(lines, 'close')])
  return acknowledged
}

test(`S1: no acknowledged deposit is lost or doubled in ${kills} kills under load`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-killed-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'registry.db')
  const acknowledged = new Set<number>()
  for (let i = 0; i < kills; i++) {
    const numbers = await depositUntilKilled(file, i * 1_000_000, 100 + 20 * i)
    for (const number of numbers) acknowledged.add(number)
  }
  await using thread = new StoreThread({
    worker: sqliteStoreWorker,
    file,
    turn: (run) => run(0),
    onFatal: (error) => assert.fail(error),
  })
  const { rows } = await new StoreCaller(new SqliteStore(thread)).fetchMail({
    account: 'b',
    after: 0,
    rowsMax: 1e6,
    bytesMax: 1e9,
  })
  const kept = rows.map(({ id }) => new DataView(id.buffer, id.byteOffset).getUint32(0))
  assert.equal(new Set(kept).size, kept.length, 'none doubled')
  const there = new Set(kept)
  const lost = [...acknowledged].filter((number) => !there.has(number))
  assert.deepEqual(lost, [])
  assert.ok(acknowledged.size >= kills * 100)
})
