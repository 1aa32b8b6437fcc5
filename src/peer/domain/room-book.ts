// The rooms that this account knows, as the registry last told of them, and who had joined at which place of a transcript.
// Invariant: a record never goes back to an older one; what it says of a place is true for every place up to `last`.
// docs/protocol/peer.md, "Rooms".

import { toHex } from '../../base/index.ts'
import { type AccountName, foldName, type RoomEntry, type RoomRecord } from '../../protocol/index.ts'
import type { PeerChange, PeerState } from './peer-store.ts'
import type { RoomKey, RoomStanding, StoredRoom, StoredRoomEntry } from './stored-room.ts'

/** Somebody came or went at this number. */
interface Turn {
  readonly number: number
  readonly isJoining: boolean
}

interface Page {
  record: StoredRoom
  /** Latest number of the newest record that was taken. */
  newest: number
  /** Numbers of the entries that are in the transcript, messages aside. */
  readonly known: Set<number>
  /** By folded name, in the order of the numbers. */
  readonly turns: Map<string, Turn[]>
  /** Our own comings and goings, with invitations as comings. */
  own: readonly Turn[]
}

export class RoomBook {
  readonly #ownKey: string
  readonly #pages = new Map<RoomKey, Page>()

  constructor(ownName: AccountName, state: Pick<PeerState, 'rooms' | 'roomChanges'>) {
    this.#ownKey = foldName(ownName)
    for (const record of state.rooms) this.#pages.set(record.key, pageOf(record))
    for (const { room, entry } of state.roomChanges) {
      const page = this.#pages.get(room)
      if (page) this.#note(page, entry)
    }
  }

  get(key: RoomKey): StoredRoom | undefined {
    return this.#pages.get(key)?.record
  }

  /** By the number that people type: one that we are in, where another registry once gave the same number. */
  byNumber(room: number): StoredRoom | undefined {
    const found = this.all().filter((record) => record.room === room)
    return found.find((record) => record.state !== 'left') ?? found.at(-1)
  }

  all(): readonly StoredRoom[] {
    return [...this.#pages.values()].map((page) => page.record)
  }

  /** Takes the registry's record of a room; true where it is new to us or newer than ours. */
  take(record: RoomRecord): boolean {
    const key = toHex(record.key)
    const page = this.#pages.get(key)
    if (page && page.newest > record.last) return false
    const { room, name, maker } = record
    const members = record.members.map((member) => ({ name: member.name, state: member.state }))
    const state = this.#standing(members)
    const last = page?.record.last ?? 0
    const taken = { key, room, name, maker, members, state, last }
    if (page) Object.assign(page, { record: taken, newest: record.last })
    else this.#pages.set(key, pageOf(taken, record.last))
    return true
  }

  /** The registry does not list the room any more. */
  leave(key: RoomKey): void {
    const page = this.#pages.get(key)
    if (page) page.record = { ...page.record, state: 'left' }
  }

  /** Everything up to this number is in the transcript now. */
  reach(key: RoomKey, last: number): void {
    const page = this.#pages.get(key)
    if (!page || page.record.last >= last) return
    page.record = { ...page.record, last }
    page.newest = Math.max(page.newest, last)
  }

  /** Takes an entry that is no message; the one to keep, or undefined where it is known. */
  enter(key: RoomKey, told: RoomEntry): StoredRoomEntry | undefined {
    const page = this.#pages.get(key)
    if (!page || told.kind === 'message' || page.known.has(told.number)) return undefined
    const { number, kind, name, by, text, at } = told
    const entry = { number, kind, name, at, ...(by && { by }), ...(text !== undefined && { text }) }
    this.#note(page, entry)
    return entry
  }

  /** The change that keeps a room as it is now. */
  changeOf(key: RoomKey): PeerChange[] {
    const record = this.get(key)
    return record ? [{ kind: 'room', room: record }] : []
  }

  /**
   * Whether somebody (folded name) had joined at a place, as far as we know. Of ourselves in a room that we are out of
   * without having been told since when, it is said as if we were still there: what was sent to us before is ours.
   */
  hadJoined(key: RoomKey, name: string, number: number): boolean {
    const page = this.#pages.get(key)
    if (!page) return false
    const turns = page.turns.get(name) ?? []
    const before = turns.findLast((turn) => turn.number < number)
    if (before) return before.isJoining
    // Old entries go from a long log: then who leaves, or is in it, must have joined before.
    if (page.known.has(1)) return false
    const first = turns[0]
    return first
      ? !first.isJoining
      : page.record.members.some((who) => who.state === 'joined' && foldName(who.name) === name)
  }

  /** Whether an entry concerns us: it is about ourselves, or we were in the room or invited to it. */
  isOurs(key: RoomKey, number: number): boolean {
    const step = this.#pages.get(key)?.own.findLast((own) => own.number <= number)
    return step !== undefined && (step.isJoining || step.number === number)
  }

  /** Whether the entries tell of the same people as the record: if not, some of them did not come. */
  isConsistent(key: RoomKey): boolean {
    const page = this.#pages.get(key)
    if (!page || page.record.state === 'left') return true
    const joined = page.record.members.filter((member) => member.state === 'joined').map(({ name }) => foldName(name))
    const told = [...page.turns].filter(([, turns]) => turns.at(-1)?.isJoining).map(([name]) => name)
    return joined.length === told.length && joined.every((name) => told.includes(name))
  }

  get ownKey(): string {
    return this.#ownKey
  }

  #standing(members: StoredRoom['members']): RoomStanding {
    return members.find((member) => foldName(member.name) === this.#ownKey)?.state ?? 'left'
  }

  #note(page: Page, { number, kind, name }: StoredRoomEntry): void {
    page.known.add(number)
    const key = foldName(name)
    const isJoining = kind === 'made' || kind === 'joined'
    if (key === this.#ownKey && kind !== 'named' && kind !== 'message') {
      page.own = placed(page.own, { number, isJoining: isJoining || kind === 'invited' })
    }
    if (!isJoining && kind !== 'left' && kind !== 'removed') return
    page.turns.set(key, placed(page.turns.get(key) ?? [], { number, isJoining }))
  }
}

function pageOf(record: StoredRoom, newest = record.last): Page {
  return { record, newest, known: new Set(), turns: new Map(), own: [] }
}

function placed(turns: readonly Turn[], turn: Turn): Turn[] {
  return turns.toSpliced(turns.findLastIndex((other) => other.number < turn.number) + 1, 0, turn)
}
