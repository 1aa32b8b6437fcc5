// What rooms and channel keep in memory beside the file goes back with it when a commit fails.

import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { kyselyOver, type OnRollback } from '../../../disk/sqlite/index.ts'
import type { AccountName } from '../../../protocol/index.ts'
import { registryMigrations } from '../migrations/index.ts'
import { ChannelOperations } from './channel-operations.ts'
import { RoomOperations } from './room-operations.ts'

const quota = { membersMax: 9, joinedMax: 9, invitedMax: 9, roomsMax: 1, entriesMax: 9 }
const anna = 'anna' as AccountName
const id = (value: number): Uint8Array => new Uint8Array(16).fill(value)

async function open(t: TestContext): Promise<DatabaseSync> {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  for (const { up } of Object.values(registryMigrations)) await up(kyselyOver<unknown>(database))
  return database
}

/** Runs calls in a transaction that fails at its end. */
function failing(database: DatabaseSync, calls: (onRollback: OnRollback) => void): void {
  const undo: (() => void)[] = []
  database.exec('BEGIN IMMEDIATE')
  calls((step) => undo.push(step))
  while (undo.length > 0) undo.pop()?.()
  database.exec('ROLLBACK')
}

test('a room that was not committed is not there, and takes no place', async (t) => {
  const database = await open(t)
  const rooms = new RoomOperations(database)
  const making = { key: id(1), maker: anna, name: '', invite: [], at: 1, quota }
  failing(database, (onRollback) => void rooms.makeRoom(making, onRollback))
  const leave = { room: 1, by: anna, action: { kind: 'leave' }, at: 1, quota } as const
  assert.equal(rooms.changeRoom(leave, () => {}).kind, 'unknownRoom')
  assert.equal(rooms.makeRoom(making, () => {}).kind, 'changed', 'one room may be made')
  assert.equal(rooms.makeRoom({ ...making, key: id(2) }, () => {}).kind, 'storeQuota')
})

test('a change or a number that was not committed is given again', async (t) => {
  const database = await open(t)
  const rooms = new RoomOperations(database)
  const made = rooms.makeRoom({ key: id(1), maker: anna, name: '', invite: [], at: 1, quota }, () => {})
  assert.ok(made.kind === 'changed')
  const { room } = made.record
  const numbering = (message: number) => ({ room, sender: anna, id: id(message), at: 1, quota })
  failing(database, (onRollback) => {
    rooms.numberMessage(numbering(1), onRollback)
    rooms.numberMessage(numbering(2), onRollback)
    rooms.changeRoom({ room, by: anna, action: { kind: 'leave' }, at: 1, quota }, onRollback)
  })
  const again = rooms.numberMessage(numbering(3), () => {})
  assert.deepEqual(again, { kind: 'numbered', isNew: true, number: 2, members: ['anna'] })
  assert.equal(
    rooms.makeRoom({ key: id(2), maker: anna, name: '', invite: [], at: 1, quota }, () => {}).kind,
    'storeQuota',
  )
})

test('a message of the channel that was not committed leaves its number, and no text is forgotten for it', async (t) => {
  const database = await open(t)
  const channel = new ChannelOperations(database)
  const saying = (message: number) => ({ id: id(message), text: `${message}`, at: 1, messagesMax: 2, rememberedMax: 9 })
  channel.say(saying(1), () => {})
  channel.say(saying(2), () => {})
  failing(database, (onRollback) => {
    channel.say(saying(3), onRollback)
    channel.expire({ before: 1, rowsMax: 9 }, onRollback)
  })
  const page = { after: 0, rowsMax: 9, bytesMax: 99 }
  assert.deepEqual(
    channel.fetch(page).rows.map(({ text }) => text),
    ['1', '2'],
  )
  assert.equal(channel.say(saying(4), () => {}).number, 3)
})
