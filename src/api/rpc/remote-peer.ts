// The PeerApi of a peer in another process, over one JSON-RPC connection at a time. Invariant: a message is sent once
// however often its call is: it has an id before the first try. Platform-free: pages use it as well.

import { ParleyError } from '../../base/index.ts'
import { EventBoard } from '../../peer/event-board.ts'
import type { PeerApi, PeerEvent, PeerStatus, RegistryState } from '../peer-api.ts'
import type { RpcCaller } from './rpc-caller.ts'
import { recordOf } from './rpc-message.ts'
import { paramsOf, verbForms, type VerbName, withMessageId } from './verb-form.ts'
import { type VerbAnswer, VerbPeer } from './verb-peer.ts'

export class RemotePeer extends VerbPeer implements PeerApi {
  readonly #events = new EventBoard<PeerEvent>()
  readonly #waiting = new Set<{ readonly go: () => void; readonly reject: (error: ParleyError) => void }>()
  #caller: RpcCaller
  #status: PeerStatus
  #state: RegistryState
  /** What comes after another account was told of, until it is known here. */
  #held: PeerEvent[] | undefined
  #following: Promise<void> | undefined
  #awaitsResume = false
  #isClosed = false

  private constructor(caller: RpcCaller, status: PeerStatus) {
    super()
    this.#caller = caller
    this.#status = status
    this.#state = status.state
  }

  /** Subscribes, asks for `status`, and keeps what is known of the peer up to date from then on. */
  static async connect(caller: RpcCaller): Promise<RemotePeer> {
    const early: PeerEvent[] = []
    const stop = caller.onNotice(({ method, params }) => {
      if (method === 'event') early.push(params as PeerEvent)
    })
    const [, status] = await Promise.all([caller.call('subscribe'), caller.call('status')])
    stop()
    const peer = new RemotePeer(caller, status as PeerStatus)
    peer.#listen(caller)
    for (const event of early) peer.#hear(event)
    return peer
  }

  /** From now on a lost connection is no end: calls that may be repeated wait for `resume`. */
  awaitResume(): void {
    this.#awaitsResume = true
  }

  /**
   * Goes on over another connection: subscribes there, and repeats the calls whose answers were lost, in their order.
   * Whoever listens should read anew what it shows, as events may have been missed. Rejects as `connect` does.
   */
  async resume(caller: RpcCaller): Promise<void> {
    const stop = this.#listen(caller)
    try {
      const [, status] = await Promise.all([caller.call('subscribe'), caller.call('status')])
      this.#status = status as PeerStatus
      this.#state = this.#status.state
    } catch (error) {
      stop()
      throw error
    }
    this.#caller = caller
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const { go } of waiting) go()
  }

  get name(): string {
    return this.#status.name
  }
  get fingerprint(): string {
    return this.#status.key.fingerprint
  }
  get registry(): string {
    return this.#status.registry
  }
  get port(): number {
    return this.#status.port
  }

  registryState(): RegistryState {
    return this.#state
  }

  subscribe(listener: (event: PeerEvent) => void): () => void {
    return this.#events.subscribe(listener)
  }

  /** Detaches; the peer itself goes on. */
  async close(): Promise<void> {
    this.#isClosed = true
    const closed = new ParleyError('closed')
    this.#caller.fail(closed)
    for (const { reject } of this.#waiting) reject(closed)
    this.#waiting.clear()
    await Promise.resolve()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  protected async ask<V extends VerbName>(verb: V, given: readonly unknown[]): Promise<VerbAnswer<V>> {
    const params = paramsOf(verb, withMessageId(verb, given))
    for (;;) {
      if (this.#isClosed) throw new ParleyError('closed')
      const caller = this.#caller
      try {
        const answer = (await caller.call(verb, params)) as VerbAnswer<V>
        // Whoever logged in as somebody else sees at once who they are.
        await this.#following
        return answer
      } catch (error) {
        const isLost = caller.failure !== undefined && error === caller.failure
        if (!isLost || this.#isClosed || !this.#awaitsResume || !verbForms[verb].repeatable) throw error
      }
      if (this.#caller === caller) await this.#resumed()
    }
  }

  #resumed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ go: resolve, reject })
    })
  }

  #listen(caller: RpcCaller): () => void {
    return caller.onNotice(({ method, params }) => {
      if (method === 'event' && typeof recordOf(params)['type'] === 'string') this.#hear(params as PeerEvent)
    })
  }

  #hear(event: PeerEvent): void {
    if (this.#held) this.#held.push(event)
    else if (event.type === 'account') this.#following = this.#follow(event)
    else this.#tell(event)
  }

  #tell(event: PeerEvent): void {
    if (event.type === 'registry') this.#state = event.state
    this.#events.tell(event)
  }

  /** Another account has another name, key and port, and whoever hears of it may ask for them at once. */
  async #follow(event: PeerEvent): Promise<void> {
    const held: PeerEvent[] = (this.#held = [])
    try {
      this.#status = (await this.#caller.call('status')) as PeerStatus
    } catch {
      // The connection is lost: `resume` reads it.
    }
    this.#held = undefined
    this.#following = undefined
    this.#events.tell(event)
    for (const later of held) this.#hear(later)
  }
}
