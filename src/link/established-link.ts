// One link that is up: a Connection, the keys of its epochs, its replay window, and the path it runs on. It joins these and
// computes nothing of its own. Invariants: a packet reaches the Connection only after its tag and its number were accepted;
// packets go to the validated address, or within three times what came from it (docs/protocol/link.md 4, 6, 7).

import { sameAddress, type Address, type MonotonicMs, type Random } from '../base/index.ts'
import { Connection, type ConnectionStats, type SendOutcome } from './connection.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { earlier, type Deadlined } from './deadline-queue.ts'
import { LinkErrorCode } from './error-code.ts'
import { writeControlFrame, type ControlFrame } from './frame.ts'
import type { ConnectTarget, HandshakeResult } from './handshake-initiator.ts'
import { KeyEpochs } from './key-epochs.ts'
import type { LinkDownCause, LinkEvent, LinkId, LinkPurpose, LinkRole } from './link-event.ts'
import type { LinkLimits } from './link-limits.ts'
import type { DropReason } from './link-trace.ts'
import { MtuSearch } from './mtu-search.ts'
import {
  dataHeaderBytes,
  dataOverheadBytes,
  dataPacketNumber,
  encodeDataHeader,
  minimumDatagramBytes,
} from './packet.ts'
import type { PacketBuffer } from './packet-buffer.ts'
import { challengeBytes, PathValidator } from './path-validator.ts'
import { ReplayWindow } from './replay-window.ts'

export interface LinkStats extends ConnectionStats {
  readonly address: Address
  readonly epoch: number
  /** Largest datagram in use on this path, bytes of UDP payload. */
  readonly datagramBytes: number
  readonly upAt: MonotonicMs
}

export interface EstablishedLinkOptions {
  readonly id: LinkId
  readonly role: LinkRole
  readonly result: HandshakeResult
  readonly epochs?: KeyEpochs
  readonly target?: ConnectTarget | undefined
  readonly limits: LinkLimits
  readonly random: Random
  /** Where its events go, in order. */
  readonly events: { push(event: LinkEvent): void }
}

/** Delay of acknowledgements in version 1, in ms. */
const maxAckDelayMs = 25
const idleTimeoutMs = { registry: 200_000, peer: 60_000 } as const
/** Once so many bytes left, larger datagrams are worth a search. */
const bytesBeforeMtuSearch = 65_536
const timeoutsBeforeShrinking = 3
/** PATH_CHALLENGE or PATH_RESPONSE alone in a packet. */
const pathFrameBytes = 9
const pathPacketBytes = dataOverheadBytes + pathFrameBytes
const pathResponsesMax = 4

export class EstablishedLink implements Deadlined {
  readonly kind = 'link'
  deadline: MonotonicMs = 0
  deadlineAt = -1
  isDirty = false

  readonly id: LinkId
  readonly role: LinkRole
  readonly purpose: LinkPurpose
  readonly remoteKey: Uint8Array
  readonly localId: Uint8Array
  readonly remoteToken: Uint8Array
  readonly upAt: MonotonicMs

  readonly #limits: LinkLimits
  readonly #random: Random
  readonly #events: { push(event: LinkEvent): void }
  readonly #remoteId: Uint8Array
  readonly #connection: Connection
  readonly #epochs: KeyEpochs
  readonly #window = new ReplayWindow()
  readonly #mtu: MtuSearch
  #address: Address
  #isValidated: boolean
  #validator: PathValidator | undefined
  #pathResponses: { readonly to: Address; readonly data: Uint8Array }[] = []
  /** XX, initiator: the last handshake message, and when to repeat it, until the other side's first packet. */
  #proof: { readonly bytes: Uint8Array; nextAt: MonotonicMs; retryMs: number } | undefined
  #bytesSealed = 0
  #isDown = false
  #isAbandoned = false

  constructor(now: MonotonicMs, options: EstablishedLinkOptions) {
    const { result, limits, random, target } = options
    this.id = options.id
    this.role = options.role
    this.purpose = result.purpose
    this.remoteKey = result.remoteKey
    this.localId = result.localId
    this.remoteToken = result.remoteToken
    this.upAt = now
    this.#limits = limits
    this.#random = random
    this.#events = options.events
    this.#remoteId = result.remoteId
    this.#address = result.address
    this.#isValidated = result.addressProven
    this.#mtu = new MtuSearch(result.address)
    this.#epochs = options.epochs ?? new KeyEpochs(now, { role: options.role, keys: result.keys, limits, random })
    this.#proof = result.proof && { bytes: result.proof, nextAt: now, retryMs: limits.retryFirstMs }
    this.#connection = new Connection(now, {
      random,
      datagramBytes: minimumDatagramBytes - dataOverheadBytes,
      maxAckDelayMs,
      idleTimeoutMs: target?.idleTimeoutMs ?? idleTimeoutMs[result.purpose],
      keepaliveMs: target?.keepaliveMs,
      ...(result.rttMs === undefined ? {} : { initialRttMs: result.rttMs }),
      limits,
    })
    for (const { address, bytes } of result.candidates ?? []) {
      this.#validator ??= new PathValidator(limits, random)
      this.#validator.begin(now, address, bytes)
    }
    // The initiator's first packet must not wait for its owner: it is what proves it live to the responder.
    if (options.role === 'initiator') {
      this.#connection.queueControl(now, { type: 'pathChallenge', data: random.bytes(challengeBytes) })
    }
    const { remoteKey, purpose, handshakeHash, address } = result
    this.#events.push({ type: 'up', link: this.id, remoteKey, role: this.role, purpose, address, handshakeHash })
  }

  get address(): Address {
    return this.#address
  }

  /** Nothing more will ever leave or be heard: the endpoint may forget it. */
  get isFinished(): boolean {
    return this.#isAbandoned || this.#connection.state === 'finished'
  }

  /** Whether `down` was told. */
  get isDown(): boolean {
    return this.#isDown
  }

  /** Whether anything authentic came on it. */
  get isHeard(): boolean {
    return this.#window.greatest >= 0
  }

  /** What is waiting should leave now, not at the end of the turn. */
  get wantsFlushNow(): boolean {
    return this.#connection.wantsFlushNow
  }

  /** A DATA datagram for our connection id: a reason where it was dropped. */
  receive(now: MonotonicMs, from: Address, bytes: Uint8Array): DropReason | undefined {
    const number = dataPacketNumber(bytes)
    if (number === undefined || !this.#window.isFresh(number)) return 'replay'
    const header = bytes.subarray(0, dataHeaderBytes)
    const sealed = bytes.subarray(dataHeaderBytes)
    const frames = this.#epochs.open(now, bytes[1] as number, number, header, sealed, this.#connection)
    if (frames === undefined) return 'tag'
    const isNewest = number > this.#window.greatest
    this.#window.accept(number)
    this.#proof = undefined
    if (!this.#isValidated || !sameAddress(from, this.#address)) this.#arrived(now, from, bytes.length, isNewest)
    this.#connection.receive(now, number, frames)
    this.#drainEvents(now, from)
    return undefined
  }

  /** The next datagram to leave, written into `buffer`. */
  transmit(now: MonotonicMs, buffer: PacketBuffer): { to: Address; length: number } | undefined {
    if (this.isFinished) return undefined
    const proof = this.#proof
    if (proof !== undefined && now >= proof.nextAt) {
      proof.nextAt = now + proof.retryMs * (1 + this.#random.fraction() / 5)
      proof.retryMs = Math.min(2 * proof.retryMs, this.#limits.retryMaxMs)
      if (!this.#isValidated && this.#validator?.spend(this.#address, proof.bytes.length) !== true) return undefined
      buffer.datagram.set(proof.bytes)
      return { to: this.#address, length: proof.bytes.length }
    }
    const response = this.#pathResponses.shift()
    if (response !== undefined && this.#maySendTo(response.to)) {
      return this.#transmitPathFrame(now, buffer, response.to, { type: 'pathResponse', data: response.data })
    }
    const challenge = this.#validator?.pollChallenge(now, pathPacketBytes)
    if (challenge !== undefined) {
      return this.#transmitPathFrame(now, buffer, challenge.address, { type: 'pathChallenge', data: challenge.data })
    }
    return this.#transmitPacket(now, buffer)
  }

  handleTimeout(now: MonotonicMs): void {
    this.#epochs.handleTimeout(now)
    this.#validator?.handleTimeout(now)
    if (this.#validator?.size === 0) {
      this.#validator = undefined
      // Whoever answered our first message is found at none of the addresses where it might be.
      if (this.role === 'initiator' && !this.#isValidated) this.abandon({ kind: 'unreachable' })
    }
    this.#connection.handleTimeout(now)
    this.#drainEvents(now, this.#address)
    if (this.#mtu.provenBytes > minimumDatagramBytes) this.#watchMtu(now)
    if (this.#epochs.isExhausted(now)) this.abandon({ kind: 'violation', code: LinkErrorCode.keyExhausted })
  }

  pollTimeout(): MonotonicMs | undefined {
    if (this.isFinished) return undefined
    let next = this.#connection.pollTimeout()
    next = earlier(next, this.#epochs.pollTimeout())
    next = earlier(next, this.#validator?.pollTimeout())
    return earlier(next, this.#proof?.nextAt)
  }

  send(now: MonotonicMs, stream: number, message: Uint8Array): SendOutcome {
    return this.#connection.send(now, stream, message)
  }

  sendDatagram(now: MonotonicMs, bytes: Uint8Array): boolean {
    return this.#connection.sendDatagram(now, bytes)
  }

  /** Closes in order; `immediately`: without waiting for what is queued. */
  close(now: MonotonicMs, code: number, reason: string, immediately = false): void {
    this.#connection.close(now, code, reason, immediately)
    this.#drainEvents(now, this.#address)
  }

  /** Ends the link at once and says nothing to the other side. */
  abandon(cause: LinkDownCause): void {
    this.#isAbandoned = true
    this.#connection.discard()
    this.#tellDown(cause)
  }

  /** Forgets the keys; the endpoint calls this when it forgets the link. */
  erase(): void {
    this.#epochs.erase()
  }

  stats(): LinkStats {
    return {
      ...this.#connection.stats(),
      address: this.#address,
      epoch: this.#epochs.sendEpoch,
      datagramBytes: this.#mtu.provenBytes,
      upAt: this.upAt,
    }
  }

  #transmitPacket(now: MonotonicMs, buffer: PacketBuffer): { to: Address; length: number } | undefined {
    if (this.#epochs.isExhausted(now) || (!this.#isValidated && !this.#canSpend())) return undefined
    if (this.#bytesSealed >= bytesBeforeMtuSearch && this.#isValidated) this.#probeMtu(now)
    const packet = this.#connection.transmit(now, buffer.frames)
    if (packet === undefined) return undefined
    const length = this.#seal(now, buffer, packet.packetNumber, packet.length)
    if (!this.#isValidated) this.#validator?.spend(this.#address, length)
    const rekey = this.#epochs.pollRekey()
    if (rekey !== undefined) this.#connection.queueControl(now, rekey)
    return { to: this.#address, length }
  }

  #transmitPathFrame(
    now: MonotonicMs,
    buffer: PacketBuffer,
    to: Address,
    frame: ControlFrame,
  ): { to: Address; length: number } {
    const length = writeControlFrame(buffer.frames, 0, frame)
    return { to, length: this.#seal(now, buffer, this.#connection.takePacketNumber(), length) }
  }

  #seal(now: MonotonicMs, buffer: PacketBuffer, packetNumber: number, length: number): number {
    encodeDataHeader(buffer.datagram, this.#epochs.sendEpoch, this.#remoteId, packetNumber)
    const sealed = this.#epochs.seal(now, packetNumber, buffer.header, buffer.frames.subarray(0, length), buffer.body)
    this.#bytesSealed += length
    return dataHeaderBytes + sealed
  }

  /** Whether a path frame may go there: to where we are sure, or within what came from there. */
  #maySendTo(address: Address): boolean {
    if (this.#isValidated && sameAddress(address, this.#address)) return true
    return this.#validator?.spend(address, pathPacketBytes) ?? false
  }

  /** On an address that did not prove itself, a whole packet must fit into three times what came from there. */
  #canSpend(): boolean {
    return this.#validator?.allows(this.#address, minimumDatagramBytes) ?? false
  }

  #probeMtu(now: MonotonicMs): void {
    const size = this.#mtu.pollProbe(now)
    if (size !== undefined && !this.#connection.probe(now, size - dataOverheadBytes)) this.#mtu.lost(now)
  }

  /** Nothing comes back any more: perhaps because the path does not carry large datagrams any more. */
  #watchMtu(now: MonotonicMs): void {
    if (this.#connection.stats().timeouts < timeoutsBeforeShrinking) return
    this.#mtu.blackHole(now)
    this.#connection.setDatagramBytes(now, minimumDatagramBytes - dataOverheadBytes)
  }

  /** An authentic packet from somewhere else than the validated address. */
  #arrived(now: MonotonicMs, from: Address, bytes: number, isNewest: boolean): void {
    this.#validator?.received(from, bytes)
    // Only the newest packet speaks for a new path: late ones still come over the old one.
    if (!isNewest) return
    this.#validator ??= new PathValidator(this.#limits, this.#random)
    this.#validator.begin(now, from, bytes)
  }

  #drainEvents(now: MonotonicMs, from: Address): void {
    for (;;) {
      const event = this.#connection.pollEvent()
      if (event === undefined) break
      this.#handleEvent(now, from, event)
    }
  }

  #handleEvent(now: MonotonicMs, from: Address, event: ConnectionEvent): void {
    switch (event.type) {
      case 'message':
        this.#events.push({ type: 'message', link: this.id, stream: event.stream, bytes: event.bytes })
        break
      case 'datagram':
        this.#events.push({ type: 'datagram', link: this.id, bytes: event.bytes })
        break
      case 'writable':
      case 'drained':
        this.#events.push({ type: event.type, link: this.id })
        break
      case 'control':
        this.#handleControl(now, from, event.frame)
        break
      case 'probeAcked':
        this.#mtu.acked()
        this.#connection.setDatagramBytes(now, this.#mtu.provenBytes - dataOverheadBytes)
        break
      case 'probeLost':
        this.#mtu.lost(now)
        break
      case 'closed':
        this.#tellDown(downCause(event))
        break
    }
  }

  #handleControl(now: MonotonicMs, from: Address, frame: ControlFrame): void {
    switch (frame.type) {
      case 'pathChallenge':
        if (this.#pathResponses.length < pathResponsesMax) {
          this.#pathResponses.push({ to: { host: from.host, port: from.port }, data: frame.data.slice() })
        }
        break
      case 'pathResponse':
        this.#handlePathResponse(now, from, frame.data)
        break
      case 'rekey':
      case 'rekeyAck': {
        const outcome = this.#epochs.handle(now, frame.type, frame.epoch, frame.publicKey)
        if (outcome === 'violation') this.#connection.close(now, LinkErrorCode.badRekey, '', true)
        else if (outcome !== 'done') this.#connection.queueControl(now, outcome)
        break
      }
    }
  }

  #handlePathResponse(now: MonotonicMs, from: Address, data: Uint8Array): void {
    const address = this.#validator?.validate(from, data)
    if (address === undefined) return
    const old = this.#address
    this.#isValidated = true
    if (sameAddress(old, address)) return
    this.#address = address
    this.#mtu.pathChanged(address)
    this.#connection.setDatagramBytes(now, minimumDatagramBytes - dataOverheadBytes)
    this.#connection.pathChanged(now, old.host === address.host)
    this.#events.push({ type: 'path', link: this.id, address })
  }

  #tellDown(cause: LinkDownCause): void {
    if (this.#isDown) return
    this.#isDown = true
    this.#events.push({ type: 'down', link: this.id, cause })
  }
}

function downCause(event: ConnectionEvent & { readonly type: 'closed' }): LinkDownCause {
  if (event.cause === 'idle') return { kind: 'idle' }
  if (event.cause === 'violation') return { kind: 'violation', code: event.code }
  if (event.code === LinkErrorCode.replaced) return { kind: 'replaced' }
  return { kind: 'closed', code: event.code, reason: event.reason, byPeer: event.byPeer }
}
