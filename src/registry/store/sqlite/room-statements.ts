// The queries of room-operations.ts, compiled once.

import type { DatabaseSync } from 'node:sqlite'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import type { AccountName, MemberState, RoomEntryKind } from '../../../protocol/index.ts'
import type { RegistryTables } from './tables.ts'

export type RoomStatements = ReturnType<typeof roomStatements>

export function roomStatements(database: DatabaseSync) {
  return { ...roomQueries(database), ...memberQueries(database), ...entryQueries(database), ...logQueries(database) }
}

const room = param<number>('room')

function roomQueries(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  return {
    nameOf: prepare(database, db.selectFrom('account').select('name').where('folded', '=', param<string>('account'))),
    roomCount: prepare(database, db.selectFrom('room').select(db.fn.countAll<number>().as('count'))),
    room: prepare(database, db.selectFrom('room').selectAll().where('room', '=', room)),
    roomOfKey: prepare(database, db.selectFrom('room').select('room').where('key', '=', param<Uint8Array>('key'))),
    insertRoom: prepare(
      database,
      db.insertInto('room').values({
        key: param<Uint8Array>('key'),
        name: param<string>('name'),
        maker: param<AccountName>('maker'),
        last: 0,
        first: 1,
        oldest: null,
        base: '[]',
      }),
    ),
    updateRoom: prepare(
      database,
      db
        .updateTable('room')
        .set({ name: param<string>('name'), maker: param<AccountName>('maker'), last: param<number>('last') })
        .where('room', '=', room),
    ),
    removeRoom: prepare(database, db.deleteFrom('room').where('room', '=', room)),
  }
}

function memberQueries(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const account = param<string>('account')
  return {
    members: prepare(
      database,
      db.selectFrom('room_member').select(['name', 'state', 'since']).where('room', '=', room).orderBy('since'),
    ),
    isMember: prepare(
      database,
      db.selectFrom('room_member').select('state').where('room', '=', room).where('account', '=', account),
    ),
    roomsAfter: prepare(
      database,
      db
        .selectFrom('room_member')
        .select('room')
        .where('account', '=', account)
        .where('room', '>', param<number>('after'))
        .orderBy('room')
        .limit(param<number>('count')),
    ),
    statesOf: prepare(
      database,
      db
        .selectFrom('room_member')
        .select('state')
        .select(db.fn.countAll<number>().as('count'))
        .where('account', '=', account)
        .groupBy('state'),
    ),
    putMember: prepare(
      database,
      db
        .insertInto('room_member')
        .values({
          room,
          account,
          name: param<AccountName>('name'),
          state: param<MemberState>('state'),
          since: param<number>('since'),
        })
        .onConflict((conflict) =>
          conflict.columns(['room', 'account']).doUpdateSet((row) => ({
            state: row.ref('excluded.state'),
            since: row.ref('excluded.since'),
          })),
        ),
    ),
    removeMember: prepare(
      database,
      db.deleteFrom('room_member').where('room', '=', room).where('account', '=', account),
    ),
    removeMembers: prepare(database, db.deleteFrom('room_member').where('room', '=', room)),
  }
}

function entryQueries(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  return {
    insertEntry: prepare(
      database,
      db.insertInto('room_entry').values({
        room,
        number: param<number>('number'),
        kind: param<RoomEntryKind>('kind'),
        name: param<AccountName>('name'),
        by: param<AccountName | null>('by'),
        id: param<Uint8Array | null>('id'),
        text: param<string | null>('text'),
        at: param<number>('at'),
        joined: param<string | null>('joined'),
      }),
    ),
    entriesAfter: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select(['number', 'kind', 'name', 'by', 'id', 'text', 'at'])
        .where('room', '=', room)
        .where('number', '>', param<number>('after'))
        .orderBy('number')
        .limit(param<number>('count')),
    ),
    messageNumber: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select('number')
        .where('room', '=', room)
        .where('id', '=', param<Uint8Array>('id'))
        .where('name', '=', param<AccountName>('sender')),
    ),
    joinedAt: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select('joined')
        .where('room', '=', room)
        .where('number', '<=', param<number>('number'))
        .where('joined', 'is not', null)
        .orderBy('number', 'desc')
        .limit(1),
    ),
  }
}

function logQueries(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  return {
    overdue: prepare(
      database,
      db.selectFrom('room').select('room').where('oldest', '<=', param<number>('before')).orderBy('oldest').limit(1),
    ),
    firstTimes: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select(['number', 'at'])
        .where('room', '=', room)
        .orderBy('number')
        .limit(param<number>('count')),
    ),
    removeUpTo: prepare(
      database,
      db.deleteFrom('room_entry').where('room', '=', room).where('number', '<=', param<number>('number')),
    ),
    beginLog: prepare(
      database,
      db
        .updateTable('room')
        .set({ first: param<number>('first'), base: param<string>('base') })
        .where('room', '=', room),
    ),
    setOldest: prepare(
      database,
      db
        .updateTable('room')
        .set({ oldest: param<number | null>('oldest') })
        .where('room', '=', room),
    ),
    removeLog: prepare(database, db.deleteFrom('room_entry').where('room', '=', room)),
  }
}
