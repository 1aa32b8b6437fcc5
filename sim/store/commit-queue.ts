// When a store in memory commits and answers, on virtual time, with the failures of a real one: a call takes a while to
// commit and its answer a while to come, calls that wait together commit together, and a crash loses what was not
// committed and every answer still on its way.

import { fail, ok } from '../../src/base/index.ts'
import type { Done, StoreFailure } from '../../src/registry/domain/index.ts'

export interface MemoryStoreOptions {
  /** Runs a callback after some virtual time. */
  readonly schedule: (delayMs: number, run: (now: number) => void) => void
  /** How long the next commit takes, ms. */
  readonly commitDelayMs: () => number
  /** How long its answers take after it, ms. A crash in between leaves the caller without knowing (item 79). */
  readonly answerDelayMs: () => number
}

type Answer = (now: number) => void
type Waiting = { readonly work: () => unknown; readonly done: Done<never> }

export class CommitQueue {
  readonly #options: MemoryStoreOptions
  #life = 0
  #waiting: Waiting[] = []
  #answers: Answer[][] = []
  #failure: StoreFailure | undefined

  constructor(options: MemoryStoreOptions) {
    this.#options = options
  }

  /** The process died: nothing uncommitted remains, nobody is answered. */
  crash(): void {
    this.#life += 1
    this.#waiting = []
    this.#answers = []
  }

  /** From now on every call fails so; undefined heals it. */
  failWith(failure: StoreFailure | undefined): void {
    this.#failure = failure
  }

  /** Runs `work`, which must do all or nothing, at the next commit, and answers after it. */
  commit<T>(work: () => NoInfer<T>, done: Done<T>): void {
    this.#waiting.push({ work, done })
    if (this.#waiting.length === 1) this.#scheduleCommit()
  }

  #scheduleCommit(): void {
    const life = this.#life
    this.#options.schedule(this.#options.commitDelayMs(), () => {
      if (life !== this.#life) return
      const group = this.#waiting
      this.#waiting = []
      const failure = this.#failure
      const answers = group.map(({ work, done }): Answer => {
        const outcome = failure ? fail(failure) : ok(work())
        return (now) => done(now, outcome as never)
      })
      this.#answers.push(answers)
      this.#options.schedule(this.#options.answerDelayMs(), (now) => {
        if (life !== this.#life) return
        this.#answerUpTo(answers, now)
      })
    })
  }

  /** Answers come in the order of the commits, whatever their delays. */
  #answerUpTo(last: Answer[], now: number): void {
    if (!this.#answers.includes(last)) return
    const life = this.#life
    for (let group = this.#answers.shift(); group; group = this.#answers.shift()) {
      for (const answer of group) {
        // What a callback does may end this process.
        if (life !== this.#life) return
        answer(now)
      }
      if (group === last) return
    }
  }
}
