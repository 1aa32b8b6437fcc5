// What the registry tells of rooms, brought onto the disk: pushes while we are on line, and what was missed, asked for at
// each login. Invariants: an entry is told after its commit, once; `last` of a room rises only to what is on the disk
// without a gap. docs/protocol/peer.md, "Rooms".

import { type MonotonicMs, toHex } from '../../base/index.ts'
import { foldName, type RegistryPush, type RoomEntry, type RoomRecord } from '../../protocol/index.ts'
import type { Journal } from './journal.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerChange } from './peer-store.ts'
import type { RegistrySession } from './registry-session.ts'
import type { RoomBook } from './room-book.ts'
import { viewOf } from './room-event.ts'
import type { RoomOrder } from './room-order.ts'
import type { RoomKey, StoredRoom, StoredRoomEntry } from './stored-room.ts'

export interface RoomSyncOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly journal: Journal
  readonly book: RoomBook
  readonly order: RoomOrder
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
  /** Whether an entry is of a room that somebody invited us to whom we do not want to hear. */
  readonly isUnwanted: (now: MonotonicMs, room: StoredRoom, entry: StoredRoomEntry) => boolean
}

/** `isKnown`: what the registry says of the room is known now; otherwise it could not be asked. */
type FoundOut = (now: MonotonicMs, isKnown: boolean) => void

export class RoomSync {
  readonly #options: RoomSyncOptions
  /** Who waits for the list of rooms that is being fetched. */
  #listing: FoundOut[] | undefined
  /** Who waits for the log of a room that is being fetched. */
  readonly #logs = new Map<RoomKey, FoundOut[]>()
  #waiting = 0
  /** The list was fetched in this session. */
  #isListed = false
  #listedAt: MonotonicMs = -Infinity
  /** Rooms whose log was fetched in this session: what is pushed goes on from it. */
  readonly #current = new Set<RoomKey>()
  /** Grows with every session, so that answers of an older one change nothing. */
  #round = 0

  constructor(options: RoomSyncOptions) {
    this.#options = options
  }

  /** A session begins; `rooms`: how many the registry has of ours. */
  welcomed(now: MonotonicMs, rooms: number): void {
    this.ended(now)
    const isOutOfAll = this.#options.book.all().every((room) => room.state === 'left')
    if (rooms === 0 && isOutOfAll) this.#isListed = true
    else this.#list(now, () => {})
  }

  /** The session is over. */
  ended(now: MonotonicMs): void {
    this.#round += 1
    this.#isListed = false
    this.#current.clear()
    const waiting = [...(this.#listing ?? []), ...[...this.#logs.values()].flat()]
    this.#listing = undefined
    this.#logs.clear()
    for (const done of waiting) this.#answer(now, done, false)
  }

  pushed(now: MonotonicMs, { record, entry }: Extract<RegistryPush, { t: 'roomEntry' }>): void {
    const { book } = this.#options
    const key = toHex(record.key)
    const wasCurrent = this.#current.has(key)
    book.take(record)
    if (wasCurrent) book.reach(key, entry.number)
    this.#keep(key, [entry])
    if (book.get(key)?.state === 'left') return
    // The log tells who is in it since when; and also what a push that did not come would have told.
    if (!wasCurrent || !book.isConsistent(key)) this.#readLog(now, key, () => {})
  }

  /** Takes a record that the registry answered with, and what leads to it. */
  told(now: MonotonicMs, record: RoomRecord, done: FoundOut): void {
    const { book } = this.#options
    const key = toHex(record.key)
    book.take(record)
    if (this.#isUpTo(key, record.last)) return this.#whenKept(done)
    this.#readLog(now, key, done)
  }

  /** Finds out what the registry knows of a room. */
  findOut(now: MonotonicMs, key: RoomKey, done: FoundOut): void {
    const { session, limits, book } = this.#options
    if (!session.isOnline || this.#waiting >= limits.strangerCopiesMax) return done(now, false)
    const room = book.get(key)
    if (!this.#isListed) return this.#list(now, done)
    if (room && room.state !== 'left') return this.#readLog(now, key, done)
    // Anybody can name rooms that do not exist: that must not become a stream of questions.
    if (!this.#listing && now - this.#listedAt < limits.roomListMs) return done(now, false)
    this.#list(now, done)
  }

  /** Waits until what the registry told before an answer of its is on the disk. */
  refresh(now: MonotonicMs, key: RoomKey, done: FoundOut): void {
    const isOut = this.#options.book.get(key)?.state === 'left'
    if (isOut || this.#current.has(key)) return this.#whenKept(done)
    this.#readLog(now, key, done)
  }

  /** Whether the registry was asked in this session which rooms we are in. */
  get isListed(): boolean {
    return this.#isListed
  }

  /** Whether all that the registry tells of a room is here, up to now. */
  isCurrent(key: RoomKey): boolean {
    return this.#current.has(key)
  }

  #isUpTo(key: RoomKey, last: number): boolean {
    return this.#current.has(key) && (this.#options.book.get(key)?.last ?? 0) >= last
  }

  #list(now: MonotonicMs, done: FoundOut): void {
    this.#waiting += 1
    if (this.#listing) return void this.#listing.push(done)
    this.#listing = [done]
    this.#fetchRooms(now, 0, new Map())
  }

  /** `listed`: the latest number of each room. */
  #fetchRooms(now: MonotonicMs, after: number, listed: Map<RoomKey, number>): void {
    const round = this.#round
    this.#options.session.request(now, { t: 'fetchRooms', after }, (later, outcome) => {
      if (round !== this.#round) return
      if (outcome.kind !== 'answer') return this.#endListing(later, false)
      const { rooms, more } = outcome.answer
      for (const record of rooms) {
        listed.set(toHex(record.key), record.last)
        this.#options.book.take(record)
      }
      const last = rooms.at(-1)?.room ?? 0
      if (more && last > after) return this.#fetchRooms(later, last, listed)
      this.#listedAll(later, listed)
    })
  }

  #listedAll(now: MonotonicMs, listed: ReadonlyMap<RoomKey, number>): void {
    const { book, journal } = this.#options
    this.#isListed = true
    this.#listedAt = now
    const gone = book.all().filter((room) => room.state !== 'left' && !listed.has(room.key))
    for (const { key } of gone) book.leave(key)
    journal.note(
      now,
      gone.flatMap(({ key }) => book.changeOf(key)),
    )
    const behind = [...listed].flatMap(([key, last]) => {
      if ((book.get(key)?.last ?? 0) < last) return [key]
      this.#current.add(key)
      return []
    })
    let open = behind.length
    if (open === 0) return this.#endListing(now, true)
    let isKnown = true
    for (const key of behind) {
      this.#readLog(now, key, (later, isRead) => {
        isKnown &&= isRead
        open -= 1
        if (open === 0) this.#endListing(later, isKnown)
      })
    }
  }

  #endListing(now: MonotonicMs, isKnown: boolean): void {
    const waiting = this.#listing ?? []
    this.#listing = undefined
    for (const done of waiting) this.#answer(now, done, isKnown)
  }

  #readLog(now: MonotonicMs, key: RoomKey, done: FoundOut): void {
    this.#waiting += 1
    const asked = this.#logs.get(key)
    if (asked) return void asked.push(done)
    this.#logs.set(key, [done])
    this.#fetchLog(now, key, this.#options.book.get(key)?.last ?? 0)
  }

  #fetchLog(now: MonotonicMs, key: RoomKey, after: number): void {
    const { session, book } = this.#options
    const record = book.get(key)
    if (!record) return this.#endLog(now, key, false)
    const round = this.#round
    session.request(now, { t: 'fetchRoomLog', room: record.room, after }, (later, outcome) => {
      if (round !== this.#round) return
      // We are out of it: nothing more will be told of it.
      if (outcome.kind === 'error' && outcome.error === 'unknownRoom') return this.#endLog(later, key, true)
      if (outcome.kind !== 'answer') return this.#endLog(later, key, false)
      const { entries, more } = outcome.answer
      const last = entries.at(-1)?.number ?? after
      book.reach(key, last)
      this.#keep(key, entries)
      if (more && last > after) return this.#fetchLog(later, key, last)
      this.#current.add(key)
      this.#endLog(later, key, true)
    })
  }

  #endLog(now: MonotonicMs, key: RoomKey, isKnown: boolean): void {
    const waiting = this.#logs.get(key) ?? []
    this.#logs.delete(key)
    for (const done of waiting) this.#answer(now, done, isKnown)
  }

  #answer(now: MonotonicMs, done: FoundOut, isKnown: boolean): void {
    this.#waiting -= 1
    if (isKnown) this.#whenKept(done)
    else done(now, false)
  }

  /** Behind the commit of what was found out. */
  #whenKept(done: FoundOut): void {
    this.#options.journal.commit([], (now, committed) => done(now, committed.ok))
  }

  /** Keeps the entries of a room with its record, and shows them in their places. */
  #keep(key: RoomKey, told: readonly RoomEntry[]): void {
    const { book, journal } = this.#options
    const entries = told.flatMap((entry) => book.enter(key, entry) ?? [])
    const kept: PeerChange[] = entries.map((entry) => ({ kind: 'roomEntry', room: key, entry }))
    journal.commit([...book.changeOf(key), ...kept], (later, committed) => {
      if (committed.ok) for (const entry of entries) this.#show(later, key, entry)
    })
  }

  #show(now: MonotonicMs, key: RoomKey, entry: StoredRoomEntry): void {
    const { book, order, emit, isUnwanted } = this.#options
    // What was before our own invitation is no news.
    if (!book.isOurs(key, entry.number)) return
    // Messages come only to who has joined: before that, and by our own steps, nothing can be missing.
    const isOwnStep = foldName(entry.name) === book.ownKey && entry.kind !== 'named'
    if (isOwnStep || !book.hadJoined(key, book.ownKey, entry.number)) order.jump(now, key, entry.number)
    order.add(now, key, entry.number, () => {
      const room = book.get(key)
      if (room && !isUnwanted(now, room, entry)) emit({ type: 'room', room: viewOf(room), entry })
    })
  }
}
