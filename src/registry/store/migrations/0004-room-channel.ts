// Rooms with their members and logs, and the public channel with who has heard how much of it.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await makeRoomTables(db)
  // AUTOINCREMENT is not needed: the latest rows stay, with or without their texts, so a number never comes back.
  await db.schema
    .createTable('channel')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('text', 'text')
    .execute()
  await db.schema.createIndex('channel_message').on('channel').columns(['id', 'sender']).unique().execute()
  await db.schema
    .createTable('channel_mark')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull())
    .modifyEnd(sql`without rowid`)
    .execute()
}

async function makeRoomTables(db: Kysely<unknown>): Promise<void> {
  // AUTOINCREMENT, because a number that came back would let people into a transcript that they took for another.
  await db.schema
    .createTable('room')
    .addColumn('room', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('key', 'blob', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('maker', 'text', (column) => column.notNull())
    .addColumn('last', 'integer', (column) => column.notNull())
    .addColumn('first', 'integer', (column) => column.notNull())
    .addColumn('oldest', 'integer')
    .addColumn('base', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('room_oldest').on('room').column('oldest').execute()
  await db.schema
    .createTable('room_member')
    .addColumn('room', 'integer', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('since', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('room_member_key', ['room', 'account'])
    .modifyEnd(sql`without rowid`)
    .execute()
  await db.schema.createIndex('room_member_account').on('room_member').columns(['account', 'room', 'state']).execute()
  await db.schema
    .createTable('room_entry')
    .addColumn('room', 'integer', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('by', 'text')
    .addColumn('id', 'blob')
    .addColumn('text', 'text')
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('joined', 'text')
    .addPrimaryKeyConstraint('room_entry_key', ['room', 'number'])
    .modifyEnd(sql`without rowid`)
    .execute()
  await db.schema
    .createIndex('room_entry_message')
    .on('room_entry')
    .columns(['room', 'id', 'name'])
    .unique()
    .where('id', 'is not', null)
    .execute()
}
