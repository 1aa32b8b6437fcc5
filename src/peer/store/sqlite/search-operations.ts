// Search over everything: the index says where words may be, the text says whether they are. Hits of the three sources are
// merged by their times; a cursor is how far down each source was read.

import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '../../../base/index.ts'
import { marksOf } from '../../domain/archive.ts'
import type { TalkEntry, TalkKey, WordHit, WordQuery } from '../../domain/index.ts'
import { personEntryOf } from './person-source.ts'
import type { Own } from './room-source.ts'
import { ownOf, type TalkReaders } from './talk-operations.ts'
import { WordIndex, type WordSource, wordSources } from './word-index.ts'

interface Found {
  readonly source: WordSource
  readonly row: number
  readonly key: TalkKey
  readonly entry: TalkEntry
}

/** `behind`: some of it is not in the index yet; the same call again gets nearer. */
export type SearchAnswer = { readonly kind: 'found'; readonly hits: readonly WordHit[] } | { readonly kind: 'behind' }

/** Pieces that one call indexes at most, so that commits go on in between. */
const stepsPerCall = 8
const top = Number.MAX_SAFE_INTEGER

export function searchOperations(database: DatabaseSync, readers: TalkReaders) {
  const index = new WordIndex(database)
  return {
    findWords: (query: WordQuery): SearchAnswer => {
      for (let steps = 0; index.step(); steps++) if (steps === stepsPerCall) return { kind: 'behind' }
      return { kind: 'found', hits: hitsOf(index, readers, query) }
    },
  }
}

function hitsOf(index: WordIndex, readers: TalkReaders, query: WordQuery): WordHit[] {
  const own = ownOf(query.own)
  const reached = readCursor(query.cursor)
  const lines = wordSources
    .filter((source) => mayHold(source, query.key))
    .map((source) => ({ found: foundOf(index, readers, source, query, own, reached[source]), at: 0 }))
  const hits: WordHit[] = []
  while (hits.length < query.count) {
    let latest: (typeof lines)[number] | undefined
    for (const line of lines) {
      const head = line.found[line.at]
      if (head && (!latest || timeOf(head) > timeOf(latest.found[latest.at] as Found))) latest = line
    }
    if (!latest) break
    const { source, row, key, entry } = latest.found[latest.at++] as Found
    reached[source] = row
    hits.push({ key, entry, cursor: `${reached.message}.${reached.room}.${reached.channel}` })
  }
  return hits
}

/** The latest ones of one source, at most as many as are asked for. */
function foundOf(
  index: WordIndex,
  readers: TalkReaders,
  source: WordSource,
  query: WordQuery,
  own: Own,
  below: number,
): Found[] {
  const { terms, key, from } = query
  const found: Found[] = []
  const lookup = { terms, own: own.folded, below, ...(key && { key }), ...(from !== undefined && { from }) }
  for (const row of index.find(source, lookup)) {
    const hit = hitOf(readers, source, row, own)
    if (!hit || marksOf(hit.entry.text ?? '', terms) === undefined) continue
    if (found.push(hit) === query.count) break
  }
  return found
}

function hitOf({ persons, rooms, channel }: TalkReaders, source: WordSource, row: number, own: Own): Found | undefined {
  if (source === 'message') {
    const found = persons.row(row)
    return found && { source, row, key: { kind: 'person', name: found.name }, entry: personEntryOf(found, own.name) }
  }
  if (source === 'room') {
    const found = rooms.row(row)
    return found && { source, row, key: { kind: 'room', room: toHex(found.room) }, entry: rooms.entry(found, own) }
  }
  const found = channel.row(row)
  return found && { source, row, key: { kind: 'channel' }, entry: channel.entry(found, own) }
}

function mayHold(source: WordSource, key: TalkKey | undefined): boolean {
  return key === undefined || source === (key.kind === 'person' ? 'message' : key.kind)
}

function timeOf({ entry }: Found): number {
  return entry.receivedAt ?? entry.sentAt
}

/** Of a cursor that is none, the beginning. */
function readCursor(cursor: string | undefined): Record<WordSource, number> {
  const [message = top, room = top, channel = top] = (cursor ?? '')
    .split('.')
    .map((part) => (/^-?\d{1,16}$/.test(part) ? Number(part) : top))
  return { message, room, channel }
}
