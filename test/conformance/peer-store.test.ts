// Both stores of a peer against the same suite, and what only one of them can show.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { VirtualTime } from '../../sim/virtual-time.ts'
import { MemoryPeerStore } from '../../sim/store/peer-store.ts'
import { SqlitePeerStore } from '../../src/peer/index.ts'
import { peerStoreService } from '../../src/peer/store/sqlite/index.ts'
import { InlineThread } from './inline-thread.ts'
import { testPeerArchive } from './peer-archive-suite.ts'
import { testPeerRoomStore } from './peer-room-store-suite.ts'
import { type PeerStoreSubject, testPeerStore } from './peer-store-suite.ts'

function openMemory(): Promise<PeerStoreSubject> {
  const store = new MemoryPeerStore({
    schedule: (_delayMs, run) => setImmediate(() => run(0)),
    commitDelayMs: () => 1,
    answerDelayMs: () => 1,
  })
  return Promise.resolve({ store, reopen: () => Promise.resolve(store), close: () => Promise.resolve() })
}

async function openSqlite(): Promise<PeerStoreSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-peer-store-'))
  const start = (): Promise<InlineThread> => InlineThread.open(peerStoreService, join(folder, 'peer.db'))
  let thread = await start()
  return {
    store: new SqlitePeerStore(thread),
    reopen: async () => {
      await thread.close()
      thread = await start()
      return new SqlitePeerStore(thread)
    },
    close: async () => {
      await thread.close()
      rmSync(folder, { recursive: true })
    },
  }
}

testPeerStore('memory', openMemory)
testPeerStore('SQLite', openSqlite)
testPeerRoomStore('memory', openMemory)
testPeerRoomStore('SQLite', openSqlite)
testPeerArchive('memory', openMemory)
testPeerArchive('SQLite', openSqlite)

test('a crash loses what was not committed and every answer on its way, and nothing else', () => {
  const time = new VirtualTime()
  const store = new MemoryPeerStore({
    schedule: (delayMs, run) => time.schedule(time.now + delayMs, run),
    commitDelayMs: () => 10,
    answerDelayMs: () => 10,
  })
  const message = (number: number) => ({
    id: `${number}`.padStart(32, '0'),
    to: 'bob',
    counter: number,
    text: 'x',
    sentAt: 0,
  })
  const answered: number[] = []
  const keep = (number: number): void =>
    store.commit([{ kind: 'outgoing', message: message(number) }], () => answered.push(number))
  keep(1)
  time.runUntil(15)
  keep(2)
  time.runUntil(26)
  keep(3)
  assert.deepEqual(answered, [1])
  time.runUntil(27)
  store.crash()
  time.runUntil(1_000)
  // The second was on the disk and nobody heard of it; the third never got there.
  assert.deepEqual(answered, [1])
  assert.deepEqual(
    store.history().map((row) => row.id),
    [message(1).id, message(2).id],
  )
})
