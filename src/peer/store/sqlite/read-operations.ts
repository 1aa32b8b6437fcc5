// What is read: everything that a peer has in memory, once, at its start; and pieces of the history, whenever they are
// asked for.

import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '../../../base/index.ts'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import { type AccountName, foldName } from '../../../protocol/index.ts'
import type {
  HistoryQuery,
  HistoryRow,
  KnownMessage,
  MessageId,
  PeerState,
  Received,
  RoomPlace,
  StoredContact,
  StoredOutgoing,
} from '../../domain/index.ts'
import { bytesOfHex } from './hexadecimal.ts'
import { peopleReader } from './people-operations.ts'
import { roomReader } from './room-operations.ts'
import type { PeerTables } from './tables.ts'

export function readOperations(database: DatabaseSync) {
  const read = statements(database)
  const people = peopleReader(database)
  const rooms = roomReader(database)
  const sequence = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'prekey'")

  const outgoing = (): StoredOutgoing[] => {
    const keys = Map.groupBy(read.receiptKeys.all(), (row) => toHex(row.message))
    return read.waiting.all().map((row) => {
      const { id, name, counter, text, sent_at: sentAt, state, unreadable } = row
      const found = { id: toHex(id), to: name, counter, text, sentAt, state: state as StoredOutgoing['state'] }
      const receiptKeys = (keys.get(found.id) ?? []).map((key) => key.key)
      return { ...found, unreadable, receiptKeys, ...placeOf(row) }
    })
  }

  return {
    load: (): PeerState => ({
      outgoing: outgoing(),
      nextCounters: read.recipients.all().map((row) => ({ to: row.folded, next: row.next_counter })),
      contacts: read.contacts.all().map(contactOf),
      inboxes: read.inboxes.all().map(({ name, ...inbox }) => ({ ...inbox, from: name as AccountName })),
      held: read.held.all().map(receivedOf),
      prekeys: read.prekeys.all().map(({ used, ...prekey }) => (used === null ? prekey : { ...prekey, used })),
      nextPrekey: Number(sequence.get()?.['seq'] ?? 0) + 1,
      ...people.load(),
      ...rooms.load(),
    }),

    find: (query: { device: Uint8Array; counter: number; id: MessageId }): KnownMessage[] => {
      const id = bytesOfHex(query.id)
      const found = [
        ...read.byCounter.all({ device: query.device, counter: query.counter }),
        ...read.byId.all({ device: query.device, id }),
      ].map((row) => ({ id: toHex(row.id), counter: row.counter, text: row.text }))
      return found.filter((row, at) => found.findIndex((other) => other.id === row.id) === at)
    },

    history: ({ name, limit }: HistoryQuery): HistoryRow[] =>
      read.history
        .all({ folded: foldName(name), limit })
        .map(historyRowOf)
        .toReversed(),

    conversations: (): string[] => read.conversations.all().map((row) => row.name),
    roomHistory: rooms.roomHistory,
    channelHistory: rooms.channelHistory,
  }
}

type MessageRow = Pick<
  PeerTables['message'],
  'name' | 'id' | 'device' | 'text' | 'sent_at' | 'received_at' | 'road' | 'state' | 'reason' | 'gap_before'
>

function historyRowOf(row: MessageRow): HistoryRow {
  const { id, name, text, device, sent_at: sentAt, received_at: receivedAt, road, state, reason } = row
  return {
    id: toHex(id),
    isOwn: device === null,
    name,
    text,
    sentAt,
    ...(receivedAt !== null && { receivedAt }),
    ...(road !== null && { road }),
    ...(state !== null && { state }),
    ...(reason !== null && { reason }),
    ...(row.gap_before > 0 && { gapBefore: row.gap_before }),
  }
}

function receivedOf(row: PeerTables['held']): Received {
  const { device, counter, id, name, text, sent_at: sentAt, received_at: receivedAt, road } = row
  return { id: toHex(id), device, from: name as AccountName, counter, text, sentAt, receivedAt, road, ...placeOf(row) }
}

function placeOf(row: Pick<PeerTables['held'], 'room' | 'room_number' | 'room_id'>): { room?: RoomPlace } {
  const { room, room_number: number, room_id: id } = row
  if (room === null || number === null || id === null) return {}
  return { room: { key: toHex(room), number, id: toHex(id) } }
}

function contactOf(row: PeerTables['contact']): StoredContact {
  const { identity, body, signature, offered_identity, offered_body, offered_signature } = row
  const contact = { name: row.name as AccountName, identity, devices: { body, signature } }
  if (offered_identity === null || offered_body === null || offered_signature === null) return contact
  const devices = { body: offered_body, signature: offered_signature }
  return { ...contact, offered: { identity: offered_identity, devices } }
}

function statements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const received = db
    .selectFrom('message')
    .select(['id', 'counter', 'text'])
    .where('device', '=', param<Uint8Array>('device'))
  const shown = db
    .selectFrom('message')
    .select(['name', 'id', 'device', 'text', 'sent_at', 'received_at', 'road', 'state', 'reason', 'gap_before'])
  return {
    waiting: prepare(
      database,
      db
        .selectFrom('message')
        .select(['id', 'name', 'counter', 'text', 'sent_at', 'state', 'unreadable'])
        .select(['room', 'room_number', 'room_id'])
        .where('state', 'in', ['kept', 'mailbox'])
        .orderBy('row'),
    ),
    receiptKeys: prepare(database, db.selectFrom('receipt_key').select(['message', 'key']).orderBy('row')),
    recipients: prepare(database, db.selectFrom('recipient').selectAll()),
    contacts: prepare(database, db.selectFrom('contact').selectAll()),
    inboxes: prepare(database, db.selectFrom('inbox').selectAll()),
    held: prepare(database, db.selectFrom('held').selectAll().orderBy('counter')),
    prekeys: prepare(database, db.selectFrom('prekey').selectAll().orderBy('id')),
    byCounter: prepare(database, received.where('counter', '=', param<number>('counter'))),
    byId: prepare(database, received.where('id', '=', param<Uint8Array>('id'))),
    history: prepare(
      database,
      shown
        .where('folded', '=', param<string>('folded'))
        .where('room', 'is', null)
        .orderBy('row', 'desc')
        .limit(param<number>('limit')),
    ),
    // The spelling of the latest row of each conversation.
    conversations: prepare(
      database,
      db
        .selectFrom('message')
        .select(['name', db.fn.max('row').as('latest')])
        .where('room', 'is', null)
        .groupBy('folded')
        .orderBy('folded'),
    ),
  }
}
