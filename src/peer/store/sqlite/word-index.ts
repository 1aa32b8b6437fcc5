// The index of words over all that was said. It stands beside the messages and follows behind them: nothing is written to
// it with a message, pieces are indexed while the store is idle, and a search first takes in the rest. Invariant: the mark
// of what is in the index is written in the same transaction as the index, so that no crash makes a hole or a double.

import type { DatabaseSync } from 'node:sqlite'
import { encodeUtf8, toHex } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import { type SearchTerm, wordsOf } from '../../domain/archive.ts'
import type { TalkKey } from '../../domain/index.ts'

export const wordSources = ['message', 'room', 'channel'] as const
export type WordSource = (typeof wordSources)[number]

/** What a piece of work is at most, so that a commit waits a few milliseconds for it. */
const rowsPerStep = 250
const unitsPerStep = 100_000
/** More words of a search than these are looked for in the texts only. */
const indexedWordsMax = 32

interface SourceRow {
  readonly row: number
  readonly talk: string
  readonly who: string
  /** Null where it is not part of a transcript. */
  readonly text: string | null
}

export interface Lookup {
  readonly terms: readonly SearchTerm[]
  readonly key?: TalkKey
  readonly from?: string
  /** Our own folded name. */
  readonly own: string
  /** Only rows below. */
  readonly below: number
}

export class WordIndex {
  readonly #run: Readonly<Record<WordSource, ReturnType<typeof statements>>>

  constructor(database: DatabaseSync) {
    this.#run = {
      message: statements(database, 'message'),
      room: statements(database, 'room'),
      channel: statements(database, 'channel'),
    }
  }

  /** How many rows, about, are not in the index yet. */
  get backlog(): number {
    let rows = 0
    for (const source of wordSources) {
      const { lowest, highest, first, last } = this.#marks(source)
      rows += Math.max(0, last - highest) + Math.max(0, lowest - first)
    }
    return rows
  }

  /** Indexes a piece; false where all is in the index. */
  step(): boolean {
    return wordSources.some((source) => this.#stepUp(source) || this.#stepDown(source))
  }

  /** Rows that have the words, the latest first, as far as the index can tell. */
  *find(source: WordSource, lookup: Lookup): Generator<number> {
    const rows = this.#run[source].find.iterate({ words: expressionOf(source, lookup), below: lookup.below })
    for (const row of rows) yield Number(row['row'])
  }

  #marks(source: WordSource): { lowest: number; highest: number; first: number; last: number } {
    const { mark, ends } = this.#run[source]
    const { lowest, highest } = mark.get() as { lowest: number; highest: number }
    const { first, last } = ends.get() as { first: number | null; last: number | null }
    return { lowest, highest, first: first ?? lowest, last: last ?? highest }
  }

  #stepUp(source: WordSource): boolean {
    const run = this.#run[source]
    const { highest, last } = this.#marks(source)
    if (last <= highest) return false
    const reached = this.#take(source, run.above.iterate({ from: highest, count: rowsPerStep }))
    if (reached !== undefined) run.putHighest.run({ row: reached })
    return reached !== undefined
  }

  /** What was imported. */
  #stepDown(source: WordSource): boolean {
    const run = this.#run[source]
    const { lowest, first } = this.#marks(source)
    if (first >= lowest) return false
    const reached = this.#take(source, run.below.iterate({ from: lowest, count: rowsPerStep }))
    if (reached !== undefined) run.putLowest.run({ row: reached })
    return reached !== undefined
  }

  /** The row that was reached. */
  #take(source: WordSource, rows: Iterable<object>): number | undefined {
    let reached: number | undefined
    let units = 0
    for (const found of rows) {
      const { row, talk, who, text } = found as SourceRow
      reached = row
      if (text === null) continue
      const words = wordsOf(text)
        .map(({ word }) => word)
        .join(' ')
      this.#run[source].add.run({ row, words, talk: tokenOf(talk), who: tokenOf(who) })
      units += text.length
      if (units >= unitsPerStep) break
    }
    return reached
  }
}

/** A name or a key as one word of the index. */
function tokenOf(text: string): string {
  return `n${toHex(encodeUtf8(text))}`
}

/** Words have letters, digits and characters beyond ASCII only, so no text of anybody can be read as an operator. */
function expressionOf(source: WordSource, { terms, key, from, own }: Lookup): string {
  const parts: string[] = []
  let left = indexedWordsMax
  for (const { words, isPrefix } of terms) {
    const used = words.slice(0, left)
    left -= used.length
    if (used.length === 0) break
    parts.push(`"${used.join(' ')}"${isPrefix && used.length === words.length ? ' *' : ''}`)
  }
  const conditions = [`words : (${parts.join(' AND ')})`]
  if (key?.kind === 'person') conditions.push(`talk : "${tokenOf(foldName(key.name))}"`)
  if (key?.kind === 'room') conditions.push(`talk : "${tokenOf(key.room)}"`)
  if (from !== undefined) {
    const isUs = source === 'message' && foldName(from) === own
    conditions.push(`who : "${tokenOf(isUs ? '' : foldName(from))}"`)
  }
  return conditions.join(' AND ')
}

/** Rows of each source with their conversation and their writer; our own messages to one person have no name there. */
const columns: Readonly<
  Record<WordSource, { readonly table: string; readonly select: string; readonly words: string }>
> = {
  message: {
    table: 'message',
    select: "row, folded AS talk, iif(device IS NULL, '', folded) AS who, iif(room IS NULL, text, NULL) AS text",
    words: 'message_words',
  },
  room: {
    table: 'room_entry',
    select: "row, lower(hex(room)) AS talk, folded AS who, iif(kind = 'message', text, NULL) AS text",
    words: 'room_words',
  },
  channel: {
    table: 'channel_row',
    select: "row, '' AS talk, coalesce(lower(name), '') AS who, text",
    words: 'channel_words',
  },
}

function statements(database: DatabaseSync, source: WordSource) {
  const { table, select, words } = columns[source]
  return {
    mark: database.prepare(`SELECT lowest, highest FROM word_mark WHERE source = '${source}'`),
    ends: database.prepare(`SELECT (SELECT min(row) FROM ${table}) AS first, (SELECT max(row) FROM ${table}) AS last`),
    putLowest: database.prepare(`UPDATE word_mark SET lowest = :row WHERE source = '${source}'`),
    putHighest: database.prepare(`UPDATE word_mark SET highest = :row WHERE source = '${source}'`),
    above: database.prepare(`SELECT ${select} FROM ${table} WHERE row > :from ORDER BY row LIMIT :count`),
    below: database.prepare(`SELECT ${select} FROM ${table} WHERE row < :from ORDER BY row DESC LIMIT :count`),
    add: database.prepare(`INSERT INTO ${words} (rowid, words, talk, who) VALUES (:row, :words, :talk, :who)`),
    find: database.prepare(
      `SELECT rowid AS row FROM ${words} WHERE ${words} MATCH :words AND rowid < :below ORDER BY rowid DESC`,
    ),
  }
}
