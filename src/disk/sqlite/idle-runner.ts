// Work of a store that can wait: small pieces, each in a transaction of its own, done when no calls came for a moment.
// Invariants: a call waits for one piece at most; a crash between two pieces loses nothing, as each is a commit.

import type { DatabaseSync } from 'node:sqlite'
import { sqliteCode } from './database.ts'

export interface IdleWork {
  /** A piece of a few milliseconds; false where nothing is left to do. */
  readonly step: () => boolean
  /** Whether so much is left that it does not wait for quiet. */
  readonly isPressing: () => boolean
}

/** How long after a call the first piece is due, ms: work comes together for a while. */
const dueMs = 250
/** A piece is done where no call came for so long, ms: in a burst they come without a pause. */
const quietMs = 40
/** With a full disk there is no hurry. */
const fullMs = 30_000
const sqliteFull = 13

export class IdleRunner {
  readonly #database: DatabaseSync
  readonly #work: IdleWork
  readonly #onFailure: (cause: unknown) => void
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined
  #calledAt = 0
  #hasEnded = false

  /** `onFailure`: a commit the disk may have lied about. */
  constructor(database: DatabaseSync, work: IdleWork, onFailure: (cause: unknown) => void) {
    this.#database = database
    this.#work = work
    this.#onFailure = onFailure
  }

  /** Calls were answered: there may be work. */
  called(): void {
    this.#calledAt = performance.now()
    if (this.#timer === undefined) this.#wait(dueMs)
  }

  end(): void {
    this.#hasEnded = true
    clearTimeout(this.#timer as NodeJS.Timeout)
    clearImmediate(this.#timer as NodeJS.Immediate)
  }

  #wait(ms: number): void {
    if (!this.#hasEnded) this.#timer = setTimeout(() => this.#run(), ms)
  }

  #run(): void {
    this.#timer = undefined
    if (this.#hasEnded) return
    const isQuiet = performance.now() - this.#calledAt >= quietMs
    if (!isQuiet && !this.#work.isPressing()) return this.#wait(dueMs)
    const outcome = this.#step()
    if (outcome === 'full') this.#wait(fullMs)
    // Calls that came meanwhile go first.
    else if (outcome === 'more' && isQuiet) this.#timer = setImmediate(() => this.#run())
    else if (outcome === 'more') this.#wait(dueMs)
  }

  #step(): 'more' | 'done' | 'full' | 'failed' {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      const hasMore = this.#work.step()
      this.#database.exec('COMMIT')
      return hasMore ? 'more' : 'done'
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      if (sqliteCode(cause) === sqliteFull) return 'full'
      this.#onFailure(cause)
      return 'failed'
    }
  }
}
