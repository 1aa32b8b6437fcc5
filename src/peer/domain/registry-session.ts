// The session with the registry: connect, prove its key, log in, stay, come back. Invariants: a key that was pinned or
// invited is the only one that is talked to, and a first key is used only after a person trusted it (S19); a registry
// that fails, or answers nonsense, is tried again ever more rarely, never in a tight loop (bad input 78).
// docs/protocol/peer.md, "Registry session".

import { type Address, fail, type MonotonicMs, ok, type Random, type Result } from '../../base/index.ts'
import { fingerprint } from '../../crypto/index.ts'
import { type LinkDownCause, LinkErrorCode, type LinkEvent, type LinkId } from '../../link/index.ts'
import { type AccountMode, decodeRegistryMessage, sessionCloseCodes, sessionCloseReason } from '../../protocol/index.ts'
import { BackOff } from './back-off.ts'
import { LoginDesk, type LoginDeskOptions, type LoginEnd, type LoginWish, type LoggedIn } from './login-desk.ts'
import type { Reason, RegistryState } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import {
  type PeerEndpoint,
  type RegistryAccess,
  type SessionOwner,
  type SessionPhase,
  unreachable,
  wrongKeyReason,
} from './registry-access.ts'
import { type RequestDone, RegistryLine } from './registry-line.ts'
import type { RequestBody, RequestOutcome } from './request-table.ts'

export type { PeerEndpoint, RegistryAccess, SessionOwner } from './registry-access.ts'

export interface SessionOptions extends LoginDeskOptions {
  readonly endpoint: PeerEndpoint
  readonly random: Random
  readonly owner: SessionOwner
  readonly limits: PeerLimits
  readonly registry: RegistryAccess
}

/** Jittered keepalive of the registry's link, ms: less than the 30 s after which many routers forget a path. */
const keepaliveMs = 22_500
/** Immediate returns after a reset are at least so far apart. */
const resetReturnMs = 1_000

export class RegistrySession {
  readonly #options: SessionOptions
  readonly #line: RegistryLine
  readonly #backOff: BackOff
  readonly #desk: LoginDesk
  #addresses: readonly Address[]
  #key: Uint8Array | undefined
  #phase: SessionPhase = { kind: 'idle' }
  #onlineAt: MonotonicMs = 0
  #immediateAt: MonotonicMs = -Infinity
  #junk = 0
  #isUnreachable = false

  constructor(options: SessionOptions) {
    this.#options = options
    this.#addresses = options.registry.addresses
    this.#key = options.registry.key
    this.#line = new RegistryLine(options)
    this.#backOff = new BackOff(options.limits.backOffFirstMs, options.limits.backOffMaxMs, options.random)
    this.#desk = new LoginDesk(options)
  }

  get isOnline(): boolean {
    return this.#phase.kind === 'online'
  }

  /** Whether a person has to log in before anything goes on. */
  get isLoggedOut(): boolean {
    return this.#phase.kind === 'loggedOut'
  }

  /** The registry did not answer, and nobody else said that we are not to be on line. */
  get isUnreachable(): boolean {
    return this.#isUnreachable && (this.#phase.kind === 'waiting' || this.#phase.kind === 'connecting')
  }

  /** How the registry gives names, once it said so. */
  get accountMode(): AccountMode | undefined {
    return this.#desk.mode
  }

  /** The key that the registry must have, once one is known. */
  get key(): Uint8Array | undefined {
    return this.#key
  }

  owns(link: LinkId): boolean {
    return 'link' in this.#phase && this.#phase.link === link
  }

  start(now: MonotonicMs): void {
    if (this.#phase.kind !== 'idle') return
    const { key, otherKey } = this.#options.registry
    if (otherKey) return this.#stop(now, 'wrongKey', wrongKeyReason(key, otherKey))
    this.#options.owner.registryChanged(now, 'connecting')
    this.#connect(now)
  }

  /** Where the registry is now, for the next attempt. */
  setAddresses(addresses: readonly Address[]): void {
    this.#addresses = addresses
  }

  /** A person's answer to `registryKeyMet`. */
  trust(now: MonotonicMs, isTrusted: boolean): void {
    const phase = this.#phase
    if (phase.kind !== 'untrusted') return
    if (!isTrusted) {
      this.#stop(now, 'refused', { code: 'registryNotTrusted', details: { fingerprint: fingerprint(phase.key) } })
      return
    }
    this.#key = phase.key
    if (phase.link === undefined) this.#connect(now)
    else this.#logIn(now, phase.link)
  }

  /**
   * Logs in with what a person gives. Fails with `alreadyLoggedIn` {name}, `loginUnderWay`, `registryUnreachable`, or as
   * the registry says: `passwordNeeded`, `passwordWrong` {name, known}, `inviteNeeded`, `rateLimited` {retryMs} …
   */
  login(now: MonotonicMs, wish: LoginWish, done: LoggedIn): void {
    const phase = this.#phase
    const { registry, name, owner } = this.#options
    if (phase.kind === 'online') return done(now, fail({ code: 'alreadyLoggedIn', details: { name } }))
    if (phase.kind === 'closed') return done(now, fail({ code: 'closed', details: {} }))
    if (registry.otherKey) return done(now, fail(wrongKeyReason(registry.key, registry.otherKey)))
    if (!this.#desk.expect(wish, done)) return done(now, fail({ code: 'loginUnderWay', details: { name } }))
    if (phase.kind === 'loggedOut' && phase.link !== undefined) return this.#logIn(now, phase.link)
    if (phase.kind !== 'loggedOut' && phase.kind !== 'waiting' && phase.kind !== 'stopped') return
    owner.registryChanged(now, 'connecting')
    this.#connect(now)
  }

  /**
   * Leaves the registry; the link stays for the next login. With `isForgotten` the registry asks for the password then.
   * Fails with `notLoggedIn` where nobody would log in anyway.
   */
  logout(
    now: MonotonicMs,
    isForgotten: boolean,
    done: (now: MonotonicMs, outcome: Result<void, Reason>) => void,
  ): void {
    const phase = this.#phase
    if (phase.kind === 'loggedOut' || phase.kind === 'stopped' || phase.kind === 'closed') {
      return done(now, fail({ code: 'notLoggedIn', details: {} }))
    }
    const link = 'link' in phase ? phase.link : undefined
    this.#standBy(now, phase.kind === 'online' ? link : undefined, { code: 'byRequest', details: {} })
    if (phase.kind !== 'online') {
      if (link !== undefined) this.#options.endpoint.close(now, link)
      return done(now, ok(undefined))
    }
    const left: RequestDone = (later, outcome) => {
      // Without its word the registry learns it from the link's end.
      if (outcome.kind !== 'answer') this.#dropLoggedOut(later, phase.link)
      done(later, ok(undefined))
    }
    const body = isForgotten ? ({ t: 'logout', forget: true } as const) : ({ t: 'logout' } as const)
    if (!this.#line.send(now, phase.link, body, left)) left(now, { kind: 'lost' })
  }

  /** The registry doubts that we are there: any request is a sign of life, and this one does not wait for its turn. */
  showLife(now: MonotonicMs): void {
    if (this.#phase.kind === 'online') this.#line.send(now, this.#phase.link, { t: 'hello' }, () => {})
  }

  /** Ends the session in order and does not come back. */
  close(now: MonotonicMs): void {
    const phase = this.#phase
    this.#phase = { kind: 'closed' }
    if ('link' in phase && phase.link !== undefined) {
      this.#options.endpoint.close(now, phase.link, LinkErrorCode.none, 'goodbye')
    }
    this.#endSession(now, phase, { code: 'closed', details: {} })
  }

  /** Asks the registry; `done` comes once, with `lost` where the session ends before the answer. Only while on line. */
  request<B extends RequestBody>(
    now: MonotonicMs,
    body: B,
    done: (now: MonotonicMs, outcome: RequestOutcome<B['t']>) => void,
  ): void {
    if (!this.isOnline) return done(now, { kind: 'lost' })
    this.#line.add(body, done as RequestDone)
    this.#flush(now)
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    switch (event.type) {
      case 'up':
        return this.#handleUp(now, event.link, event.remoteKey)
      case 'message':
        this.#line.heard(now)
        return this.#handleMessage(now, event.bytes)
      case 'writable':
        return this.#flush(now)
      case 'down':
        return this.#handleDown(now, event.cause)
      case 'datagram':
      case 'drained':
      case 'path':
    }
  }

  handleTimeout(now: MonotonicMs): void {
    const phase = this.#phase
    if (phase.kind === 'waiting' && phase.until <= now) return this.#connect(now)
    if (phase.kind === 'loggedOut') return void this.#line.expire(now)
    if (phase.kind !== 'online' && phase.kind !== 'loggingIn') return
    const lostSince = this.#line.expire(now)
    if (this.#phase !== phase) return
    const isMute = lostSince !== undefined && (phase.kind === 'loggingIn' || this.#line.lastHeardAt < lostSince)
    if (isMute || this.#line.isDead(now, phase.link)) return this.#abandon(now, phase.link)
    if (phase.kind === 'online' && this.#line.isLifeDue(now)) this.showLife(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    const phase = this.#phase
    if (phase.kind === 'waiting') return phase.until
    if (phase.kind !== 'online' && phase.kind !== 'loggingIn' && phase.kind !== 'loggedOut') return undefined
    return phase.kind === 'online' ? this.#line.dueAt : this.#line.answerAt
  }

  #connect(now: MonotonicMs): void {
    const link = this.#options.endpoint.connect(now, {
      addresses: this.#addresses,
      remoteKey: this.#key,
      purpose: 'registry',
      keepaliveMs,
    })
    this.#phase = { kind: 'connecting', link }
  }

  #handleUp(now: MonotonicMs, link: LinkId, remoteKey: Uint8Array): void {
    if (this.#phase.kind !== 'connecting') return
    this.#line.heard(now)
    if (this.#key !== undefined) return this.#logIn(now, link)
    const key = remoteKey.slice()
    this.#phase = { kind: 'untrusted', link, key }
    this.#options.owner.registryKeyMet(now, key)
  }

  #logIn(now: MonotonicMs, link: LinkId): void {
    this.#phase = { kind: 'loggingIn', link }
    this.#desk.enter(
      now,
      (later, body, done) => {
        const isOwn = this.#phase.kind === 'loggingIn' && this.#phase.link === link
        const asked = done as RequestDone
        if (!isOwn || !this.#line.send(later, link, body, asked)) asked(later, { kind: 'lost' })
      },
      (later, end) => this.#handleLogin(later, link, end),
    )
  }

  #handleLogin(now: MonotonicMs, link: LinkId, end: LoginEnd): void {
    const { owner } = this.#options
    switch (end.kind) {
      case 'welcome':
        this.#phase = { kind: 'online', link }
        this.#onlineAt = now
        this.#isUnreachable = false
        this.#line.helloMs = Math.max(1_000, end.welcome.policy.helloMs)
        owner.registryChanged(now, 'online')
        return owner.welcomed(now, end.welcome)
      case 'loggedOut':
        return this.#standBy(now, link, end.reason)
      case 'refused':
        return this.#stop(now, 'refused', end.reason)
      case 'later':
        return this.#retreat(now, end.waitMs, end.reason)
    }
  }

  /** Nothing more is tried until a person logs in. */
  #standBy(now: MonotonicMs, link: LinkId | undefined, reason: Reason): void {
    const phase = this.#phase
    this.#phase = { kind: 'loggedOut', link }
    this.#isUnreachable = false
    this.#endSession(now, phase, { code: 'notLoggedIn', details: {} })
    this.#options.owner.registryChanged(now, 'loggedOut', reason)
  }

  #dropLoggedOut(now: MonotonicMs, link: LinkId): void {
    if (!this.owns(link) || this.#phase.kind !== 'loggedOut') return
    this.#phase = { kind: 'loggedOut', link: undefined }
    this.#options.endpoint.close(now, link)
  }

  #handleMessage(now: MonotonicMs, bytes: Uint8Array): void {
    const message = decodeRegistryMessage(bytes)
    if (!message.ok) return this.#countJunk(now)
    if ('r' in message.value) {
      if (!this.#line.answer(now, message.value)) this.#countJunk(now)
      return this.#flush(now)
    }
    // What was on its way when we logged out is for nobody.
    if (this.#phase.kind === 'online') this.#options.owner.pushed(now, message.value)
  }

  #countJunk(now: MonotonicMs): void {
    this.#junk += 1
    if (this.#junk >= this.#options.limits.junkMax) {
      this.#retreat(now, this.#options.limits.goodSessionMs, { code: 'registryJunk', details: {} })
    }
  }

  #handleDown(now: MonotonicMs, cause: LinkDownCause): void {
    const phase = this.#phase
    if (phase.kind === 'untrusted') {
      this.#phase = { ...phase, link: undefined }
      return
    }
    if (phase.kind === 'loggedOut') {
      this.#phase = { ...phase, link: undefined }
      this.#line.loseAll(now)
      return
    }
    switch (cause.kind) {
      case 'wrongKey':
        return this.#stop(now, 'wrongKey', wrongKeyReason(this.#key, cause.remoteKey))
      case 'closed': {
        const reason = sessionCloseReason(cause.code)
        if (reason === 'replaced' && cause.byPeer) return this.#stop(now, 'replaced', { code: reason, details: {} })
        // To come back would be to take the name that was just freed, or to be refused.
        if ((reason === 'removed' || reason === 'suspended') && cause.byPeer) {
          return this.#stop(now, 'refused', { code: reason, details: { name: this.#options.name } })
        }
        return this.#goAway(now, reason ?? 'registryUnreachable')
      }
      case 'reset':
        if (phase.kind === 'online' && now - this.#immediateAt >= resetReturnMs) {
          this.#immediateAt = now
          this.#endSession(now, phase, unreachable)
          this.#options.owner.registryChanged(now, 'connecting')
          return this.#connect(now)
        }
        return this.#goAway(now, 'registryUnreachable')
      case 'replaced':
        // We have no other link to the registry, so somebody else has our key. Coming back would only push him out in turn.
        return this.#stop(now, 'replaced', { code: 'replaced', details: {} })
      case 'idle':
      case 'unreachable':
      case 'violation':
        return this.#goAway(now, 'registryUnreachable')
    }
  }

  /** The link says nothing any more: a new handshake finds out sooner whether anybody is there. */
  #abandon(now: MonotonicMs, link: LinkId): void {
    const phase = this.#phase
    this.#phase = { kind: 'stopped' }
    this.#options.endpoint.close(now, link, LinkErrorCode.none, 'no answer')
    this.#endSession(now, phase, unreachable)
    this.#options.owner.registryChanged(now, 'connecting')
    this.#connect(now)
  }

  #goAway(now: MonotonicMs, code: string): void {
    this.#wait(now, 0, { code, details: {} })
  }

  /** Closes the link, to come back later. */
  #retreat(now: MonotonicMs, leastMs: number, reason: Reason): void {
    if ('link' in this.#phase && this.#phase.link !== undefined) {
      this.#options.endpoint.close(now, this.#phase.link, sessionCloseCodes.junk, reason.code)
    }
    this.#wait(now, leastMs, reason)
  }

  #wait(now: MonotonicMs, leastMs: number, reason: Reason): void {
    const phase = this.#phase
    const wasGood = phase.kind === 'online' && now - this.#onlineAt >= this.#options.limits.goodSessionMs
    if (wasGood && this.#junk < this.#options.limits.junkMax) this.#backOff.reset()
    this.#phase = { kind: 'waiting', until: now + Math.max(leastMs, this.#backOff.nextMs()) }
    this.#isUnreachable = true
    this.#endSession(now, phase, { ...unreachable, details: { reason: reason.code } })
    this.#options.owner.registryChanged(now, 'unreachable', reason)
  }

  #stop(now: MonotonicMs, state: RegistryState, reason: Reason): void {
    const phase = this.#phase
    this.#phase = { kind: 'stopped' }
    if ('link' in phase && phase.link !== undefined) this.#options.endpoint.close(now, phase.link)
    this.#isUnreachable = false
    this.#endSession(now, phase, reason)
    this.#options.owner.registryChanged(now, state, reason)
  }

  /** Nothing of the session goes on; a login that a person waits for ends with the reason. */
  #endSession(now: MonotonicMs, before: SessionPhase, reason: Reason): void {
    this.#junk = 0
    this.#line.loseAll(now)
    this.#desk.abandon(now, reason)
    if (before.kind === 'online') this.#options.owner.sessionEnded(now)
  }

  #flush(now: MonotonicMs): void {
    if (this.#phase.kind === 'online') this.#line.flush(now, this.#phase.link)
  }
}
