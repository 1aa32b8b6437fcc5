// The keys of one link and their succession (docs/protocol/link.md 6). Only the initiator starts a rekey; the responder
// sends with the new keys once it saw a packet under them. Invariants: packet numbers go on over epochs, so no key ever
// seals one twice (S7); old keys are erased after their grace time (S9); keys that should have been replaced and were not
// end the link.

import type { MonotonicMs, Random } from '../base/index.ts'
import { isUsableLinkKey, LinkKeyPair, nextEpochKeys, PacketKey, type LinkKeys } from '../crypto/index.ts'
import type { ControlFrame } from './frame.ts'
import type { LinkRole } from './link-event.ts'

interface ReceiveKey {
  readonly epoch: number
  readonly key: PacketKey
  /** When it is erased; undefined while it is the newest in use, or not yet seen. */
  eraseAt: MonotonicMs | undefined
}

/** Who knows how long the other side may take to answer: the link's Connection. */
export interface RoundTrips {
  stats(): { readonly ptoMs: number }
}

export interface KeyLimits {
  readonly rekeyAfterMs: number
  readonly rekeyAfterPackets: number
  readonly rekeyGraceMs: number
  readonly oldKeysMs: number
}

/** What a REKEY or REKEY_ACK asks for: a frame to send back reliably, nothing, or the end of the link. */
export type RekeyOutcome = ControlFrame | 'done' | 'violation'

export class KeyEpochs {
  readonly #role: LinkRole
  readonly #limits: KeyLimits
  readonly #random: Random
  #chainingKey: Uint8Array
  #sendKey: PacketKey
  #sendEpoch = 0
  #sendSince: MonotonicMs
  #sealed = 0
  #dueSince: MonotonicMs | undefined
  /** Newest last; at most three: old, present, next. */
  #receiveKeys: ReceiveKey[]
  /** Initiator: the key pair offered for the next epoch. */
  #offered: LinkKeyPair | undefined
  /** Responder: the offer answered last, and what to send with once the initiator uses the new keys. */
  #answered: { readonly publicKey: Uint8Array; readonly sendKey: PacketKey } | undefined

  constructor(now: MonotonicMs, options: { role: LinkRole; keys: LinkKeys; limits: KeyLimits; random: Random }) {
    this.#role = options.role
    this.#limits = options.limits
    this.#random = options.random
    this.#chainingKey = options.keys.chainingKey
    this.#sendKey = new PacketKey(options.keys.send)
    this.#sendSince = now
    this.#receiveKeys = [{ epoch: 0, key: new PacketKey(options.keys.receive), eraseAt: undefined }]
  }

  /** The epoch that packets are sent in. */
  get sendEpoch(): number {
    return this.#sendEpoch
  }

  /** Epochs that packets are still accepted of, oldest first. */
  get receiveEpochs(): readonly number[] {
    return this.#receiveKeys.map((entry) => entry.epoch)
  }

  /** Seals a packet of the present epoch; the header must name it. */
  seal(now: MonotonicMs, packetNumber: number, header: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    this.#sealed++
    if (this.#dueSince === undefined && this.#isDue(now)) this.#dueSince = now
    return this.#sendKey.seal(packetNumber, header, plaintext, out)
  }

  /**
   * Opens a packet whose header carries the low byte of its epoch, or answers undefined. `roundTrips`: where to ask for the
   * link's probe timeout, from which the life of the keys before a new epoch is reckoned.
   */
  open(
    now: MonotonicMs,
    epochByte: number,
    packetNumber: number,
    header: Uint8Array,
    sealed: Uint8Array,
    roundTrips: RoundTrips,
  ): Uint8Array | undefined {
    const entry = this.#receiveKey(epochByte)
    if (entry === undefined || (entry.eraseAt !== undefined && now >= entry.eraseAt)) return undefined
    const plaintext = entry.key.open(packetNumber, header, sealed)
    if (plaintext !== undefined && entry.epoch > 0 && entry.eraseAt === undefined)
      this.#inUse(now, entry, roundTrips.stats().ptoMs)
    return plaintext
  }

  /** The REKEY to send now, or undefined: asked after a packet was sealed, so that an idle link does not rekey. */
  pollRekey(): ControlFrame | undefined {
    if (this.#role !== 'initiator' || this.#dueSince === undefined || this.#offered !== undefined) return undefined
    this.#offered = LinkKeyPair.generate(this.#random)
    return { type: 'rekey', epoch: this.#sendEpoch + 1, publicKey: this.#offered.publicKey }
  }

  /** A REKEY or REKEY_ACK came, perhaps again. */
  handle(now: MonotonicMs, type: 'rekey' | 'rekeyAck', epoch: number, publicKey: Uint8Array): RekeyOutcome {
    return type === 'rekey' ? this.#handleRekey(epoch, publicKey) : this.#handleRekeyAck(now, epoch, publicKey)
  }

  /** Whether the keys in use should have been replaced so long ago that nothing may be sent under them any more. */
  isExhausted(now: MonotonicMs): boolean {
    return this.#dueSince !== undefined && now >= this.#dueSince + this.#limits.rekeyGraceMs
  }

  /** Erases old keys whose time has come. */
  handleTimeout(now: MonotonicMs): void {
    for (const entry of this.#receiveKeys) if (entry.eraseAt !== undefined && now >= entry.eraseAt) entry.key.erase()
    this.#receiveKeys = this.#receiveKeys.filter((entry) => entry.eraseAt === undefined || now < entry.eraseAt)
  }

  pollTimeout(): MonotonicMs | undefined {
    let next = this.#dueSince === undefined ? undefined : this.#dueSince + this.#limits.rekeyGraceMs
    for (const { eraseAt } of this.#receiveKeys) {
      if (eraseAt !== undefined && (next === undefined || eraseAt < next)) next = eraseAt
    }
    return next
  }

  /** Forgets every key. */
  erase(): void {
    for (const entry of this.#receiveKeys) entry.key.erase()
    this.#receiveKeys = []
    this.#sendKey.erase()
    this.#offered?.erase()
    this.#answered?.sendKey.erase()
    this.#chainingKey.fill(0)
  }

  #isDue(now: MonotonicMs): boolean {
    return now >= this.#sendSince + this.#limits.rekeyAfterMs || this.#sealed >= this.#limits.rekeyAfterPackets
  }

  #receiveKey(epochByte: number): ReceiveKey | undefined {
    for (const entry of this.#receiveKeys) if ((entry.epoch & 255) === epochByte) return entry
    return undefined
  }

  #newestEpoch(): number {
    return this.#receiveKeys.at(-1)?.epoch ?? this.#sendEpoch
  }

  #handleRekey(epoch: number, publicKey: Uint8Array): RekeyOutcome {
    if (this.#role !== 'responder') return 'violation'
    if (epoch <= this.#newestEpoch()) return 'done'
    // The next but one can not have begun before we used the next.
    if (epoch !== this.#sendEpoch + 1 || this.#answered !== undefined) return 'violation'
    const pair = LinkKeyPair.generate(this.#random)
    const keys = this.#derive(pair, publicKey)
    if (keys === undefined) return 'violation'
    this.#receiveKeys.push({ epoch, key: new PacketKey(keys.receive), eraseAt: undefined })
    this.#answered = { publicKey: pair.publicKey, sendKey: new PacketKey(keys.send) }
    return { type: 'rekeyAck', epoch, publicKey: pair.publicKey }
  }

  #handleRekeyAck(now: MonotonicMs, epoch: number, publicKey: Uint8Array): RekeyOutcome {
    if (this.#role !== 'initiator' || epoch > this.#sendEpoch + 1) return 'violation'
    if (epoch <= this.#sendEpoch) return 'done'
    const pair = this.#offered
    if (pair === undefined) return 'violation'
    const keys = this.#derive(pair, publicKey)
    this.#offered = undefined
    if (keys === undefined) return 'violation'
    this.#receiveKeys.push({ epoch, key: new PacketKey(keys.receive), eraseAt: undefined })
    this.#switchSending(now, epoch, new PacketKey(keys.send))
    return 'done'
  }

  #derive(pair: LinkKeyPair, publicKey: Uint8Array): LinkKeys | undefined {
    if (!isUsableLinkKey(publicKey)) return undefined
    const shared = pair.agree(publicKey)
    pair.erase()
    if (!shared.ok) return undefined
    const keys = nextEpochKeys(this.#chainingKey, shared.value, this.#role === 'initiator')
    shared.value.fill(0)
    this.#chainingKey.fill(0)
    this.#chainingKey = keys.chainingKey
    return keys
  }

  /** The first packets of an epoch came: what is older has its grace time, and the responder follows. */
  #inUse(now: MonotonicMs, entry: ReceiveKey, ptoMs: number): void {
    const eraseAt = now + Math.max(3 * ptoMs, this.#limits.oldKeysMs)
    for (const older of this.#receiveKeys) if (older.epoch < entry.epoch) older.eraseAt ??= eraseAt
    if (this.#answered !== undefined && entry.epoch === this.#sendEpoch + 1) {
      const { sendKey } = this.#answered
      this.#answered = undefined
      this.#switchSending(now, entry.epoch, sendKey)
    }
  }

  #switchSending(now: MonotonicMs, epoch: number, key: PacketKey): void {
    this.#sendKey.erase()
    this.#sendKey = key
    this.#sendEpoch = epoch
    this.#sendSince = now
    this.#sealed = 0
    this.#dueSince = undefined
  }
}
