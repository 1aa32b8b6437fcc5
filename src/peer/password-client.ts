// The owner's side of the password worker, started with the first password and ended when none was used for a while, so
// that a peer without passwords never loads it. Invariant: each call is answered once, in a later turn, also when the
// worker dies.

import { Worker } from 'node:worker_threads'
import { fail, type MonotonicMs, ok, type Result } from '../base/index.ts'
import { workerModule } from '../disk/index.ts'
import type { PasswordClient, PasswordDone, PasswordFailure, PasswordStart } from './domain/index.ts'
import type { PasswordCall, PasswordReply, PasswordWork } from './password-message.ts'

/** How long the worker waits for another password, ms: nobody mistypes more slowly. */
const idleMs = 60_000

type Outcome = Result<PasswordReply, PasswordFailure>

export class PasswordThread implements PasswordClient {
  readonly #turn: (run: (now: MonotonicMs) => void) => void
  readonly #waiting = new Map<number, (now: MonotonicMs, outcome: Outcome) => void>()
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #nextId = 0

  /** `turn` runs a callback inside a turn of the owner's loop, so that what it caused is sent. */
  constructor(turn: (run: (now: MonotonicMs) => void) => void) {
    this.#turn = turn
  }

  startLogin(password: string, done: PasswordDone<PasswordStart>): void {
    this.#start({ kind: 'startLogin', password }, done)
  }

  finishLogin(password: string, state: string, answer: Uint8Array, done: PasswordDone<Uint8Array | undefined>): void {
    this.#call({ kind: 'finishLogin', password, state, answer }, (now, outcome) => {
      done(now, outcome.ok ? ok(outcome.value.message) : outcome)
    })
  }

  startRecord(password: string, done: PasswordDone<PasswordStart>): void {
    this.#start({ kind: 'startRecord', password }, done)
  }

  finishRecord(password: string, state: string, answer: Uint8Array, done: PasswordDone<Uint8Array>): void {
    this.#call({ kind: 'finishRecord', password, state, answer }, (now, outcome) => {
      if (!outcome.ok) done(now, outcome)
      else if (outcome.value.message === undefined) done(now, fail(failure('no record')))
      else done(now, ok(outcome.value.message))
    })
  }

  /** Ends the worker; what waits is answered with a failure. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#end('closed')
    await worker?.terminate()
  }

  #start(work: PasswordWork, done: PasswordDone<PasswordStart>): void {
    this.#call(work, (now, outcome) => {
      if (!outcome.ok) return done(now, outcome)
      const { state, message } = outcome.value
      if (state === undefined || message === undefined) done(now, fail(failure('no message')))
      else done(now, ok({ state, message }))
    })
  }

  #call(work: PasswordWork, done: (now: MonotonicMs, outcome: Outcome) => void): void {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= this.#open())
    const call: PasswordCall = { id: this.#nextId++, work }
    this.#waiting.set(call.id, done)
    worker.postMessage(call)
  }

  #open(): Worker {
    const worker = new Worker(workerModule(import.meta.url, './password-worker'), { name: 'parley-password' })
    // The peer's socket keeps the program alive, not this.
    worker.unref()
    worker.on('message', (reply: PasswordReply) => this.#answer(reply))
    worker.on('error', (cause) => this.#end(cause.message, worker))
    worker.on('exit', () => this.#end('the password worker ended', worker))
    return worker
  }

  #answer(reply: PasswordReply): void {
    const done = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#rest()
    if (!done) return
    this.#turn((now) => done(now, reply.failure === undefined ? ok(reply) : fail(failure(reply.failure))))
  }

  #rest(): void {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#idle = setTimeout(() => {
      if (this.#worker === worker) this.#worker = undefined
      void worker?.terminate()
    }, idleMs).unref()
  }

  #end(detail: string, worker = this.#worker): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    if (waiting.length === 0) return
    this.#turn((now) => {
      for (const done of waiting) done(now, fail(failure(detail)))
    })
  }
}

function failure(detail: string): PasswordFailure {
  return { code: 'passwordFailed', detail }
}
