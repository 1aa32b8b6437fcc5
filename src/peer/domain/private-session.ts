// Private sessions: one person asks, the other accepts, and both know that they are in one. The registry only carries the
// signals and keeps none, so both sides reach the same end by themselves. Invariants: at most one session and one own
// request are open; each request that was told ends with one event; two requests that cross open one session on both
// sides; who says of a session what the other does not have is answered `leave`. docs/protocol/peer.md, "Private sessions".

import { equalBytes, fail, type MonotonicMs, ok, type Result } from '../../base/index.ts'
import { type AccountName, foldName, type SignalKind } from '../../protocol/index.ts'
import type { ChatRefusal, PeerEvent, Reason } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'

/** Outcome of a signal: whether the registry passed it on. */
export type SignalOutcome = Result<void, Reason>
export type Answered = (now: MonotonicMs, outcome: SignalOutcome) => void

/** Whether somebody is there, as far as the registry says. */
export type Whereabouts = 'online' | 'away' | 'unknown'

/** A signal that came, as the registry passed it on. */
export interface Signal {
  readonly from: AccountName
  readonly kind: SignalKind
  readonly id: Uint8Array
}

export interface PrivateSessionOptions {
  readonly limits: Pick<PeerLimits, 'chatRequestMs' | 'chatRequestsMax' | 'chatAbsenceMs'>
  /** 16 random bytes. */
  readonly newId: () => Uint8Array
  /** Asks the registry to pass a signal on; `done` comes once. */
  readonly signal: (now: MonotonicMs, to: string, kind: SignalKind, id: Uint8Array, done?: Answered) => void
  /** Tells the registry whether we are in a session. */
  readonly setBusy: (now: MonotonicMs, isBusy: boolean) => void
  readonly isBlocked: (key: string) => boolean
  readonly emit: (event: PeerEvent) => void
}

/** The own request that is open. */
interface Asked {
  readonly name: string
  readonly key: string
  readonly id: Uint8Array
  readonly until: MonotonicMs
  readonly done: Answered
  /** The registry passed it on, so its end is an event and not an answer. */
  isOpen: boolean
  /** Since when they have been away. */
  awaySince: MonotonicMs | undefined
}

/** A request of somebody that waits for an answer. */
interface Incoming {
  readonly from: string
  readonly id: Uint8Array
  readonly until: MonotonicMs
}

interface Session {
  readonly name: string
  readonly key: string
  /** The requests that it came from: two where they crossed; the first is theirs there, which both sides know. */
  readonly ids: readonly Uint8Array[]
  readonly asked: boolean
  /** False until the registry passed our `accept` on. */
  isOpen: boolean
  awaySince: MonotonicMs | undefined
}

export class PrivateSession {
  readonly #options: PrivateSessionOptions
  readonly #incoming = new Map<string, Incoming>()
  #asked: Asked | undefined
  #session: Session | undefined

  constructor(options: PrivateSessionOptions) {
    this.#options = options
  }

  /** The person of the open session. */
  get partner(): string | undefined {
    return this.#session?.isOpen ? this.#session.name : undefined
  }

  /** Whom we asked; undefined where no own request is open. */
  get asked(): string | undefined {
    return this.#asked?.isOpen ? this.#asked.name : undefined
  }

  /** Who asks us, in the order in which they did. */
  get askers(): readonly string[] {
    return [...this.#incoming.values()].map(({ from }) => from)
  }

  /** Asks somebody. A request to another person that is still open is taken back first; one of theirs is accepted. */
  request(now: MonotonicMs, name: string, done: Answered): void {
    const key = foldName(name)
    if (this.#options.isBlocked(key)) return done(now, fail({ code: 'blocked', details: { name } }))
    if (this.#session) return done(now, fail(inSession(this.#session)))
    if (this.#incoming.has(key)) return this.#accept(now, key, done)
    if (this.#asked?.key === key) return done(now, ok(undefined))
    if (this.#asked) this.withdraw(now)
    const asked: Asked = {
      name,
      key,
      id: this.#options.newId(),
      until: now + this.#options.limits.chatRequestMs,
      done,
      isOpen: false,
      awaySince: undefined,
    }
    this.#asked = asked
    this.#options.signal(now, name, 'request', asked.id, (later, outcome) => this.#requested(later, asked, outcome))
  }

  /** Answers a request; fails with `noRequest` where none of theirs is open, or it is over by then. */
  answer(now: MonotonicMs, name: string, isAccepted: boolean, done: Answered): void {
    const key = foldName(name)
    const incoming = this.#incoming.get(key)
    if (!incoming) return done(now, fail({ code: 'noRequest', details: { name } }))
    if (isAccepted) return this.#accept(now, key, done)
    this.#incoming.delete(key)
    this.#options.signal(now, incoming.from, 'reject', incoming.id)
    done(now, ok(undefined))
  }

  /** Takes the own request back. False where none is open. */
  withdraw(now: MonotonicMs): boolean {
    const asked = this.#asked
    if (!asked) return false
    this.#options.signal(now, asked.name, 'withdraw', asked.id)
    this.#endAsked(now, 'withdrawn')
    return true
  }

  /** Leaves the session. False where there is none. */
  leave(now: MonotonicMs): boolean {
    const session = this.#session
    if (!session) return false
    this.#options.signal(now, session.name, 'leave', session.ids[0] as Uint8Array)
    this.#endSession(now, 'self')
    return true
  }

  /** Ends all, as before a logout. */
  endAll(now: MonotonicMs): void {
    this.leave(now)
    this.withdraw(now)
    for (const { from, id } of this.#incoming.values()) this.#options.signal(now, from, 'reject', id)
    for (const key of this.#incoming.keys()) this.#endIncoming(key, 'withdrawn')
  }

  /** Somebody is blocked from now on: nothing with them stays open. */
  endWith(now: MonotonicMs, key: string): void {
    if (this.#session?.key === key) this.leave(now)
    if (this.#asked?.key === key) this.withdraw(now)
    const incoming = this.#incoming.get(key)
    if (!incoming) return
    this.#incoming.delete(key)
    this.#options.signal(now, incoming.from, 'reject', incoming.id)
  }

  /** Takes a signal that the registry passed on. */
  signalled(now: MonotonicMs, { from, kind, id: view }: Signal): void {
    const key = foldName(from)
    const id = view.slice()
    if (this.#options.isBlocked(key)) {
      if (kind === 'request') this.#options.signal(now, from, 'reject', id)
      return
    }
    switch (kind) {
      case 'request':
        return this.#asks(now, from, key, id)
      case 'accept':
        return this.#accepts(now, from, key, id)
      case 'reject':
        return this.#refuses(now, key, id, 'rejected')
      case 'busy':
        return this.#refuses(now, key, id, 'busy')
      case 'withdraw':
      case 'leave':
        return this.#goes(now, key, id)
    }
  }

  /** What the registry says of somebody now. A short absence is none: they may only have reconnected. */
  seen(now: MonotonicMs, key: string, whereabouts: Whereabouts): void {
    for (const open of [this.#session, this.#asked]) {
      if (open?.key !== key) continue
      if (whereabouts === 'away') open.awaySince ??= now
      else if (whereabouts === 'online' && open.awaySince !== undefined) {
        open.awaySince = undefined
        if (open === this.#session) this.#repeat(now)
      }
    }
  }

  /** The own session with the registry begins again: what was said meanwhile is lost, so both sides compare. */
  returned(now: MonotonicMs): void {
    if (this.#session?.isOpen) this.#options.setBusy(now, true)
    this.#repeat(now)
    const asked = this.#asked
    if (asked?.isOpen) this.#options.signal(now, asked.name, 'request', asked.id)
  }

  /** Everybody with whom something is open, for a look at the presence table. */
  *concerned(): Iterable<string> {
    if (this.#session) yield this.#session.key
    if (this.#asked) yield this.#asked.key
  }

  handleTimeout(now: MonotonicMs): void {
    const { chatAbsenceMs } = this.#options.limits
    const session = this.#session
    if (session?.awaySince !== undefined && session.awaySince + chatAbsenceMs <= now) this.#endSession(now, 'absence')
    const asked = this.#asked
    if (asked && asked.until <= now) {
      this.#options.signal(now, asked.name, 'withdraw', asked.id)
      this.#endAsked(now, 'timedOut')
    } else if (asked?.awaySince !== undefined && asked.awaySince + chatAbsenceMs <= now) {
      this.#endAsked(now, 'away')
    }
    for (const [key, { until }] of this.#incoming) if (until <= now) this.#endIncoming(key, 'timedOut')
  }

  pollTimeout(): MonotonicMs | undefined {
    const { chatAbsenceMs } = this.#options.limits
    let next = this.#asked?.until ?? Infinity
    for (const awaySince of [this.#session?.awaySince, this.#asked?.awaySince]) {
      if (awaySince !== undefined) next = Math.min(next, awaySince + chatAbsenceMs)
    }
    for (const { until } of this.#incoming.values()) next = Math.min(next, until)
    return next === Infinity ? undefined : next
  }

  #requested(now: MonotonicMs, asked: Asked, outcome: SignalOutcome): void {
    // It came to its end before the registry's answer, and that was told then.
    if (this.#asked !== asked) return
    asked.isOpen = outcome.ok
    if (!outcome.ok) this.#asked = undefined
    asked.done(now, outcome)
  }

  #asks(now: MonotonicMs, from: string, key: string, id: Uint8Array): void {
    const { signal, limits, emit } = this.#options
    const session = this.#session
    if (session?.key === key) {
      // They say it again, as after a reconnection; or they have lost the session and ask for another.
      if (session.ids.some((known) => equalBytes(known, id))) return signal(now, from, 'accept', id)
      this.#endSession(now, 'peer')
    }
    if (this.#asked?.key === key) return this.#crossed(now, from, key, id)
    const known = this.#incoming.get(key)
    const isFull = !known && this.#incoming.size >= limits.chatRequestsMax
    if (this.#session || this.#asked || isFull) return signal(now, from, 'busy', id)
    this.#incoming.set(key, { from, id, until: now + limits.chatRequestMs })
    if (!known) emit({ type: 'chatRequest', from })
  }

  /** Both want it: nobody has to be asked. The `accept` is for the case that our own request did not reach them. */
  #crossed(now: MonotonicMs, name: string, key: string, id: Uint8Array): void {
    const asked = this.#asked as Asked
    this.#asked = undefined
    this.#options.signal(now, name, 'accept', id)
    this.#open(now, { name, key, ids: [id, asked.id], asked: true, isOpen: true, awaySince: undefined })
    if (!asked.isOpen) asked.done(now, ok(undefined))
  }

  #accept(now: MonotonicMs, key: string, done: Answered): void {
    if (this.#session) return done(now, fail(inSession(this.#session)))
    const { from: name, id } = this.#incoming.get(key) as Incoming
    this.#incoming.delete(key)
    if (this.#asked) this.withdraw(now)
    const session: Session = { name, key, ids: [id], asked: false, isOpen: false, awaySince: undefined }
    this.#session = session
    this.#options.signal(now, name, 'accept', id, (later, outcome) => {
      if (this.#session !== session) return done(later, fail({ code: 'noRequest', details: { name } }))
      if (outcome.ok) {
        this.#open(later, session)
        return done(later, outcome)
      }
      this.#endSession(later, 'absence')
      done(later, outcome)
    })
  }

  #accepts(now: MonotonicMs, from: string, key: string, id: Uint8Array): void {
    const asked = this.#asked
    if (asked?.key === key && equalBytes(asked.id, id)) {
      this.#asked = undefined
      this.#open(now, { name: from, key, ids: [id], asked: true, isOpen: true, awaySince: undefined })
      if (!asked.isOpen) asked.done(now, ok(undefined))
      return
    }
    const session = this.#session
    if (session?.key === key && session.ids.some((known) => equalBytes(known, id))) return
    // Withdrawn or timed out meanwhile, or forgotten in a restart: they must not stay in a session with nobody.
    this.#options.signal(now, from, 'leave', id)
  }

  #refuses(now: MonotonicMs, key: string, id: Uint8Array, outcome: 'rejected' | 'busy'): void {
    if (this.#asked?.key === key && equalBytes(this.#asked.id, id)) this.#endAsked(now, outcome)
  }

  /** They withdrew, or left: whichever it was, it ends what has this id. */
  #goes(now: MonotonicMs, key: string, id: Uint8Array): void {
    const incoming = this.#incoming.get(key)
    if (incoming && equalBytes(incoming.id, id)) this.#endIncoming(key, 'withdrawn')
    const session = this.#session
    if (session?.key === key && session.ids.some((known) => equalBytes(known, id))) this.#endSession(now, 'peer')
  }

  /** Says again that the session is open. Who has it too ignores that; who has not answers `leave`. */
  #repeat(now: MonotonicMs): void {
    const session = this.#session
    if (session?.isOpen) this.#options.signal(now, session.name, 'accept', session.ids[0] as Uint8Array)
  }

  #open(now: MonotonicMs, session: Session): void {
    session.isOpen = true
    this.#session = session
    this.#incoming.delete(session.key)
    this.#options.setBusy(now, true)
    this.#options.emit({ type: 'chatOpened', name: session.name, asked: session.asked })
  }

  #endSession(now: MonotonicMs, by: 'self' | 'peer' | 'absence'): void {
    const session = this.#session
    this.#session = undefined
    if (!session) return
    if (!session.isOpen)
      return this.#options.emit({ type: 'chatRequestOver', from: session.name, outcome: 'withdrawn' })
    this.#options.setBusy(now, false)
    this.#options.emit({ type: 'chatClosed', name: session.name, by })
  }

  #endAsked(now: MonotonicMs, outcome: ChatRefusal): void {
    const asked = this.#asked
    this.#asked = undefined
    if (!asked) return
    if (!asked.isOpen) asked.done(now, ok(undefined))
    this.#options.emit({ type: 'chatRefused', name: asked.name, outcome })
  }

  #endIncoming(key: string, outcome: 'withdrawn' | 'timedOut'): void {
    const incoming = this.#incoming.get(key)
    if (!incoming) return
    this.#incoming.delete(key)
    this.#options.emit({ type: 'chatRequestOver', from: incoming.from, outcome })
  }
}

function inSession(session: Session): Reason {
  return { code: 'inSession', details: { name: session.name } }
}
