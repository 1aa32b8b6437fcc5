// The PeerApi of a profile whichever process runs its peer: this one or another. When the other ends, it takes over or
// attaches to who did. Invariants: there is one peer per profile; a send that was called is made once, whatever ends
// meanwhile; sends keep the order of their calls; and what happened between two peers is told after it.

import { setTimeout as pause } from 'node:timers/promises'
import { ParleyError } from '../base/index.ts'
import { foldName } from '../protocol/account-name.ts'
import { EventBoard } from '../peer/event-board.ts'
import { MissedEvents } from './missed-events.ts'
import type { OpenPeerOptions, SharedPeerApi } from './open-peer.ts'
import type { PeerEvent, RegistryState } from './peer-api.ts'
import { verbForms, type VerbName, withMessageId } from './rpc/verb-form.ts'
import { type VerbAnswer, VerbPeer } from './rpc/verb-peer.ts'
import { attachSeat, openSeat, type Seat } from './seat.ts'
import { checkAgainstRunning } from './running-options.ts'

/** A holder that has had its lock for this long and does not answer its socket never will. */
const startMs = 5_000
/** At the least, so long is waited for an answer of the one who holds the lock. */
const patienceMs = 500
/** How long calls wait for somebody to take over before they reject. */
const lossMs = 10_000
/** The same for who may not take over. */
const attachLossMs = 3_000
/** So much of what came before a loss was noticed may not have been told. */
const marginMs = 5_000
const pauseMs = { first: 20, most: 500 }

interface Waiter {
  readonly go: () => void
  readonly reject: (error: ParleyError) => void
}

export class SharedPeer extends VerbPeer implements SharedPeerApi {
  readonly #options: OpenPeerOptions
  /** What came before is not missed. */
  readonly #begunMs: number
  readonly #mayOpen: boolean
  readonly #fan = new EventBoard<PeerEvent>()
  readonly #missed = new MissedEvents()
  readonly #waiting = new Set<Waiter>()
  readonly #closing = new AbortController()
  #seat: Seat
  #isSeated = true
  #isHeard = false
  /** Wall time since which events may have been missed; undefined where none were. */
  #missedSince: number | undefined
  /** What the new peer tells before what was missed is told. */
  #held: PeerEvent[] | undefined
  #seating: Promise<void> | undefined
  /** Nobody took over, and it may not. */
  #failure: ParleyError | undefined

  private constructor(seat: Seat, options: OpenPeerOptions, mayOpen: boolean, begunMs: number) {
    super()
    this.#begunMs = begunMs
    this.#options = options
    this.#mayOpen = mayOpen
    this.#seat = seat
    this.#listen(seat)
    if (seat.problem) this.#tell(warningOf(seat.problem))
  }

  /** `openSharedPeer`. */
  static async open(options: OpenPeerOptions): Promise<SharedPeer> {
    for (;;) {
      const begunMs = performance.now()
      const seat = await firstSeat(options)
      try {
        if (!seat.isOwn) await checkAgainstRunning(seat.peer, options)
        return new SharedPeer(seat, options, true, begunMs)
      } catch (error) {
        const isGone = seat.isLoss(error)
        await seat.close()
        // It ended just after it let us in.
        if (!isGone) throw error
      }
    }
  }

  /** `openServedPeer`. */
  static async hold(options: OpenPeerOptions): Promise<SharedPeer> {
    const begunMs = performance.now()
    const seat = await openSeat(options)
    if (seat.problem) {
      await seat.close()
      throw seat.problem
    }
    return new SharedPeer(seat, options, true, begunMs)
  }

  /** `attachPeer`. */
  static async attach(options: { readonly name: string; readonly home?: string }): Promise<SharedPeer | undefined> {
    const begunMs = performance.now()
    const seat = await attachSeat(options.name, options.home)
    return seat && new SharedPeer(seat, options, false, begunMs)
  }

  get isOwn(): boolean {
    return this.#isSeated && this.#seat.isOwn
  }

  get name(): string {
    return this.#seat.peer.name
  }
  get fingerprint(): string {
    return this.#seat.peer.fingerprint
  }
  get registry(): string {
    return this.#seat.peer.registry
  }
  get port(): number {
    return this.#seat.peer.port
  }

  registryState(): RegistryState {
    return this.#isSeated ? this.#seat.peer.registryState() : 'unreachable'
  }

  subscribe(listener: (event: PeerEvent) => void): () => void {
    const stop = this.#fan.subscribe(listener)
    if (!this.#isHeard) queueMicrotask(() => this.#tellStanding())
    this.#isHeard = true
    return stop
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#rejectWaiting(new ParleyError('closed'))
    await this.#seating
    if (this.#isSeated) await this.#seat.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  protected async ask<V extends VerbName>(verb: V, given: readonly unknown[]): Promise<VerbAnswer<V>> {
    this.#checkNote(verb, given)
    const whole = withMessageId(verb, given)
    for (;;) {
      if (!this.#isSeated) await this.#seated()
      const seat = this.#seat
      try {
        const method = seat.peer[verb] as (...given: readonly unknown[]) => Promise<VerbAnswer<V>>
        return await method.apply(seat.peer, [...whole])
      } catch (error) {
        if (!seat.isLoss(error) || this.#closing.signal.aborted || !verbForms[verb].repeatable) throw error
      }
    }
  }

  /** Notes to oneself are refused by the face that wants it so, whoever's peer it is attached to. */
  #checkNote(verb: VerbName, [to]: readonly unknown[]): void {
    if (verb !== 'send' || this.#options.selfNotes !== false || typeof to !== 'string') return
    if (foldName(to) === foldName(this.name)) throw new ParleyError('selfRefused')
  }

  #seated(): Promise<void> {
    const failure = this.#closing.signal.aborted ? new ParleyError('closed') : this.#failure
    if (failure) return Promise.reject(failure)
    return new Promise((resolve, reject) => {
      this.#waiting.add({ go: resolve, reject })
    })
  }

  #listen(seat: Seat): void {
    seat.peer.subscribe((event) => {
      if (this.#held) this.#held.push(event)
      else this.#tell(event)
    })
    seat.onLost(() => {
      if (this.#closing.signal.aborted) return
      this.#isSeated = false
      // Clocks step, and a loss may be noticed late; but nothing is missed that came before this began.
      this.#missedSince ??= Date.now() - Math.min(marginMs, performance.now() - this.#begunMs)
      this.#held = undefined
      this.#seating = this.#takeSeat()
    })
  }

  /** Who attaches hears where things stand as events, as who opens does: what waits for `online` need not ask as well. */
  #tellStanding(): void {
    if (!this.#isSeated || this.#seat.isOwn) return
    const seat = this.#seat
    this.#tell({ type: 'registry', state: seat.peer.registryState() })
    if (seat.peer.registryState() !== 'online') return
    const tellCount = ({ length: count }: readonly unknown[]): void => {
      if (seat === this.#seat && this.#isSeated) this.#tell({ type: 'directory', count })
    }
    // Where the line is lost meanwhile, the next peer tells its own.
    seat.peer.clients().then(tellCount, () => undefined)
  }

  #tell(event: PeerEvent): void {
    this.#missed.note(event)
    this.#fan.tell(event)
  }

  async #takeSeat(): Promise<void> {
    // Calls whose answers were lost stand in line before those that a listener makes.
    await pause(0)
    if (this.#isSeated || this.#closing.signal.aborted) return
    this.#tell({ type: 'registry', state: 'unreachable', reason: { code: 'peerLost', details: {} } })
    const seat = await this.#nextSeat()
    if (seat === undefined) return
    this.#seat = seat
    this.#isSeated = true
    this.#held = []
    this.#listen(seat)
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const { go } of waiting) go()
    // Not waited for: a close must not wait for a whole catching up, nor a loss meanwhile for its end.
    void this.#catchUp(seat)
  }

  /** Undefined where this is closed, or may only attach and nobody took over. */
  async #nextSeat(): Promise<Seat | undefined> {
    const lostAt = performance.now()
    const { signal } = this.#closing
    const name = this.name
    const { registry, ...others } = this.#options
    // Another account than the one that was asked for is at its own registry.
    const options = foldName(name) === foldName(others.name) && registry !== undefined ? this.#options : others
    for (let wait = pauseMs.first; !signal.aborted; wait = Math.min(wait * 2, pauseMs.most)) {
      let reason = 'folderLocked'
      try {
        const seat =
          (await attachSeat(name, options.home)) ??
          (this.#mayOpen && !signal.aborted ? await openSeat({ ...options, name }) : undefined)
        if (seat && signal.aborted) await seat.close()
        else if (seat) return seat
      } catch (error) {
        // Nobody waits for ever, whatever it is.
        reason = error instanceof ParleyError ? error.code : 'internal'
      }
      if (performance.now() - lostAt > (this.#mayOpen ? lossMs : attachLossMs)) {
        const error = new ParleyError('peerLost', { retryable: true, details: { reason } })
        this.#rejectWaiting(error)
        if (!this.#mayOpen) {
          this.#failure = error
          return undefined
        }
      }
      // Not all at the same instant: whoever is first at the lock serves the others.
      await pause(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    }
    return undefined
  }

  async #catchUp(seat: Seat): Promise<void> {
    const isCurrent = (): boolean => this.#isSeated && this.#seat === seat && !this.#closing.signal.aborted
    try {
      const missed = await this.#missed.since(seat.peer, this.#missedSince ?? Date.now())
      if (!isCurrent()) return
      for (const event of missed) this.#tell(event)
    } catch (error) {
      if (!isCurrent()) return
      this.#tell(warningOf(error))
    }
    this.#missedSince = undefined
    const held = this.#held ?? []
    this.#held = undefined
    // Where the registry stands is told once, and by the event that may know why.
    const standing = held.findLast(({ type }) => type === 'registry')
    this.#tell(standing ?? { type: 'registry', state: this.registryState() })
    if (seat.problem) this.#tell(warningOf(seat.problem))
    for (const event of held) if (event.type !== 'registry' && !this.#missed.isTold(event)) this.#tell(event)
  }

  #rejectWaiting(error: ParleyError): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}

/** Attaches or opens; waits for a moment where the one that holds the profile is only starting, or just ending. */
async function firstSeat(options: OpenPeerOptions): Promise<Seat> {
  const begun = performance.now()
  for (let wait = pauseMs.first; ; wait = Math.min(wait * 2, pauseMs.most)) {
    const attached = await attachSeat(options.name, options.home)
    if (attached) return attached
    try {
      return await openSeat(options)
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'folderLocked') throw error
      const since = Date.parse(String(error.details['since']))
      const heldMs = Date.now() - (Number.isNaN(since) ? 0 : since)
      if (heldMs > startMs && performance.now() - begun > patienceMs) throw error
    }
    await pause(wait)
  }
}

function warningOf(error: unknown): PeerEvent {
  const { code, details } = error instanceof ParleyError ? error : new ParleyError('internal', { cause: error })
  return { type: 'warning', reason: { code, details } }
}
