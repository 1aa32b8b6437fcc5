// Own messages of rooms: kept first, given their number by the registry, and then sent to each member as a message of its
// own. Invariants: drafts of a room get their numbers in the order of `send`; entry, copies and the end of the draft are
// one commit, so that a crash or a lost answer leads to the same number and the same copies again, never to two.
// docs/protocol/peer.md, "Rooms".

import { fail, fromHex, type MonotonicMs, ok, type Random, toHex, type WallMs } from '../../base/index.ts'
import { type AccountName, foldName } from '../../protocol/index.ts'
import type { Answer } from './account-desk.ts'
import type { Contacts } from './contacts.ts'
import type { Delivery } from './delivery.ts'
import type { Journal } from './journal.ts'
import { readText } from './message-text.ts'
import type { Outbox, Outgoing } from './outbox.ts'
import type { MessageId, PeerEvent, Reason } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerChange, PeerState } from './peer-store.ts'
import type { RegistrySession } from './registry-session.ts'
import type { AnswerTo } from './request-table.ts'
import type { RoomBook } from './room-book.ts'
import type { RoomOrder } from './room-order.ts'
import type { RoomSync } from './room-sync.ts'
import type { Settlement } from './settlement.ts'
import type { RoomKey, StoredRoomDraft } from './stored-room.ts'

export interface RoomSendingOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly own: { readonly name: AccountName }
  readonly contacts: Contacts
  readonly journal: Journal
  readonly outbox: Outbox
  readonly settlement: Settlement
  readonly delivery: Delivery
  readonly book: RoomBook
  readonly order: RoomOrder
  readonly sync: Pick<RoomSync, 'findOut'>
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
}

interface Draft extends StoredRoomDraft {
  /** When it was sent, where that was in this run. */
  readonly startedAt: MonotonicMs | undefined
}

interface Line {
  readonly drafts: Draft[]
  isAsking: boolean
  retryAt: MonotonicMs | undefined
}

export class RoomSending {
  readonly #options: RoomSendingOptions
  readonly #lines = new Map<RoomKey, Line>()
  /** Messages that waiting drafts will become. */
  #copies = 0

  constructor(options: RoomSendingOptions, state: Pick<PeerState, 'roomDrafts'>) {
    this.#options = options
    for (const draft of state.roomDrafts) this.#line(draft.room).drafts.push({ ...draft, startedAt: undefined })
  }

  /**
   * Keeps a message for a room. Fails with `unknownRoom` {room} where we have not joined one, with what a text can be
   * wrong with, and with `tooManyWaiting` {limit}.
   */
  send(
    now: MonotonicMs,
    number: number,
    typed: string,
    done: Answer<{ readonly id: MessageId }>,
    givenId?: MessageId,
  ): void {
    const { book, random, journal, outbox, limits, emit } = this.#options
    const room = book.byNumber(number)
    if (room?.state !== 'joined') return done(now, fail({ code: 'unknownRoom', details: { room: number } }))
    const text = readText(typed)
    if (!text.ok) return done(now, text)
    if (outbox.size + this.#copies + room.members.length > limits.waitingMax) {
      return done(now, fail({ code: 'tooManyWaiting', details: { limit: limits.waitingMax } }))
    }
    const sentAt = Math.max(0, Math.floor(this.#options.wallMs()))
    const draft = { id: givenId ?? toHex(random.bytes(16)), room: room.key, text: text.value, sentAt }
    this.#copies += room.members.length
    journal.commit([{ kind: 'roomDraft', draft }], (later, committed) => {
      this.#copies -= room.members.length
      if (!committed.ok) {
        const { code, detail } = committed.error
        return done(later, fail({ code, details: { detail } }))
      }
      this.#line(room.key).drafts.push({ ...draft, startedAt: now })
      emit({ type: 'roomSent', room: room.room, id: draft.id, text: draft.text, at: sentAt })
      done(later, ok({ id: draft.id }))
      this.#pump(later, room.key)
    })
  }

  /** Own messages without a number yet. */
  get draftCount(): number {
    let count = 0
    for (const { drafts } of this.#lines.values()) count += drafts.length
    return count
  }

  /** A session began: what waits is asked for again. */
  welcomed(now: MonotonicMs): void {
    for (const [key, line] of this.#lines) {
      line.isAsking = false
      line.retryAt = undefined
      this.#pump(now, key)
    }
  }

  handleTimeout(now: MonotonicMs): void {
    for (const [key, line] of this.#lines) {
      if (line.retryAt === undefined || line.retryAt > now) continue
      line.retryAt = undefined
      this.#pump(now, key)
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    if (!this.#options.session.isOnline) return undefined
    let next: MonotonicMs | undefined
    for (const { retryAt } of this.#lines.values()) {
      if (retryAt !== undefined && (next === undefined || retryAt < next)) next = retryAt
    }
    return next
  }

  #line(key: RoomKey): Line {
    let line = this.#lines.get(key)
    if (!line) this.#lines.set(key, (line = { drafts: [], isAsking: false, retryAt: undefined }))
    return line
  }

  /** Asks for the number of the first draft; one at a time, as a refused one would be overtaken. */
  #pump(now: MonotonicMs, key: RoomKey): void {
    const { session, book, limits } = this.#options
    const line = this.#line(key)
    const draft = line.drafts[0]
    const room = book.get(key)
    if (!draft) return void this.#lines.delete(key)
    if (line.isAsking || line.retryAt !== undefined || !room || !session.isOnline) return
    line.isAsking = true
    const id = fromHex(draft.id) as Uint8Array
    session.request(now, { t: 'numberMessage', room: room.room, id }, (later, outcome) => {
      // An answer of an older session; it was asked again since.
      if (this.#lines.get(key) !== line || line.drafts[0] !== draft) return
      line.isAsking = false
      if (outcome.kind === 'lost') {
        // Without a session the next welcome asks.
        if (session.isOnline) line.retryAt = later + limits.depositRetryMs
        return
      }
      if (outcome.kind === 'error' && outcome.error !== 'unknownRoom') {
        line.retryAt = later + (outcome.answer.retryMs ?? limits.depositRetryMs)
        return
      }
      if (outcome.kind === 'answer') return this.#numbered(later, line, draft, outcome.answer)
      line.drafts.shift()
      this.#fail(draft, { code: 'unknownRoom', details: { room: room.room } })
      this.#pump(later, key)
    })
  }

  /** The registry may name people of whom nobody in the room knows: they get no copy. */
  #numbered(now: MonotonicMs, line: Line, draft: Draft, answer: AnswerTo<'numberMessage'>): void {
    const { book, sync, session, limits } = this.#options
    const { number, members } = answer
    const key = draft.room
    const isShown = (name: AccountName): boolean => book.hadJoined(key, foldName(name), number)
    const place = (later: MonotonicMs): void => {
      line.drafts.shift()
      this.#place(later, draft, number, members.filter(isShown))
      this.#pump(later, key)
    }
    if (members.every(isShown)) return place(now)
    // Our record may be older than the number.
    line.isAsking = true
    sync.findOut(now, key, (later, isKnown) => {
      if (this.#lines.get(key) !== line || line.drafts[0] !== draft) return
      line.isAsking = false
      if (isKnown) place(later)
      else if (session.isOnline) line.retryAt = later + limits.depositRetryMs
    })
  }

  #place(now: MonotonicMs, draft: Draft, number: number, members: readonly AccountName[]): void {
    const { own, journal, outbox, order, book, settlement, delivery, emit } = this.#options
    const { id, room: key, text, sentAt } = draft
    const others = members.filter((name) => foldName(name) !== foldName(own.name))
    const copies = others.map((name) => this.#copyFor(now, name, draft, number))
    const entry = { number, kind: 'message', name: own.name, id, text, at: sentAt } as const
    const changes: PeerChange[] = [{ kind: 'roomEntry', room: key, entry }]
    for (const { id: copy, to, toName, counter, room } of copies) {
      changes.push({
        kind: 'outgoing',
        message: { id: copy, to: toName, counter, text, sentAt, ...(room && { room }) },
      })
      changes.push({ kind: 'nextCounter', to, next: outbox.queue(to).nextCounter })
    }
    journal.commit([...changes, { kind: 'roomDraftErased', id }], (later, committed) => {
      if (!committed.ok) return
      order.pass(later, key, number)
      const room = book.get(key)?.room
      if (room !== undefined) emit({ type: 'roomPlaced', room, id, number, members: others })
      for (const copy of copies) {
        settlement.kept(later, copy, sentAt)
        delivery.startBudget(later, copy)
        delivery.consider(later, copy.to)
      }
    })
  }

  #copyFor(now: MonotonicMs, name: AccountName, draft: Draft, number: number): Outgoing {
    const { contacts, outbox, random } = this.#options
    const { text, sentAt, startedAt } = draft
    const to = contacts.get(foldName(name))?.name ?? name
    const room = { key: draft.room, number, id: draft.id }
    return outbox.add(now, { id: toHex(random.bytes(16)), to, text, sentAt, room }, startedAt)
  }

  #fail({ id, room: key }: Draft, reason: Reason): void {
    const { journal, book, emit } = this.#options
    journal.commit([{ kind: 'roomDraftErased', id }], (_later, committed) => {
      const room = book.get(key)?.room
      if (committed.ok && room !== undefined) emit({ type: 'roomState', room, id, state: 'failed', reason })
    })
  }
}
