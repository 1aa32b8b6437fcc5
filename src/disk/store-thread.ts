// The owner's side of a store that lives in a thread of its own, so that no event loop waits for a disk. Calls of one turn
// travel together; the thread commits all that wait in one transaction and only then answers (see sqlite/serve-store.ts).

import { Worker } from 'node:worker_threads'
import { type MonotonicMs, ParleyError, fail, ok, type Result } from '../base/index.ts'
import type { StoreFailure } from './store-failure.ts'
import type { FromStore, StoreAnswer, StoreCall, ToStore } from './store-message.ts'

export interface StoreThreadOptions {
  /** The worker module: one that calls `serveStore`. See {@link workerModule}. */
  readonly worker: URL
  /** Path of the database file. */
  readonly file: string
  /** Runs a callback inside a turn of the owner's loop, so that what it caused is sent. */
  readonly turn: (run: (now: MonotonicMs) => void) => void
  /** Called once when the store cannot go on. Nothing is answered after it. */
  readonly onFatal: (error: ParleyError) => void
}

type Done = (now: MonotonicMs, outcome: Result<unknown, StoreFailure>) => void

export class StoreThread {
  readonly #worker: Worker
  readonly #turn: StoreThreadOptions['turn']
  readonly #onFatal: StoreThreadOptions['onFatal']
  readonly #waiting = new Map<number, Done>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #closed = Promise.withResolvers<void>()
  #gathered: StoreCall[] = []
  #nextId = 0
  #state: 'opening' | 'open' | 'closing' | 'closed' | 'broken' = 'opening'

  constructor(options: StoreThreadOptions) {
    this.#turn = options.turn
    this.#onFatal = options.onFatal
    this.#worker = new Worker(options.worker, { workerData: { file: options.file }, name: 'parley-store' })
    this.#worker.on('message', (message: FromStore) => this.#receive(message))
    this.#worker.on('error', (cause) => this.#fatal(new ParleyError('storeFailed', { cause, message: cause.message })))
    this.#worker.on('exit', () => this.#exited())
    // A caller that never waits for ready() learns of the failure through onFatal.
    this.#ready.promise.catch(() => {})
  }

  /** Resolves when the file is open and migrated; rejects with ParleyError `storeNewer`, `storeDamaged`, `notWritable`. */
  ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Runs a named operation. `done` is called in a later turn: after the commit, or with what went wrong. */
  call(operation: string, argument: unknown, done: Done): void {
    if (this.#state !== 'opening' && this.#state !== 'open') {
      queueMicrotask(() => this.#turn((now) => done(now, fail({ code: 'storeClosed', detail: operation }))))
      return
    }
    const id = this.#nextId++
    this.#waiting.set(id, done)
    if (this.#gathered.push({ id, operation, argument }) === 1) queueMicrotask(() => this.#post())
  }

  /** Number of calls without an answer yet: the owner's back-pressure. */
  get pending(): number {
    return this.#waiting.size
  }

  /** Lets all calls finish, closes the file and ends the thread. */
  async close(): Promise<void> {
    if (this.#state === 'opening' || this.#state === 'open') {
      this.#post()
      this.#state = 'closing'
      this.#send({ kind: 'close' })
    }
    await this.#closed.promise
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #post(): void {
    if (this.#gathered.length === 0) return
    const calls = this.#gathered
    this.#gathered = []
    this.#send({ kind: 'calls', calls })
  }

  #send(message: ToStore): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromStore): void {
    switch (message.kind) {
      case 'ready':
        if (this.#state === 'opening') this.#state = 'open'
        this.#ready.resolve()
        return
      case 'answers':
        this.#turn((now) => this.#answer(now, message.answers))
        return
      case 'fatal':
        this.#fatal(new ParleyError(message.code, { details: message.details }))
        return
      case 'closed':
        this.#state = 'closed'
    }
  }

  #answer(now: MonotonicMs, answers: readonly StoreAnswer[]): void {
    for (const answer of answers) {
      const done = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      done?.(now, answer.failure ? fail(answer.failure) : ok(answer.value))
    }
  }

  #fatal(error: ParleyError): void {
    if (this.#state === 'broken' || this.#state === 'closed') return
    const opening = this.#state === 'opening'
    this.#state = 'broken'
    this.#ready.reject(error)
    // Before it was ready the owner hears of it once, from ready(); afterwards from onFatal.
    if (!opening) this.#onFatal(error)
    void this.#worker.terminate()
  }

  #exited(): void {
    if (this.#state !== 'closed') this.#fatal(new ParleyError('storeFailed', { message: 'the store thread ended' }))
    this.#waiting.clear()
    this.#closed.resolve()
  }
}

/** The URL of a worker module beside the caller's: `.ts` in a clone, `.js` in the package. */
export function workerModule(importMetaUrl: string, path: string): URL {
  return new URL(`${path}${importMetaUrl.endsWith('.ts') ? '.ts' : '.js'}`, importMetaUrl)
}
