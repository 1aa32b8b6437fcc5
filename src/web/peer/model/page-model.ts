// The page's one model: it holds the line to the peer, keeps what is shown up to date from the events, and loads it anew
// whenever the line was lost or a table may be another. Plain and without React; the hooks are in use-model.ts.

import type { ConversationKey, PeerApi, PeerEvent } from '../../../api/index.ts'
import { RemotePeer, type RpcCaller } from '../../../api/rpc/page.ts'
import { ParleyError } from '../../../base/index.ts'
import type { PageLine } from '../../line/index.ts'
import { codeOf, errorLine, noticeWords, type Happening } from '../words/index.ts'
import { HostApi, type HostEvent, hostEventOf, type OpenRequest } from './host-api.ts'
import { loadTables } from './load-tables.ts'
import { addNotice } from './notice.ts'
import { emptyState, type PageState } from './page-state.ts'
import { reduceEvent } from './reduce-event.ts'

/** `resumed`: the line was lost and is back, or another peer is open: load what you show again. */
export type PageEvent = PeerEvent | { readonly type: 'resumed' }

export interface PageModelOptions {
  readonly line: Pick<PageLine, 'state' | 'caller' | 'watch' | 'start'>
  /** Wall ms. */
  readonly now: () => number
  /** Runs it after so many ms. */
  readonly later: (ms: number, run: () => void) => void
}

/** What events say of the status is not all: it is asked for this long after one that may have changed it. */
const statusDelayMs = 400
/** The shortest time between two drawings for events. */
const announceMs = 50
/** Before the first one: the transcript, where people look, is drawn meanwhile. */
const announceFirstMs = 24
/** So often in a row; where there is no end of news, the next time comes a little later. */
const loadsMax = 3
const loadAgainMs = 1_000

export class PageModel {
  readonly #options: PageModelOptions
  readonly #watchers = new Set<() => void>()
  readonly #listeners = new Set<(event: PageEvent) => void>()
  #state: PageState = emptyState
  #peer: RemotePeer | undefined
  #caller: RpcCaller | undefined
  #unsubscribe: (() => void) | undefined
  /** Events that came while tables were loaded; undefined while none are. */
  #early: PeerEvent[] | undefined
  #loading: Promise<void> | undefined
  #isStale = false
  #isStatusDue = false
  #isOpening = false
  #announcedAt = -Infinity
  #isAnnounceDue = false

  constructor(options: PageModelOptions) {
    this.#options = options
  }

  /** Replaced at every change. */
  get state(): PageState {
    return this.#state
  }

  /** The peer. Read it at each call. Where the line is lost, its calls wait for it or reject with `peerLost`. */
  get peer(): PeerApi {
    if (this.#peer === undefined) throw new ParleyError('noPeer')
    return this.#peer
  }

  start(): void {
    this.#options.line.watch(() => this.#followLine())
    this.#options.line.start()
    this.#followLine()
  }

  /** Opens a conversation in the middle, at an entry where one is given; none closes it. */
  select(key: ConversationKey | undefined, position?: number): void {
    const turn = (this.#state.selected?.turn ?? 0) + 1
    const selected = key === undefined ? undefined : { key, turn, ...(position === undefined ? {} : { position }) }
    this.#become({ ...this.#state, selected })
  }

  /** The same after something that took its time: only where the user has not gone elsewhere since `before`. */
  selectUnlessMoved(key: ConversationKey, before: PageState): void {
    if (this.#state.selected?.turn === before.selected?.turn) this.select(key)
  }

  /** Hears every event of the peer, in its order, after the state has taken it in. The answer ends it. */
  on(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Hears that the state is another one. Bound, for useSyncExternalStore. */
  readonly watch = (listener: () => void): (() => void) => {
    this.#watchers.add(listener)
    return () => void this.#watchers.delete(listener)
  }

  /** Tells the user something that no event says, as a toast and in the log of notices. */
  tell(text: string, tone: Happening['tone'] = 'plain'): void {
    this.#become(addNotice(this.#state, { text, tone }, this.#options.now()))
  }

  /** Tells that something failed, in people's words. */
  tellError(error: unknown): void {
    this.tell(errorLine(error), 'alert')
  }

  /** Opens a profile at the host. Rejects as `openPeer` does, or with `peerLost`. */
  async open(request: OpenRequest): Promise<void> {
    const caller = this.#caller
    if (caller === undefined) throw new ParleyError('peerLost', { retryable: true })
    this.#become({ ...this.#state, joining: request })
    this.#isOpening = true
    try {
      await new HostApi(caller).openPeer(request)
      await this.#attach(caller, true)
    } catch (error) {
      this.#become({ ...this.#state, joining: undefined })
      throw error
    } finally {
      this.#isOpening = false
    }
  }

  /** Leaves the request dialogue though the registry has not let us in. */
  stopJoining(): void {
    this.#become({ ...this.#state, joining: undefined })
  }

  /** Answers the question whether to trust a registry's key. */
  async answerRegistryKey(trust: boolean): Promise<void> {
    this.#become({ ...this.#state, registryKey: undefined })
    if (this.#caller !== undefined) await new HostApi(this.#caller).answerRegistryKey(trust)
  }

  /** Asks for a private chat, and remembers since when. Rejects as `requestChat` does. */
  async requestChat(name: string): Promise<void> {
    await this.peer.requestChat(name)
    if (this.#state.status?.session !== undefined) return
    this.#become({ ...this.#state, asked: { from: name, since: this.#options.now() } })
  }

  /** Accepts or rejects theirs. Rejects as `answerChat` does. */
  async answerChat(name: string, accept: boolean): Promise<void> {
    const requests = this.#state.requests.filter(({ from }) => from !== name)
    try {
      await this.peer.answerChat(name, accept)
    } finally {
      this.#become({ ...this.#state, requests })
    }
  }

  /** Accepts the key that somebody shows now. */
  async acceptIdentity(name: string): Promise<void> {
    await this.peer.acceptIdentity(name)
    await this.refresh()
  }

  /** Asks the host anew which profiles there are. */
  async askHost(): Promise<void> {
    if (this.#caller === undefined) return
    this.#become({ ...this.#state, host: await new HostApi(this.#caller).hostStatus() })
  }

  /** Loads all tables again, as after something that no event tells. */
  async refresh(): Promise<void> {
    if (this.#peer !== undefined) await this.#load()
  }

  #followLine(): void {
    const { state: lineState, caller } = this.#options.line
    if (lineState !== this.#state.lineState) this.#become({ ...this.#state, lineState })
    if (caller === this.#caller) return
    this.#caller = caller
    if (caller === undefined) return
    caller.onNotice((notice) => {
      const event = hostEventOf(notice)
      if (event !== undefined) this.#hearHost(caller, event)
    })
    this.#greet(caller).catch((error: unknown) => this.#failed(caller, error))
  }

  async #greet(caller: RpcCaller): Promise<void> {
    const host = await new HostApi(caller).hostStatus()
    this.#become({ ...this.#state, host })
    if (host.isOpen) await this.#attach(caller, false)
    else this.#become({ ...this.#state, phase: 'none' })
  }

  #hearHost(caller: RpcCaller, event: HostEvent): void {
    if (event.type === 'registryKey') {
      const { fingerprint, words } = event
      const registryKey = { fingerprint, ...(words === undefined ? {} : { words }) }
      this.#become({ ...this.#state, registryKey })
      return
    }
    if (this.#isOpening) return
    this.#attach(caller, true).catch((error: unknown) => this.#failed(caller, error))
  }

  /** Speaks to the peer over this line: the same as before, or, where it is said to be another, a new one. */
  async #attach(caller: RpcCaller, isOther: boolean): Promise<void> {
    const former = isOther ? undefined : this.#peer
    if (former === undefined) {
      this.#unsubscribe?.()
      if (this.#state.phase !== 'ready') this.#become({ ...this.#state, phase: 'loading' })
      const peer = await RemotePeer.connect(caller)
      peer.awaitResume()
      if (this.#state.status !== undefined && this.#state.status.name !== peer.name) this.#forget()
      this.#peer = peer
      this.#unsubscribe = peer.subscribe((event) => this.#hear(event))
    } else {
      await former.resume(caller)
    }
    await this.#load()
    this.#tellListeners({ type: 'resumed' })
  }

  /** What was true of another account is not true of this one. */
  #forget(): void {
    const { lineState, host, joining, registryKey, notices } = this.#state
    this.#become({ ...emptyState, lineState, host, joining, registryKey, notices, phase: 'loading' })
  }

  /** One loading at a time: whoever asks for another while one is under way waits for that, which then goes on. */
  #load(): Promise<void> {
    this.#isStale = true
    this.#loading ??= this.#loadAll().finally(() => {
      this.#early = undefined
      this.#loading = undefined
    })
    return this.#loading
  }

  async #loadAll(): Promise<void> {
    let turn = 0
    while (this.#isStale) {
      if (turn++ === loadsMax) return this.#options.later(loadAgainMs, () => this.#reload())
      this.#isStale = false
      this.#early = []
      const peer = this.#peer as RemotePeer
      const tables = await loadTables(peer, () => this.#state)
      const early: readonly PeerEvent[] = this.#early
      this.#early = undefined
      if (peer !== this.#peer) {
        this.#isStale = true
        continue
      }
      const joining = tables.status.state === 'online' ? undefined : this.#state.joining
      this.#become({ ...this.#state, ...tables, joining, phase: 'ready' })
      // What happened meanwhile may be in the tables already: it is not counted twice, but loaded again.
      if (early.length > 0) this.#isStale = true
      for (const event of early) this.#notice(event, this.#state)
      for (const event of early) this.#tellListeners(event)
    }
  }

  #hear(event: PeerEvent): void {
    if (this.#early !== undefined) {
      this.#early.push(event)
      // The table has the request, and not when it came.
      if (event.type === 'chatRequest') this.#follow(reduceEvent(this.#state, event, this.#options.now()))
      return
    }
    const before = this.#state
    this.#follow(reduceEvent(before, event, this.#options.now()))
    this.#notice(event, before)
    this.#tellListeners(event)
    if (event.type === 'account') this.#forget()
    if (event.type === 'account' || event.type === 'directory') this.#reload()
    else if (changesStatus(event)) this.#askStatusSoon()
  }

  #notice(event: PeerEvent, before: PageState): void {
    const happening = noticeWords(event, before)
    if (happening !== undefined) this.#follow(addNotice(this.#state, happening, this.#options.now()))
  }

  #reload(): void {
    this.refresh().catch((error: unknown) => this.#failed(this.#caller, error))
  }

  #askStatusSoon(): void {
    if (this.#isStatusDue) return
    this.#isStatusDue = true
    this.#options.later(statusDelayMs, () => {
      this.#isStatusDue = false
      const peer = this.#peer
      peer?.status().then(
        (status) => peer === this.#peer && this.#become({ ...this.#state, status }),
        () => undefined,
      )
    })
  }

  /** A lost line mends itself and has its banner; the rest is told. */
  #failed(caller: RpcCaller | undefined, error: unknown): void {
    if (caller === undefined || caller.failure !== undefined) return
    if (codeOf(error) === 'noPeer') this.#become({ ...this.#state, phase: 'none' })
    else this.tellError(error)
  }

  #tellListeners(event: PageEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #become(state: PageState): void {
    if (state === this.#state) return
    this.#state = state
    this.#announce()
  }

  /** The same after an event: of a thousand in a moment the page is drawn a few times. */
  #follow(state: PageState): void {
    if (state === this.#state) return
    this.#state = state
    if (this.#isAnnounceDue) return
    const restMs = this.#announcedAt + announceMs - this.#options.now()
    this.#isAnnounceDue = true
    this.#options.later(Math.min(announceMs, Math.max(announceFirstMs, restMs)), () => this.#announce())
  }

  #announce(): void {
    this.#isAnnounceDue = false
    this.#announcedAt = this.#options.now()
    for (const watcher of this.#watchers) watcher()
  }
}

function changesStatus({ type }: PeerEvent): boolean {
  return type === 'sent' || type === 'state' || type === 'registry' || type === 'roomState' || type === 'roomSent'
}
