// The first tables. A migration that was ever released is never changed; what is wrong in it is put right by a later one.

import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('identity')
    .addColumn('key', 'blob', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('body', 'blob', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('account')
    .addColumn('folded', 'text', (column) => column.primaryKey())
    .addColumn('reversed', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('identity', 'blob', (column) => column.notNull().references('identity.key'))
    .addColumn('created', 'integer', (column) => column.notNull())
    .addColumn('seen', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('account_reversed').on('account').column('reversed').execute()
  await db.schema.createIndex('account_identity').on('account').column('identity').execute()
  await db.schema
    .createTable('prekey')
    .addColumn('row', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('identity', 'blob', (column) => column.notNull().references('identity.key'))
    .addColumn('device', 'blob', (column) => column.notNull())
    .addColumn('id', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('body', 'blob', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .addUniqueConstraint('prekey_number', ['identity', 'device', 'id'])
    .execute()
  await db.schema.createIndex('prekey_kind').on('prekey').columns(['identity', 'kind', 'device']).execute()
  // Mail has no second index: who has which rows is kept in memory (four times the deposits, see mailbox-index.ts).
  // AUTOINCREMENT, because a row number that came back would let a repeated `collect` remove a message nobody has seen.
  await db.schema
    .createTable('mail')
    .addColumn('row', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('expires', 'integer', (column) => column.notNull())
    .addColumn('envelope', 'blob', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('notice')
    .addColumn('row', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('id', 'blob', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('proof', 'blob')
    .addColumn('at', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('notice_account').on('notice').column('account').execute()
}
