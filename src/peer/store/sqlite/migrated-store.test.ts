// A profile that an older version made: what was in it is there, and everything new works on it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from '../../../disk/sqlite/index.ts'
import type { AccountName } from '../../../protocol/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { readOperations } from './read-operations.ts'
import { PeerWriter } from './write-operations.ts'

const first = { '0001-first': peerMigrations['0001-first'] }
const idOf = (number: number): string => number.toString(16).padStart(32, '0')

test('a store of the first tables is brought up to date with what is in it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-migrated-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'peer.db')
  const old = await openDatabase(file, first)
  old.exec(`INSERT INTO message (folded, name, id, counter, text, sent_at, state)
    VALUES ('bob', 'Bob', x'${idOf(1)}', 0, 'kept', 5, 'kept')`)
  old.exec(`INSERT INTO held (device, counter, id, name, text, sent_at, received_at, road)
    VALUES (x'07', 3, x'${idOf(2)}', 'carol', 'early', 5, 6, 'direct')`)
  old.exec("INSERT INTO prekey (kind, secret, made) VALUES ('once', x'01', 1)")
  old.close()

  const database = await openDatabase(file, peerMigrations)
  const read = readOperations(database)
  const state = read.load()
  assert.deepEqual(
    state.outgoing.map(({ text, room }) => [text, room]),
    [['kept', undefined]],
  )
  assert.deepEqual(
    state.held.map(({ text, room }) => [text, room]),
    [['early', undefined]],
  )
  assert.deepEqual(state.login, { hasLoggedIn: true, hasPassword: false })
  assert.deepEqual(
    read.history({ name: 'BOB', limit: 5 }).map((row) => row.text),
    ['kept'],
  )
  const room = { key: idOf(9), number: 4, id: idOf(8) }
  const message = { id: idOf(3), to: 'Bob', counter: 1, text: 'to the room', sentAt: 6, room }
  new PeerWriter(database).commit([
    { kind: 'outgoing', message },
    {
      kind: 'room',
      room: { key: idOf(9), room: 1, name: '', maker: 'Bob' as AccountName, state: 'joined', members: [], last: 3 },
    },
  ])
  assert.deepEqual(read.load().outgoing.at(-1)?.room, room)
  assert.equal(read.history({ name: 'bob', limit: 5 }).length, 1)
  database.close()
})

test('a new profile has not logged in', async () => {
  const database = await openDatabase(':memory:', peerMigrations)
  assert.deepEqual(readOperations(database).load().login, { hasLoggedIn: false, hasPassword: false })
  database.close()
})
