// The window's own model, without anything of React: the line to the registry, the state that it tells, and what the
// administrator asks for. Invariant: after every reconnection the state is a fresh snapshot, so nothing stale is shown as
// live.

import type { RpcCaller } from '../../../api/rpc/page.ts'
import type { RegistryBatch, RegistryInvite, RegistrySnapshot } from '../../../api/index.ts'
import type { LineState, PageLine } from '../../line/index.ts'
import { resumed, stateOf, type WindowState, withBatch } from './window-state.ts'

export interface WindowView {
  readonly line: LineState
  /** Undefined until the registry has told something. While the line is lost it is what was last. */
  readonly state: WindowState | undefined
}

export type PeerAction = 'disconnect' | 'suspend' | 'unsuspend' | 'deleteAccount'

export class WindowModel {
  readonly #line: Pick<PageLine, 'state' | 'caller' | 'watch'>
  readonly #listeners = new Set<() => void>()
  #view: WindowView
  #caller: RpcCaller | undefined

  constructor(line: Pick<PageLine, 'state' | 'caller' | 'watch'>) {
    this.#line = line
    this.#view = { line: line.state, state: undefined }
    line.watch(() => this.#lineChanged())
    this.#lineChanged()
  }

  /** Another object after each change. */
  get view(): WindowView {
    return this.#view
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Rejects as the verb does, or with `peerLost`. How many sessions ended, of `disconnect`. */
  async act(action: PeerAction, name: string): Promise<number> {
    const answer = await this.#call(action, { name })
    return action === 'disconnect' ? (answer as { sessions: number }).sessions : 0
  }

  /** Rejects with `tooManyInvites`, or with `peerLost`. */
  async makeInvite(): Promise<RegistryInvite> {
    return (await this.#call('makeInvite')) as RegistryInvite
  }

  async #call(verb: string, params: object = {}): Promise<unknown> {
    const caller = this.#line.caller
    if (!caller) throw Object.assign(new Error('the registry does not answer'), { code: 'peerLost' })
    return caller.call(verb, params)
  }

  #lineChanged(): void {
    const { caller, state: line } = this.#line
    if (caller && caller !== this.#caller) void this.#subscribe(caller)
    this.#caller = caller
    // Live only once the snapshot is there.
    this.#set({ ...this.#view, line: line === 'open' ? 'connecting' : line })
  }

  async #subscribe(caller: RpcCaller): Promise<void> {
    const early: RegistryBatch[] = []
    let hear = (batch: RegistryBatch): unknown => early.push(batch)
    caller.onNotice(({ method, params }) => method === 'batch' && hear(params as RegistryBatch))
    try {
      const snapshot = (await caller.call('subscribe')) as RegistrySnapshot
      if (caller !== this.#caller) return
      const before = this.#view.state
      const state = before ? resumed(before, snapshot) : stateOf(snapshot)
      this.#set({ line: 'open', state: early.reduce(withBatch, state) })
      hear = (batch) => this.#hear(caller, batch)
    } catch {
      // The line says why, and comes back by itself.
    }
  }

  #hear(caller: RpcCaller, batch: RegistryBatch): void {
    const { state } = this.#view
    if (caller === this.#caller && state) this.#set({ line: 'open', state: withBatch(state, batch) })
  }

  #set(view: WindowView): void {
    this.#view = view
    for (const listener of this.#listeners) listener()
  }
}
