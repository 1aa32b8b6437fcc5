// One link to a peer, as the rules see it: a number, a proven link key, an address, and after the login an account.
// Bytes that the link does not take at once wait here, within limits. Invariant: what a session is sent arrives in the
// order it was said, so that a snapshot never overtakes the change that came before it.

import { type Address, type MonotonicMs, toHex, TokenBucket } from '../../base/index.ts'
import type { AccountName, SignedDeviceList } from '../../protocol/index.ts'
import type { RegistryLimits } from './limits.ts'
import type { RememberedLink } from './store.ts'

/** A local number for one link, never used twice. */
export type SessionId = number & { readonly '#sessionId': true }

/** How a link does. */
export interface LinkFigures {
  /** Smoothed round-trip time. */
  readonly rttMs: number
  /** Share of the packets to the peer that were lost, 0 to 1. */
  readonly lossRate: number
  readonly packetsIn: number
  readonly packetsOut: number
}

/** How the rules reach the peers; the program fills it with its endpoint. */
export interface SessionPort {
  /** `full`: nothing was taken, `sessionWritable` will be told when there is room. */
  send(now: MonotonicMs, session: SessionId, bytes: Uint8Array): 'queued' | 'full' | 'closed'
  /** Ends the link after what was sent has left; `sessionEnded` is not called for it. */
  close(now: MonotonicMs, session: SessionId, code: number, reason: string): void
  /** The link's smoothed round-trip time, or undefined while there is none. */
  rttMs(session: SessionId): number | undefined
  /** How the link does, for the administrator. */
  linkFigures(session: SessionId): LinkFigures | undefined
  /** What to keep of the link, so that a later life of the registry can reset it. */
  linkMemo(session: SessionId): RememberedLink | undefined
  /** Tells the peers of links of an earlier life that these are gone. */
  resetForgotten(now: MonotonicMs, links: readonly RememberedLink[]): void
}

/** The account a session logged in to. */
export interface SessionAccount {
  readonly name: AccountName
  readonly key: string
  readonly identity: Uint8Array
  readonly identityText: string
  readonly devices: SignedDeviceList
  /** Link keys in the device list, in hexadecimal. */
  readonly deviceKeys: ReadonlySet<string>
  /** Order of the login requests: the newest of one device wins. */
  readonly loginNumber: number
}

/** A login by password that was begun and waits for its proof. */
export interface PasswordExchange {
  /** Folded. */
  readonly name: string
  /** What the proof is made against; undefined where the answer was a false one. */
  readonly record: Uint8Array | undefined
  readonly state: Uint8Array
  readonly until: MonotonicMs
}

export class Session {
  readonly id: SessionId
  readonly device: Uint8Array
  readonly deviceText: string
  readonly openedAt: MonotonicMs
  address: Address
  ownAddresses: readonly Address[] = []
  account: SessionAccount | undefined
  /** A login is with the store. */
  isEntering = false
  /** Its person is in a private session. */
  isBusy = false
  /** The identity, in hexadecimal, whose signed device list it showed last. */
  shownIdentity: string | undefined
  /** A login by password that was begun; one at a time. */
  passwordExchange: PasswordExchange | undefined
  hasEnded = false
  /** How often its time for a login may begin anew. */
  loginPatience = 12
  requestsInWork = 0
  /** Bytes of messages that came and went. */
  bytesIn = 0
  bytesOut = 0
  /** Accounts whose changes this session has not been told, as it reads slowly. */
  readonly behind = new Set<string>()
  readonly #limits: RegistryLimits
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #junk: TokenBucket | undefined
  #flood: TokenBucket | undefined

  constructor(now: MonotonicMs, id: SessionId, device: Uint8Array, address: Address, limits: RegistryLimits) {
    this.id = id
    this.device = device
    this.deviceText = toHex(device)
    this.address = address
    this.openedAt = now
    this.#limits = limits
  }

  /** Who its requests count for: the identity, or before the login the device. */
  get rateHolder(): string {
    return this.account ? this.account.identityText : this.deviceText
  }

  get isSlow(): boolean {
    return this.#waiting.length > 0
  }

  /** Hands out the exchange begun for this name, if its time is not over; it serves once. */
  takePasswordExchange(now: MonotonicMs, name: string): PasswordExchange | undefined {
    const exchange = this.passwordExchange
    this.passwordExchange = undefined
    return exchange && exchange.name === name && exchange.until > now ? exchange : undefined
  }

  /** Sends or keeps; false where the peer is too slow to be kept. */
  send(now: MonotonicMs, port: SessionPort, bytes: Uint8Array): boolean {
    if (this.hasEnded) return true
    this.bytesOut += bytes.length
    if (!this.isSlow && port.send(now, this.id, bytes) !== 'full') return true
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    return (
      this.#waiting.length <= this.#limits.outboundMessagesPerSessionMax &&
      this.#waitingBytes <= this.#limits.outboundBytesPerSessionMax
    )
  }

  /** The link takes bytes again: hands on what waited, as far as it goes. */
  flush(now: MonotonicMs, port: SessionPort): void {
    let taken = 0
    for (const bytes of this.#waiting) {
      if (port.send(now, this.id, bytes) === 'full') break
      this.#waitingBytes -= bytes.length
      taken += 1
    }
    this.#waiting.splice(0, taken)
  }

  /** Counts a wrong request; false once there were too many. */
  countJunk(now: MonotonicMs): boolean {
    const { perSecond, burst } = this.#limits.junk
    this.#junk ??= new TokenBucket(now, perSecond, burst)
    return this.#junk.take(now)
  }

  /** Counts a request beyond its rate; false once there were too many. */
  countFlood(now: MonotonicMs): boolean {
    const { perSecond, burst } = this.#limits.flood
    this.#flood ??= new TokenBucket(now, perSecond, burst)
    return this.#flood.take(now)
  }

  end(): void {
    this.hasEnded = true
    this.account = undefined
    this.passwordExchange = undefined
    this.#waiting = []
    this.#waitingBytes = 0
    this.behind.clear()
  }
}
