// Rooms in SQLite: loads a room, lets the rules decide, keeps what they return, all in the caller's transaction. Invariant:
// the entries of a log are those from `first` to `last` without a gap, and who had joined at any of them can be told.
// docs/protocol/registry.md, "Rooms".

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../base/index.ts'
import type { OnRollback } from '../../../disk/sqlite/index.ts'
import { type AccountName, foldName, type RoomEntry, type RoomRecord } from '../../../protocol/index.ts'
import {
  changeRoom,
  changesJoined,
  forgetMember,
  isDeserted,
  joinedNames,
  type KeptRoom,
  makeRoom,
  makeRoomAgain,
  makingRefusal,
  type Numbering,
  type NumberingOutcome,
  numberMessage,
  type Page,
  recordOf,
  type RoomChange,
  type RoomGround,
  type RoomLogQuery,
  type RoomMaking,
  type RoomOutcome,
  type RoomsQuery,
  type RoomStep,
  type RoomTurn,
} from '../../domain/index.ts'
import { type RoomStatements, roomStatements } from './room-statements.ts'

/** Rooms kept in memory as the file has them: where many write at once, reading all members for each message costs most. */
const roomsAtHandMax = 1_000

export class RoomOperations {
  readonly #statements: RoomStatements
  readonly #atHand = new Map<number, KeptRoom>()
  readonly #ground: RoomGround
  #roomCount: number

  constructor(database: DatabaseSync) {
    this.#statements = roomStatements(database)
    this.#roomCount = this.#statements.roomCount.get()?.count ?? 0
    this.#ground = {
      nameOf: (account) => this.#statements.nameOf.get({ account })?.name,
      roomsOf: (account) => this.#statesOf(account),
      roomCount: () => this.#roomCount,
    }
  }

  /** All rooms. */
  count(): number {
    return this.#roomCount
  }

  /** Rooms that the account is in or invited to. */
  waiting(account: string): number {
    const { joined, invited } = this.#statesOf(account)
    return joined + invited
  }

  makeRoom(making: RoomMaking, onRollback: OnRollback): RoomOutcome {
    const { key, name, maker, quota } = making
    const there = this.#statements.roomOfKey.get({ key })
    if (there) {
      const again = makeRoomAgain(this.#load(there.room) as KeptRoom, making, this.#ground)
      return again.kind === 'changed' ? outcomeOf(again) : again
    }
    const refusal = makingRefusal(making, this.#ground)
    if (refusal) return { kind: refusal }
    const { lastRow: room } = this.#statements.insertRoom.run({ key, name, maker })
    const turn = makeRoom(making, room, this.#ground)
    this.#countRooms(1, onRollback)
    return this.#keep({ ...turn.after, members: [] }, turn, quota.entriesMax, onRollback)
  }

  changeRoom(change: RoomChange, onRollback: OnRollback): RoomOutcome {
    const room = this.#load(change.room)
    if (!room) return { kind: 'unknownRoom' }
    const outcome = changeRoom(room, change, this.#ground)
    if (outcome.kind !== 'changed') return outcome
    return this.#keep(room, outcome, change.quota.entriesMax, onRollback)
  }

  /** The account is gone: what that means in each of its rooms. */
  forgetAccount(account: string, at: number, onRollback: OnRollback): RoomStep[] {
    const steps: RoomStep[] = []
    for (const { room: number } of this.#statements.roomsAfter.all({ account, after: 0, count: -1 })) {
      const room = this.#load(number) as KeptRoom
      const turn = forgetMember(room, account, at)
      this.#keep(room, turn, Number.POSITIVE_INFINITY, onRollback)
      steps.push(...turn.steps)
    }
    return steps
  }

  fetchRooms({ account, after, rowsMax }: RoomsQuery): Page<RoomRecord> {
    const found = this.#statements.roomsAfter.all({ account, after, count: rowsMax + 1 })
    const rows = found.slice(0, rowsMax).map(({ room }) => recordOf(this.#load(room) as KeptRoom))
    return { rows, more: found.length > rowsMax }
  }

  fetchRoomLog({ account, room, after, rowsMax }: RoomLogQuery): Page<RoomEntry> | 'unknownRoom' {
    if (!this.#statements.isMember.get({ room, account })) return 'unknownRoom'
    const found = this.#statements.entriesAfter.all({ room, after, count: rowsMax + 1 })
    const rows = found.slice(0, rowsMax).map(({ number, kind, name, by, id, text, at }) => ({
      number,
      kind,
      name,
      ...(by !== null && { by }),
      ...(id && { id }),
      ...(text !== null && { text }),
      at,
    }))
    return { rows, more: found.length > rowsMax }
  }

  numberMessage({ room: number, sender, id, at, quota }: Numbering, onRollback: OnRollback): NumberingOutcome {
    const room = this.#load(number)
    if (!room) return { kind: 'unknownRoom' }
    const said = this.#statements.messageNumber.get({ room: number, id, sender })
    if (said) {
      return { kind: 'numbered', isNew: false, number: said.number, members: this.#joinedAt(number, said.number) }
    }
    const outcome = numberMessage(room, sender, id, at)
    if (outcome.kind === 'unknownRoom') return outcome
    const { after, entry } = outcome
    const turn: RoomTurn = { kind: 'changed', after, steps: [{ record: after, entry }], notInvited: [] }
    this.#keep(room, turn, quota.entriesMax, onRollback)
    return { kind: 'numbered', isNew: true, number: entry.number, members: joinedNames(after) }
  }

  expire({ before, rowsMax }: { before: number; rowsMax: number }): { rows: number; more: boolean } {
    let rows = 0
    for (let next = this.#statements.overdue.get({ before }); next; next = this.#statements.overdue.get({ before })) {
      if (rows >= rowsMax) return { rows, more: true }
      const { room } = next
      const times = this.#statements.firstTimes.all({ room, count: rowsMax - rows })
      const young = times.findIndex(({ at }) => at > before)
      const old = young < 0 ? times : times.slice(0, young)
      const last = old.at(-1)
      assert(last, 'the oldest entry of an overdue room is overdue')
      this.#cut(room, last.number)
      rows += old.length
    }
    return { rows, more: false }
  }

  #load(room: number): KeptRoom | undefined {
    const atHand = this.#atHand.get(room)
    if (atHand) return atHand
    const found = this.#statements.room.get({ room })
    if (!found) return undefined
    const { key, name, maker, last } = found
    return { key, room, name, maker, last, members: this.#statements.members.all({ room }) }
  }

  #putAtHand(room: KeptRoom, onRollback: OnRollback): void {
    const [first] = this.#atHand.keys()
    if (first !== undefined && this.#atHand.size >= roomsAtHandMax) this.#atHand.delete(first)
    this.#atHand.set(room.room, room)
    onRollback(() => this.#atHand.delete(room.room))
  }

  #statesOf(account: string): { joined: number; invited: number } {
    const counts = this.#statements.statesOf.all({ account })
    const of = (state: string): number => counts.find((row) => row.state === state)?.count ?? 0
    return { joined: of('joined'), invited: of('invited') }
  }

  #joinedAt(room: number, number: number): AccountName[] {
    const joined = this.#statements.joinedAt.get({ room, number })?.joined ?? this.#statements.room.get({ room })?.base
    return joined === undefined ? [] : (JSON.parse(joined) as AccountName[])
  }

  #keep(before: KeptRoom, turn: RoomTurn, entriesMax: number, onRollback: OnRollback): RoomOutcome {
    const { after, steps } = turn
    const { room } = after
    if (isDeserted(after)) this.#remove(room, onRollback)
    else if (steps.length > 0) {
      for (const { entry, record } of steps) this.#insertEntry(room, entry, record)
      this.#keepMembers(before, after)
      this.#statements.updateRoom.run({ room, name: after.name, maker: after.maker, last: after.last })
      this.#trim(room, after.last, entriesMax, steps[0]?.entry.at ?? 0)
      this.#putAtHand(after, onRollback)
    }
    return outcomeOf(turn)
  }

  #insertEntry(room: number, { number, kind, name, by, id, text, at }: RoomEntry, record: RoomRecord): void {
    const joined = changesJoined(kind) ? JSON.stringify(joinedNames(record)) : null
    const optional = { by: by ?? null, id: id ?? null, text: text ?? null, joined }
    this.#statements.insertEntry.run({ room, number, kind, name, at, ...optional })
  }

  #keepMembers(before: KeptRoom, after: KeptRoom): void {
    if (before.members === after.members) return
    const { room } = after
    const sinceOf = new Map(before.members.map(({ name, since }) => [name, since]))
    for (const { name, state, since } of after.members) {
      if (sinceOf.get(name) !== since) {
        this.#statements.putMember.run({ room, account: foldName(name), name, state, since })
      }
      sinceOf.delete(name)
    }
    for (const name of sinceOf.keys()) this.#statements.removeMember.run({ room, account: foldName(name) })
  }

  #remove(room: number, onRollback: OnRollback): void {
    this.#statements.removeMembers.run({ room })
    this.#statements.removeLog.run({ room })
    this.#statements.removeRoom.run({ room })
    this.#atHand.delete(room)
    this.#countRooms(-1, onRollback)
  }

  /** After entries were added: cuts what is beyond the limit, and notes when the log begins. */
  #trim(room: number, last: number, entriesMax: number, at: number): void {
    const kept = this.#statements.room.get({ room })
    assert(kept, 'the room was just kept')
    if (kept.oldest === null) this.#statements.setOldest.run({ room, oldest: at })
    if (last - kept.first + 1 > entriesMax) this.#cut(room, last - entriesMax)
  }

  /** Forgets the entries up to `number`, but not who had joined then. */
  #cut(room: number, number: number): void {
    const base = JSON.stringify(this.#joinedAt(room, number))
    this.#statements.removeUpTo.run({ room, number })
    this.#statements.beginLog.run({ room, first: number + 1, base })
    const [oldest] = this.#statements.firstTimes.all({ room, count: 1 })
    this.#statements.setOldest.run({ room, oldest: oldest?.at ?? null })
  }

  #countRooms(change: number, onRollback: OnRollback): void {
    this.#roomCount += change
    onRollback(() => (this.#roomCount -= change))
  }
}

function outcomeOf({ after, steps, notInvited }: RoomTurn): RoomOutcome {
  return { kind: 'changed', record: recordOf(after), steps, notInvited }
}
