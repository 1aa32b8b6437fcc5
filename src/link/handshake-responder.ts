// Answering first messages (docs/protocol/link.md 3.2 to 3.6), cheapest refusals first: form, MAC1, repetition, cookie,
// rate, room, and only then a Diffie-Hellman. Invariants: no answer is larger than what it answers; nothing is handed on
// before the initiator proved live; what is kept for strangers is bounded by the half-open table (S10, S12).

import { equalBytes, sameAddress, TokenBucket, type Address, type MonotonicMs, type Random } from '../base/index.ts'
import { NoiseHandshake, type LinkKeyPair } from '../crypto/index.ts'
import { AddressLimits } from './address-limits.ts'
import { checkMac1, CookieBaker, mac1Key, writeMac1 } from './cookie.ts'
import type { HandshakeResult } from './handshake-initiator.ts'
import {
  decodeAnswer,
  decodeFirstMessage,
  decodeInitiationPayload,
  encodeAnswer,
  encodeAnswerPayload,
  firstHeaderBytes,
  handshakePrologue,
  mac1At,
  mac2At,
  type FirstMessage,
} from './handshake-packet.ts'
import { InitiationTable, type HalfOpen } from './initiation-table.ts'
import { KeyEpochs } from './key-epochs.ts'
import type { LinkPurpose } from './link-event.ts'
import type { LinkLimits } from './link-limits.ts'
import type { DropReason } from './link-trace.ts'
import {
  answerReceiverAt,
  connectionIdBytes,
  dataHeaderBytes,
  dataPacketNumber,
  dataReceiverAt,
  encodeCookie,
  encodeVersion,
  linkVersion,
  macBytes,
  minimumDatagramBytes,
  resetTokenBytes,
  tagBytes,
} from './packet.ts'

export interface ResponderOptions {
  readonly staticKey: LinkKeyPair
  readonly random: Random
  readonly limits: LinkLimits
  /** What this endpoint is: initiations with another purpose are dropped; only a registry answers a first contact. */
  readonly purpose: LinkPurpose
  readonly accept: (remoteKey: Uint8Array, purpose: LinkPurpose) => boolean
  /** A connection id that is free, and its reset token. */
  readonly newConnectionId: () => { id: Uint8Array; token: Uint8Array }
  /** Whether we shall not answer this key, because our own attempt towards it goes on. */
  readonly isCrossed: (now: MonotonicMs, remoteKey: Uint8Array, from: Address) => boolean
}

/** A handshake answered and not yet proven live. Copies only: a view would keep the whole datagram alive. */
interface PendingLink extends HalfOpen {
  readonly purpose: LinkPurpose
  readonly remoteId: Uint8Array
  remoteToken: Uint8Array
  readonly noise: NoiseHandshake
  /** The stored answer to this very first message. */
  readonly answer: Uint8Array
  readonly address: Address
  /** The answer went to more than one address, so a proof of life does not say which of them is real. */
  isAddressUnclear: boolean
  sends: number
  keys: HandshakeResult['keys'] | undefined
  epochs: KeyEpochs | undefined
}

/** Before the first epoch has passed nobody asks. */
const noRoundTrips = { stats: () => ({ ptoMs: 0 }) }

/** Bytes to send back where the message came from, or why there are none. */
export type FirstMessageOutcome = { readonly reply: Uint8Array; readonly reason?: DropReason } | DropReason

/** A link whose initiator proved live with its first DATA packet; the keys have opened it and are `epochs`. */
export interface ConfirmedLink {
  readonly result: HandshakeResult
  readonly epochs: KeyEpochs
}

export class HandshakeResponder {
  readonly #options: ResponderOptions
  readonly #limits: LinkLimits
  readonly #macKey: Uint8Array
  readonly #firstContactMacKey = mac1Key(undefined)
  readonly #baker: CookieBaker
  readonly #addresses: AddressLimits
  readonly #table: InitiationTable<PendingLink>
  readonly #versionRate: TokenBucket
  #isUnderLoad = false

  constructor(now: MonotonicMs, options: ResponderOptions) {
    const { limits, random } = options
    this.#options = options
    this.#limits = limits
    this.#macKey = mac1Key(options.staticKey.publicKey)
    this.#baker = new CookieBaker(random, limits.cookieSecretMs)
    this.#addresses = new AddressLimits(now, {
      ratePerSecond: limits.handshakesPerSecond,
      burst: limits.handshakeBurst,
      addresses: limits.addresses,
    })
    this.#table = new InitiationTable(limits, random)
    this.#versionRate = new TokenBucket(now, limits.answersPerSecond, limits.answersPerSecond)
  }

  /** Sizes of what strangers can fill: for tests and figures. */
  get sizes(): { readonly halfOpen: number; readonly addresses: number; readonly timestamps: number } {
    return { halfOpen: this.#table.size, addresses: this.#addresses.size, timestamps: this.#table.timestamps }
  }

  /** The loop is late, or is not any more: demand cookies meanwhile. */
  setUnderLoad(isUnderLoad: boolean): void {
    this.#isUnderLoad = isUnderLoad
  }

  isUsed(bytes: Uint8Array): boolean {
    return this.#table.byConnection(bytes, 0) !== undefined
  }

  /** Whether a handshake of the owner of this key waits for its proof of life. */
  isHalfOpen(remoteKey: Uint8Array): boolean {
    return this.#table.byKey(remoteKey) !== undefined
  }

  forgetTimestamp(remoteKey: Uint8Array): void {
    this.#table.forget(remoteKey)
  }

  /** A datagram of the type of a first message. */
  handleFirstMessage(now: MonotonicMs, from: Address, bytes: Uint8Array): FirstMessageOutcome {
    if (bytes.length === minimumDatagramBytes && bytes[1] !== linkVersion) return this.#answerVersion(now, bytes)
    const first = decodeFirstMessage(bytes)
    if (first === undefined) return 'malformed'
    const isFirstContact = first.pattern === 'XX'
    if (first.purpose !== this.#options.purpose) return 'refused'
    // A peer's existence and key are not for everybody; a registry's are.
    if (isFirstContact && this.#options.purpose !== 'registry') return 'refused'
    const macKey = isFirstContact ? this.#firstContactMacKey : this.#macKey
    if (!checkMac1(bytes, macKey, 2 * macBytes)) return 'mac'
    const mac2 = this.#baker.check(now, from, bytes)
    if (mac2 === 'wrong' || (mac2 === 'absent' && this.#demandsCookie)) {
      return { reply: encodeCookie(this.#baker.answer(now, from, bytes, first.sender, macKey)), reason: 'cookie' }
    }
    const known = this.#table.byMac(bytes.subarray(mac1At, mac2At))
    if (known !== undefined) return this.#repeat(known, from)
    if (!this.#addresses.take(now, from)) return 'rate'
    if (!this.#table.admits(isFirstContact)) return 'crowded'
    return isFirstContact ? this.#answerFirstContact(now, from, bytes, first) : this.#answer(now, from, bytes, first)
  }

  /** Message 3 of a first contact: the initiator is live and shows its key. */
  handleProof(now: MonotonicMs, from: Address, bytes: Uint8Array): HandshakeResult | DropReason {
    const proof = decodeAnswer('firstContactProof', bytes)
    if (proof === undefined) return 'malformed'
    if (!checkMac1(bytes, this.#firstContactMacKey, macBytes)) return 'mac'
    const pending = this.#table.byConnection(proof.receiver, 0)
    if (pending === undefined || pending.remoteKey !== undefined) return 'unasked'
    if (!equalBytes(pending.localId, proof.receiver)) return 'unasked'
    const read = pending.noise.readMessage(proof.noise)
    if (!read.ok || read.value.length !== resetTokenBytes) return 'unreadable'
    this.#table.remove(pending)
    const remoteKey = pending.noise.remoteStatic as Uint8Array
    if (equalBytes(remoteKey, this.#options.staticKey.publicKey)) return 'ownKey'
    if (!this.#options.accept(remoteKey, pending.purpose)) return 'refused'
    pending.remoteToken = read.value.slice()
    const handshakeHash = pending.noise.handshakeHash
    pending.keys = pending.noise.split()
    return this.#result(now, from, pending, remoteKey, handshakeHash)
  }

  /** Whether DATA for this id belongs to a handshake that is not finished: then nobody is to be reset. */
  expects(bytes: Uint8Array, at: number): boolean {
    return this.#table.byConnection(bytes, at) !== undefined
  }

  /** DATA for an id that is no link's: if it is a half-open handshake's and opens, the initiator is live. */
  confirm(now: MonotonicMs, from: Address, bytes: Uint8Array): ConfirmedLink | undefined {
    const pending = this.#table.byConnection(bytes, dataReceiverAt)
    if (pending?.keys === undefined || pending.remoteKey === undefined) return undefined
    const { keys } = pending
    pending.epochs ??= new KeyEpochs(now, {
      role: 'responder',
      keys,
      limits: this.#limits,
      random: this.#options.random,
    })
    const number = dataPacketNumber(bytes)
    if (number === undefined || bytes.length < dataHeaderBytes + tagBytes) return undefined
    const header = bytes.subarray(0, dataHeaderBytes)
    const sealed = bytes.subarray(dataHeaderBytes)
    if (pending.epochs.open(now, bytes[1] as number, number, header, sealed, noRoundTrips) === undefined)
      return undefined
    const handshakeHash = pending.noise.handshakeHash
    this.#table.confirm(pending)
    return { result: this.#result(now, from, pending, pending.remoteKey, handshakeHash), epochs: pending.epochs }
  }

  handleTimeout(now: MonotonicMs): void {
    this.#table.handleTimeout(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#table.pollTimeout()
  }

  get #demandsCookie(): boolean {
    return this.#isUnderLoad || this.#table.size >= this.#limits.halfOpenLoad
  }

  /** The one thing that all versions share: size, and where the initiator's connection id stands. */
  #answerVersion(now: MonotonicMs, bytes: Uint8Array): FirstMessageOutcome {
    if (!this.#versionRate.take(now)) return 'version'
    const receiver = bytes.subarray(answerReceiverAt, answerReceiverAt + connectionIdBytes)
    return { reply: encodeVersion({ receiver, versions: [linkVersion] }), reason: 'version' }
  }

  #repeat(known: PendingLink, from: Address): FirstMessageOutcome {
    if (!sameAddress(known.address, from)) known.isAddressUnclear = true
    known.sends++
    return { reply: known.answer }
  }

  #answer(now: MonotonicMs, from: Address, bytes: Uint8Array, first: FirstMessage): FirstMessageOutcome {
    const noise = this.#noise(bytes, first)
    const read = noise.readMessage(first.noise)
    if (!read.ok) return 'unreadable'
    const payload = decodeInitiationPayload(read.value)
    const remoteKey = noise.remoteStatic
    if (payload === undefined || remoteKey === undefined) return 'unreadable'
    if (equalBytes(remoteKey, this.#options.staticKey.publicKey)) return 'ownKey'
    if (!this.#options.accept(remoteKey, first.purpose)) return 'refused'
    if (!this.#table.isNewer(remoteKey, payload.timestamp)) return 'stale'
    if (this.#options.isCrossed(now, remoteKey, from)) return 'crossed'
    const { id, token } = this.#options.newConnectionId()
    const answer = encodeAnswer('response', first.sender, noise.writeMessage(encodeAnswerPayload(id, token)))
    writeMac1(answer, mac1Key(remoteKey), macBytes)
    const pending = this.#pending(now, from, bytes, first, { noise, id, answer, remoteKey })
    pending.remoteToken = payload.resetToken
    this.#table.add({ ...pending, timestamp: payload.timestamp, keys: noise.split() })
    return { reply: answer }
  }

  #answerFirstContact(now: MonotonicMs, from: Address, bytes: Uint8Array, first: FirstMessage): FirstMessageOutcome {
    const noise = this.#noise(bytes, first)
    if (!noise.readMessage(first.noise).ok) return 'unreadable'
    const { id, token } = this.#options.newConnectionId()
    const answer = encodeAnswer('firstContactAnswer', first.sender, noise.writeMessage(encodeAnswerPayload(id, token)))
    writeMac1(answer, this.#firstContactMacKey, macBytes)
    this.#table.add(this.#pending(now, from, bytes, first, { noise, id, answer, remoteKey: undefined }))
    return { reply: answer }
  }

  #noise(bytes: Uint8Array, first: FirstMessage): NoiseHandshake {
    return new NoiseHandshake({
      pattern: first.pattern,
      initiator: false,
      prologue: handshakePrologue(bytes.subarray(0, firstHeaderBytes)),
      staticKey: this.#options.staticKey,
      random: this.#options.random,
    })
  }

  #pending(
    now: MonotonicMs,
    from: Address,
    bytes: Uint8Array,
    first: FirstMessage,
    made: { noise: NoiseHandshake; id: Uint8Array; answer: Uint8Array; remoteKey: Uint8Array | undefined },
  ): PendingLink {
    return {
      localId: made.id,
      mac1: new Uint8Array(bytes.subarray(mac1At, mac2At)),
      remoteKey: made.remoteKey,
      timestamp: 0,
      createdAt: now,
      purpose: first.purpose,
      remoteId: new Uint8Array(first.sender),
      remoteToken: new Uint8Array(resetTokenBytes),
      noise: made.noise,
      answer: made.answer,
      address: { host: from.host, port: from.port },
      isAddressUnclear: false,
      sends: 1,
      keys: undefined,
      epochs: undefined,
    }
  }

  #result(
    now: MonotonicMs,
    from: Address,
    pending: PendingLink,
    remoteKey: Uint8Array,
    handshakeHash: Uint8Array,
  ): HandshakeResult {
    const isSame = sameAddress(pending.address, from)
    return {
      remoteKey,
      purpose: pending.purpose,
      handshakeHash,
      keys: pending.keys as HandshakeResult['keys'],
      localId: pending.localId,
      remoteId: pending.remoteId,
      remoteToken: pending.remoteToken,
      address: isSame ? pending.address : { host: from.host, port: from.port },
      addressProven: isSame && !pending.isAddressUnclear,
      rttMs: pending.sends === 1 ? now - pending.createdAt : undefined,
      proof: undefined,
    }
  }
}
