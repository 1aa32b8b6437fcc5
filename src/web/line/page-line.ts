// The page's line to the process that serves it: a WebSocket that proves itself with the token, and is opened again, ever
// more slowly up to 5 s, whenever it is lost. A server that does not take the token is no use trying again: `refused`.
// A call that was under way when the line was lost rejects with `peerLost`: nobody knows whether it arrived.

import { RpcCaller } from '../../api/rpc/page.ts'
import { ParleyError } from '../../base/index.ts'

/** `lost`: it was open, and is tried again. `refused`: the token is not (or no more) that of the process. */
export type LineState = 'connecting' | 'open' | 'lost' | 'refused'

const firstDelayMs = 300
const lastDelayMs = 5_000

/** The part of a WebSocket that a line uses. */
export interface LineSocket {
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  send(text: string): void
  close(): void
}

export interface PageLineOptions {
  readonly open: () => LineSocket
  /** Whether the server refuses the token; asked when a socket closes before it was open, as sockets do not say why. */
  readonly isRefused: () => Promise<boolean>
  /** Runs it after so many ms. The answer takes it back. */
  readonly later: (ms: number, run: () => void) => () => void
}

export class PageLine {
  readonly #options: PageLineOptions
  readonly #listeners = new Set<() => void>()
  #state: LineState = 'connecting'
  #caller: RpcCaller | undefined
  #socket: LineSocket | undefined
  #delayMs = firstDelayMs
  #wasOpen = false
  #isClosed = false
  #stopWaiting: (() => void) | undefined

  constructor(options: PageLineOptions) {
    this.#options = options
  }

  get state(): LineState {
    return this.#state
  }

  /** While the line is open; another one after each time that it was lost. */
  get caller(): RpcCaller | undefined {
    return this.#caller
  }

  /** Hears that state or caller are others. The answer ends it. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    this.#connect()
  }

  /** Tries at once where it waits, as the user is looking. */
  hurry(): void {
    if (this.#stopWaiting === undefined) return
    this.#delayMs = firstDelayMs
    this.#connect()
  }

  close(): void {
    this.#isClosed = true
    this.#stopWaiting?.()
    this.#socket?.close()
  }

  #connect(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    if (this.#isClosed) return
    const socket = this.#options.open()
    this.#socket = socket
    socket.addEventListener('open', () => this.#opened(socket))
    socket.addEventListener('close', () => this.#closed(socket))
  }

  #opened(socket: LineSocket): void {
    const caller = new RpcCaller((text) => socket.send(text))
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') caller.receive(data)
    })
    this.#caller = caller
    this.#wasOpen = true
    this.#delayMs = firstDelayMs
    this.#become('open')
  }

  #closed(socket: LineSocket): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    const caller = this.#caller
    this.#caller = undefined
    caller?.fail(new ParleyError('peerLost', { retryable: true }))
    if (this.#isClosed) return
    this.#become(this.#wasOpen ? 'lost' : 'connecting')
    if (caller !== undefined) return this.#wait()
    this.#options.isRefused().then(
      (isRefused) => (isRefused ? this.#become('refused') : this.#wait()),
      () => this.#wait(),
    )
  }

  #wait(): void {
    const delayMs = this.#delayMs
    this.#delayMs = Math.min(delayMs * 2, lastDelayMs)
    this.#stopWaiting = this.#options.later(delayMs, () => this.#connect())
  }

  #become(state: LineState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
