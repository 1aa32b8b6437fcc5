// One running program per folder. The lock is an operating system's lock on a small SQLite file, so it ends with the
// process however the process ends, and a stale one cannot exist. Who holds it is written beside it, for the message.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ParleyError } from '../base/index.ts'

interface LockHolder {
  readonly pid: number
  readonly program: string
  /** ISO 8601, UTC. */
  readonly since: string
}

export class FolderLock {
  /** A lock that nobody refers to would be collected, and its file closed, while its owner still works in the folder. */
  static readonly #held = new Set<FolderLock>()
  #database: DatabaseSync | undefined

  private constructor(database: DatabaseSync) {
    this.#database = database
    FolderLock.#held.add(this)
  }

  /** Takes the lock; ParleyError `folderLocked` with `folder` and what is known of the holder where another has it. */
  static take(folder: string, program: string): FolderLock {
    const holderFile = join(folder, 'lock.json')
    const database = openLocked(folder, holderFile)
    const holder: LockHolder = { pid: process.pid, program, since: new Date().toISOString() }
    writeFileSync(holderFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
    return new FolderLock(database)
  }

  release(): void {
    this.#database?.close()
    this.#database = undefined
    FolderLock.#held.delete(this)
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

function openLocked(folder: string, holderFile: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 })
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return database
  } catch (cause) {
    database?.close()
    const busy = cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5
    if (busy) throw new ParleyError('folderLocked', { details: { folder, ...readHolder(holderFile) }, cause })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ParleyError('notWritable', { details: { path: folder, reason }, cause })
  }
}

/** The holder may be between taking the lock and writing its name: then nothing is known of it. */
function readHolder(path: string): Partial<LockHolder> {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof holder === 'object' && holder !== null ? holder : {}
  } catch {
    return {}
  }
}
