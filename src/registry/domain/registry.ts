// The registry's rules, put together: sessions in, answers out, everything lasting through the store. It coordinates and
// leaves each rule to its file. Contract: like every core it has no clock and no socket; after any call look again at
// `pollTimeout`. No input makes it throw, and each request gets one answer or its session ends.

import { type Address, assert, formatAddress, type MonotonicMs, type Random, type WallMs } from '../../base/index.ts'
import {
  decodeRegistryRequest,
  decodeRequestHead,
  encodeRegistryMessage,
  envelopeBytesMax,
  type Policy,
  type RegistryAnswer,
  type RegistryErrorName,
  registryErrors,
  type RegistryPush,
  type RegistryRequest,
  sessionCloseCodes,
  type SessionCloseReason,
} from '../../protocol/index.ts'
import { commandOf, commandTable } from './command-table.ts'
import type { ErrorDetails, HandlerContext, RequestHead } from './handlers/handler-context.ts'
import { LeaseTable } from './lease-table.ts'
import { defaultRegistryLimits, type RateClass, type RegistryLimits } from './limits.ts'
import { LinkNotes } from './link-notes.ts'
import { MailExpiry } from './mail-expiry.ts'
import { PresenceBoard } from './presence-board.ts'
import { RateLimiter } from './rate-limiter.ts'
import { EventLog, type LeaveCause, type RegistryEvent } from './registry-event.ts'
import { SessionTable } from './session-table.ts'
import { Session, type SessionAccount, type SessionId, type SessionPort } from './session.ts'
import type { Done, Store, StoreFailure } from './store.ts'
import type { Verifier } from './verifier.ts'

export interface RegistryOptions {
  readonly store: Store
  readonly port: SessionPort
  readonly verifier: Verifier
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly policy: Policy
  /** What people call this registry. */
  readonly name: string
  readonly limits?: Partial<RegistryLimits>
  /** Told of every event; must not call back. Absent: events wait to be polled. */
  readonly trace?: (event: RegistryEvent) => void
}

/** How a link ended without the registry's doing: at once for certain, or in silence. */
export type SessionEnd = 'gone' | 'silent'

/** Assumed of a link that has no round-trip time yet. */
const guessedRttMs = 100
const busyRetryMs = 200

export class Registry implements HandlerContext {
  readonly registryName: string
  readonly store: Store
  readonly verifier: Verifier
  readonly random: Random
  readonly policy: Policy
  readonly limits: RegistryLimits
  readonly presence: PresenceBoard
  readonly events: EventLog
  readonly wallMs: () => WallMs
  readonly #port: SessionPort
  readonly #sessions: SessionTable
  readonly #leases: LeaseTable
  readonly #links: LinkNotes
  readonly #rates: RateLimiter<RateClass>
  readonly #hostLogins: RateLimiter<'login'>
  readonly #mailExpiry: MailExpiry
  #requestsInWork = 0
  #logins = 0
  #drainUntil: MonotonicMs | undefined

  constructor(now: MonotonicMs, options: RegistryOptions) {
    this.limits = { ...defaultRegistryLimits, ...options.limits }
    this.registryName = options.name
    this.store = options.store
    this.verifier = options.verifier
    this.random = options.random
    this.policy = options.policy
    this.wallMs = options.wallMs
    this.#port = options.port
    this.presence = new PresenceBoard(this.limits)
    this.events = new EventLog(this.limits.eventsMax, options.trace)
    this.#sessions = new SessionTable(this.limits.loginTimeoutMs)
    this.#leases = new LeaseTable(options.policy.expiryMs)
    this.#rates = new RateLimiter(this.limits.rates, this.limits.rateHoldersMax)
    this.#hostLogins = new RateLimiter({ login: this.limits.loginsPerHost }, this.limits.rateHoldersMax)
    this.#mailExpiry = new MailExpiry(now, this)
    const { store, port } = options
    const noteFailure = (failure: StoreFailure): void => this.noteFailure(failure)
    this.#links = new LinkNotes({ store, port, linksMax: this.limits.sessionsMax, noteFailure })
    this.#links.resetForgotten()
    this.store.recentAccounts(this.limits.awayListedMax, (later, found) => {
      if (found.ok) this.presence.learnAway(later, found.value)
      else this.noteFailure(found.error)
    })
  }

  /** A link is up: `device` is the link key that the other side proved to have. */
  sessionOpened(now: MonotonicMs, id: SessionId, device: Uint8Array, address: Address): void {
    assert(this.#sessions.get(id) === undefined, 'a session number is never used twice')
    const reason = this.isDraining ? 'shuttingDown' : this.isFull ? 'registryFull' : undefined
    if (reason) return this.#port.close(now, id, sessionCloseCodes[reason], reason)
    this.#sessions.open(now, new Session(now, id, device, address, this.limits))
  }

  /** The link moved to another address. */
  sessionMoved(_now: MonotonicMs, id: SessionId, address: Address): void {
    const session = this.#sessions.get(id)
    if (!session) return
    session.address = address
    if (session.account) this.#links.remember(id)
  }

  /** A message on the control stream. The bytes are not kept. */
  sessionMessage(now: MonotonicMs, id: SessionId, bytes: Uint8Array): void {
    const session = this.#sessions.get(id)
    if (!session) return
    const request = decodeRegistryRequest(bytes)
    if (!request.ok) return this.#handleUnreadable(now, session, bytes)
    // Also a request that is refused shows that its peer is there.
    this.#leases.renew(now, session.deviceText, session.id)
    session.requestsInWork += 1
    this.#requestsInWork += 1
    this.#handle(now, session, request.value)
  }

  /** The link takes messages again. */
  sessionWritable(now: MonotonicMs, id: SessionId): void {
    const session = this.#sessions.get(id)
    if (!session) return
    session.flush(now, this.#port)
    if (session.isSlow || session.behind.size === 0) return
    const pages = this.presence.encodeEntries([...session.behind])
    session.behind.clear()
    for (const page of pages) this.sendBytes(now, session, page)
  }

  /** The link ended, and not by us. */
  sessionEnded(now: MonotonicMs, id: SessionId, end: SessionEnd): void {
    const session = this.#sessions.get(id)
    if (!session) return
    // Silence may be a crash and may be a tunnel: the lease decides when the account counts as away.
    if (end === 'silent') this.#leases.detach(session.deviceText, session.id)
    this.leave(now, session, end)
    this.#sessions.remove(now, session)
  }

  handleTimeout(now: MonotonicMs): void {
    this.#endOverdue(now)
    const flushAt = this.presence.pollTimeout()
    if (flushAt !== undefined && flushAt <= now) this.#tellChanges(now)
    this.#mailExpiry.handleTimeout(now)
    this.#finishDrain(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    const instants = [
      this.#leases.pollTimeout(),
      this.#sessions.pollTimeout(),
      this.presence.pollTimeout(),
      this.#mailExpiry.pollTimeout(),
      this.#sessions.size > 0 ? this.#drainUntil : undefined,
    ].filter((instant) => instant !== undefined)
    return instants.length === 0 ? undefined : Math.min(...instants)
  }

  /** Says goodbye to all, refuses what is new, and closes each session once nothing is owed to it, or the wait is over. */
  drain(now: MonotonicMs, waitMs: number = this.limits.drainMs): void {
    if (this.isDraining) return
    this.#drainUntil = now + waitMs
    this.#mailExpiry.stop()
    for (const session of this.#sessions.all()) {
      if (session.account) this.push(now, session, { t: 'goodbye', reason: 'shuttingDown' })
    }
    this.#finishDrain(now)
  }

  get isDraining(): boolean {
    return this.#drainUntil !== undefined
  }

  get isFull(): boolean {
    return this.#sessions.size >= this.limits.sessionsMax
  }

  get sessions(): number {
    return this.#sessions.size
  }

  // What handlers use.

  rttMs(session: Session): number {
    return this.#port.rttMs(session.id) ?? guessedRttMs
  }

  answer(now: MonotonicMs, session: Session, answer: RegistryAnswer): void {
    session.requestsInWork -= 1
    this.#requestsInWork -= 1
    assert(session.requestsInWork >= 0, 'a request was answered twice')
    this.sendBytes(now, session, encodeRegistryMessage(answer))
    if (this.isDraining) this.#finishDrain(now)
  }

  refuse(
    now: MonotonicMs,
    session: Session,
    request: RequestHead,
    error: RegistryErrorName,
    details: ErrorDetails = {},
  ): void {
    this.#noteRefusal(session, request.t, error)
    this.answer(now, session, { t: 'error', r: request.q, code: registryErrors[error].code, ...details })
  }

  push(now: MonotonicMs, session: Session, message: RegistryPush): void {
    this.sendBytes(now, session, encodeRegistryMessage(message))
  }

  pushToAccount(now: MonotonicMs, account: string, message: RegistryPush): void {
    for (const session of this.sessionsOf(account)) this.push(now, session, message)
  }

  sendBytes(now: MonotonicMs, session: Session, bytes: Uint8Array): void {
    if (!session.send(now, this.#port, bytes)) this.close(now, session, 'tooSlow')
  }

  sessionsOf(account: string): readonly Session[] {
    return this.#leases
      .leasesOf(account)
      .map((lease) => (lease.session === undefined ? undefined : this.#sessions.get(lease.session as SessionId)))
      .filter((session) => session !== undefined)
      .toSorted((a, b) => (b.account?.loginNumber ?? 0) - (a.account?.loginNumber ?? 0))
  }

  afterCommit<T>(session: Session, request: RequestHead, then: (now: MonotonicMs, value: T) => void): Done<T> {
    return (now, outcome) => {
      if (outcome.ok) return then(now, outcome.value)
      this.noteFailure(outcome.error)
      const { code } = outcome.error
      const error = code === 'storeFull' ? 'registryFull' : code === 'storeClosed' ? 'shuttingDown' : 'storeFailed'
      this.refuse(now, session, request, error)
    }
  }

  takeHostLogin(now: MonotonicMs, address: Address): number {
    return this.#hostLogins.take(now, formatAddress({ host: address.host, port: 0 }), 'login')
  }

  nextLoginNumber(): number {
    return ++this.#logins
  }

  enter(now: MonotonicMs, session: Session, account: SessionAccount): boolean {
    if (session.hasEnded) return false
    const held = this.#leases.get(session.deviceText)
    const older = held?.session === undefined ? undefined : this.#sessions.get(held.session as SessionId)
    if (older?.account && older !== session) {
      if (older.account.loginNumber > account.loginNumber) {
        this.#sayReplaced(now, session)
        return false
      }
      // The lease changes hands below, so that nobody sees the account away in between.
      this.#leases.detach(session.deviceText, older.id)
      this.#sayReplaced(now, older)
    }
    this.#sessions.enter(session, account)
    this.#links.remember(session.id)
    const { name, key } = account
    const taken = { device: session.deviceText, name, account: key, session: session.id, lifeAt: now }
    const before = this.#leases.grant(taken)
    this.presence.setOnline(now, name, this.wallMs())
    if (before && before.account !== key) this.#setAwayUnlessHeld(now, before)
    for (const other of this.#sessions.ofIdentity(account.identityText)) {
      if (!account.deviceKeys.has(other.deviceText)) this.#sayReplaced(now, other)
    }
    return true
  }

  leave(now: MonotonicMs, session: Session, cause: LeaveCause): void {
    const { account } = session
    if (!account) return
    this.#sessions.leave(now, session)
    this.#links.forget(session.id)
    const lease = this.#leases.end(session.deviceText, session.id)
    if (lease) this.#setAwayUnlessHeld(now, lease)
    this.events.add({ type: 'left', name: account.name, cause })
  }

  close(now: MonotonicMs, session: Session, reason: SessionCloseReason): void {
    if (session.hasEnded) return
    this.events.add({ type: 'closing', session: session.id, reason })
    this.leave(now, session, reason)
    this.#sessions.remove(now, session)
    this.#port.close(now, session.id, sessionCloseCodes[reason], reason)
  }

  #handle(now: MonotonicMs, session: Session, request: RegistryRequest): void {
    if (this.isDraining) return this.refuse(now, session, request, 'shuttingDown')
    const row = commandOf(request)
    const waitMs = this.#rates.take(now, session.rateHolder, row.rate)
    if (waitMs > 0) {
      this.refuse(now, session, request, 'rateLimited', { retryMs: waitMs })
      if (!session.countFlood(now)) this.close(now, session, 'flood')
      return
    }
    const isBusy =
      session.requestsInWork > this.limits.requestsInWorkPerSessionMax ||
      this.#requestsInWork > this.limits.requestsInWorkMax
    if (isBusy) return this.refuse(now, session, request, 'rateLimited', { retryMs: busyRetryMs })
    if (!row.needsLogin) return row.handle(this, now, session, request)
    if (session.account) return row.handle(this, now, session as Session & { account: SessionAccount }, request)
    this.refuse(now, session, request, 'notLoggedIn')
    if (!session.countJunk(now)) this.close(now, session, 'junk')
  }

  /** Answers where the request can be told by its number, and counts it in any case. */
  #handleUnreadable(now: MonotonicMs, session: Session, bytes: Uint8Array): void {
    const head = decodeRequestHead(bytes)
    if (head.ok) {
      const { t, q } = head.value
      const isKnown = Object.hasOwn(commandTable, t)
      const isTooLarge = t === 'deposit' && bytes.length > envelopeBytesMax
      const error = !isKnown ? 'unknownRequest' : isTooLarge ? 'tooLarge' : 'badRequest'
      this.#noteRefusal(session, isKnown ? t : 'unknown', error)
      const answer: RegistryAnswer = { t: 'error', r: q, code: registryErrors[error].code }
      this.sendBytes(now, session, encodeRegistryMessage(answer))
    }
    if (!session.countJunk(now)) this.close(now, session, 'junk')
  }

  #sayReplaced(now: MonotonicMs, session: Session): void {
    this.push(now, session, { t: 'goodbye', reason: 'replaced' })
    this.close(now, session, 'replaced')
  }

  #setAwayUnlessHeld(now: MonotonicMs, lease: { name: SessionAccount['name']; account: string; lifeAt: number }): void {
    if (this.#leases.holds(lease.account)) return
    const seen = this.wallMs() - Math.round(now - lease.lifeAt)
    this.presence.setAway(now, lease.name, Math.max(0, seen))
    this.store.markSeen(lease.account, Math.max(0, seen), (_later, outcome) => {
      if (!outcome.ok) this.noteFailure(outcome.error)
    })
  }

  #endOverdue(now: MonotonicMs): void {
    for (let lease = this.#leases.takeExpired(now); lease; lease = this.#leases.takeExpired(now)) {
      this.#setAwayUnlessHeld(now, lease)
      const session = lease.session === undefined ? undefined : this.#sessions.get(lease.session as SessionId)
      if (session) this.close(now, session, 'silent')
    }
    let stranger = this.#sessions.overdueStranger(now)
    while (stranger) {
      this.close(now, stranger, 'noLogin')
      stranger = this.#sessions.overdueStranger(now)
    }
  }

  /** One batch of changes, encoded once, to everybody; who reads slowly gets the state of that account when it reads. */
  #tellChanges(now: MonotonicMs): void {
    const changed = this.presence.takeChanges()
    if (this.isDraining) return
    const pages = this.presence.encodeEntries(changed)
    for (const session of this.#sessions.all()) {
      if (!session.account) continue
      if (session.isSlow) {
        for (const key of changed) session.behind.add(key)
        if (session.behind.size > this.limits.presenceBehindMax) this.close(now, session, 'tooSlow')
      } else {
        for (const page of pages) this.sendBytes(now, session, page)
      }
    }
  }

  #finishDrain(now: MonotonicMs): void {
    if (this.#drainUntil === undefined) return
    for (const session of this.#sessions.all()) {
      if (session.requestsInWork === 0 || now >= this.#drainUntil) this.close(now, session, 'shuttingDown')
    }
  }

  #noteRefusal(session: Session, request: string, error: RegistryErrorName): void {
    this.events.add({ type: 'refused', session: session.id, name: session.account?.name, request, error })
  }

  noteFailure(failure: StoreFailure): void {
    this.events.add({ type: 'storeFailure', code: failure.code, detail: failure.detail })
  }
}
