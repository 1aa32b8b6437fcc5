// A store's thread without the thread: the same operations and the same group commit, in this one, so that a suite of a
// hundred tests loads the database's library once. Threads have their own tests (src/disk/store-thread.test.ts).

import { fail, type MonotonicMs, ok, type Result } from '../../src/base/index.ts'
import type { StoreFailure } from '../../src/disk/index.ts'
import { GroupCommitter, openDatabase, type StoreService } from '../../src/disk/sqlite/index.ts'

type Done = (now: MonotonicMs, outcome: Result<unknown, StoreFailure>) => void

interface Call {
  readonly id: number
  readonly operation: string
  readonly argument: unknown
  readonly done: Done
}

export class InlineThread {
  readonly #committer: GroupCommitter
  readonly #shut: () => void
  #gathered: Call[] = []
  #nextId = 0
  #isIdle = Promise.resolve()

  private constructor(committer: GroupCommitter, shut: () => void) {
    this.#committer = committer
    this.#shut = shut
  }

  static async open(service: StoreService, file: string): Promise<InlineThread> {
    const database = await openDatabase(file, service.migrations)
    return new InlineThread(new GroupCommitter(database, service.operations(database)), () => database.close())
  }

  call(operation: string, argument: unknown, done: Done): void {
    // Cloned at the call, as on its way into a thread.
    const call = { id: this.#nextId++, operation, argument: structuredClone(argument), done }
    if (this.#gathered.push(call) > 1) return
    this.#isIdle = new Promise((resolve) => {
      setImmediate(() => {
        this.#commit()
        setImmediate(resolve)
      })
    })
  }

  async close(): Promise<void> {
    await this.#isIdle
    this.#shut()
  }

  #commit(): void {
    const calls = this.#gathered
    this.#gathered = []
    const answers = structuredClone(this.#committer.commit(calls.map(({ done: _later, ...call }) => call)))
    for (const [at, { value, failure }] of answers.entries()) calls[at]?.done(0, failure ? fail(failure) : ok(value))
  }
}
