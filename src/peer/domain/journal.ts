// Group commit: while one transaction is on its way to the disk, what comes up gathers for the next; what nobody waits for
// goes with the next one or a moment later, so that it delays nobody. Invariants: effects and callbacks keep the order of
// the calls; nothing is reported that is not on the disk; after a failure nothing more is written, because what followed
// may have built on what was lost.

import { type MonotonicMs, type Result, toHex } from '../../base/index.ts'
import type { CommitOutcome, PeerChange, PeerStore, StoreFailure } from './peer-store.ts'

type Committed = (now: MonotonicMs, outcome: Result<CommitOutcome, StoreFailure>) => void

/** How long a note waits for company, ms. */
const noteMs = 25

interface Entry {
  readonly changes: readonly PeerChange[]
  readonly done: Committed | undefined
}

export interface JournalOptions {
  readonly store: Pick<PeerStore, 'commit'>
  readonly changesPerCommitMax: number
  /** After all callbacks of a commit: the moment to send in one piece what they gathered. */
  readonly onBatch: (now: MonotonicMs) => void
  readonly onFailure: (now: MonotonicMs, failure: StoreFailure) => void
}

export class Journal {
  readonly #options: JournalOptions
  #waiting: Entry[] = []
  /** Somebody waits for one of the entries. */
  #isUrgent = false
  #noteAt: MonotonicMs | undefined
  #isCommitting = false
  #failure: StoreFailure | undefined

  constructor(options: JournalOptions) {
    this.#options = options
  }

  /** Why nothing is written any more. */
  get failure(): StoreFailure | undefined {
    return this.#failure
  }

  /** Whether all that was asked for is on the disk. */
  get isIdle(): boolean {
    return !this.#isCommitting && this.#waiting.length === 0
  }

  /** Writes the changes; `done` follows after their commit, behind everything that was asked for before. */
  commit(changes: readonly PeerChange[], done?: Committed): void {
    if (this.#failure) return
    this.#waiting.push({ changes, done })
    this.#isUrgent = true
    if (!this.#isCommitting) this.#next()
  }

  /** Writes the changes with the next commit, or by themselves a moment later: losing them costs a repetition only. */
  note(now: MonotonicMs, changes: readonly PeerChange[]): void {
    if (this.#failure || changes.length === 0) return
    this.#waiting.push({ changes, done: undefined })
    this.#noteAt ??= now + noteMs
  }

  /** Writes what was noted now. */
  flush(): void {
    this.#isUrgent = this.#waiting.length > 0
    if (!this.#isCommitting) this.#next()
  }

  /** `done` follows when all that was asked for before is on the disk, notes too, or will never be. */
  settled(now: MonotonicMs, done: (now: MonotonicMs) => void): void {
    if (this.isIdle || this.#failure) done(now)
    else this.commit([], done)
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#noteAt !== undefined && this.#noteAt <= now) this.flush()
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#isCommitting ? undefined : this.#noteAt
  }

  #next(): void {
    if (!this.#isUrgent) return
    this.#isUrgent = false
    this.#noteAt = undefined
    const batch = this.#takeBatch()
    if (batch.length === 0) return
    this.#isCommitting = true
    const changes = latest(batch.flatMap((entry) => entry.changes))
    this.#options.store.commit(changes, (now, outcome) => {
      this.#isCommitting = false
      if (!outcome.ok) return this.#fail(now, outcome.error, batch)
      // The next transaction leaves before anybody acts on this one: the disk is the slowest part.
      this.#next()
      for (const entry of batch) entry.done?.(now, outcome)
      this.#options.onBatch(now)
    })
  }

  #takeBatch(): Entry[] {
    let changes = 0
    let count = 0
    for (const entry of this.#waiting) {
      changes += entry.changes.length
      if (count > 0 && changes > this.#options.changesPerCommitMax) break
      count += 1
    }
    const batch = this.#waiting.splice(0, count)
    if (this.#waiting.length > 0) this.#isUrgent = true
    return batch
  }

  #fail(now: MonotonicMs, failure: StoreFailure, batch: readonly Entry[]): void {
    this.#failure = failure
    const lost = [...batch, ...this.#waiting]
    this.#waiting = []
    for (const entry of lost) entry.done?.(now, { ok: false, error: failure })
    this.#options.onFailure(now, failure)
  }
}

/** Of the changes that overwrite a whole record only the last counts within one transaction. */
function latest(changes: readonly PeerChange[]): readonly PeerChange[] {
  const last = new Map<string, number>()
  let device: Uint8Array | undefined
  let key = ''
  changes.forEach((change, at) => {
    if (change.kind === 'inbox') {
      // A burst has one record a message, all of one device.
      if (change.inbox.device !== device) [device, key] = [change.inbox.device, `inbox ${toHex(change.inbox.device)}`]
      last.set(key, at)
    } else if (change.kind === 'nextCounter') last.set(`counter ${change.to}`, at)
  })
  if (last.size === 0) return changes
  const kept = new Set(last.values())
  return changes.filter((change, at) => (change.kind !== 'inbox' && change.kind !== 'nextCounter') || kept.has(at))
}
