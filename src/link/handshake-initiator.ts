// One handshake of ours under way: sends the same first message to every candidate address until an answer proves itself
// or time is up (docs/protocol/link.md 3.1, 3.2). Invariants: only the initiator retransmits; retransmissions are the very
// same message, so that the responder need not compute again; no answer changes anything before it is authentic.

import { assert, compareBytes, equalBytes, sameAddress } from '../base/index.ts'
import type { Address, MonotonicMs, Random } from '../base/index.ts'
import { NoiseHandshake, type LinkKeyPair, type LinkKeys } from '../crypto/index.ts'
import { checkMac1, mac1Key, openCookie, writeMac1, writeMac2 } from './cookie.ts'
import type { Deadlined } from './deadline-queue.ts'
import {
  decodeAnswer,
  decodeAnswerPayload,
  encodeAnswer,
  encodeFirstHeader,
  encodeFirstMessage,
  encodeInitiationPayload,
  handshakePrologue,
  type HandshakePattern,
} from './handshake-packet.ts'
import type { LinkId, LinkPurpose } from './link-event.ts'
import type { LinkLimits } from './link-limits.ts'
import { linkVersion, macBytes, minimumDatagramBytes, type CookieDatagram } from './packet.ts'

/** What a finished handshake leaves: all that a link is made from. */
export interface HandshakeResult {
  readonly remoteKey: Uint8Array
  readonly purpose: LinkPurpose
  readonly handshakeHash: Uint8Array
  readonly keys: LinkKeys
  /** Connection ids: in packets to us, and in packets to the other side. */
  readonly localId: Uint8Array
  readonly remoteId: Uint8Array
  /** What a reset for `remoteId` must carry. */
  readonly remoteToken: Uint8Array
  readonly address: Address
  /** Whether the other side proved that it receives at `address`. */
  readonly addressProven: boolean
  /** Where the other side may be, if that is not proven, and how many bytes pay for asking there. */
  readonly candidates?: readonly { readonly address: Address; readonly bytes: number }[]
  /** Round trip that the handshake measured, in ms, where it could. */
  readonly rttMs: number | undefined
  /** XX, initiator: the last message, to be repeated until the other side shows that it has it. */
  readonly proof: Uint8Array | undefined
}

export interface ConnectTarget {
  /** Where the other side may be; the first that answers rightly wins. At most `candidates` of them are used. */
  readonly addresses: readonly Address[]
  /** The other side's static key; absent: whoever answers there (XX, registries only), for the owner to judge. */
  readonly remoteKey?: Uint8Array | undefined
  readonly purpose: LinkPurpose
  /** Keeps the path open by something at least this often, in ms; absent: never. */
  readonly keepaliveMs?: number | undefined
  /** Silence after which the link is down, in ms; absent: 200 s towards a registry, 60 s towards a peer. */
  readonly idleTimeoutMs?: number | undefined
}

export interface InitiatorOptions {
  readonly link: LinkId
  readonly staticKey: LinkKeyPair
  readonly localId: Uint8Array
  readonly localToken: Uint8Array
  readonly target: ConnectTarget
  /** For message 1 of IK. */
  readonly timestamp: number
  readonly limits: LinkLimits
  readonly random: Random
  /** First transmission not before this much later, in ms. */
  readonly delayMs?: number
  /** This attempt only asks who answers, for the attempt named here; it never shows our key. */
  readonly probeFor?: HandshakeInitiator
}

interface Destination {
  readonly address: Address
  cookie: Uint8Array | undefined
  cookies: number
  nextAt: MonotonicMs
  retryMs: number
  sends: number
  sentAt: MonotonicMs
}

/** Cookies taken of one address in one attempt: a responder that demands more is not one. */
const cookiesMax = 8
/** After so many unanswered sends towards a registry, ask who answers there at all. */
const sendsBeforeProbe = 3

export type AnswerOutcome = HandshakeResult | { readonly wrongKey: Uint8Array } | 'unreadable' | 'mac' | 'malformed'

export class HandshakeInitiator implements Deadlined {
  readonly kind = 'attempt'
  deadline: MonotonicMs = 0
  deadlineAt = -1
  isDirty = false
  /** It ended, one way or another. */
  isFinished = false

  readonly link: LinkId
  readonly target: ConnectTarget
  readonly localId: Uint8Array
  readonly probeFor: HandshakeInitiator | undefined
  /** Versions that somebody, unproven, offered instead of ours. */
  offeredVersions: readonly number[] | undefined
  /** Whether a probe for the key was made already. */
  isProbed = false

  readonly #pattern: HandshakePattern
  readonly #noise: NoiseHandshake
  readonly #message: Uint8Array
  /** Keys of MAC1: of the messages that we send, and of the answers. */
  readonly #macKey: Uint8Array
  readonly #answerMacKey: Uint8Array
  readonly #localToken: Uint8Array
  readonly #limits: LinkLimits
  readonly #random: Random
  readonly #expiresAt: MonotonicMs
  readonly #destinations: Destination[] = []

  constructor(now: MonotonicMs, options: InitiatorOptions) {
    const { target, staticKey, limits, random } = options
    this.link = options.link
    this.target = target
    this.localId = options.localId
    this.probeFor = options.probeFor
    this.#localToken = options.localToken
    this.#limits = limits
    this.#random = random
    this.#expiresAt = now + limits.attemptMs
    const { remoteKey } = target
    this.#pattern = remoteKey === undefined ? 'XX' : 'IK'
    this.#macKey = mac1Key(remoteKey)
    this.#answerMacKey = mac1Key(remoteKey === undefined ? undefined : staticKey.publicKey)
    const header = encodeFirstHeader(this.#pattern, target.purpose, this.localId)
    this.#noise = new NoiseHandshake({
      pattern: this.#pattern,
      initiator: true,
      prologue: handshakePrologue(header),
      staticKey,
      remoteStatic: remoteKey,
      random,
    })
    const payload =
      remoteKey === undefined ? new Uint8Array(0) : encodeInitiationPayload(options.timestamp, this.#localToken)
    this.#message = encodeFirstMessage(header, this.#noise.writeMessage(payload))
    writeMac1(this.#message, this.#macKey, 2 * macBytes)
    for (const address of target.addresses) this.addAddress(now + (options.delayMs ?? 0), address)
  }

  /** A further place where the other side may be: tried at its turn of the pace. */
  addAddress(now: MonotonicMs, address: Address): void {
    if (this.#destinations.length >= this.#limits.candidates) return
    if (this.#destinations.some((known) => sameAddress(known.address, address))) return
    this.#destinations.push({
      address: { host: address.host, port: address.port },
      cookie: undefined,
      cookies: 0,
      nextAt: now + this.#destinations.length * this.#limits.paceMs,
      retryMs: this.#limits.retryFirstMs,
      sends: 0,
      sentAt: now,
    })
  }

  /** The next first message to send now, written into `buffer`: where to and how long; undefined where none is due. */
  transmit(now: MonotonicMs, buffer: { readonly datagram: Uint8Array }): { to: Address; length: number } | undefined {
    if (this.isFinished || now >= this.#expiresAt) return undefined
    for (const destination of this.#destinations) {
      if (now < destination.nextAt) continue
      destination.sends++
      destination.sentAt = now
      destination.nextAt = now + destination.retryMs * (1 + this.#random.fraction() / 5)
      destination.retryMs = Math.min(2 * destination.retryMs, this.#limits.retryMaxMs)
      const message = buffer.datagram.subarray(0, this.#message.length)
      message.set(this.#message)
      writeMac2(message, destination.cookie)
      return { to: destination.address, length: message.length }
    }
    return undefined
  }

  /** Whether somebody should be asked who answers there: nobody did with the expected key. */
  wantsProbe(): boolean {
    if (this.isProbed || this.#pattern !== 'IK' || this.target.purpose !== 'registry') return false
    // Who sent a cookie has read our MAC1, so its key is the one we think: it is busy, not another.
    return this.#destinations.some(({ sends, cookies }) => sends >= sendsBeforeProbe && cookies === 0)
  }

  /** Takes a cookie made for our message at that address; the message then goes out again at once. */
  handleCookie(now: MonotonicMs, from: Address, answer: CookieDatagram): boolean {
    const destination = this.#destinations.find((known) => sameAddress(known.address, from))
    if (destination === undefined || destination.sends === 0 || destination.cookies >= cookiesMax) return false
    const cookie = openCookie(answer, this.#message, this.#macKey)
    if (cookie === undefined) return false
    destination.cookie = cookie
    destination.cookies++
    destination.nextAt = now
    return true
  }

  /** What an answer of our pattern says. */
  handleAnswer(now: MonotonicMs, from: Address, bytes: Uint8Array): AnswerOutcome {
    const answer = decodeAnswer(this.#pattern === 'IK' ? 'response' : 'firstContactAnswer', bytes)
    if (answer === undefined) return 'malformed'
    if (!checkMac1(bytes, this.#answerMacKey, macBytes)) return 'mac'
    const read = this.#noise.readMessage(answer.noise)
    if (!read.ok) return 'unreadable'
    const payload = decodeAnswerPayload(read.value)
    const remoteKey = this.#noise.remoteStatic
    assert(
      payload !== undefined && remoteKey !== undefined,
      'the length of an authentic payload follows from its message',
    )
    if (this.probeFor !== undefined) return { wrongKey: remoteKey }
    const proof = this.#pattern === 'XX' ? this.#writeProof(payload.sender) : undefined
    const handshakeHash = this.#noise.handshakeHash
    // From where we did not dial: the other side has several addresses or moved, or somebody raced its answer to us.
    const dialled = this.#destinations.map(({ address }) => ({ address, bytes: minimumDatagramBytes }))
    const isDialled = dialled.some(({ address }) => sameAddress(address, from))
    const candidates = isDialled ? undefined : [{ address: from, bytes: bytes.length }, ...dialled]
    return {
      remoteKey,
      purpose: this.target.purpose,
      handshakeHash,
      keys: this.#noise.split(),
      localId: this.localId,
      remoteId: payload.sender,
      remoteToken: payload.resetToken,
      address: { host: from.host, port: from.port },
      addressProven: isDialled,
      ...(candidates === undefined ? {} : { candidates }),
      rttMs: this.#rttMs(now, from),
      proof,
    }
  }

  isExpired(now: MonotonicMs): boolean {
    return now >= this.#expiresAt
  }

  pollTimeout(): MonotonicMs {
    let next = this.#expiresAt
    for (const { nextAt } of this.#destinations) if (nextAt < next) next = nextAt
    return next
  }

  #writeProof(receiver: Uint8Array): Uint8Array {
    const message = encodeAnswer('firstContactProof', receiver, this.#noise.writeMessage(this.#localToken))
    writeMac1(message, this.#macKey, macBytes)
    return message
  }

  /** Only a message sent once tells how long its answer took. */
  #rttMs(now: MonotonicMs, from: Address): number | undefined {
    const destination = this.#destinations.find((known) => sameAddress(known.address, from))
    return destination?.sends === 1 ? now - destination.sentAt : undefined
  }
}

/** Whether our key is the lower of the two, so that we stay initiator where both sides dial at once. */
export function initiatesAgainst(ourKey: Uint8Array, theirKey: Uint8Array): boolean {
  return compareBytes(ourKey, theirKey) < 0
}

/** Whether an attempt is towards the owner of the key. */
export function isTowards(attempt: HandshakeInitiator, remoteKey: Uint8Array): boolean {
  const { target } = attempt
  return attempt.probeFor === undefined && target.remoteKey !== undefined && equalBytes(target.remoteKey, remoteKey)
}

/** Versions in a VERSION datagram that are worth telling: not ours. */
export function otherVersions(versions: readonly number[]): readonly number[] | undefined {
  return versions.includes(linkVersion) ? undefined : versions
}
