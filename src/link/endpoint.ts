// The links of one socket, without the socket: datagrams and time go in, datagrams and events come out. The endpoint finds
// who a datagram is for and lets that one decide; every rule lives in a file of its own. After any call that may change
// something, drain pollTransmit, pollTimeout and pollEvent. docs/protocol/link.md 2 and 9.

import { assert, type Address, type MonotonicMs } from '../base/index.ts'
import { isUsableLinkKey } from '../crypto/index.ts'
import type { SendOutcome } from './connection.ts'
import { AttemptTable } from './attempt-table.ts'
import { DeadlineQueue, earlier } from './deadline-queue.ts'
import type { EndpointConfig, EndpointSizes, Outgoing } from './endpoint-config.ts'
import { LinkErrorCode } from './error-code.ts'
import { EstablishedLink, type LinkStats } from './established-link.ts'
import { Fifo } from './fifo.ts'
import { ForgottenLinks, type LinkMemo } from './forgotten-links.ts'
import type { ConnectTarget, HandshakeInitiator, HandshakeResult } from './handshake-initiator.ts'
import { HandshakeResponder } from './handshake-responder.ts'
import type { KeyEpochs } from './key-epochs.ts'
import type { LinkEvent, LinkId, LinkRole } from './link-event.ts'
import { defaultLinkLimits, type LinkLimits } from './link-limits.ts'
import { LinkTable, superfluousLink } from './link-table.ts'
import type { DropReason } from './link-trace.ts'
import {
  connectionIdBytes,
  dataReceiverAt,
  datagramTypes,
  decodeCookie,
  decodeReset,
  encodePunch,
  minimumDataBytes,
  punchBytes,
} from './packet.ts'
import { PacketBuffer } from './packet-buffer.ts'
import { PunchQueue } from './punch.ts'
import { StatelessReset } from './stateless-reset.ts'

type Correspondent = EstablishedLink | HandshakeInitiator

export class Endpoint {
  readonly #config: EndpointConfig
  readonly #limits: LinkLimits
  readonly #responder: HandshakeResponder
  readonly #reset: StatelessReset
  readonly #forgotten: ForgottenLinks
  readonly #punches: PunchQueue
  readonly #links = new LinkTable()
  readonly #attempts: AttemptTable
  readonly #deadlines = new DeadlineQueue<Correspondent>()
  readonly #buffer = new PacketBuffer()
  /** Answers ready to leave. */
  readonly #answers = new Fifo<Outgoing>()
  /** Links and attempts that may have something to send. */
  readonly #dirty = new Fifo<Correspondent>()
  readonly #events = new Fifo<LinkEvent>()
  #lastLinkId = 0
  #wantsFlushNow = false

  constructor(config: EndpointConfig, now: MonotonicMs = 0) {
    assert(config.resetKey.length === 32, 'a reset key has 32 bytes')
    this.#config = config
    this.#limits = { ...defaultLinkLimits, ...config.limits }
    const { random, staticKey, purpose } = config
    const { publicKey } = staticKey
    this.#reset = new StatelessReset(now, { key: config.resetKey, random, perSecond: this.#limits.answersPerSecond })
    this.#forgotten = new ForgottenLinks(this.#reset, this.#limits)
    this.#punches = new PunchQueue(this.#limits)
    this.#attempts = new AttemptTable({
      staticKey,
      limits: this.#limits,
      random,
      timestamp: config.timestamp,
      newConnectionId: () => this.#newConnectionId(),
      events: this.#events,
    })
    this.#responder = new HandshakeResponder(now, {
      staticKey,
      random,
      limits: this.#limits,
      purpose,
      accept: config.accept ?? (() => true),
      newConnectionId: () => this.#newConnectionId(),
      isCrossed: (at, remoteKey, from) => {
        const attempt = this.#attempts.crossing(at, remoteKey, from)
        if (attempt !== undefined) this.#markDirty(attempt)
        return attempt !== undefined || this.#links.isSettling(at - this.#limits.attemptMs, publicKey, remoteKey)
      },
    })
  }

  /** The key by which others know this endpoint. */
  get publicKey(): Uint8Array {
    return this.#config.staticKey.publicKey
  }

  /** Sizes of every table that strangers or owners fill: for tests, figures and limits. */
  get sizes(): EndpointSizes {
    return {
      ...this.#responder.sizes,
      links: this.#links.size,
      attempts: this.#attempts.size,
      answers: this.#answers.length,
    }
  }

  /** Whether what is waiting should leave at once: nothing is in flight that could wait for it. */
  get wantsFlushNow(): boolean {
    return this.#wantsFlushNow
  }

  /** The loop is late (or not any more): first messages must now carry a cookie. */
  setUnderLoad(isUnderLoad: boolean): void {
    this.#responder.setUnderLoad(isUnderLoad)
  }

  /** Forgets the greatest timestamp of a key, whose owner's clock was wrong once and who proved it by other means. */
  forgetTimestamp(remoteKey: Uint8Array): void {
    this.#responder.forgetTimestamp(remoteKey)
  }

  /** A datagram came. The bytes are only read during the call. Nothing in them can make this throw. */
  handleDatagram(now: MonotonicMs, from: Address, bytes: Uint8Array): void {
    const reason = this.#receive(now, from, bytes)
    if (reason !== undefined) this.#config.trace?.({ type: 'dropped', reason, from })
  }

  /** The instant of {@link pollTimeout} has come. */
  handleTimeout(now: MonotonicMs): void {
    this.#responder.handleTimeout(now)
    for (;;) {
      const due = this.#deadlines.take(now)
      if (due === undefined) return
      this.#markDirty(due)
      if (due.kind === 'link') {
        due.handleTimeout(now)
        continue
      }
      const probe = this.#attempts.handleTimeout(now, due)
      if (probe !== undefined) this.#markDirty(probe)
    }
  }

  /** The next datagram to leave, or undefined when all have left that may. */
  pollTransmit(now: MonotonicMs): Outgoing | undefined {
    const answer = this.#answers.shift()
    if (answer !== undefined) return answer
    for (;;) {
      const sender = this.#dirty.peek()
      if (sender === undefined) break
      const sent = sender.transmit(now, this.#buffer)
      if (sent !== undefined) return { to: sent.to, bytes: this.#buffer.datagram.subarray(0, sent.length) }
      this.#dirty.shift()
      this.#settle(sender)
    }
    this.#wantsFlushNow = false
    const to = this.#punches.poll(now)
    return to ? { to, bytes: encodePunch(this.#config.random.bytes(punchBytes - 1)) } : this.#forgotten.poll(now)
  }

  /** When {@link handleTimeout} wants to be called next. */
  pollTimeout(): MonotonicMs | undefined {
    const next = earlier(this.#deadlines.next(), this.#responder.pollTimeout())
    return earlier(earlier(next, this.#punches.pollTimeout()), this.#forgotten.pollTimeout())
  }

  pollEvent(): LinkEvent | undefined {
    return this.#events.shift()
  }

  /** Starts a link; `up` or `down` follows for the answered id. */
  connect(now: MonotonicMs, target: ConnectTarget): LinkId {
    const link = this.#newLinkId()
    const { remoteKey } = target
    const isFull = this.#attempts.size >= this.#limits.attempts || this.#links.size >= this.#limits.links
    if (isFull || target.addresses.length === 0 || (remoteKey !== undefined && !isUsableLinkKey(remoteKey))) {
      this.#events.push({ type: 'down', link, cause: { kind: 'unreachable' } })
      return link
    }
    // Their handshake is about to finish by itself: give it one round before ours begins.
    const isComing = remoteKey !== undefined && this.#responder.isHalfOpen(remoteKey)
    this.#markDirty(this.#attempts.start(now, link, target, { delayMs: isComing ? this.#limits.retryFirstMs : 0 }))
    return link
  }

  send(now: MonotonicMs, link: LinkId, stream: number, message: Uint8Array): SendOutcome {
    const established = this.#links.byId(link)
    if (established === undefined) return 'closed'
    const outcome = established.send(now, stream, message)
    this.#touched(established)
    return outcome
  }

  /** Sends bytes that may be lost; false where they do not fit into one packet or there is no room. */
  sendDatagram(now: MonotonicMs, link: LinkId, bytes: Uint8Array): boolean {
    const established = this.#links.byId(link)
    if (established === undefined) return false
    const isQueued = established.sendDatagram(now, bytes)
    this.#touched(established)
    return isQueued
  }

  /** Closes in order: what was sent is delivered first, for a while. An attempt under way is given up. */
  close(now: MonotonicMs, link: LinkId, code: number = LinkErrorCode.none, reason = ''): void {
    const established = this.#links.byId(link)
    if (established !== undefined) {
      established.close(now, code, reason)
      this.#touched(established)
      return
    }
    const attempt = this.#attempts.ofLink(link)
    if (attempt !== undefined) this.#attempts.end(attempt, { kind: 'closed', code, reason, byPeer: false })
  }

  /** Closes everything in order, as {@link close} does. */
  closeAll(now: MonotonicMs, code: number, reason: string): void {
    for (const link of [...this.#links.ids(), ...this.#attempts.links()]) this.close(now, link, code, reason)
  }

  /** Opens the way for datagrams from these addresses through a NAT on our side. */
  punch(now: MonotonicMs, addresses: readonly Address[]): void {
    this.#punches.add(now, addresses)
  }

  /** What to keep of a link that is up, for {@link resetForgotten} in a later life with the same reset key. */
  linkMemo(link: LinkId): LinkMemo | undefined {
    const established = this.#links.byId(link)
    return established && { address: established.address, ours: established.localId }
  }

  /** Tells the other sides of links of an earlier life that they are gone: one datagram each, paced. */
  resetForgotten(memos: readonly LinkMemo[]): void {
    this.#forgotten.add(memos)
  }

  stats(link: LinkId): LinkStats | undefined {
    return this.#links.byId(link)?.stats()
  }

  #receive(now: MonotonicMs, from: Address, bytes: Uint8Array): DropReason | undefined {
    switch (bytes[0] as number) {
      case datagramTypes.data:
        return this.#receiveData(now, from, bytes)
      case datagramTypes.initiation:
      case datagramTypes.firstContact:
        return this.#receiveFirstMessage(now, from, bytes)
      case datagramTypes.response:
      case datagramTypes.firstContactAnswer:
        return this.#receiveAnswer(now, from, bytes)
      case datagramTypes.firstContactProof: {
        const result = this.#responder.handleProof(now, from, bytes)
        if (typeof result === 'string') return result
        return this.#establish(now, 'responder', result) === undefined ? 'full' : undefined
      }
      case datagramTypes.cookie:
        return this.#receiveCookie(now, from, bytes)
      case datagramTypes.reset:
        return this.#receiveReset(bytes)
      case datagramTypes.version:
        return this.#attempts.handleVersion(bytes)
      case datagramTypes.punch:
        return bytes.length === punchBytes ? 'punch' : 'malformed'
      default:
        return 'malformed'
    }
  }

  #receiveData(now: MonotonicMs, from: Address, bytes: Uint8Array): DropReason | undefined {
    if (bytes.length < minimumDataBytes) return 'malformed'
    const link = this.#links.byConnection(bytes, dataReceiverAt)
    if (link !== undefined) {
      const reason = link.receive(now, from, bytes)
      if (reason === undefined) this.#touched(link)
      return reason
    }
    if (this.#responder.expects(bytes, dataReceiverAt)) {
      const confirmed = this.#responder.confirm(now, from, bytes)
      if (confirmed === undefined) return 'tag'
      const fresh = this.#establish(now, 'responder', confirmed.result, confirmed.epochs)
      if (fresh === undefined) return 'full'
      const reason = fresh.receive(now, from, bytes)
      this.#touched(fresh)
      return reason
    }
    const reset = this.#reset.answer(now, bytes)
    if (reset !== undefined) this.#answer(from, reset)
    return 'unknown'
  }

  #receiveFirstMessage(now: MonotonicMs, from: Address, bytes: Uint8Array): DropReason | undefined {
    const outcome = this.#responder.handleFirstMessage(now, from, bytes)
    if (typeof outcome === 'string') return outcome
    this.#answer(from, outcome.reply)
    return outcome.reason
  }

  #receiveAnswer(now: MonotonicMs, from: Address, bytes: Uint8Array): DropReason | undefined {
    const attempt = this.#attempts.named(bytes)
    if (attempt === undefined) return 'unasked'
    const outcome = attempt.handleAnswer(now, from, bytes)
    if (typeof outcome === 'string') return outcome
    if ('wrongKey' in outcome) {
      this.#attempts.handleProbed(attempt, outcome.wrongKey)
      return undefined
    }
    if (this.#establish(now, 'initiator', outcome, undefined, attempt) !== undefined) return undefined
    // Its handshake is spent: another answer must not reach it.
    this.#attempts.end(attempt, { kind: 'unreachable' })
    return 'full'
  }

  #receiveCookie(now: MonotonicMs, from: Address, bytes: Uint8Array): DropReason | undefined {
    const cookie = decodeCookie(bytes)
    if (cookie === undefined) return 'malformed'
    const attempt = this.#attempts.named(bytes)
    if (attempt === undefined || !attempt.handleCookie(now, from, cookie)) return 'unasked'
    this.#markDirty(attempt)
    return undefined
  }

  #receiveReset(bytes: Uint8Array): DropReason | undefined {
    const reset = decodeReset(bytes)
    if (reset === undefined) return 'malformed'
    const link = this.#links.byToken(reset.token)
    if (link === undefined) return 'unasked'
    link.abandon({ kind: 'reset' })
    this.#markDirty(link)
    return undefined
  }

  /** Makes a link of a finished handshake, or undefined where there is no room. */
  #establish(
    now: MonotonicMs,
    role: LinkRole,
    result: HandshakeResult,
    epochs?: KeyEpochs,
    attempt = this.#attempts.towards(result.remoteKey),
  ): EstablishedLink | undefined {
    if (this.#links.size >= this.#limits.links) return undefined
    const older = this.#links.byRemoteKey(result.remoteKey)
    if (attempt !== undefined) this.#attempts.forget(attempt)
    const link = new EstablishedLink(now, {
      id: attempt?.link ?? this.#newLinkId(),
      role,
      result,
      ...(epochs === undefined ? {} : { epochs }),
      target: attempt?.target,
      limits: this.#limits,
      random: this.#config.random,
      events: this.#events,
    })
    this.#links.add(link)
    this.#touched(link)
    if (older !== undefined && !older.isDown) {
      const loser = superfluousLink(now, this.publicKey, older, link, this.#limits.attemptMs)
      loser.close(now, LinkErrorCode.replaced, '', true)
      this.#touched(loser)
    }
    return link
  }

  #newConnectionId(): { id: Uint8Array; token: Uint8Array } {
    for (;;) {
      const id = this.#config.random.bytes(connectionIdBytes)
      if (this.#links.isUsed(id) || this.#attempts.isUsed(id) || this.#responder.isUsed(id)) continue
      return { id, token: this.#reset.token(id) }
    }
  }

  #newLinkId(): LinkId {
    return ++this.#lastLinkId as LinkId
  }

  #answer(to: Address, bytes: Uint8Array): void {
    if (this.#answers.length >= this.#limits.queuedDatagrams) return
    this.#answers.push({ to: { host: to.host, port: to.port }, bytes })
  }

  #touched(link: EstablishedLink): void {
    this.#markDirty(link)
    if (link.wantsFlushNow) this.#wantsFlushNow = true
  }

  #markDirty(sender: Correspondent): void {
    if (sender.isDirty) return
    sender.isDirty = true
    this.#dirty.push(sender)
  }

  /** Everything that may leave has left: wait for the next instant, or forget what is over. */
  #settle(sender: Correspondent): void {
    sender.isDirty = false
    if (!sender.isFinished) {
      this.#deadlines.schedule(sender, sender.pollTimeout())
      return
    }
    this.#deadlines.remove(sender)
    if (sender.kind === 'attempt') return
    this.#links.remove(sender)
    sender.erase()
  }
}
