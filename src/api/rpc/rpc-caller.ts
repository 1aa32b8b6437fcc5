// The calling side of one JSON-RPC 2.0 connection: numbers calls, matches answers, hands on notices. Platform-free: what
// carries the texts is the caller's. Invariant: every call is answered, or rejected by `fail`, once; calls leave in the
// order in which they were made.

import { ParleyError } from '../../base/index.ts'
import { isOver, parleyErrorOf, recordOf, requestBytesMax, type RpcNotice } from './rpc-message.ts'

/** Less than the serving side takes at once; what is more waits here. */
const windowCalls = 200

interface Call {
  readonly text: string
  readonly resolve: (result: unknown) => void
  readonly reject: (error: ParleyError) => void
}

export class RpcCaller {
  readonly #send: (text: string) => void
  readonly #inFlight = new Map<number, Call>()
  readonly #waiting = new Map<number, Call>()
  readonly #listeners = new Set<(notice: RpcNotice) => void>()
  readonly #endings = new Set<(error: ParleyError) => void>()
  #nextId = 1
  #failure: ParleyError | undefined

  /** `send` takes one JSON text, without a line's end. */
  constructor(send: (text: string) => void) {
    this.#send = send
  }

  /** Why it takes no more calls; undefined while it does. */
  get failure(): ParleyError | undefined {
    return this.#failure
  }

  /**
   * Rejects with the verb's own ParleyError, with `requestTooLong` {bytesMax}, or with what the line was lost by.
   * Parameters that are undefined are left out.
   */
  call(method: string, params: object = {}): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure)
    const id = this.#nextId++
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    if (isOver(text, requestBytesMax)) {
      return Promise.reject(new ParleyError('requestTooLong', { details: { bytesMax: requestBytesMax } }))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { text, resolve, reject })
      this.#flush()
    })
  }

  /** One JSON text of the serving side. What is no answer and no notice is passed over. */
  receive(text: string): void {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      this.fail(new ParleyError('badAnswer', { details: { reason: 'an answer is no JSON' } }))
      return
    }
    const { id, method, params, result, error } = recordOf(message)
    if (typeof method === 'string') {
      for (const listener of this.#listeners) listener({ method, params })
      return
    }
    const call = typeof id === 'number' ? this.#inFlight.get(id) : undefined
    if (call === undefined) return
    this.#inFlight.delete(id as number)
    if (error === undefined) call.resolve(result)
    else call.reject(parleyErrorOf(error))
    this.#flush()
  }

  /** The connection is over: all calls reject with `error`, in their order, and no other is taken. */
  fail(error: ParleyError): void {
    if (this.#failure) return
    this.#failure = error
    const calls = [...this.#inFlight.values(), ...this.#waiting.values()]
    this.#inFlight.clear()
    this.#waiting.clear()
    for (const { reject } of calls) reject(error)
    for (const listener of this.#endings) listener(error)
  }

  /** The answer ends it. */
  onNotice(listener: (notice: RpcNotice) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Told once by `fail`, after all calls were rejected; the answer ends it. */
  onFailure(listener: (error: ParleyError) => void): () => void {
    this.#endings.add(listener)
    return () => void this.#endings.delete(listener)
  }

  #flush(): void {
    for (const [id, call] of this.#waiting) {
      if (this.#inFlight.size >= windowCalls) return
      this.#waiting.delete(id)
      this.#inFlight.set(id, call)
      this.#send(call.text)
    }
  }
}
