// Whether an account that is believed on line still answers, asked when something waits for it: a push `check`, five times
// half a second. Invariants: one check that is lost, or an answer that is late, makes nobody away; any life sign ends the
// question. All questions step equally often, so the first in is the first due. docs/protocol/registry.md, "Liveness".

import type { MonotonicMs } from '../../base/index.ts'

export interface LivenessOptions {
  /** Time between two checks, and after the last one until it counts as failed. */
  readonly everyMs: number
  readonly checks: number
  /** Asks all devices of the account. */
  readonly check: (now: MonotonicMs, account: string) => void
  /** No check was answered. */
  readonly fail: (now: MonotonicMs, account: string) => void
}

interface Question {
  readonly checks: number
  readonly dueAt: MonotonicMs
}

export class Liveness {
  readonly #options: LivenessOptions
  /** By folded name, the earliest due first. */
  readonly #questions = new Map<string, Question>()

  constructor(options: LivenessOptions) {
    this.#options = options
  }

  /** Asks, unless it is being asked already. */
  ask(now: MonotonicMs, account: string): void {
    if (!this.#questions.has(account)) this.#check(now, account, 1)
  }

  /** The account gave a life sign, or is known to be away. */
  noteLife(account: string): void {
    this.#questions.delete(account)
  }

  pollTimeout(): MonotonicMs | undefined {
    const [first] = this.#questions.values()
    return first?.dueAt
  }

  handleTimeout(now: MonotonicMs): void {
    for (const [account, { checks, dueAt }] of this.#questions) {
      if (dueAt > now) return
      this.#questions.delete(account)
      if (checks < this.#options.checks) this.#check(now, account, checks + 1)
      else this.#options.fail(now, account)
    }
  }

  #check(now: MonotonicMs, account: string, checks: number): void {
    this.#questions.set(account, { checks, dueAt: now + this.#options.everyMs })
    this.#options.check(now, account)
  }
}
