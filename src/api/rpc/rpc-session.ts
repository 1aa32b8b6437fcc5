// The serving side of one JSON-RPC 2.0 connection: reads texts, calls the verbs of a table, answers. Invariant: every
// request has one answer, whatever it is; verbs begin in the order of their requests; whatever was typed on the other side
// ends no more than its own call. Written down in docs/api.md.

import { ParleyError } from '../../base/index.ts'
import {
  answerBytesMax,
  callsInFlightMax,
  isOver,
  recordOf,
  rpcCodes,
  type RpcError,
  rpcErrorOf,
} from './rpc-message.ts'

/** What is used of a schema (standardschema.dev; valibot's are such): the session itself loads no library. */
export interface RpcSchema {
  readonly '~standard': { readonly validate: (value: unknown) => SchemaOutcome | Promise<SchemaOutcome> }
}
interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
type SchemaOutcome =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

/** One verb of a table. */
export interface Verb<Target> {
  /** One sentence for docs/api.md. */
  readonly says: string
  /** Reads the parameters; what it does not know is refused. */
  readonly params: RpcSchema
  /** What the answer looks like. Answers are ours: they are held against it by tests, not by every call. */
  readonly result: RpcSchema
  /** `session` is for verbs that change what the connection hears. */
  readonly call: (target: Target, params: never, session: RpcSession<Target>) => Promise<unknown>
}

export type VerbTable<Target> = Readonly<Record<string, Verb<Target>>>

export interface RpcSessionOptions<Target> {
  readonly table: VerbTable<Target>
  /** What the verbs are called on; a function where it may change, and which may throw a ParleyError (`noPeer`). */
  readonly target: Target | (() => Target)
  /** Takes one JSON text, without a line's end. */
  readonly send: (text: string) => void
}

type Id = string | number | null

export class RpcSession<Target> {
  readonly #options: RpcSessionOptions<Target>
  readonly #endings = new Set<() => void>()
  #inFlight = 0
  #isClosed = false

  constructor(options: RpcSessionOptions<Target>) {
    this.#options = options
  }

  /** One text of the calling side: a request, a notice (no answer), or a batch of them. Never throws. */
  receive(text: string): void {
    if (this.#isClosed) return
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      this.#answer(null, { error: standardError(rpcCodes.notJson, 'notJson', { reason }) })
      return
    }
    if (Array.isArray(message)) this.#refuse(null, 'a batch is not taken: one request a message')
    else this.#request(message)
  }

  /** A notice to the calling side. */
  notify(method: string, params: unknown): void {
    if (!this.#isClosed) this.#options.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  /** Run when the session is closed; at once where it is. */
  onClose(run: () => void): void {
    if (this.#isClosed) run()
    else this.#endings.add(run)
  }

  /** Nothing is sent any more; calls under way go on, unanswered. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const run of this.#endings) run()
    this.#endings.clear()
  }

  #request(message: unknown): void {
    const { jsonrpc, id, method, params = {} } = recordOf(message)
    const isIdRight = id === undefined || id === null || typeof id === 'string' || typeof id === 'number'
    if (!isIdRight) return this.#refuse(null, 'id is neither a text nor a number')
    const to: Id | undefined = id
    if (jsonrpc !== '2.0') return this.#refuse(to ?? null, 'jsonrpc is not "2.0"')
    if (typeof method !== 'string') return this.#refuse(to ?? null, 'method is no text')
    const verb = Object.hasOwn(this.#options.table, method) ? this.#options.table[method] : undefined
    if (Array.isArray(params)) {
      const problems = ['parameters go by name: an Object']
      this.#answer(to, { error: standardError(rpcCodes.badParams, 'badParams', { problems }) })
      return
    }
    if (verb === undefined) {
      this.#answer(to, {
        error: standardError(rpcCodes.unknownMethod, 'unknownMethod', { method: method.slice(0, 64) }),
      })
      return
    }
    if (this.#inFlight >= callsInFlightMax) {
      const error = new ParleyError('tooManyCalls', { retryable: true, details: { max: callsInFlightMax } })
      this.#answer(to, { error: rpcErrorOf(error) })
      return
    }
    this.#inFlight += 1
    void this.#call(verb, params, to)
  }

  /** Up to the verb's own first wait it runs within `receive`, so that calls begin in their order. */
  async #call(verb: Verb<Target>, params: unknown, id: Id | undefined): Promise<void> {
    try {
      const read = verb.params['~standard'].validate(params)
      if (read instanceof Promise) throw new TypeError('schemas of parameters do not wait')
      if (read.issues) {
        this.#answer(id, {
          error: standardError(rpcCodes.badParams, 'badParams', { problems: read.issues.slice(0, 8).map(problemText) }),
        })
        return
      }
      const { target } = this.#options
      const on = typeof target === 'function' ? (target as () => Target)() : target
      const result = await verb.call(on, read.value as never, this)
      this.#answer(id, { result: result ?? null })
    } catch (error) {
      this.#answer(id, { error: rpcErrorOf(error) })
    } finally {
      this.#inFlight -= 1
    }
  }

  #refuse(id: Id, reason: string): void {
    this.#answer(id, { error: standardError(rpcCodes.notRequest, 'notRequest', { reason }) })
  }

  #answer(id: Id | undefined, outcome: { readonly result: unknown } | { readonly error: RpcError }): void {
    if (this.#isClosed || id === undefined) return
    let text = JSON.stringify({ jsonrpc: '2.0', id, ...outcome })
    if (isOver(text, answerBytesMax)) {
      const error = rpcErrorOf(new ParleyError('answerTooLong', { details: { bytesMax: answerBytesMax } }))
      text = JSON.stringify({ jsonrpc: '2.0', id, error })
    }
    this.#options.send(text)
  }
}

function standardError(code: number, word: string, details: Record<string, unknown>): RpcError {
  return { code, message: word, data: { code: word, details, retryable: false } }
}

/** Which parameter, and what is wrong with it: `text: Invalid type: Expected string but received 5`. */
function problemText({ message, path }: SchemaIssue): string {
  const at = path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  return at === undefined || at === '' ? message : `${at}: ${message}`
}
