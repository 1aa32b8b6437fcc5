// The first tables. A migration that was ever released is never changed; what is wrong in it is put right by a later one.

import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await makeMessages(db)
  await db.schema
    .createTable('receipt_key')
    .addColumn('row', 'integer', (column) => column.primaryKey())
    .addColumn('message', 'blob', (column) => column.notNull())
    .addColumn('key', 'blob', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('receipt_key_message').on('receipt_key').column('message').execute()
  await db.schema
    .createTable('recipient')
    .addColumn('folded', 'text', (column) => column.primaryKey())
    .addColumn('next_counter', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('contact')
    .addColumn('folded', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('identity', 'blob', (column) => column.notNull())
    .addColumn('body', 'blob', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .addColumn('offered_identity', 'blob')
    .addColumn('offered_body', 'blob')
    .addColumn('offered_signature', 'blob')
    .execute()
  await db.schema
    .createTable('inbox')
    .addColumn('device', 'blob', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('next', 'integer', (column) => column.notNull())
    .addColumn('floor', 'integer', (column) => column.notNull())
    .addColumn('gap', 'integer', (column) => column.notNull())
    .execute()
  await makeHeld(db)
  // AUTOINCREMENT: the number of an erased prekey must not come back, as mail under it may still be on its way.
  await db.schema
    .createTable('prekey')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('secret', 'blob', (column) => column.notNull())
    .addColumn('made', 'integer', (column) => column.notNull())
    .addColumn('used', 'integer')
    .execute()
}

/** The history: one row for each message that is shown or was sent, in the order of showing. */
async function makeMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('message')
    .addColumn('row', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('folded', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('device', 'blob')
    .addColumn('counter', 'integer', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'integer', (column) => column.notNull())
    .addColumn('received_at', 'integer')
    .addColumn('road', 'text')
    .addColumn('state', 'text')
    .addColumn('reason', 'text')
    .addColumn('gap_before', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('unreadable', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('message_conversation').on('message').columns(['folded', 'row']).execute()
  // Of others: what makes one message one message. `device` is null for own messages, which have ids of their own.
  const received = sql<boolean>`device IS NOT NULL`
  await db.schema
    .createIndex('message_counter')
    .unique()
    .on('message')
    .columns(['device', 'counter'])
    .where(received)
    .execute()
  await db.schema
    .createIndex('message_received')
    .unique()
    .on('message')
    .columns(['device', 'id'])
    .where(received)
    .execute()
  const own = sql<boolean>`device IS NULL`
  await db.schema.createIndex('message_sent').unique().on('message').column('id').where(own).execute()
  const waiting = sql<boolean>`state IN ('kept', 'mailbox')`
  await db.schema.createIndex('message_waiting').on('message').column('row').where(waiting).execute()
}

/** Received, and not shown while one before it may still come. */
async function makeHeld(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('held')
    .addColumn('device', 'blob', (column) => column.notNull())
    .addColumn('counter', 'integer', (column) => column.notNull())
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'integer', (column) => column.notNull())
    .addColumn('received_at', 'integer', (column) => column.notNull())
    .addColumn('road', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('held_key', ['device', 'counter'])
    .execute()
}
