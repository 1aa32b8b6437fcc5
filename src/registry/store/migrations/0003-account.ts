// Passwords and invites. A record is OPAQUE's: what it is tried against is in a file beside the database (opaque.key), so
// that neither alone says anything. Of invite codes only hashes.

import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('password')
    .addColumn('folded', 'text', (column) => column.primaryKey())
    .addColumn('record', 'blob', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('remembered_device')
    .addColumn('folded', 'text', (column) => column.notNull())
    .addColumn('device', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('remembered_device_key', ['folded', 'device'])
    .execute()
  await db.schema
    .createTable('invite')
    .addColumn('hash', 'blob', (column) => column.primaryKey())
    .addColumn('expires', 'integer', (column) => column.notNull())
    .execute()
}
