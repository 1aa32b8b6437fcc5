// Messages of another place. Invariants: they stand before everything that is here; an id that a conversation has already
// is not written again; none of them waits for anything, so nothing is ever sent for them.

import type { DatabaseSync } from 'node:sqlite'
import { encodeUtf8, unreachable } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type { ImportCount, ImportedRow, RoomKey } from '../../domain/index.ts'
import { bytesOfHex } from './hexadecimal.ts'
import { type Own } from './room-source.ts'
import { ownOf, type TalkReaders } from './talk-operations.ts'

/** No device that there is, as those have 32 bytes: one a person, since two people may have used one id. */
function importDevice(folded: string): Uint8Array {
  return encodeUtf8(`imported, without a device of one's own: ${folded}`)
}

export function importOperations(database: DatabaseSync, readers: TalkReaders) {
  const importer = new Importer(database, readers)
  return {
    importRows: ({ own, rows }: { own: string; rows: readonly ImportedRow[] }): ImportCount =>
      importer.take(rows, ownOf(own)),
  }
}

class Importer {
  readonly #readers: TalkReaders
  readonly #run: ReturnType<typeof statements>

  constructor(database: DatabaseSync, readers: TalkReaders) {
    this.#readers = readers
    this.#run = statements(database)
  }

  take(rows: readonly ImportedRow[], own: Own): ImportCount {
    const devices = this.#readers.persons.devices()
    const seen = new Set<string>()
    const fresh = rows.filter((row) => {
      const mark = `${row.key.kind === 'room' ? row.key.room : row.key.kind} ${writerOf(row, own)} ${row.id}`
      if (seen.has(mark) || this.#isKnown(row, own, devices)) return false
      seen.add(mark)
      return true
    })
    // Written from the last one on, each before all that is there.
    for (const row of fresh.toReversed()) this.#put(row, own)
    return { added: fresh.length, known: rows.length - fresh.length }
  }

  #isKnown({ key, id, from, isOwn }: ImportedRow, own: Own, devices: readonly Uint8Array[]): boolean {
    const { persons, rooms } = this.#readers
    const writer = isOwn ? own.folded : foldName(from ?? '')
    switch (key.kind) {
      case 'person':
        // Own ids are unique wherever the message is.
        return isOwn
          ? persons.hasSent(id)
          : persons.byId(id, devices).some((row) => row.device !== null && row.folded === foldName(key.name))
      case 'room':
        return rooms
          .byId(id)
          .some((row) => row.folded === writer && bytesOfHex(key.room).every((b, i) => row.room[i] === b))
      case 'channel':
        return this.#readers.channel.byId(id).length > 0
      default:
        return unreachable(key)
    }
  }

  #put(row: ImportedRow, own: Own): void {
    switch (row.key.kind) {
      case 'person':
        return this.#putMessage(row, row.key.name)
      case 'room':
        return this.#putEntry(row, row.key.room, own)
      case 'channel':
        return this.#putChannelRow(row, own)
      default:
        return unreachable(row.key)
    }
  }

  #putMessage({ id, isOwn, text, sentAt, receivedAt, road, state }: ImportedRow, name: string): void {
    const fixed = { folded: foldName(name), name, id: bytesOfHex(id), text, sentAt }
    // The row is the counter, so that no two collide. Of an end that is not told nothing is claimed: whoever sent it from elsewhere may still bring it there.
    const end = isOwn
      ? { device: null, receivedAt: null, state: state ?? null, road: (state === 'stored' && road) || null }
      : { device: importDevice(fixed.folded), receivedAt: receivedAt ?? sentAt, state: null, road: road ?? null }
    this.#run.addMessage.run({ ...fixed, ...end })
  }

  #putEntry({ id, from, isOwn, text, sentAt }: ImportedRow, room: RoomKey, own: Own): void {
    const name = isOwn || from === undefined ? own.name : from
    this.#run.addEntry.run({
      room: bytesOfHex(room),
      folded: foldName(name),
      name,
      id: bytesOfHex(id),
      text,
      at: sentAt,
    })
  }

  #putChannelRow({ id, from, isOwn, text, sentAt }: ImportedRow, own: Own): void {
    const name = isOwn ? own.name : (from ?? null)
    this.#run.addChannelRow.run({ id: bytesOfHex(id), name, text, at: Math.max(0, sentAt) })
  }
}

/** Who may use an id again: in the channel nobody, as the registry holds them apart there. */
function writerOf({ isOwn, from, key }: ImportedRow, own: Own): string {
  if (key.kind === 'channel') return ''
  if (isOwn) return own.folded
  return foldName(key.kind === 'person' ? key.name : (from ?? ''))
}

/** The row before all rows of a table, as SQL. */
function below(table: string): string {
  return `(SELECT min(0, coalesce(min(row), 0)) - 1 FROM ${table})`
}

function statements(database: DatabaseSync) {
  return {
    addMessage: database.prepare(
      `INSERT INTO message (row, folded, name, id, device, counter, text, sent_at, received_at, road, state)
       VALUES (${below('message')}, :folded, :name, :id, :device, ${below('message')}, :text, :sentAt, :receivedAt, :road, :state)`,
    ),
    addEntry: database.prepare(
      `INSERT INTO room_entry (row, room, number, kind, folded, name, id, text, at)
       VALUES (${below('room_entry')},
         :room, (SELECT min(1, coalesce(min(number), 1)) - 1 FROM room_entry WHERE room = :room),
         'message', :folded, :name, :id, :text, :at)`,
    ),
    addChannelRow: database.prepare(
      `INSERT INTO channel_row (row, number, id, name, text, at) VALUES (${below('channel_row')}, 0, :id, :name, :text, :at)`,
    ),
  }
}
