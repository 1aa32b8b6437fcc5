// The thread's side of a store: group commit. All calls that wait when the disk is free run in one transaction, each in a
// savepoint of its own, and are answered only after the commit. So a busy store commits rarely and a quiet one at once,
// without waiting for company.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { DatabaseSync } from 'node:sqlite'
import { assert, ParleyError } from '../../base/index.ts'
import type { StoreFailure } from '../store-failure.ts'
import type { FromStore, StoreAnswer, StoreCall, ToStore } from '../store-message.ts'
import { type Migrations, openDatabase, sqliteCode } from './database.ts'
import { IdleRunner, type IdleWork } from './idle-runner.ts'

/** Registers what must be undone in memory when the call, or the commit it is part of, fails. */
export type OnRollback = (undo: () => void) => void

/** One synchronous operation. What it throws undoes this call alone. */
export type StoreOperation = (argument: never, onRollback: OnRollback) => unknown

export interface StoreService {
  readonly migrations: Migrations
  /** Prepares statements and loads what is kept in memory. */
  readonly operations: (database: DatabaseSync) => Readonly<Record<string, StoreOperation>>
  /** What is done when nobody asks for anything. */
  readonly idleWork?: (database: DatabaseSync) => IdleWork
}

/** Most calls in one transaction: bounds what waits for one commit. */
const callsPerCommitMax = 256
const sqliteFull = 13

/** Opens the file that the owner named and serves it until it is told to close. Called by worker modules at their end. */
export async function serveStore(service: StoreService): Promise<void> {
  assert(parentPort, 'a store runs in a worker thread')
  const port = parentPort
  const tell = (message: FromStore): void => port.postMessage(message)
  const stop = (cause: unknown): void => {
    tell(fatalMessage(cause))
    port.close()
  }
  let committer: GroupCommitter
  let database: DatabaseSync
  let idle: IdleRunner | undefined
  try {
    database = await openDatabase((workerData as { file: string }).file, service.migrations)
    committer = new GroupCommitter(database, service.operations(database))
    const work = service.idleWork?.(database)
    idle = work && new IdleRunner(database, work, (cause) => stop(cause))
  } catch (cause) {
    return stop(cause)
  }
  tell({ kind: 'ready' })
  idle?.called()
  port.on('message', (first: ToStore) => {
    let message: ToStore | undefined = first
    while (message) {
      const calls: StoreCall[] = []
      while (message?.kind === 'calls') {
        calls.push(...message.calls)
        if (calls.length >= callsPerCommitMax) break
        message = receive(port)
      }
      try {
        if (calls.length > 0) tell({ kind: 'answers', answers: committer.commit(calls) })
      } catch (cause) {
        idle?.end()
        return stop(cause)
      }
      if (message?.kind === 'close') {
        idle?.end()
        database.close()
        tell({ kind: 'closed' })
        port.close()
        return
      }
      message = receive(port)
    }
    idle?.called()
  })
}

function receive(port: NonNullable<typeof parentPort>): ToStore | undefined {
  const received: { message: ToStore } | undefined = receiveMessageOnPort(port)
  return received?.message
}

/** Runs calls in one transaction each time. Exported for tests, which spare themselves the thread. */
export class GroupCommitter {
  readonly #database: DatabaseSync
  readonly #operations: Readonly<Record<string, StoreOperation>>

  constructor(database: DatabaseSync, operations: Readonly<Record<string, StoreOperation>>) {
    this.#database = database
    this.#operations = operations
  }

  /** Runs the calls in one transaction. Throws only what must end the store: a commit the disk may have lied about. */
  commit(calls: readonly StoreCall[]): StoreAnswer[] {
    const undo: (() => void)[] = []
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const answers = calls.map((call) => this.#run(call, undo))
      this.#database.exec('COMMIT')
      return answers
    } catch (cause) {
      while (undo.length > 0) undo.pop()?.()
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      // A full disk is the one failure that leaves the file as it was and may pass. After any other failed write or
      // sync the kernel may already have dropped the pages, and a retry would be told that all is well.
      if (sqliteCode(cause) !== sqliteFull) throw cause
      const failure: StoreFailure = { code: 'storeFull', detail: detailOf(cause) }
      return calls.map((call) => ({ id: call.id, failure }))
    }
  }

  #run(call: StoreCall, undo: (() => void)[]): StoreAnswer {
    const operation = this.#operations[call.operation]
    assert(operation, `the store has no operation ${call.operation}`)
    const undoBefore = undo.length
    this.#database.exec('SAVEPOINT one_call')
    try {
      const value = operation(call.argument as never, (step) => undo.push(step))
      this.#database.exec('RELEASE one_call')
      return { id: call.id, value }
    } catch (cause) {
      const code = sqliteCode(cause)
      // Constraint and mismatch errors are this call's own; a disk error is everybody's.
      if (code !== undefined && code !== 19 && code !== 20 && code !== 1) throw cause
      while (undo.length > undoBefore) undo.pop()?.()
      this.#database.exec('ROLLBACK TO one_call; RELEASE one_call')
      return { id: call.id, failure: { code: 'storeFailed', detail: detailOf(cause) } }
    }
  }
}

function fatalMessage(cause: unknown): FromStore {
  if (cause instanceof ParleyError) return { kind: 'fatal', code: cause.code, details: { ...cause.details } }
  return { kind: 'fatal', code: 'storeFailed', details: { reason: detailOf(cause) } }
}

function detailOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
