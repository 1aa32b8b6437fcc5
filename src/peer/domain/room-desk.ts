// What a person may ask about rooms: each verb checked, asked of the registry, and answered once what it changed is on the
// disk here. And what comes in: whether a copy may come from who sent it, and when it is shown.
// docs/protocol/peer.md, "Rooms".

import { fail, type MonotonicMs, ok, type Random, type Result } from '../../base/index.ts'
import {
  type AccountName,
  foldName,
  nameProblem,
  type RegistryRequestType,
  roomMembersMax,
  roomNameCharactersMax,
} from '../../protocol/index.ts'
import type { Answer } from './account-desk.ts'
import type { CopyJudge, Verdict } from './intake.ts'
import { reasonOf } from './password-exchange.ts'
import type { PeerEvent, Reason } from './peer-event.ts'
import type { PeerStore, Received } from './peer-store.ts'
import type { RegistrySession } from './registry-session.ts'
import type { RequestBody, RequestOutcome } from './request-table.ts'
import type { RoomBook } from './room-book.ts'
import { type RoomView, viewOf } from './room-event.ts'
import type { RoomOrder } from './room-order.ts'
import type { RoomSync } from './room-sync.ts'
import type { RoomKey, RoomPlace, StoredRoom, StoredRoomEntry } from './stored-room.ts'

/** Who was not invited, and why; or was and is busy. */
export interface NotInvited {
  readonly name: string
  readonly problem: string
}

export interface RoomDeskOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly store: Pick<PeerStore, 'roomHistory'>
  readonly book: RoomBook
  readonly order: RoomOrder
  readonly sync: RoomSync
  readonly random: Random
  /** Whether we do not want to hear somebody (folded name). */
  readonly isBlocked: (key: string) => boolean
  readonly emit: (event: PeerEvent) => void
}

export class RoomDesk implements CopyJudge {
  readonly #options: RoomDeskOptions
  /** Rooms of which nothing is told, as somebody invited us whom we do not want to hear. */
  readonly #unwanted = new Set<RoomKey>()

  constructor(options: RoomDeskOptions) {
    this.#options = options
  }

  /** Where we stand in which rooms, in the order of their numbers. */
  rooms(): readonly RoomView[] {
    return this.#options.book
      .all()
      .toSorted((a, b) => a.room - b.room)
      .map(viewOf)
  }

  /** The room that people mean by a number. */
  keyOf(number: number): RoomKey | undefined {
    return this.#options.book.byNumber(number)?.key
  }

  /** Fails with `badName` {name, problem}, `badRoomName` {limit}, `roomFull` {limit}, `registryUnreachable` … */
  make(
    now: MonotonicMs,
    invite: readonly string[],
    typed: string,
    done: Answer<{ readonly room: RoomView; readonly notInvited: readonly NotInvited[] }>,
  ): void {
    const { session, random, sync, book } = this.#options
    const name = readRoomName(typed)
    if (!name.ok) return done(now, name)
    const names = readNames(invite)
    if (!names.ok) return done(now, names)
    const key = random.bytes(16)
    const body = { t: 'makeRoom', key, name: name.value, invite: names.value } as const
    session.request(now, body, (later, outcome) => {
      if (outcome.kind !== 'answer') return done(later, fail(refusalOf(outcome, { limit: roomMembersMax })))
      const { room: record, notInvited } = outcome.answer
      sync.told(later, record, (kept) => {
        const room = book.byNumber(record.room)
        done(kept, room ? ok({ room: viewOf(room), notInvited }) : unreachableRegistry())
      })
    })
  }

  invite(now: MonotonicMs, number: number, invite: readonly string[], done: Answer<readonly NotInvited[]>): void {
    const room = this.#room(number)
    if (!room.ok) return done(now, room)
    const names = readNames(invite)
    if (!names.ok) return done(now, names)
    const body = { t: 'inviteToRoom', room: number, invite: names.value } as const
    this.#options.session.request(now, body, (later, outcome) => {
      if (outcome.kind !== 'answer') return done(later, fail(reasonOf(outcome, { room: number })))
      const { room: record, notInvited } = outcome.answer
      this.#options.sync.told(later, record, (kept) => done(kept, ok(notInvited)))
    })
  }

  /** Answers an invitation. Fails with `noInvitation` {room} where none is open. */
  answer(now: MonotonicMs, number: number, join: boolean, done: Answer<void>): void {
    const room = this.#options.book.byNumber(number)
    if (room?.state !== 'invited') return done(now, fail({ code: 'noInvitation', details: { room: number } }))
    this.#ask(now, room, { t: 'answerRoom', room: number, join }, (later, outcome) => {
      const isGone = !outcome.ok && outcome.error.code === 'unknownRoom'
      done(later, isGone ? fail({ code: 'noInvitation', details: { room: number } }) : outcome)
    })
  }

  leave(now: MonotonicMs, number: number, done: Answer<void>): void {
    const room = this.#room(number)
    if (!room.ok) return done(now, room)
    this.#ask(now, room.value, { t: 'leaveRoom', room: number }, done)
  }

  /** Fails with `notMaker`, `notInRoom` {name}. */
  remove(now: MonotonicMs, number: number, name: string, done: Answer<void>): void {
    const room = this.#room(number)
    const problem = nameProblem(name)
    if (!room.ok) return done(now, room)
    if (problem) return done(now, fail({ code: 'badName', details: { name, problem } }))
    this.#ask(now, room.value, { t: 'removeFromRoom', room: number, name }, done, { name })
  }

  rename(now: MonotonicMs, number: number, typed: string, done: Answer<void>): void {
    const room = this.#room(number)
    const name = readRoomName(typed)
    if (!room.ok) return done(now, room)
    if (!name.ok) return done(now, name)
    this.#ask(now, room.value, { t: 'nameRoom', room: number, name: name.value }, done)
  }

  /** The last entries of a transcript, by number. */
  history(now: MonotonicMs, number: number, limit: number, done: Answer<readonly StoredRoomEntry[]>): void {
    const room = this.#options.book.byNumber(number)
    if (!room) return done(now, fail({ code: 'unknownRoom', details: { room: number } }))
    this.#options.store.roomHistory({ room: room.key, limit }, (later, rows) => {
      if (rows.ok) return done(later, rows)
      const { code, detail } = rows.error
      done(later, fail({ code, details: { detail } }))
    })
  }

  judge(
    now: MonotonicMs,
    sender: AccountName,
    place: RoomPlace,
    done: (now: MonotonicMs, verdict: Verdict) => void,
  ): void {
    const verdict = this.#verdict(foldName(sender), place)
    if (verdict) return done(now, verdict)
    this.#options.sync.findOut(now, place.key, (later, isKnown) => {
      const unsettled = isKnown ? 'refuse' : 'later'
      done(later, this.#verdict(foldName(sender), place) ?? unsettled)
    })
  }

  arrived(now: MonotonicMs, message: Received, place: RoomPlace, isSilent: boolean): void {
    const { book, order, emit } = this.#options
    order.add(now, place.key, place.number, (isLate) => {
      const room = book.get(place.key)?.room
      if (room === undefined || isSilent) return
      const { from, text, road, sentAt, receivedAt } = message
      const event = { type: 'roomMessage', room, number: place.number, id: place.id, from, text, road } as const
      emit({ ...event, sentAt, receivedAt, ...(isLate && { isLate }) })
    })
  }

  /** Whether an entry is not told, being of a room that a blocked person invited us to; that invitation is refused. */
  isUnwanted(now: MonotonicMs, { key, room, state }: StoredRoom, { kind, name, by }: StoredRoomEntry): boolean {
    const { book, session, isBlocked } = this.#options
    if (state === 'joined') this.#unwanted.delete(key)
    if (kind === 'invited' && foldName(name) === book.ownKey) {
      const isBad = by !== undefined && isBlocked(foldName(by))
      if (!isBad) this.#unwanted.delete(key)
      else if (state === 'invited') {
        this.#unwanted.add(key)
        session.request(now, { t: 'answerRoom', room, join: false }, () => {})
      }
    }
    return this.#unwanted.has(key)
  }

  /** Undefined where our record is older than the place, so that the registry has to be asked. */
  #verdict(sender: string, { key, number }: RoomPlace): Verdict | undefined {
    const { book, sync } = this.#options
    const room = book.get(key)
    if (!room) return undefined
    if (book.hadJoined(key, sender, number) && book.hadJoined(key, book.ownKey, number)) return 'take'
    // Nothing more will be told of a room that we are out of.
    if (room.state === 'left' && sync.isListed) return 'refuse'
    return sync.isCurrent(key) && number <= room.last ? 'refuse' : undefined
  }

  #room(number: number): Result<StoredRoom, Reason> {
    const room = this.#options.book.byNumber(number)
    if (!room || room.state === 'left') return fail({ code: 'unknownRoom', details: { room: number } })
    return ok(room)
  }

  /** Asks for a change; answered when what it changed is on the disk. */
  #ask(
    now: MonotonicMs,
    { room, key }: StoredRoom,
    body: Extract<RequestBody, { t: 'answerRoom' | 'leaveRoom' | 'removeFromRoom' | 'nameRoom' }>,
    done: Answer<void>,
    details: Readonly<Record<string, unknown>> = {},
  ): void {
    const { session, sync } = this.#options
    session.request(now, body, (later, outcome) => {
      if (outcome.kind !== 'answer') return done(later, fail(refusalOf(outcome, { room, ...details })))
      sync.refresh(later, key, (kept) => done(kept, ok(undefined)))
    })
  }
}

function badRoomName(): Reason {
  return { code: 'badRoomName', details: { limit: roomNameCharactersMax } }
}

/** Of names the registry refuses those of rooms only: those of people are looked at here. */
function refusalOf(
  outcome: Exclude<RequestOutcome<RegistryRequestType>, { kind: 'answer' }>,
  details: Readonly<Record<string, unknown>>,
): Reason {
  if (outcome.kind === 'error' && outcome.error === 'nameRefused') return badRoomName()
  return reasonOf(outcome, details)
}

function readRoomName(typed: string): Result<string, Reason> {
  const name = typed.trim().toWellFormed()
  const isLong = name.length > roomNameCharactersMax
  return isLong ? fail(badRoomName()) : ok(name)
}

/** Names to invite, each once. */
function readNames(typed: readonly string[]): Result<string[], Reason> {
  const names = new Map(typed.map((name) => [foldName(name), name]))
  for (const name of names.values()) {
    const problem = nameProblem(name)
    if (problem) return fail({ code: 'badName', details: { name, problem } })
  }
  if (names.size >= roomMembersMax) return fail({ code: 'roomFull', details: { limit: roomMembersMax } })
  return ok([...names.values()])
}

function unreachableRegistry(): Result<never, Reason> {
  return fail({ code: 'registryUnreachable', details: {} })
}
