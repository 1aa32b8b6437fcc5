// The registry's rules, put together: sessions in, answers out, everything lasting through the store. It coordinates and
// leaves each rule to its file. Contract: like every core it has no clock and no socket; after any call look again at
// `pollTimeout`. No input makes it throw, and each request gets one answer or its session ends.

import { type Address, assert, type MonotonicMs, type Random, type WallMs } from '../../base/index.ts'
import {
  type AccountMode,
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
import { Administration } from './administration.ts'
import { Attendance, type SessionEnd } from './attendance.ts'
import { ChannelBoard, type SayDone } from './channel-board.ts'
import { commandOf, commandTable } from './command-table.ts'
import { type CountedFigures, Figures } from './figures.ts'
import { GuessLimits } from './guess-limits.ts'
import type { ErrorDetails, HandlerContext, RequestHead } from './handlers/handler-context.ts'
import { defaultRegistryLimits, type RateClass, type RegistryLimits } from './limits.ts'
import { Liveness } from './liveness.ts'
import { MailExpiry } from './mail-expiry.ts'
import type { PasswordPort } from './password-port.ts'
import { PresenceBoard } from './presence-board.ts'
import { RateLimiter } from './rate-limiter.ts'
import { EventLog, type LeaveCause, type RegistryEvent } from './registry-event.ts'
import { SessionTable } from './session-table.ts'
import { Session, type SessionAccount, type SessionId, type SessionPort } from './session.ts'
import { hostKey } from './site.ts'
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
  /** Who may take a new name; absent: anybody. */
  readonly accounts?: AccountMode | undefined
  /** Needed in mode `password`. */
  readonly passwords?: PasswordPort | undefined
  readonly limits?: Partial<RegistryLimits>
  /** Told of every event; must not call back. Absent: events wait to be polled. */
  readonly trace?: (event: RegistryEvent) => void
}

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
  readonly figures: Figures
  readonly wallMs: () => WallMs
  readonly accounts: AccountMode
  readonly passwords: PasswordPort | undefined
  readonly guesses: GuessLimits
  readonly liveness: Liveness
  readonly channel: ChannelBoard
  readonly administration: Administration
  readonly #port: SessionPort
  readonly #sessions: SessionTable
  readonly #attendance: Attendance
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
    this.accounts = options.accounts ?? 'open'
    this.passwords = options.passwords
    assert(this.accounts !== 'password' || this.passwords, 'passwords are asked for only where they can be checked')
    this.#port = options.port
    this.presence = new PresenceBoard(this.limits)
    this.figures = new Figures(now)
    this.events = new EventLog(this.limits.eventsMax, (event) => this.figures.note(event), options.trace)
    this.#sessions = new SessionTable(this.limits.loginTimeoutMs)
    this.guesses = new GuessLimits(this.limits)
    this.liveness = new Liveness({
      everyMs: this.limits.checkEveryMs,
      checks: this.limits.checks,
      check: (at, account) => this.pushToAccount(at, account, { t: 'check' }),
      fail: (at, account) => this.#attendance.believeAway(at, account),
    })
    this.#rates = new RateLimiter(this.limits.rates, this.limits.rateHoldersMax)
    this.#hostLogins = new RateLimiter({ login: this.limits.loginsPerHost }, this.limits.rateHoldersMax)
    this.#mailExpiry = new MailExpiry(now, this)
    this.channel = new ChannelBoard(this, this.#sessions)
    this.#attendance = new Attendance(this, this.#sessions, options.port)
    this.administration = new Administration(this, this.#attendance, options.port)
  }

  /** A link is up: `device` is the link key that the other side proved to have. */
  sessionOpened(now: MonotonicMs, id: SessionId, device: Uint8Array, address: Address): void {
    assert(this.#sessions.get(id) === undefined, 'a session number is never used twice')
    const reason = this.isDraining ? 'shuttingDown' : this.isFull ? 'registryFull' : undefined
    this.figures.turn(now)
    if (reason === 'registryFull') this.figures.hit('sessions')
    if (reason) return this.#port.close(now, id, sessionCloseCodes[reason], reason)
    this.figures.count('sessionsOpened')
    this.#sessions.open(now, new Session(now, id, device, address, this.limits))
  }

  /** The link moved to another address. */
  sessionMoved(_now: MonotonicMs, id: SessionId, address: Address): void {
    const session = this.#sessions.get(id)
    if (!session) return
    session.address = address
    this.#attendance.noteMove(session)
  }

  /** A message on the control stream. The bytes are not kept. */
  sessionMessage(now: MonotonicMs, id: SessionId, bytes: Uint8Array): void {
    const session = this.#sessions.get(id)
    if (!session) return
    this.figures.turn(now)
    session.bytesIn += bytes.length
    const request = decodeRegistryRequest(bytes)
    if (!request.ok) return this.#handleUnreadable(now, session, bytes)
    // Also a request that is refused shows that its peer is there.
    this.#attendance.noteLife(now, session)
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
    this.figures.turn(now)
    this.figures.count('sessionsEnded')
    this.#attendance.end(now, session, end)
  }

  handleTimeout(now: MonotonicMs): void {
    this.figures.turn(now)
    this.liveness.handleTimeout(now)
    this.#attendance.handleTimeout(now)
    this.channel.handleTimeout(now)
    this.#mailExpiry.handleTimeout(now)
    this.#finishDrain(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    const instants = [
      this.liveness.pollTimeout(),
      this.#attendance.pollTimeout(),
      this.channel.pollTimeout(),
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

  /** The console speaks in the public channel. */
  sayAsRegistry(now: MonotonicMs, text: string, done: SayDone): void {
    this.figures.turn(now)
    this.channel.sayAsRegistry(now, text, done)
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

  /** Requests without an answer yet. */
  get requestsInWork(): number {
    return this.#requestsInWork
  }

  /** What was counted since the start. */
  counted(): CountedFigures {
    return this.figures.counted()
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
    return this.#attendance.sessionsOf(account)
  }

  afterCommit<T>(session: Session, request: RequestHead, then: (now: MonotonicMs, value: T) => void): Done<T> {
    return (now, outcome) => {
      this.figures.turn(now)
      if (outcome.ok) return then(now, outcome.value)
      this.noteFailure(outcome.error)
      const { code } = outcome.error
      const error = code === 'storeFull' ? 'registryFull' : code === 'storeClosed' ? 'shuttingDown' : 'storeFailed'
      this.refuse(now, session, request, error)
    }
  }

  takeHostLogin(now: MonotonicMs, address: Address): number {
    const waitMs = this.#hostLogins.take(now, hostKey(address.host), 'login')
    if (waitMs > 0) this.figures.hit('loginsPerHost')
    return waitMs
  }

  nextLoginNumber(): number {
    return ++this.#logins
  }

  enter(now: MonotonicMs, session: Session, account: SessionAccount): boolean {
    return this.#attendance.enter(now, session, account)
  }

  leave(now: MonotonicMs, session: Session, cause: LeaveCause): void {
    this.#attendance.leave(now, session, cause)
  }

  tellBusy(now: MonotonicMs, account: string): void {
    this.#attendance.tellBusy(now, account)
  }

  close(now: MonotonicMs, session: Session, reason: SessionCloseReason): void {
    if (session.hasEnded) return
    this.events.add({ type: 'closing', session: session.id, reason })
    this.figures.count('sessionsEnded')
    this.leave(now, session, reason)
    this.#sessions.remove(now, session)
    this.#port.close(now, session.id, sessionCloseCodes[reason], reason)
  }

  #handle(now: MonotonicMs, session: Session, request: RegistryRequest): void {
    if (this.isDraining) return this.refuse(now, session, request, 'shuttingDown')
    this.figures.count('requests')
    const row = commandOf(request)
    const waitMs = this.#rates.take(now, session.rateHolder, row.rate)
    if (waitMs > 0) {
      this.figures.hit(`rate.${row.rate}`)
      this.refuse(now, session, request, 'rateLimited', { retryMs: waitMs })
      if (!session.countFlood(now)) this.close(now, session, 'flood')
      return
    }
    const isBusy =
      session.requestsInWork > this.limits.requestsInWorkPerSessionMax ||
      this.#requestsInWork > this.limits.requestsInWorkMax
    if (isBusy) {
      this.figures.hit('requestsInWork')
      return this.refuse(now, session, request, 'rateLimited', { retryMs: busyRetryMs })
    }
    if (!row.needsLogin) {
      this.#sessions.postpone(now, session)
      return row.handle(this, now, session, request)
    }
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
