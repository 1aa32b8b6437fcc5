// Rooms with their transcripts, the public channel, and own messages of both that have no number yet. Invariant: an entry
// or a row that is written again changes nothing.

import type { DatabaseSync } from 'node:sqlite'
import { toHex, unreachable } from '../../../base/index.ts'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import { type AccountName, foldName, type RoomEntryKind } from '../../../protocol/index.ts'
import type {
  PeerChange,
  PeerState,
  RoomHistoryQuery,
  RoomKey,
  StoredChannelRow,
  StoredRoom,
  StoredRoomEntry,
} from '../../domain/index.ts'
import { bytesOfHex } from './hexadecimal.ts'
import type { PeerTables, RoomMemberRow } from './tables.ts'

type RoomStoreChange = Extract<PeerChange, { kind: `room${string}` | `channel${string}` }>

const noId = new Uint8Array(0)

export class RoomWriter {
  readonly #statements: ReturnType<typeof writeStatements>

  constructor(database: DatabaseSync) {
    this.#statements = writeStatements(database)
  }

  write(change: RoomStoreChange): void {
    const run = this.#statements
    switch (change.kind) {
      case 'room': {
        const { key, members, ...room } = change.room
        const rows: RoomMemberRow[] = members.map(({ name, state }) => [name, state])
        return void run.putRoom.run({ ...room, key: bytesOfHex(key), members: JSON.stringify(rows) })
      }
      case 'roomEntry':
        return this.#addEntry(change.room, change.entry)
      case 'roomDraft': {
        const { id, room, text, sentAt } = change.draft
        return void run.addRoomDraft.run({ id: bytesOfHex(id), room: bytesOfHex(room), text, sentAt })
      }
      case 'roomDraftErased':
        return void run.eraseRoomDraft.run({ id: bytesOfHex(change.id) })
      case 'channelRow': {
        const { number, id, from: name = null, text, at } = change.row
        return void run.addChannelRow.run({ number, id: bytesOfHex(id), name, text, at })
      }
      case 'channelMark':
        return void run.putChannelMark.run({ number: change.number })
      case 'channelDraft': {
        const { id, text, sentAt } = change.draft
        return void run.addChannelDraft.run({ id: bytesOfHex(id), text, sentAt })
      }
      case 'channelDraftErased':
        return void run.eraseChannelDraft.run({ id: bytesOfHex(change.id) })
      default:
        return unreachable(change)
    }
  }

  #addEntry(room: RoomKey, { number, kind, name, by, id, text, at }: StoredRoomEntry): void {
    const place = { room: bytesOfHex(room), number, kind, folded: foldName(name), name, at }
    const fixed = { ...place, by: by ?? null, text: text ?? null }
    this.#statements.addEntry.run({ ...fixed, id: id === undefined ? noId : bytesOfHex(id) })
  }
}

type LoadedRooms = Pick<
  PeerState,
  'rooms' | 'roomTops' | 'roomChanges' | 'roomDrafts' | 'channelMark' | 'channelDrafts'
>

export function roomReader(database: DatabaseSync) {
  const read = readStatements(database)
  return {
    load: (): LoadedRooms => ({
      rooms: read.rooms.all().map(roomOf),
      roomTops: read.tops.all().map(({ room, top }) => ({ room: toHex(room), number: top })),
      roomChanges: read.changes.all().map((row) => ({ room: toHex(row.room), entry: entryOf(row) })),
      roomDrafts: read.roomDrafts
        .all()
        .map(({ id, room, text, sent_at: sentAt }) => ({ id: toHex(id), room: toHex(room), text, sentAt })),
      channelMark: read.mark.get()?.number,
      channelDrafts: read.channelDrafts.all().map(({ id, text, sent_at: sentAt }) => ({ id: toHex(id), text, sentAt })),
    }),

    roomHistory: ({ room, limit }: RoomHistoryQuery): StoredRoomEntry[] =>
      read.entries
        .all({ room: bytesOfHex(room), limit })
        .map(entryOf)
        .toReversed(),

    channelHistory: ({ limit }: { limit: number }): StoredChannelRow[] =>
      read.channel.all({ limit }).map(channelRowOf).toReversed(),
  }
}

function roomOf({ key, room, name, maker, state, members, last }: PeerTables['room']): StoredRoom {
  const rows = JSON.parse(members) as readonly RoomMemberRow[]
  return {
    key: toHex(key),
    room,
    name,
    maker: maker as AccountName,
    state,
    members: rows.map(([member, at]) => ({ name: member as AccountName, state: at })),
    last,
  }
}

type EntryRow = Pick<PeerTables['room_entry'], 'number' | 'kind' | 'name' | 'by' | 'id' | 'text' | 'at'>

function entryOf({ number, kind, name, by, id, text, at }: EntryRow): StoredRoomEntry {
  return {
    number,
    kind,
    name: name as AccountName,
    ...(by !== null && { by: by as AccountName }),
    ...(id.length > 0 && { id: toHex(id) }),
    ...(text !== null && { text }),
    at,
  }
}

function channelRowOf({ number, id, name, text, at }: Omit<PeerTables['channel_row'], 'row'>): StoredChannelRow {
  return { number, id: toHex(id), ...(name !== null && { from: name as AccountName }), text, at }
}

function readStatements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const entry = ['number', 'kind', 'name', 'by', 'id', 'text', 'at'] as const
  return {
    rooms: prepare(database, db.selectFrom('room').selectAll().orderBy('room')),
    tops: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select(['room', db.fn.max('number').as('top')])
        // What was imported has no number.
        .where('number', '>', 0)
        .groupBy('room'),
    ),
    changes: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select(['room', ...entry])
        .where('kind', '<>', 'message')
        .orderBy('number')
        .orderBy('row'),
    ),
    entries: prepare(
      database,
      db
        .selectFrom('room_entry')
        .select(entry)
        .where('room', '=', param<Uint8Array>('room'))
        .orderBy('number', 'desc')
        .orderBy('folded', 'desc')
        .orderBy('id', 'desc')
        .limit(param<number>('limit')),
    ),
    roomDrafts: prepare(database, db.selectFrom('room_draft').selectAll().orderBy('row')),
    mark: prepare(database, db.selectFrom('channel_mark').select('number')),
    channelDrafts: prepare(database, db.selectFrom('channel_draft').selectAll().orderBy('row')),
    channel: prepare(
      database,
      db
        .selectFrom('channel_row')
        .select(['number', 'id', 'name', 'text', 'at'])
        .orderBy('at', 'desc')
        .orderBy('number', 'desc')
        .limit(param<number>('limit')),
    ),
  }
}

function writeStatements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const id = param<Uint8Array>('id')
  const text = param<string>('text')
  const sent_at = param<number>('sentAt')
  return {
    putRoom: prepare(
      database,
      db.replaceInto('room').values({
        key: param('key'),
        room: param<number>('room'),
        name: param<string>('name'),
        maker: param('maker'),
        state: param('state'),
        members: param('members'),
        last: param('last'),
      }),
    ),
    addEntry: prepare(
      database,
      db
        .insertInto('room_entry')
        .values({
          room: param<Uint8Array>('room'),
          number: param<number>('number'),
          kind: param<RoomEntryKind>('kind'),
          folded: param<string>('folded'),
          name: param<string>('name'),
          by: param<string>('by'),
          id,
          text: param<string>('text'),
          at: param<number>('at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    addRoomDraft: prepare(
      database,
      db.insertInto('room_draft').values({ id, room: param<Uint8Array>('room'), text, sent_at }),
    ),
    eraseRoomDraft: prepare(database, db.deleteFrom('room_draft').where('id', '=', id)),
    ...channelStatements(database),
  }
}

function channelStatements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const id = param<Uint8Array>('id')
  const text = param<string>('text')
  return {
    addChannelRow: prepare(
      database,
      db
        .insertInto('channel_row')
        .values({
          number: param<number>('number'),
          id,
          name: param<string>('name'),
          text,
          at: param<number>('at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    putChannelMark: prepare(
      database,
      db.replaceInto('channel_mark').values({ one: 1, number: param<number>('number') }),
    ),
    addChannelDraft: prepare(
      database,
      db.insertInto('channel_draft').values({ id, text, sent_at: param<number>('sentAt') }),
    ),
    eraseChannelDraft: prepare(database, db.deleteFrom('channel_draft').where('id', '=', id)),
  }
}
