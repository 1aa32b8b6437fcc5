// Rooms of the registry's store in memory: the rules of the domain over plain maps. Each method is one transaction.

import { assert, equalBytes } from '../../src/base/index.ts'
import type { AccountName, RoomEntry, RoomRecord } from '../../src/protocol/index.ts'
import {
  changeRoom,
  forgetMember,
  isDeserted,
  joinedNames,
  type KeptRoom,
  makeRoom,
  makeRoomAgain,
  makingRefusal,
  memberOf,
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
  type RuleOutcome,
} from '../../src/registry/domain/index.ts'

interface LogRow {
  readonly entry: RoomEntry
  /** Who had joined after it. */
  readonly joined: readonly AccountName[]
}

interface RoomHolding {
  room: KeptRoom
  log: LogRow[]
}

export class MemoryRooms {
  readonly #rooms = new Map<number, RoomHolding>()
  readonly #ground: RoomGround
  #nextRoom = 1

  constructor(nameOf: (account: string) => AccountName | undefined) {
    this.#ground = { nameOf, roomsOf: (account) => this.#countOf(account), roomCount: () => this.#rooms.size }
  }

  /** Rooms that the account is in or invited to. */
  waiting(account: string): number {
    const { joined, invited } = this.#countOf(account)
    return joined + invited
  }

  get count(): number {
    return this.#rooms.size
  }

  make(making: RoomMaking): RoomOutcome {
    const there = [...this.#rooms.values()].find(({ room }) => equalBytes(room.key, making.key))
    if (there) return this.#keep(makeRoomAgain(there.room, making, this.#ground), making.quota.entriesMax)
    const refusal = makingRefusal(making, this.#ground)
    if (refusal) return { kind: refusal }
    return this.#keep(makeRoom(making, this.#nextRoom++, this.#ground), making.quota.entriesMax)
  }

  change(change: RoomChange): RoomOutcome {
    const holding = this.#rooms.get(change.room)
    if (!holding) return { kind: 'unknownRoom' }
    return this.#keep(changeRoom(holding.room, change, this.#ground), change.quota.entriesMax)
  }

  /** The account is gone: what that means in each of its rooms. */
  forgetAccount(account: string, at: number): RoomStep[] {
    const mine = [...this.#rooms.values()].filter(({ room }) => memberOf(room, account))
    return mine.flatMap(({ room }) => {
      const turn = forgetMember(room, account, at)
      this.#keep(turn, Number.POSITIVE_INFINITY)
      return turn.steps
    })
  }

  fetchRooms({ account, after, rowsMax }: RoomsQuery): Page<RoomRecord> {
    const mine = [...this.#rooms.values()].filter(({ room }) => room.room > after && memberOf(room, account))
    return { rows: mine.slice(0, rowsMax).map(({ room }) => recordOf(room)), more: mine.length > rowsMax }
  }

  fetchLog({ account, room, after, rowsMax }: RoomLogQuery): Page<RoomEntry> | 'unknownRoom' {
    const holding = this.#rooms.get(room)
    if (!holding || !memberOf(holding.room, account)) return 'unknownRoom'
    const entries = holding.log.map(({ entry }) => entry).filter((entry) => entry.number > after)
    return { rows: entries.slice(0, rowsMax), more: entries.length > rowsMax }
  }

  number({ room: number, sender, id, at, quota }: Numbering): NumberingOutcome {
    const holding = this.#rooms.get(number)
    if (!holding) return { kind: 'unknownRoom' }
    const said = holding.log.find(({ entry }) => entry.name === sender && entry.id && equalBytes(entry.id, id))
    if (said) return { kind: 'numbered', isNew: false, number: said.entry.number, members: [...said.joined] }
    const outcome = numberMessage(holding.room, sender, id, at)
    if (outcome.kind === 'unknownRoom') return outcome
    const joined = joinedNames(outcome.after)
    holding.room = outcome.after
    holding.log = [...holding.log, { entry: outcome.entry, joined }].slice(-quota.entriesMax)
    return { kind: 'numbered', isNew: true, number: outcome.entry.number, members: joined }
  }

  expire(before: number, rowsMax: number): { rows: number; more: boolean } {
    let rows = 0
    for (let log = this.#oldestLog(before); log; log = this.#oldestLog(before)) {
      while (log[0] && log[0].entry.at <= before) {
        if (rows >= rowsMax) return { rows, more: true }
        log.shift()
        rows += 1
      }
    }
    return { rows, more: false }
  }

  /** The log that begins first, if that is not after `before`. */
  #oldestLog(before: number): LogRow[] | undefined {
    const beginning = (log: readonly LogRow[]): number => log[0]?.entry.at ?? Number.POSITIVE_INFINITY
    const logs = [...this.#rooms.values()].map(({ log }) => log).toSorted((a, b) => beginning(a) - beginning(b))
    return logs.find((log) => beginning(log) <= before)
  }

  #countOf(account: string): { joined: number; invited: number } {
    const states = [...this.#rooms.values()].map(({ room }) => memberOf(room, account)?.state)
    return {
      joined: states.filter((state) => state === 'joined').length,
      invited: states.filter((state) => state === 'invited').length,
    }
  }

  #keep(outcome: RuleOutcome, entriesMax: number): RoomOutcome {
    if (outcome.kind !== 'changed') return outcome
    const { after, steps, notInvited } = outcome
    if (isDeserted(after)) this.#rooms.delete(after.room)
    else {
      const holding = this.#rooms.get(after.room) ?? { room: after, log: [] }
      for (const { entry, record } of steps) holding.log.push({ entry, joined: joinedNames(record) })
      holding.room = after
      holding.log = holding.log.slice(-entriesMax)
      assert(
        holding.log.every(({ entry }, i) => entry.number === after.last - holding.log.length + 1 + i),
        'no gap',
      )
      this.#rooms.set(after.room, holding)
    }
    return { kind: 'changed', record: recordOf(after), steps, notInvited }
  }
}
