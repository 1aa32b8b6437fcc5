// The registry's channel by its times; own messages that the registry does not have yet stand at its end.

import type { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import { draftPositionMin } from '../../domain/archive.ts'
import type { TalkEntry } from '../../domain/index.ts'
import type { Own } from './room-source.ts'
import { type PlacedRow, SlotLine, type SlotShape } from './slot-line.ts'
import type { PeerTables } from './tables.ts'
import { highestOf, type TalkSource } from './talk-source.ts'

export type ChannelRow = PeerTables['channel_row'] & { readonly row: number }
type DraftRow = PeerTables['channel_draft'] & { readonly row: number }

export class ChannelReader {
  readonly #run: ReturnType<typeof statements>
  readonly #line: SlotLine<ChannelRow>

  constructor(database: DatabaseSync) {
    this.#run = statements(database)
    this.#line = new SlotLine(database, channelLine)
  }

  row(row: number): ChannelRow | undefined {
    return this.#run.byRow.get({ row }) as ChannelRow | undefined
  }

  /** In the order of their coming. */
  byId(id: string): ChannelRow[] {
    const bytes = fromHex(id)
    return bytes ? (this.#run.byId.all({ id: bytes }) as unknown as ChannelRow[]) : []
  }

  draft(id: string): DraftRow | undefined {
    const bytes = fromHex(id)
    return bytes ? (this.#run.draftById.get({ id: bytes }) as DraftRow | undefined) : undefined
  }

  entry(row: ChannelRow, own: Own): TalkEntry {
    return channelEntryOf(row, this.#line.position({}, row), own)
  }

  source(own: Own): TalkSource {
    const line = this.#line
    const entries = (rows: readonly PlacedRow<ChannelRow>[]): TalkEntry[] =>
      rows.map(({ row, position }) => channelEntryOf(row, position, own))
    const draft = (row: unknown): TalkEntry => draftEntryOf(row as DraftRow, own)
    const last = (): number => line.before({}, draftPositionMin, 1)[0]?.position ?? 0
    return {
      before: (position, count) => {
        const row = position - draftPositionMin
        const drafts = row > 0 ? this.#run.draftsBefore.all({ row, count }).map(draft).toReversed() : []
        const left = count - drafts.length
        return left > 0 ? [...entries(line.before({}, position, left)), ...drafts] : drafts
      },
      after: (position, count) => {
        const found = position < draftPositionMin ? entries(line.after({}, position, count)) : []
        const row = Math.max(0, position - draftPositionMin)
        const left = count - found.length
        return left > 0 ? [...found, ...this.#run.draftsAfter.all({ row, count: left }).map(draft)] : found
      },
      last,
      find: (id) => {
        if (this.draft(id)) return last()
        return highestOf(this.byId(id).map((row) => line.position({}, row)))
      },
      unread: (readTo) => line.unread({}, readTo, own.folded),
    }
  }
}

export function isOwnRow({ name }: Pick<ChannelRow, 'name'>, own: Own): boolean {
  return name !== null && foldName(name) === own.folded
}

function channelEntryOf(row: ChannelRow, position: number, own: Own): TalkEntry {
  const { id, name, text, at: sentAt, number } = row
  return {
    position,
    kind: 'message',
    id: toHex(id),
    ...(name !== null && { from: name }),
    isOwn: isOwnRow(row, own),
    text,
    sentAt,
    ...(number > 0 && { number }),
  }
}

function draftEntryOf({ row, id, text, sent_at: sentAt }: DraftRow, own: Own): TalkEntry {
  const position = draftPositionMin + row
  return { position, kind: 'message', id: toHex(id), from: own.name, isOwn: true, text, sentAt, state: 'kept' }
}

const channelLine: SlotShape<ChannelRow> = {
  table: 'channel_row',
  where: 'true',
  slot: 'at',
  order: ['at', 'number', 'id'],
  place: ({ at, number, id }) => ({ at, number, id }),
  slotOf: (row) => row.at,
  unread: `number > 0 AND (name IS NULL OR (lower(name) <> :own
    AND lower(name) NOT IN (SELECT folded FROM friend WHERE is_blocked = 1)))`,
}

function statements(database: DatabaseSync) {
  return {
    byRow: database.prepare('SELECT * FROM channel_row WHERE row = :row'),
    byId: database.prepare('SELECT * FROM channel_row WHERE id = :id ORDER BY row'),
    draftById: database.prepare('SELECT * FROM channel_draft WHERE id = :id'),
    draftsBefore: database.prepare('SELECT * FROM channel_draft WHERE row < :row ORDER BY row DESC LIMIT :count'),
    draftsAfter: database.prepare('SELECT * FROM channel_draft WHERE row > :row ORDER BY row LIMIT :count'),
  }
}
