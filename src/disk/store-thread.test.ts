import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ParleyError, type Result } from '../base/index.ts'
import { type StoreFailure, StoreThread, workerModule } from './index.ts'

const worker = workerModule(import.meta.url, './fixture/counter-store')

function folder(t: { after: (run: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-disk-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function open(file: string, onFatal: (error: ParleyError) => void = () => {}): StoreThread {
  return new StoreThread({ worker, file, turn: (run) => run(0), onFatal })
}

function call(store: StoreThread, operation: string, argument: unknown = {}): Promise<Result<unknown, StoreFailure>> {
  return new Promise((resolve) => store.call(operation, argument, (_now, outcome) => resolve(outcome)))
}

test('calls that wait together are committed together and kept over a reopening', async (t) => {
  const file = join(folder(t), 'items.db')
  const first = open(file)
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, (_, id) => call(first, 'add', { id, label: `item ${id}` })),
  )
  assert.ok(outcomes.every((outcome) => outcome.ok))
  await first.close()
  await using second = open(file)
  const all = await call(second, 'all')
  assert.ok(all.ok)
  assert.equal((all.value as { rows: string[] }).rows.length, 1_000)
})

test('the file and what lies beside it are for their owner only, one of an older version too', async (t) => {
  const place = folder(t)
  const file = join(place, 'items.db')
  const first = open(file)
  await call(first, 'add', { id: 1, label: 'private' })
  const modes = (): Set<string> =>
    new Set(readdirSync(place).map((name) => (statSync(join(place, name)).mode & 0o777).toString(8)))
  assert.deepEqual(modes(), new Set(['600']))
  await first.close()
  chmodSync(file, 0o644)
  await using second = open(file)
  await call(second, 'add', { id: 2, label: 'private' })
  assert.deepEqual(modes(), new Set(['600']))
})

test('a call that throws undoes itself, in the file and in memory, and not its neighbours', async (t) => {
  await using store = open(join(folder(t), 'items.db'))
  const [before, failed, doubled, after] = await Promise.all([
    call(store, 'add', { id: 1, label: 'before' }),
    call(store, 'addThenThrow', { id: 2, label: 'never' }),
    call(store, 'add', { id: 1, label: 'doubled' }),
    call(store, 'add', { id: 3, label: 'after' }),
  ])
  assert.deepEqual([before?.ok, failed?.ok, doubled?.ok, after?.ok], [true, false, false, true])
  const all = await call(store, 'all')
  // The doubled id removed itself from the set when it was undone, so only the two committed calls and what they hold count.
  assert.deepEqual(all, { ok: true, value: { rows: ['before', 'after'], held: 1 } })
})

test('nothing is answered inside the call, and a closed store says so', async (t) => {
  const store = open(join(folder(t), 'items.db'))
  let answered = false
  const outcome = new Promise((resolve) =>
    store.call('add', { id: 1, label: 'x' }, (_now, value) => {
      answered = true
      resolve(value)
    }),
  )
  assert.equal(answered, false)
  await outcome
  await store.close()
  const late = await call(store, 'all')
  assert.ok(!late.ok)
  assert.equal(late.error.code, 'storeClosed')
})

test('a file that is no database, and one of a newer program, are refused with their names', async (t) => {
  const path = folder(t)
  const damaged = join(path, 'damaged.db')
  writeFileSync(damaged, 'this is not a database, but long enough to be read as one. '.repeat(100))
  await assert.rejects(open(damaged).ready(), { code: 'storeDamaged' })
  const newer = join(path, 'newer.db')
  const first = open(newer)
  await first.ready()
  await first.close()
  const database = new DatabaseSync(newer)
  database.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('0002-later', '2030')")
  database.close()
  await assert.rejects(open(newer).ready(), (error) => {
    assert.ok(error instanceof ParleyError)
    assert.equal(error.code, 'storeNewer')
    assert.equal(error.details['migration'], '0002-later')
    return true
  })
})

test('a store whose thread dies is fatal once and answers nothing', async (t) => {
  const fatal = Promise.withResolvers<ParleyError>()
  const store = open(join(folder(t), 'items.db'), (error) => fatal.resolve(error))
  await store.ready()
  store.call('noSuchOperation', {}, () => assert.fail('a broken store must not answer'))
  assert.equal((await fatal.promise).code, 'storeFailed')
  await store.close()
})
