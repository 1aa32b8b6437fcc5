// Accounts that the administrator suspended: since when, in wall milliseconds; null where it is not.

import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('account').addColumn('suspended', 'integer').execute()
  await db.schema
    .createIndex('account_suspended')
    .on('account')
    .column('suspended')
    .where('suspended', 'is not', null)
    .execute()
}
