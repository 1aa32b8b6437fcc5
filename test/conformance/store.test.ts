import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { MemoryRegistryStore } from '../../sim/store/registry-store.ts'
import { SqliteStore } from '../../src/registry/index.ts'
import { registryStoreService } from '../../src/registry/store/sqlite/index.ts'
import { testChannel } from './channel-store-suite.ts'
import { testRooms } from './room-store-suite.ts'
import { InlineThread } from './inline-thread.ts'
import { depositOf, StoreCaller } from './store-caller.ts'
import { type StoreUnderTest, testStore } from './store-suite.ts'

function memoryStore(): MemoryRegistryStore {
  return new MemoryRegistryStore({
    schedule: (_delayMs, run) => setImmediate(() => run(0)),
    commitDelayMs: () => 1,
    answerDelayMs: () => 1,
  })
}

const openMemory = (): Promise<StoreUnderTest> => {
  const store = memoryStore()
  return Promise.resolve({ store, reopen: () => Promise.resolve(store), close: () => Promise.resolve() })
}

const openSqlite = async (): Promise<StoreUnderTest> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'))
  const start = (): Promise<InlineThread> => InlineThread.open(registryStoreService, join(folder, 'registry.db'))
  let thread = await start()
  return {
    store: new SqliteStore(thread),
    reopen: async () => {
      await thread.close()
      thread = await start()
      return new SqliteStore(thread)
    },
    close: async () => {
      await thread.close()
      rmSync(folder, { recursive: true })
    },
  }
}

testStore('memory', openMemory, 200)
testStore('SQLite', openSqlite, 6)
testRooms('memory', openMemory, 20)
testRooms('SQLite', openSqlite, 6)
testChannel('memory', openMemory)
testChannel('SQLite', openSqlite)

test('a crash loses what was not committed and every answer on its way, and nothing else', () => {
  const timers: { at: number; run: (now: number) => void }[] = []
  let now = 0
  const store = new MemoryRegistryStore({
    schedule: (delayMs, run) => timers.push({ at: now + delayMs, run }),
    commitDelayMs: () => 10,
    answerDelayMs: () => 10,
  })
  const runUntil = (until: number): void => {
    for (;;) {
      const next = timers.filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (!next) break
      timers.splice(timers.indexOf(next), 1)
      now = next.at
      next.run(now)
    }
    now = until
  }
  const caller = new StoreCaller(store)
  void caller.claimAll('a', 'b')
  runUntil(100)
  let answers = 0
  const deposit = (id: number): void => store.deposit(depositOf('a', 'a', id), () => (answers += 1))
  deposit(1)
  runUntil(115)
  assert.equal(store.mailIds().length, 1, 'committed')
  deposit(2)
  store.crash()
  runUntil(200)
  assert.equal(answers, 0, 'neither the answer nor the second deposit survived')
  assert.equal(store.mailIds().length, 1)
  deposit(2)
  runUntil(300)
  assert.equal(answers, 1)
  assert.equal(store.mailIds().length, 2)
})
