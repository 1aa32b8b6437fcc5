// The session with the registry: connect, prove its key, log in, stay, come back. Invariants: a key that was pinned or
// invited is the only one that is talked to, and a first key is used only after a person trusted it (S19); a registry
// that fails, or answers nonsense, is tried again ever more rarely, never in a tight loop (bad input 78).
// docs/protocol/peer.md, "Registry session".

import { type Address, type MonotonicMs, type Random } from '../../base/index.ts'
import { fingerprint } from '../../crypto/index.ts'
import { type Endpoint, type LinkDownCause, LinkErrorCode, type LinkEvent, type LinkId } from '../../link/index.ts'
import {
  decodeRegistryMessage,
  defaultPolicy,
  encodeRegistryRequest,
  registryErrors,
  registryProtocolVersion,
  type RegistryPush,
  type RegistryRequestType,
  registryStream,
  sessionCloseCodes,
  sessionCloseReason,
  type SignedDeviceList,
} from '../../protocol/index.ts'
import { BackOff } from './back-off.ts'
import type { Reason, RegistryState } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import { type AnswerTo, type RequestBody, type RequestOutcome, RequestTable } from './request-table.ts'

export type PeerEndpoint = Pick<Endpoint, 'connect' | 'send' | 'close' | 'punch'>

/** What the session tells its owner. */
export interface SessionOwner {
  registryChanged(now: MonotonicMs, state: RegistryState, reason?: Reason): void
  /** A registry without a known key: nothing goes on until {@link RegistrySession.trust}. */
  registryKeyMet(now: MonotonicMs, key: Uint8Array): void
  welcomed(now: MonotonicMs, welcome: AnswerTo<'login'>): void
  pushed(now: MonotonicMs, push: RegistryPush): void
  sessionEnded(now: MonotonicMs): void
}

export interface RegistryAccess {
  readonly addresses: readonly Address[]
  /** Pinned, or from an invite; without one the first key is shown, to be trusted or not. */
  readonly key?: Uint8Array | undefined
  /** Another key that an invite gives for a registry whose key is pinned: nobody is talked to until a person decides. */
  readonly otherKey?: Uint8Array | undefined
}

export interface SessionOptions {
  readonly endpoint: PeerEndpoint
  readonly random: Random
  readonly owner: SessionOwner
  readonly limits: PeerLimits
  readonly name: string
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
  readonly agent: string
  readonly localAddresses: () => readonly Address[]
  readonly registry: RegistryAccess
}

type Phase =
  | { readonly kind: 'idle' | 'stopped' }
  | { readonly kind: 'waiting'; readonly until: MonotonicMs }
  | { readonly kind: 'connecting' | 'loggingIn' | 'online'; readonly link: LinkId }
  | { readonly kind: 'untrusted'; readonly link: LinkId | undefined; readonly key: Uint8Array }

/** Jittered keepalive of the registry's link, ms: less than the 30 s after which many routers forget a path. */
const keepaliveMs = 22_500
/** With a question open and nothing heard for so long, ask for a sign of life: a registry that was restarted has forgotten
 * the link and says so to the first datagram it gets, which without this would be the next request, much later. */
const doubtMs = 750
/** Immediate returns after a reset are at least so far apart. */
const resetReturnMs = 1_000

export class RegistrySession {
  readonly #options: SessionOptions
  readonly #requests: RequestTable
  readonly #backOff: BackOff
  #addresses: readonly Address[]
  #key: Uint8Array | undefined
  #phase: Phase = { kind: 'idle' }
  #queue: { body: RequestBody; done: (now: MonotonicMs, outcome: RequestOutcome<RegistryRequestType>) => void }[] = []
  #helloMs = defaultPolicy.helloMs
  #lastSentAt: MonotonicMs = 0
  #lastHeardAt: MonotonicMs = 0
  #onlineAt: MonotonicMs = 0
  #immediateAt: MonotonicMs = -Infinity
  #junk = 0
  #lifeShare = 1

  constructor(options: SessionOptions) {
    this.#options = options
    this.#addresses = options.registry.addresses
    this.#key = options.registry.key
    this.#requests = new RequestTable(options.limits.answerMs)
    this.#backOff = new BackOff(options.limits.backOffFirstMs, options.limits.backOffMaxMs, options.random)
  }

  get isOnline(): boolean {
    return this.#phase.kind === 'online'
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

  /** Ends the session in order and does not come back. */
  close(now: MonotonicMs): void {
    const phase = this.#phase
    this.#phase = { kind: 'stopped' }
    if ('link' in phase && phase.link !== undefined) {
      this.#options.endpoint.close(now, phase.link, LinkErrorCode.none, 'goodbye')
    }
    this.#endSession(now, phase)
  }

  /** Asks the registry; `done` comes once, with `lost` where the session ends before the answer. Only while on line. */
  request<B extends RequestBody>(
    now: MonotonicMs,
    body: B,
    done: (now: MonotonicMs, outcome: RequestOutcome<B['t']>) => void,
  ): void {
    if (!this.isOnline) return done(now, { kind: 'lost' })
    this.#queue.push({ body, done: done as (now: MonotonicMs, outcome: RequestOutcome<RegistryRequestType>) => void })
    this.#flush(now)
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    switch (event.type) {
      case 'up':
        return this.#handleUp(now, event.link, event.remoteKey)
      case 'message':
        this.#lastHeardAt = now
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
    if (phase.kind !== 'online' && phase.kind !== 'loggingIn') return
    const lostSince = this.#requests.expire(now)
    const isMute = lostSince !== undefined && (phase.kind === 'loggingIn' || this.#lastHeardAt < lostSince)
    if (isMute) return this.#abandon(now, phase.link)
    if (phase.kind !== 'online') return
    const isDoubtful = this.#requests.size > 0 && this.#doubtAt() <= now
    if (isDoubtful || (this.#lifeAt() <= now && this.#requests.size < this.#options.limits.requestsMax)) {
      this.#send(now, phase.link, { t: 'hello' }, () => {})
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    const phase = this.#phase
    if (phase.kind === 'waiting') return phase.until
    if (phase.kind !== 'online' && phase.kind !== 'loggingIn') return undefined
    const answerAt = this.#requests.pollTimeout()
    if (phase.kind !== 'online') return answerAt
    return answerAt === undefined ? this.#lifeAt() : Math.min(this.#lifeAt(), answerAt, this.#doubtAt())
  }

  #doubtAt(): MonotonicMs {
    return Math.max(this.#lastSentAt, this.#lastHeardAt) + doubtMs
  }

  #lifeAt(): MonotonicMs {
    return this.#lastSentAt + this.#helloMs * this.#lifeShare
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
    this.#lastHeardAt = now
    if (this.#key !== undefined) return this.#logIn(now, link)
    const key = remoteKey.slice()
    this.#phase = { kind: 'untrusted', link, key }
    this.#options.owner.registryKeyMet(now, key)
  }

  #logIn(now: MonotonicMs, link: LinkId): void {
    this.#phase = { kind: 'loggingIn', link }
    const { name, devices, agent, localAddresses } = this.#options
    const addresses = [...localAddresses()]
    const body: RequestBody = { t: 'login', version: registryProtocolVersion, agent, name, devices, addresses }
    this.#send(now, link, body, (later, outcome) => this.#handleLogin(later, link, outcome))
  }

  #handleLogin(now: MonotonicMs, link: LinkId, outcome: RequestOutcome<RegistryRequestType>): void {
    if (this.#phase.kind !== 'loggingIn' || outcome.kind === 'lost') return
    if (outcome.kind === 'answer') {
      const welcome = outcome.answer as AnswerTo<'login'>
      this.#phase = { kind: 'online', link }
      this.#onlineAt = now
      this.#helloMs = Math.max(1_000, welcome.policy.helloMs)
      this.#options.owner.registryChanged(now, 'online')
      this.#options.owner.welcomed(now, welcome)
      return
    }
    const { error, answer } = outcome
    const reason = { code: error, details: this.#loginDetails(answer.holder) }
    if (!registryErrors[error].retryable) return this.#stop(now, 'refused', reason)
    this.#retreat(now, answer.retryMs ?? 0, reason)
  }

  #loginDetails(holder: Uint8Array | undefined): Record<string, unknown> {
    const { name, identity } = this.#options
    return holder ? { name, fingerprint: fingerprint(holder), own: fingerprint(identity) } : { name }
  }

  #handleMessage(now: MonotonicMs, bytes: Uint8Array): void {
    const message = decodeRegistryMessage(bytes)
    if (!message.ok) return this.#countJunk(now)
    if ('r' in message.value) {
      if (!this.#requests.answer(now, message.value)) this.#countJunk(now)
      return this.#flush(now)
    }
    this.#options.owner.pushed(now, message.value)
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
    switch (cause.kind) {
      case 'wrongKey':
        return this.#stop(now, 'wrongKey', wrongKeyReason(this.#key, cause.remoteKey))
      case 'closed': {
        const reason = sessionCloseReason(cause.code)
        if (reason === 'replaced' && cause.byPeer) return this.#stop(now, 'replaced', { code: reason, details: {} })
        return this.#goAway(now, reason ?? 'registryUnreachable')
      }
      case 'reset':
        if (phase.kind === 'online' && now - this.#immediateAt >= resetReturnMs) {
          this.#immediateAt = now
          this.#endSession(now, phase)
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
    this.#endSession(now, phase)
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
    this.#endSession(now, phase)
    this.#options.owner.registryChanged(now, 'unreachable', reason)
  }

  #stop(now: MonotonicMs, state: RegistryState, reason: Reason): void {
    const phase = this.#phase
    this.#phase = { kind: 'stopped' }
    if ('link' in phase && phase.link !== undefined) this.#options.endpoint.close(now, phase.link)
    this.#endSession(now, phase)
    this.#options.owner.registryChanged(now, state, reason)
  }

  #endSession(now: MonotonicMs, before: Phase): void {
    this.#junk = 0
    const unsent = this.#queue
    this.#queue = []
    this.#requests.loseAll(now)
    for (const { done } of unsent) done(now, { kind: 'lost' })
    if (before.kind === 'online') this.#options.owner.sessionEnded(now)
  }

  #flush(now: MonotonicMs): void {
    const phase = this.#phase
    if (phase.kind !== 'online') return
    let sent = 0
    for (const { body, done } of this.#queue) {
      if (this.#requests.size >= this.#options.limits.requestsMax) break
      if (!this.#send(now, phase.link, body, done)) break
      sent += 1
    }
    if (sent > 0) this.#queue.splice(0, sent)
  }

  /** False where the link takes nothing more for the moment. */
  #send(
    now: MonotonicMs,
    link: LinkId,
    body: RequestBody,
    done: (now: MonotonicMs, outcome: RequestOutcome<RegistryRequestType>) => void,
  ): boolean {
    const q = this.#requests.add(now, body.t, done)
    const bytes = encodeRegistryRequest({ ...body, q })
    if (this.#options.endpoint.send(now, link, registryStream.control, bytes) !== 'queued') {
      this.#requests.withdraw(q)
      return false
    }
    this.#lastSentAt = now
    this.#lifeShare = 0.7 + 0.2 * this.#options.random.fraction()
    return true
  }
}

/** Both fingerprints of a registry that shows another key than the one we know. */
function wrongKeyReason(expected: Uint8Array | undefined, offered: Uint8Array): Reason {
  return {
    code: 'wrongRegistryKey',
    details: { expected: expected && fingerprint(expected), offered: fingerprint(offered) },
  }
}
