// The conversation with one person: messages in the order in which they were shown or sent here. A position is the row;
// rows below 1 were imported.

import type { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex } from '../../../base/index.ts'
import type { TalkEntry } from '../../domain/index.ts'
import type { PeerTables } from './tables.ts'
import { highestOf, type TalkSource } from './talk-source.ts'

const columns =
  'row, folded, name, id, device, text, sent_at, received_at, road, state, reason, gap_before, mailbox_at, settled_at'

export type PersonRow = Pick<
  PeerTables['message'],
  'folded' | 'name' | 'id' | 'device' | 'text' | 'sent_at' | 'received_at' | 'road' | 'state' | 'reason' | 'gap_before'
> & { readonly row: number; readonly mailbox_at: number | null; readonly settled_at: number | null }

export class PersonReader {
  readonly #run: ReturnType<typeof statements>
  /** Unread messages of a person between two rows, so that many of them are counted once. */
  readonly #counts = new Map<string, { readonly from: number; to: number; count: number }>()

  constructor(database: DatabaseSync) {
    this.#run = statements(database)
  }

  /** Folded names of all there is a message with, in order. */
  *everybody(): Generator<string> {
    let folded = this.#run.nextPerson.get({ after: '' })?.['folded']
    while (folded !== undefined) {
      yield folded as string
      folded = this.#run.nextPerson.get({ after: folded })?.['folded']
    }
  }

  /** The latest message with somebody (folded name). */
  latest(folded: string): PersonRow | undefined {
    return this.#run.latest.get({ folded }) as PersonRow | undefined
  }

  row(row: number): PersonRow | undefined {
    return this.#run.byRow.get({ row }) as PersonRow | undefined
  }

  /** Whether an own message has this id, in whatever conversation or room. */
  hasSent(id: string): boolean {
    const bytes = fromHex(id)
    return bytes !== undefined && this.#run.anySent.get({ id: bytes }) !== undefined
  }

  /** Of whom there is a message, by their devices. */
  devices(): Uint8Array[] {
    const devices: Uint8Array[] = []
    let next = this.#run.nextDevice.get({ device: new Uint8Array(0) })?.['device']
    while (next instanceof Uint8Array) {
      devices.push(next)
      next = this.#run.nextDevice.get({ device: next })?.['device']
    }
    return devices
  }

  /** Messages of an id, own ones first; another person may have used the same. None of a room's. */
  byId(id: string, devices: readonly Uint8Array[] = this.devices()): PersonRow[] {
    const bytes = fromHex(id)
    if (!bytes) return []
    // There is an index over the ids of each device, and few devices.
    const received = devices.flatMap((device) => this.#run.receivedById.all({ device, id: bytes }))
    return [...this.#run.ownById.all({ id: bytes }), ...received] as unknown as PersonRow[]
  }

  source(folded: string, own: string): TalkSource {
    const entryOf = (row: unknown): TalkEntry => personEntryOf(row as PersonRow, own)
    return {
      before: (position, count) => this.#run.before.all({ folded, position, count }).map(entryOf).toReversed(),
      after: (position, count) => this.#run.after.all({ folded, position, count }).map(entryOf),
      last: () => this.latest(folded)?.row ?? 0,
      find: (id) => highestOf(this.byId(id).flatMap((row) => (row.folded === folded ? [row.row] : []))),
      unread: (readTo) => this.#unread(folded, Math.max(0, readTo)),
    }
  }

  /** What was counted may have been undone. */
  forgetCounts(): void {
    this.#counts.clear()
  }

  #unread(folded: string, readTo: number): number {
    let counted = this.#counts.get(folded)
    if (counted?.from !== readTo) this.#counts.set(folded, (counted = { from: readTo, to: readTo, count: 0 }))
    const { added, last } = this.#run.unread.get({ folded, after: counted.to }) as {
      added: number
      last: number | null
    }
    counted.count += added
    counted.to = last ?? counted.to
    return counted.count
  }
}

/** An entry of the conversation; `own` is the own account's name. */
export function personEntryOf(row: PersonRow, own: string): TalkEntry {
  const { device, received_at: receivedAt, state, reason, gap_before: gapBefore } = row
  const isOwn = device === null
  const road = row.road ?? (state === 'mailbox' ? 'mailbox' : null)
  return {
    position: row.row,
    kind: 'message',
    id: toHex(row.id),
    from: isOwn ? own : row.name,
    isOwn,
    text: row.text,
    sentAt: row.sent_at,
    ...(receivedAt !== null && { receivedAt }),
    ...(road !== null && { road }),
    ...(state !== null && { state }),
    ...(reason !== null && { reason }),
    ...(gapBefore > 0 && { gapBefore }),
  }
}

function statements(database: DatabaseSync) {
  const talk = `SELECT ${columns} FROM message WHERE folded = :folded AND room IS NULL`
  return {
    nextPerson: database.prepare(
      'SELECT folded FROM message WHERE room IS NULL AND folded > :after ORDER BY folded LIMIT 1',
    ),
    latest: database.prepare(`${talk} ORDER BY row DESC LIMIT 1`),
    byRow: database.prepare(`SELECT ${columns} FROM message WHERE row = :row`),
    ownById: database.prepare(`SELECT ${columns} FROM message WHERE id = :id AND device IS NULL AND room IS NULL`),
    anySent: database.prepare('SELECT 1 FROM message WHERE id = :id AND device IS NULL'),
    nextDevice: database.prepare('SELECT device FROM message WHERE device > :device ORDER BY device LIMIT 1'),
    receivedById: database.prepare(
      `SELECT ${columns} FROM message WHERE device = :device AND id = :id AND room IS NULL`,
    ),
    before: database.prepare(`${talk} AND row < :position ORDER BY row DESC LIMIT :count`),
    after: database.prepare(`${talk} AND row > :position ORDER BY row LIMIT :count`),
    unread: database.prepare(
      `SELECT count(device) AS added, max(row) AS last
       FROM message WHERE folded = :folded AND room IS NULL AND row > :after`,
    ),
  }
}
