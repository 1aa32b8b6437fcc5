// A room's transcript by the numbers that all members have, with what became of the copies of own messages; own messages
// without a number stand at its end.

import type { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex } from '../../../base/index.ts'
import { draftPositionMin, worstOf } from '../../domain/archive.ts'
import type { TalkCopy, TalkEntry } from '../../domain/index.ts'
import { bytesOfHex } from './hexadecimal.ts'
import { type PlacedRow, SlotLine, type SlotShape } from './slot-line.ts'
import type { PeerTables } from './tables.ts'
import { highestOf, type TalkSource } from './talk-source.ts'

export type RoomRow = PeerTables['room_entry'] & { readonly row: number }
export type CopyRow = Pick<
  PeerTables['message'],
  'name' | 'folded' | 'device' | 'room_number' | 'sent_at' | 'received_at' | 'road' | 'state' | 'reason'
> & { readonly mailbox_at: number | null; readonly settled_at: number | null }

const noRoom = new Uint8Array(0)

interface DraftRow {
  readonly row: number
  readonly id: Uint8Array
  readonly text: string
  readonly sent_at: number
}

export class RoomReader {
  readonly #run: ReturnType<typeof statements>
  readonly #line: SlotLine<RoomRow>

  constructor(database: DatabaseSync) {
    this.#run = statements(database)
    this.#line = new SlotLine(database, roomLine)
  }

  /** Rooms we are in or invited to, and those with a transcript or a draft. */
  open(): PeerTables['room'][] {
    return this.#run.rooms.all() as unknown as PeerTables['room'][]
  }

  row(row: number): RoomRow | undefined {
    return this.#run.byRow.get({ row }) as RoomRow | undefined
  }

  /** Messages of an id in all rooms. */
  byId(id: string): RoomRow[] {
    const bytes = fromHex(id)
    return bytes ? (this.#run.byId.all({ id: bytes }) as unknown as RoomRow[]) : []
  }

  draft(id: string): (DraftRow & { readonly room: Uint8Array }) | undefined {
    const bytes = fromHex(id)
    return bytes ? (this.#run.draftById.get({ id: bytes }) as (DraftRow & { room: Uint8Array }) | undefined) : undefined
  }

  /** The copies of a room's message, sent and received, with this shared id. */
  copies({ room, id }: Pick<RoomRow, 'room' | 'id'>): CopyRow[] {
    return this.#run.copies.all({ room, id }) as unknown as CopyRow[]
  }

  /** The last message of the transcript, and the last entry of any kind. */
  latest(room: string): { readonly message?: RoomRow; readonly entry?: RoomRow; readonly draft?: DraftRow } {
    const key = bytesOfHex(room)
    const message = this.#run.lastMessage.get({ room: key }) as RoomRow | undefined
    const entry = this.#run.lastEntry.get({ room: key }) as RoomRow | undefined
    const draft = this.#run.draftsBefore.get({ room: key, row: draftPositionMin, count: 1 }) as DraftRow | undefined
    return { ...(message && { message }), ...(entry && { entry }), ...(draft && { draft }) }
  }

  /** An entry that is not in a page, with its position. */
  entry(row: RoomRow, own: Own): TalkEntry {
    return this.#entryAt(row, this.#line.position({ room: row.room }, row), own)
  }

  #entryAt(row: RoomRow, position: number, own: Own): TalkEntry {
    const { kind, name, by, id, text, at, number } = row
    const isOwn = row.folded === own.folded
    const isMessage = kind === 'message'
    return {
      position,
      kind,
      id: toHex(id),
      from: name,
      ...(by !== null && { by }),
      isOwn,
      ...(text !== null && { text }),
      sentAt: at,
      ...(isMessage && (isOwn ? this.#ends(row) : this.#arrival(row))),
      ...(number > 0 && { number }),
    }
  }

  source(room: string, own: Own): TalkSource {
    const key = bytesOfHex(room)
    const scope = { room: key }
    const line = this.#line
    const entries = (rows: readonly PlacedRow<RoomRow>[]): TalkEntry[] =>
      rows.map(({ row, position }) => this.#entryAt(row, position, own))
    const last = (): number => line.before(scope, draftPositionMin, 1)[0]?.position ?? 0
    const draftEntry = (row: unknown): TalkEntry => draftEntryOf(row as DraftRow, own)
    return {
      before: (position, count) => {
        const row = position - draftPositionMin
        const drafts = row > 0 ? this.#run.draftsBefore.all({ room: key, row, count }).map(draftEntry).toReversed() : []
        const left = count - drafts.length
        return left > 0 ? [...entries(line.before(scope, position, left)), ...drafts] : drafts
      },
      after: (position, count) => {
        const found = position < draftPositionMin ? entries(line.after(scope, position, count)) : []
        const row = Math.max(0, position - draftPositionMin)
        const left = count - found.length
        return left > 0
          ? [...found, ...this.#run.draftsAfter.all({ room: key, row, count: left }).map(draftEntry)]
          : found
      },
      last,
      find: (id) => {
        const rows = this.byId(id).filter((row) => toHex(row.room) === room)
        const draft = toHex(this.draft(id)?.room ?? noRoom) === room ? last() : undefined
        return draft ?? highestOf(rows.map((row) => line.position(scope, row)))
      },
      unread: (readTo) => line.unread(scope, readTo, own.folded),
    }
  }

  #ends(row: RoomRow): Pick<TalkEntry, 'state' | 'road' | 'reason' | 'copies'> {
    const own = this.copies(row).filter((copy) => copy.device === null && copy.state !== null)
    const copies = own.map(copyOf).toSorted((a, b) => (a.to < b.to ? -1 : 1))
    const worst = worstOf(copies)
    if (!worst) return {}
    const reason = own.find((copy) => copy.name === worst.to)?.reason ?? null
    return { state: worst.state, ...(worst.road && { road: worst.road }), ...(reason !== null && { reason }), copies }
  }

  #arrival(row: RoomRow): Pick<TalkEntry, 'receivedAt' | 'road'> {
    const copy = this.copies(row).find(
      ({ device, folded, room_number }) => device !== null && folded === row.folded && room_number === row.number,
    )
    if (!copy || copy.received_at === null || copy.road === null) return {}
    return { receivedAt: copy.received_at, road: copy.road }
  }
}

/** The own account, under both forms of its name. */
export interface Own {
  readonly name: string
  readonly folded: string
}

function copyOf({ name, state, road }: CopyRow): TalkCopy {
  const known = road ?? (state === 'mailbox' ? 'mailbox' : undefined)
  return { to: name, state: state ?? 'kept', ...(known && { road: known }) }
}

function draftEntryOf({ row, id, text, sent_at: sentAt }: DraftRow, own: Own): TalkEntry {
  const position = draftPositionMin + row
  return {
    position,
    kind: 'message',
    id: toHex(id),
    from: own.name,
    isOwn: true,
    text,
    sentAt,
    state: 'kept',
  }
}

const roomLine: SlotShape<RoomRow> = {
  table: 'room_entry',
  where: 'room = :room',
  slot: 'number',
  order: ['number', 'folded', 'id'],
  place: ({ number, folded, id }) => ({ number, folded, id }),
  slotOf: (row) => row.number,
  // What has a place and an id is a message that was not imported.
  unread: `number > 0 AND length(id) > 0 AND folded <> :own
    AND folded NOT IN (SELECT folded FROM friend WHERE is_blocked = 1)`,
}

function statements(database: DatabaseSync) {
  const drafts = 'SELECT row, id, text, sent_at FROM room_draft WHERE room = :room'
  return {
    rooms: database.prepare(
      `SELECT * FROM room WHERE state <> 'left' OR EXISTS (SELECT 1 FROM room_entry WHERE room_entry.room = room.key)
       OR EXISTS (SELECT 1 FROM talk WHERE draft <> '' AND talk.key = 'r' || lower(hex(room.key)))`,
    ),
    byRow: database.prepare('SELECT * FROM room_entry WHERE row = :row'),
    byId: database.prepare("SELECT * FROM room_entry WHERE id = :id AND kind = 'message'"),
    draftById: database.prepare('SELECT row, id, room, text, sent_at FROM room_draft WHERE id = :id'),
    copies: database.prepare(
      `SELECT name, folded, device, room_number, sent_at, received_at, road, state, reason, mailbox_at, settled_at
       FROM message WHERE room_id = :id AND room = :room`,
    ),
    lastMessage: database.prepare(
      'SELECT * FROM room_entry WHERE room = :room AND length(id) > 0 ORDER BY number DESC, folded DESC, id DESC LIMIT 1',
    ),
    lastEntry: database.prepare(
      'SELECT * FROM room_entry WHERE room = :room ORDER BY number DESC, folded DESC, id DESC LIMIT 1',
    ),
    draftsBefore: database.prepare(`${drafts} AND row < :row ORDER BY row DESC LIMIT :count`),
    draftsAfter: database.prepare(`${drafts} AND row > :row ORDER BY row LIMIT :count`),
  }
}
