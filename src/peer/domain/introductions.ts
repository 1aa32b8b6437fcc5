// Ways to people who are on line and have no link to us yet: the registry introduces both sides, the one with the lower
// link key connects, the other opens its router and waits. Invariants: one attempt for a person at a time; a failed one
// is followed by a pause that doubles. docs/protocol/peer.md, "Introductions".

import { type Address, compareBytes, equalBytes, type MonotonicMs, type Random } from '../../base/index.ts'
import type { LinkId } from '../../link/index.ts'
import { foldName, type RegistryPush } from '../../protocol/index.ts'
import { BackOff } from './back-off.ts'
import type { Contact, Contacts } from './contacts.ts'
import type { Directory } from './directory.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerEndpoint, RegistrySession } from './registry-session.ts'

export type IntroductionFailure = 'away' | 'unknownName' | 'noWay'

export interface IntroductionsOptions {
  readonly endpoint: PeerEndpoint
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly contacts: Contacts
  readonly directory: Directory
  readonly ownKey: Uint8Array
  readonly random: Random
  readonly limits: PeerLimits
  readonly localAddresses: () => readonly Address[]
  readonly onFailure: (now: MonotonicMs, key: string, failure: IntroductionFailure) => void
  /** The pause after a failure is over. */
  readonly onRetry: (now: MonotonicMs, key: string) => void
}

type Attempt =
  | { readonly kind: 'asking' }
  | { readonly kind: 'delayed'; readonly startAt: MonotonicMs; readonly addresses: readonly Address[] }
  | { readonly kind: 'connecting'; readonly link: LinkId }
  | { readonly kind: 'awaiting'; readonly until: MonotonicMs }

interface Way {
  attempt: Attempt | undefined
  readonly backOff: BackOff
  retryAt: MonotonicMs | undefined
}

type Introduced = Pick<
  Extract<RegistryPush, { t: 'introduced' }>,
  'name' | 'identity' | 'devices' | 'addresses' | 'delayMs'
>

export class Introductions {
  readonly #options: IntroductionsOptions
  readonly #ways = new Map<string, Way>()
  readonly #keyOfLink = new Map<LinkId, string>()

  constructor(options: IntroductionsOptions) {
    this.#options = options
  }

  isUnderWay(key: string): boolean {
    return this.#ways.get(key)?.attempt !== undefined
  }

  /** Whether the last attempt failed so lately that another would be too soon. */
  isPausing(now: MonotonicMs, key: string): boolean {
    const retryAt = this.#ways.get(key)?.retryAt
    return retryAt !== undefined && retryAt > now
  }

  /** Asks the registry to introduce us. */
  ask(now: MonotonicMs, contact: Contact): void {
    const way = this.#way(contact.key)
    if (way.attempt) return
    const attempt = { kind: 'asking' } as const
    way.attempt = attempt
    const addresses = [...this.#options.localAddresses()]
    this.#options.session.request(now, { t: 'introduce', to: contact.name, addresses }, (later, outcome) => {
      // They were introduced to us meanwhile, and that goes its way.
      if (way.attempt !== attempt) return
      if (outcome.kind === 'answer') this.#begin(later, contact.key, outcome.answer)
      // Nothing came of it: the card was refused.
      if (way.attempt === attempt) way.attempt = undefined
      if (outcome.kind !== 'error') return
      const { error } = outcome
      if (error === 'rateLimited') way.retryAt = later + (outcome.answer.retryMs ?? 1_000)
      else this.#fail(later, contact.key, error === 'away' || error === 'unknownName' ? error : 'noWay')
    })
  }

  /** Connects to where they were reached last; the registry is not asked. */
  dial(now: MonotonicMs, contact: Contact, address: Address): void {
    const way = this.#way(contact.key)
    const [device] = contact.deviceKeys
    if (way.attempt || !device || equalBytes(device, this.#options.ownKey)) return
    this.#connect(now, contact.key, way, device, [address])
  }

  /** Somebody asked to be introduced to us. */
  introduced(now: MonotonicMs, push: Introduced): void {
    this.#begin(now, foldName(push.name), push)
  }

  /** A link to them is up. */
  succeeded(key: string): void {
    const way = this.#ways.get(key)
    if (!way) return
    if (way.attempt?.kind === 'connecting') this.#keyOfLink.delete(way.attempt.link)
    way.attempt = undefined
    way.retryAt = undefined
  }

  /** Their link ended. One that was closed before anything came is a failure, or we would knock without a pause. */
  linkGone(now: MonotonicMs, key: string, wasGood: boolean): void {
    const way = this.#ways.get(key)
    if (wasGood && !way?.attempt) this.#ways.delete(key)
    else if (!wasGood && !way?.attempt) this.#pause(now, this.#way(key))
  }

  /** An attempt of ours ended without a link. False where the link was none of ours. */
  ended(now: MonotonicMs, link: LinkId): boolean {
    const key = this.#keyOfLink.get(link)
    if (key === undefined) return false
    this.#keyOfLink.delete(link)
    const way = this.#ways.get(key)
    if (way?.attempt?.kind === 'connecting' && way.attempt.link === link) this.#fail(now, key, 'noWay')
    return true
  }

  /** Something is new about them (they are on line again): pauses are over. */
  forgetFailures(key: string): void {
    const way = this.#ways.get(key)
    if (!way) return
    way.retryAt = undefined
    way.backOff.reset()
  }

  handleTimeout(now: MonotonicMs): void {
    for (const [key, way] of this.#ways) {
      const { attempt } = way
      if (attempt?.kind === 'delayed' && attempt.startAt <= now) this.#start(now, key, way, attempt.addresses)
      else if (attempt?.kind === 'awaiting' && attempt.until <= now) this.#fail(now, key, 'noWay')
      if (!way.attempt && way.retryAt !== undefined && way.retryAt <= now) {
        way.retryAt = undefined
        this.#options.onRetry(now, key)
      }
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    let next: MonotonicMs | undefined
    for (const { attempt, retryAt } of this.#ways.values()) {
      const at = attempt?.kind === 'delayed' ? attempt.startAt : attempt?.kind === 'awaiting' ? attempt.until : retryAt
      if (at !== undefined && (!attempt || attempt.kind !== 'connecting') && (next === undefined || at < next))
        next = at
    }
    return next
  }

  #way(key: string): Way {
    let way = this.#ways.get(key)
    if (!way) {
      const { limits, random } = this.#options
      way = {
        attempt: undefined,
        backOff: new BackOff(limits.introductionRetryMs, limits.backOffMaxMs, random),
        retryAt: undefined,
      }
      this.#ways.set(key, way)
    }
    return way
  }

  #begin(now: MonotonicMs, key: string, shown: Introduced): void {
    const contact = this.#options.directory.seen(now, key, shown)
    if (!contact) return
    const way = this.#way(key)
    if (way.attempt && way.attempt.kind !== 'asking') return
    const addresses = shown.addresses.map(({ host, port }) => ({ host, port }))
    way.attempt = { kind: 'delayed', startAt: now + shown.delayMs, addresses }
    if (shown.delayMs <= 0) this.#start(now, key, way, addresses)
  }

  #start(now: MonotonicMs, key: string, way: Way, addresses: readonly Address[]): void {
    const { endpoint, contacts, ownKey, limits } = this.#options
    const device = contacts.get(key)?.deviceKeys[0]
    if (!device || equalBytes(device, ownKey)) {
      way.attempt = undefined
      return
    }
    if (compareBytes(ownKey, device) > 0) {
      way.attempt = { kind: 'awaiting', until: now + limits.introductionMs }
      endpoint.punch(now, addresses)
      return
    }
    this.#connect(now, key, way, device, addresses)
  }

  #connect(now: MonotonicMs, key: string, way: Way, device: Uint8Array, addresses: readonly Address[]): void {
    const { endpoint, limits } = this.#options
    const keepaliveMs = limits.peerKeepaliveMs
    const link = endpoint.connect(now, { addresses, remoteKey: device, purpose: 'peer', keepaliveMs })
    way.attempt = { kind: 'connecting', link }
    this.#keyOfLink.set(link, key)
  }

  #fail(now: MonotonicMs, key: string, failure: IntroductionFailure): void {
    const way = this.#way(key)
    way.attempt = undefined
    this.#pause(now, way)
    this.#options.onFailure(now, key, failure)
  }

  #pause(now: MonotonicMs, way: Way): void {
    way.retryAt = now + way.backOff.nextMs()
  }
}
