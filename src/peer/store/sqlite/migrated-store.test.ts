// A profile that an older version made: what was in it is there, and everything new works on it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { GroupCommitter, openDatabase } from '../../../disk/sqlite/index.ts'
import type { AccountName } from '../../../protocol/index.ts'
import type { TalkSummary } from '../../domain/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { readOperations } from './read-operations.ts'
import { peerStoreService } from './service.ts'
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

test('what was said before there were read marks is read, and is found', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-migrated-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'peer.db')
  const old = await openDatabase(file, { ...first, '0002-session': peerMigrations['0002-session'] })
  for (const number of [1, 2]) {
    old.exec(`INSERT INTO message (folded, name, id, device, counter, text, sent_at, received_at, road)
      VALUES ('bob', 'Bob', x'${idOf(number)}', x'07', ${number}, 'old ${number}', 5, 6, 'direct')`)
    old.exec(
      `INSERT INTO channel_row (number, id, name, text, at) VALUES (${number}, x'${idOf(number)}', 'Bob', 'old', 9)`,
    )
    old.exec(`INSERT INTO room_entry (room, number, kind, folded, name, id, text, at)
      VALUES (x'${idOf(9)}', ${number}, 'message', 'bob', 'Bob', x'${idOf(number)}', 'old', 9)`)
  }
  old.exec(`INSERT INTO room (key, room, name, maker, state, members, last)
    VALUES (x'${idOf(9)}', 1, 'tea', 'bob', 'joined', '[]', 2)`)
  old.close()

  const database = await openDatabase(file, peerMigrations)
  t.after(() => database.close())
  const committer = new GroupCommitter(database, peerStoreService.operations(database))
  const ask = <T>(operation: string, argument: unknown): T =>
    committer.commit([{ id: 1, operation, argument }])[0]?.value as T
  const unread = (): number[] =>
    ask<TalkSummary[]>('talks', { own: 'me' })
      .toSorted((a, b) => (a.title < b.title ? -1 : 1))
      .map((talk) => talk.unread)
  assert.deepEqual(unread(), [0, 0, 0])
  const place = { key: idOf(9), number: 3, id: idOf(3) }
  const message = { from: 'bob' as AccountName, text: 'new', sentAt: 10, receivedAt: 10, road: 'direct' } as const
  const row = { number: 3, id: idOf(3), text: 'new', at: 10 }
  ask('commit', [
    { kind: 'received', gapBefore: 0, message: { ...message, id: idOf(3), device: new Uint8Array(1), counter: 3 } },
    { kind: 'channelRow', row },
    {
      kind: 'received',
      gapBefore: 0,
      message: { ...message, id: idOf(4), device: new Uint8Array(1), counter: 4, room: place },
    },
  ])
  assert.deepEqual(unread(), [1, 1, 1])
  const query = { own: 'me', terms: [{ words: ['old'], isPrefix: false }], count: 9 }
  assert.equal(ask<{ hits: unknown[] }>('findWords', query).hits.length, 6)
})

test('a new profile has not logged in', async () => {
  const database = await openDatabase(':memory:', peerMigrations)
  assert.deepEqual(readOperations(database).load().login, { hasLoggedIn: false, hasPassword: false })
  database.close()
})
