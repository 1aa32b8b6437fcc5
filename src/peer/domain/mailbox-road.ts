// The road through the mailbox: takes a prekey of the recipient, seals, deposits. Invariants: the key that proves the
// receipt is committed before the box leaves, as the registry keeps the first box of an id; messages of one recipient
// are sealed and deposited in their order; a full mailbox is told to the sender and tried again, never dropped (S6).
// docs/protocol/peer.md, "Mailbox".

import { type MonotonicMs, type Random, TokenBucket } from '../../base/index.ts'
import type { Prekey, RegistryErrorName } from '../../protocol/index.ts'
import type { Contacts } from './contacts.ts'
import type { Directory } from './directory.ts'
import type { Journal } from './journal.ts'
import { type Outbox, type Outgoing, wireRoomOf } from './outbox.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { RegistrySession } from './registry-session.ts'
import type { AnswerTo, ErrorAnswer, RequestOutcome } from './request-table.ts'
import { type OwnDevice, readPrekey, sealMessage } from './sealed-mail.ts'
import type { Settlement } from './settlement.ts'

export interface MailboxRoadOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly own: OwnDevice
  readonly contacts: Contacts
  readonly directory: Directory
  readonly journal: Journal
  readonly outbox: Outbox
  readonly settlement: Settlement
  readonly random: Random
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
  /** The registry does not know the recipient. */
  readonly onUnknownName: (now: MonotonicMs, key: string) => void
}

/** One prekey of the recipient, for our messages of one absence. */
interface SealingSession {
  readonly identity: Uint8Array
  readonly prekey: Prekey
  readonly since: MonotonicMs
  n: number
}

interface Box {
  /** Counter order. */
  queue: Outgoing[]
  sealing: SealingSession | undefined
  isTakingPrekey: boolean
  underWay: number
  blockedUntil: MonotonicMs | undefined
}

export class MailboxRoad {
  readonly #options: MailboxRoadOptions
  readonly #boxes = new Map<string, Box>()
  readonly #pace: TokenBucket
  #nextAt: MonotonicMs | undefined

  constructor(now: MonotonicMs, options: MailboxRoadOptions) {
    this.#options = options
    this.#pace = new TokenBucket(now, options.limits.depositsPerSecond, options.limits.depositBurst)
  }

  /** Takes a message to be deposited, unless it is here already. */
  add(now: MonotonicMs, message: Outgoing): void {
    if (message.isQueuedForMailbox || message.isSettled || message.rests) return
    message.isQueuedForMailbox = true
    this.#putBack(this.#box(message.to), message)
    this.pump(now, message.to)
  }

  /** The recipient is back, or changed: the next absence gets another prekey, and what was full may have room. */
  endAbsence(key: string): void {
    const box = this.#boxes.get(key)
    if (!box) return
    box.sealing = undefined
    box.blockedUntil = undefined
  }

  pumpAll(now: MonotonicMs): void {
    for (const key of this.#boxes.keys()) this.pump(now, key)
  }

  /** Deposits what waits, as far as it may go now. */
  pump(now: MonotonicMs, key: string): void {
    const box = this.#boxes.get(key)
    const contact = this.#options.contacts.get(key)
    const { session, limits } = this.#options
    if (!box || !contact || contact.offered || !session.isOnline) return
    while (box.queue.length > 0 && box.underWay < limits.depositsMax) {
      if (box.blockedUntil !== undefined && box.blockedUntil > now) return
      const message = box.queue[0] as Outgoing
      if (message.isSettled || message.rests) {
        box.queue.shift()
        message.isQueuedForMailbox = false
        continue
      }
      const { sealing } = box
      if (!sealing || now - sealing.since >= limits.sealingSessionMs) return this.#takePrekey(now, key, box)
      if (!this.#pace.take(now)) return this.#block(box, now + this.#pace.waitMs(now))
      box.queue.shift()
      this.#seal(box, sealing, message)
    }
    if (box.queue.length === 0 && box.underWay === 0 && !box.sealing) this.#boxes.delete(key)
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#nextAt === undefined || this.#nextAt > now) return
    this.#nextAt = undefined
    for (const [key, box] of this.#boxes) {
      if (box.blockedUntil === undefined) continue
      if (box.blockedUntil <= now) this.pump(now, key)
      else this.#block(box, box.blockedUntil)
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#options.session.isOnline ? this.#nextAt : undefined
  }

  #box(key: string): Box {
    let box = this.#boxes.get(key)
    if (!box) {
      box = { queue: [], sealing: undefined, isTakingPrekey: false, underWay: 0, blockedUntil: undefined }
      this.#boxes.set(key, box)
    }
    return box
  }

  #putBack(box: Box, message: Outgoing): void {
    const at = box.queue.findLastIndex((other) => other.counter < message.counter)
    box.queue.splice(at + 1, 0, message)
  }

  #block(box: Box, until: MonotonicMs): void {
    box.blockedUntil = until
    this.#nextAt = Math.min(this.#nextAt ?? Infinity, until)
  }

  #takePrekey(now: MonotonicMs, key: string, box: Box): void {
    const contact = this.#options.contacts.get(key)
    if (box.isTakingPrekey || !contact) return
    box.isTakingPrekey = true
    this.#options.session.request(now, { t: 'takePrekey', name: contact.name }, (later, outcome) => {
      box.isTakingPrekey = false
      if (outcome.kind === 'lost') return
      if (outcome.kind === 'error') return this.#refused(later, key, box, outcome.error, outcome.answer)
      this.#openSession(later, key, box, outcome.answer)
    })
  }

  #openSession(now: MonotonicMs, key: string, box: Box, answer: AnswerTo<'takePrekey'>): void {
    const { directory, emit, limits } = this.#options
    const contact = directory.seen(now, key, answer)
    const prekey = contact && readPrekey(answer.prekey, contact)
    if (!contact || !prekey?.ok) {
      if (contact) emit({ type: 'warning', reason: { code: 'badPrekey', details: { name: contact.name } } })
      return this.#block(box, now + limits.depositRetryMs)
    }
    box.sealing = { identity: contact.identity, prekey: prekey.value, since: now, n: 0 }
    box.blockedUntil = undefined
    this.pump(now, key)
  }

  #seal(box: Box, sealing: SealingSession, message: Outgoing): void {
    const { own, outbox, journal, random } = this.#options
    const { id, idBytes, counter, sentAt, text } = message
    const floor = outbox.queue(message.to).floor(message)
    const place = wireRoomOf(message)
    const chat = { t: 'message', id: idBytes, counter, floor, sentAt, text, ...place } as const
    const { identity, prekey } = sealing
    const sealed = sealMessage(own, { identity, prekey, n: sealing.n++ }, chat, random)
    if (!sealed.ok) {
      box.sealing = undefined
      this.#putBack(box, message)
      return
    }
    const { envelope, receiptKey } = sealed.value
    message.receiptKeys.push(receiptKey)
    box.underWay += 1
    journal.commit([{ kind: 'sealed', id, receiptKey }], (now, committed) => {
      if (committed.ok) this.#deposit(now, box, message, envelope)
      else box.underWay -= 1
    })
  }

  #deposit(now: MonotonicMs, box: Box, message: Outgoing, envelope: Uint8Array): void {
    const body = { t: 'deposit', to: message.toName, id: message.idBytes, envelope } as const
    this.#options.session.request(now, body, (later, outcome) => {
      box.underWay -= 1
      this.#deposited(later, box, message, outcome)
      this.pump(later, message.to)
    })
  }

  #deposited(now: MonotonicMs, box: Box, message: Outgoing, outcome: RequestOutcome<'deposit'>): void {
    if (message.isSettled) return
    if (outcome.kind === 'answer') {
      message.isQueuedForMailbox = false
      return this.#options.settlement.deposited(now, message)
    }
    this.#putBack(box, message)
    if (outcome.kind === 'lost') return
    const { error, answer } = outcome
    if (error === 'tooLarge') {
      return this.#options.settlement.failed(now, message, { code: error, details: { name: message.toName } })
    }
    if (error === 'mailboxFull' || error === 'senderQuota') this.#options.settlement.delayed(now, message, error)
    this.#refused(now, message.to, box, error, answer)
  }

  #refused(now: MonotonicMs, key: string, box: Box, error: RegistryErrorName, answer: ErrorAnswer): void {
    if (error === 'unknownName') return this.#options.onUnknownName(now, key)
    if (error === 'noPrekey') for (const message of box.queue) this.#options.settlement.delayed(now, message, error)
    this.#block(box, now + (answer.retryMs ?? this.#options.limits.depositRetryMs))
  }
}
