// Keeps prekeys at the registry: after a login that says how many are left, and when the last-resort one has served its
// week. Invariant: secrets first, on the disk; then the upload. docs/protocol/peer.md, "Prekeys".

import type { WallMs } from '../../base/index.ts'
import type { Journal } from './journal.ts'
import type { PrekeyPool } from './prekey-pool.ts'
import type { RegistrySession } from './registry-session.ts'

export interface PrekeyDeskOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly journal: Journal
  readonly pool: PrekeyPool
  readonly wallMs: () => WallMs
}

export class PrekeyDesk {
  readonly #options: PrekeyDeskOptions
  #isUploading = false
  /** What the registry has, as far as we know; undefined until it said so. */
  #left: { once: number; hasLast: boolean } | undefined

  constructor(options: PrekeyDeskOptions) {
    this.#options = options
  }

  /** Whether keys are on their way: who leaves before they are there cannot be sealed to. */
  get isUploading(): boolean {
    return this.#isUploading
  }

  /** The registry said what it has. */
  welcomed(left: { once: number; hasLast: boolean }): void {
    this.#left = left
    this.#isUploading = false
    this.#replenish()
  }

  /** Mail came under a one-time prekey: the registry has one less. */
  used(): void {
    if (this.#left) this.#left = { ...this.#left, once: Math.max(0, this.#left.once - 1) }
  }

  /** Renews and erases by the clock. */
  handleHousekeeping(): void {
    const { journal, pool, wallMs } = this.#options
    const erased = pool.erase(wallMs())
    if (erased.length > 0) journal.commit(erased)
    this.#replenish()
  }

  #replenish(): void {
    const { session, journal, pool, wallMs } = this.#options
    if (!session.isOnline || !this.#left || this.#isUploading) return
    const { changes, prekeys } = pool.replenish(wallMs(), this.#left)
    if (prekeys.length === 0) return
    this.#isUploading = true
    journal.commit(changes, (now, committed) => {
      if (!committed.ok) {
        this.#isUploading = false
        return
      }
      session.request(now, { t: 'addPrekeys', prekeys: [...prekeys] }, (_later, outcome) => {
        this.#isUploading = false
        if (outcome.kind !== 'answer' || !this.#left) return
        this.#left = { once: this.#left.once + prekeys.length, hasLast: true }
      })
    })
  }
}
