// Friends, addresses and logins; rooms with their transcripts; the public channel. A copy of a room's message is a message
// like any other for its roads, and part of no conversation.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await addPlaces(db)
  await makePeople(db)
  await makeRooms(db)
  await makeChannel(db)
}

async function addPlaces(db: Kysely<unknown>): Promise<void> {
  for (const table of ['message', 'held'] as const) {
    await db.schema.alterTable(table).addColumn('room', 'blob').execute()
    await db.schema.alterTable(table).addColumn('room_number', 'integer').execute()
    await db.schema.alterTable(table).addColumn('room_id', 'blob').execute()
  }
  // A conversation with somebody of many rooms must not be searched among thousands of copies.
  await db.schema.dropIndex('message_conversation').execute()
  await db.schema
    .createIndex('message_talk')
    .on('message')
    .columns(['folded', 'row'])
    .where(sql<boolean>`room IS NULL`)
    .execute()
}

async function makePeople(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('friend')
    .addColumn('folded', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('alias', 'text')
    .addColumn('is_friend', 'integer', (column) => column.notNull())
    .addColumn('is_blocked', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('address')
    .addColumn('folded', 'text', (column) => column.primaryKey())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('port', 'integer', (column) => column.notNull())
    .execute()
  // One row.
  await db.schema
    .createTable('login')
    .addColumn('one', 'integer', (column) => column.primaryKey().check(sql`one = 1`))
    .addColumn('has_logged_in', 'integer', (column) => column.notNull())
    .addColumn('has_password', 'integer', (column) => column.notNull())
    .execute()
  // A profile that has messages or contacts did log in before this table was there.
  await sql`INSERT INTO login (one, has_logged_in, has_password)
    SELECT 1, EXISTS (SELECT 1 FROM contact) OR EXISTS (SELECT 1 FROM prekey), 0`.execute(db)
}

async function makeRooms(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('room')
    .addColumn('key', 'blob', (column) => column.primaryKey())
    .addColumn('room', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('maker', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('members', 'text', (column) => column.notNull())
    .addColumn('last', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('room_entry')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('room', 'blob', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('folded', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('by', 'text')
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('text', 'text')
    .addColumn('at', 'integer', (column) => column.notNull())
    .execute()
  // Who wrote it is part of what makes an entry one entry: a number or an id can be claimed by somebody else as well.
  await db.schema
    .createIndex('room_entry_place')
    .unique()
    .on('room_entry')
    .columns(['room', 'number', 'folded', 'id'])
    .execute()
  await db.schema
    .createIndex('room_entry_change')
    .on('room_entry')
    .column('number')
    .where(sql<boolean>`kind <> 'message'`)
    .execute()
  await db.schema
    .createTable('room_draft')
    .addColumn('row', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'blob', (column) => column.notNull().unique())
    .addColumn('room', 'blob', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'integer', (column) => column.notNull())
    .execute()
}

async function makeChannel(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('channel_row')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('channel_row_one').unique().on('channel_row').columns(['number', 'id']).execute()
  await db.schema.createIndex('channel_row_time').on('channel_row').columns(['at', 'number']).execute()
  await db.schema
    .createTable('channel_mark')
    .addColumn('one', 'integer', (column) => column.primaryKey().check(sql`one = 1`))
    .addColumn('number', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('channel_draft')
    .addColumn('row', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'blob', (column) => column.notNull().unique())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'integer', (column) => column.notNull())
    .execute()
}
