// A peer's rooms and channel on its disk in memory, as plainly as can be.

import { unreachable } from '../../src/base/index.ts'
import { foldName } from '../../src/protocol/index.ts'
import type {
  PeerChange,
  PeerState,
  RoomKey,
  StoredChannelDraft,
  StoredChannelRow,
  StoredRoom,
  StoredRoomDraft,
  StoredRoomEntry,
} from '../../src/peer/domain/index.ts'

type ShelfChange = Extract<PeerChange, { kind: `room${string}` | `channel${string}` }>
type ShelfState = Pick<PeerState, 'rooms' | 'roomTops' | 'roomChanges' | 'roomDrafts' | 'channelMark' | 'channelDrafts'>

interface Shelf {
  rooms: StoredRoom[]
  entries: { room: RoomKey; entry: StoredRoomEntry }[]
  drafts: StoredRoomDraft[]
  rows: StoredChannelRow[]
  mark: number | undefined
  said: StoredChannelDraft[]
  /** Of the entries and the rows, how many at the front were imported. */
  imported: { entries: number; rows: number }
}

export class RoomShelf {
  #shelf: Shelf = {
    rooms: [],
    entries: [],
    drafts: [],
    rows: [],
    mark: undefined,
    said: [],
    imported: { entries: 0, rows: 0 },
  }

  copy(): object {
    return structuredClone(this.#shelf)
  }

  paste(shelf: object): void {
    this.#shelf = structuredClone(shelf) as Shelf
  }

  /** Entries of all rooms: grows with each, so that a reader knows whether there is news. */
  get size(): number {
    return this.#shelf.entries.length
  }

  /** Whether a draft, an entry or a row has this id. */
  has(id: string): boolean {
    const { drafts, entries, said, rows } = this.#shelf
    return [...drafts, ...entries.map(({ entry }) => entry), ...said, ...rows].some((each) => each.id === id)
  }

  /** All there is, each with its row: as the archive reads it. */
  get ground() {
    const { rooms, entries, drafts, rows, said, imported } = this.#shelf
    return {
      rooms,
      entries: entries.map(({ room, entry }, at) => ({ ...entry, room, row: rowAt(at, imported.entries) })),
      roomDrafts: drafts.map((draft, at) => ({ ...draft, row: at + 1 })),
      channel: rows.map((row, at) => ({ ...row, row: rowAt(at, imported.rows) })),
      channelDrafts: said.map((draft, at) => ({ ...draft, row: at + 1 })),
    }
  }

  /** Before all that the room has. */
  importEntry(room: RoomKey, entry: Omit<StoredRoomEntry, 'number'>): void {
    const numbers = this.#shelf.entries.filter((each) => each.room === room).map((each) => each.entry.number)
    this.#shelf.entries.unshift({ room, entry: { ...entry, number: Math.min(1, ...numbers) - 1 } })
    this.#shelf.imported.entries += 1
  }

  importRow(row: Omit<StoredChannelRow, 'number'>): void {
    this.#shelf.rows.unshift({ ...row, number: 0 })
    this.#shelf.imported.rows += 1
  }

  /** The room of a number. */
  keyOf(number: number): RoomKey | undefined {
    return this.#shelf.rooms.find(({ room }) => room === number)?.key
  }

  /** A whole transcript, in the order of the numbers. */
  entries(room: RoomKey): StoredRoomEntry[] {
    const found = this.#shelf.entries.filter((each) => each.room === room).map((each) => each.entry)
    return found.toSorted(
      (a, b) => a.number - b.number || compare([foldName(a.name), a.id ?? ''], [foldName(b.name), b.id ?? '']),
    )
  }

  /** The whole channel, in the order of the registry's times. */
  channel(): StoredChannelRow[] {
    return this.#shelf.rows.toSorted((a, b) => compare([a.at, a.number], [b.at, b.number]))
  }

  state(): ShelfState {
    const { rooms, entries, drafts, mark, said } = this.#shelf
    const numbered = entries.filter((each) => each.entry.number > 0)
    const keys = [...new Set(numbered.map((each) => each.room))].toSorted()
    return {
      rooms: rooms.toSorted((a, b) => a.room - b.room),
      roomTops: keys.map((room) => ({ room, number: this.entries(room).at(-1)?.number ?? 0 })),
      roomChanges: entries
        .filter((each) => each.entry.kind !== 'message')
        .toSorted((a, b) => a.entry.number - b.entry.number),
      roomDrafts: drafts,
      channelMark: mark,
      channelDrafts: said,
    }
  }

  write(change: ShelfChange): unknown {
    const shelf = this.#shelf
    switch (change.kind) {
      case 'room':
        return (shelf.rooms = [...shelf.rooms.filter((room) => room.key !== change.room.key), change.room])
      case 'roomEntry': {
        const { room, entry } = change
        const isThere = shelf.entries.some(
          ({ room: at, entry: { number, name, id } }) =>
            number === entry.number && at === room && foldName(name) === foldName(entry.name) && id === entry.id,
        )
        return isThere || shelf.entries.push({ room, entry })
      }
      case 'roomDraft':
        return shelf.drafts.push(change.draft)
      case 'roomDraftErased':
        return (shelf.drafts = shelf.drafts.filter((draft) => draft.id !== change.id))
      case 'channelRow': {
        const { row } = change
        return shelf.rows.some(({ number, id }) => number === row.number && id === row.id) || shelf.rows.push(row)
      }
      case 'channelMark':
        return (shelf.mark = change.number)
      case 'channelDraft':
        return shelf.said.push(change.draft)
      case 'channelDraftErased':
        return (shelf.said = shelf.said.filter((draft) => draft.id !== change.id))
      default:
        return unreachable(change)
    }
  }
}

/** Imported ones count down from -1, the others up from 1. */
export function rowAt(at: number, imported: number): number {
  return at < imported ? at - imported : at - imported + 1
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] as typeof left
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
