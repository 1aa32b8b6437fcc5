// The list of conversations, pages of them, read marks and drafts. Invariant: a read mark never goes back.

import type { DatabaseSync } from 'node:sqlite'
import { toHex, unreachable } from '../../../base/index.ts'
import type { OnRollback } from '../../../disk/sqlite/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type { ReadMark, TalkEntry, TalkKey, TalkPage, TalkPageQuery, TalkSummary } from '../../domain/index.ts'
import { ChannelReader } from './channel-source.ts'
import { PersonReader } from './person-source.ts'
import { type Own, RoomReader } from './room-source.ts'
import { talkKeyText } from './talk-key.ts'
import { pageOf, type TalkSource } from './talk-source.ts'

interface TalkRow {
  readonly key: string
  readonly name: string
  readonly read_to: number
  readonly draft: string
}

export interface TalkReaders {
  readonly persons: PersonReader
  readonly rooms: RoomReader
  readonly channel: ChannelReader
}

/** Of the latest message, in the list. */
const latestCharacters = 200
const end = Number.MAX_SAFE_INTEGER

export function openReaders(database: DatabaseSync): TalkReaders {
  return {
    persons: new PersonReader(database),
    rooms: new RoomReader(database),
    channel: new ChannelReader(database),
  }
}

export function ownOf(name: string): Own {
  return { name, folded: foldName(name) }
}

export function sourceOf({ persons, rooms, channel }: TalkReaders, key: TalkKey, own: Own): TalkSource {
  switch (key.kind) {
    case 'person':
      return persons.source(foldName(key.name), own.name)
    case 'room':
      return rooms.source(key.room, own)
    case 'channel':
      return channel.source(own)
    default:
      return unreachable(key)
  }
}

export function talkOperations(database: DatabaseSync, readers: TalkReaders) {
  const run = statements(database)
  const listed = new TalkList(readers, run)

  return {
    talks: ({ own }: { own: string }, onRollback: OnRollback): TalkSummary[] => {
      onRollback(() => readers.persons.forgetCounts())
      return listed.all(ownOf(own))
    },

    talkPage: (query: TalkPageQuery): TalkPage => pageOf(sourceOf(readers, query.key, ownOf(query.own)), query),

    markRead: (
      { key, id, own }: { key: TalkKey; id?: string; own: string },
      onRollback: OnRollback,
    ): ReadMark | undefined => {
      onRollback(() => readers.persons.forgetCounts())
      const source = sourceOf(readers, key, ownOf(own))
      const position = id === undefined ? source.last() : source.find(id)
      if (position === undefined) return undefined
      const talk = talkKeyText(key)
      const before = Number(run.talk.get({ key: talk })?.['read_to'] ?? 0)
      const hasChanged = position > before
      if (hasChanged) run.putRead.run({ key: talk, readTo: position })
      const readTo = Math.max(before, position)
      return { hasChanged, unread: source.unread(readTo), readTo }
    },

    putDraft: ({ key, text }: { key: TalkKey; text: string }): boolean => {
      const talk = talkKeyText(key)
      const before = run.talk.get({ key: talk })?.['draft'] ?? ''
      if (before === text) return false
      run.putDraft.run({ key: talk, name: key.kind === 'person' ? key.name : '', draft: text })
      return true
    },
  }
}

/** Everything that is listed, from a few look-ups a conversation. */
class TalkList {
  readonly #readers: TalkReaders
  readonly #run: ReturnType<typeof statements>

  constructor(readers: TalkReaders, run: ReturnType<typeof statements>) {
    this.#readers = readers
    this.#run = run
  }

  all(own: Own): TalkSummary[] {
    const talks = new Map((this.#run.talks.all() as unknown as TalkRow[]).map((row) => [row.key, row]))
    const blocked = new Set(this.#run.blocked.all().map((row) => row['folded'] as string))
    const people = new Set(this.#readers.persons.everybody())
    for (const { key, draft } of talks.values()) if (key.startsWith('p') && draft !== '') people.add(key.slice(1))
    const found = [
      ...[...people].map((folded) => this.#person(folded, own, blocked.has(folded), talks.get(`p${folded}`))),
      ...this.#readers.rooms.open().map((room) => this.#room(room, own, talks.get(`r${toHex(room.key)}`))),
      this.#channel(own, talks.get('c')),
    ]
    return found.toSorted((a, b) => b.activeAt - a.activeAt)
  }

  #person(folded: string, own: Own, isBlocked: boolean, talk: TalkRow | undefined): TalkSummary {
    const { persons } = this.#readers
    const latest = persons.latest(folded)
    const readTo = talk?.read_to ?? 0
    const title = latest?.name ?? talk?.name ?? folded
    const isOwn = latest?.device === null
    const at = latest?.received_at ?? latest?.sent_at ?? 0
    return {
      key: { kind: 'person', name: title },
      title,
      ...(latest && { latest: { from: isOwn ? own.name : latest.name, isOwn, text: beginning(latest.text), at } }),
      activeAt: at,
      unread: isBlocked ? 0 : persons.source(folded, own.name).unread(readTo),
      readTo,
      draft: talk?.draft ?? '',
    }
  }

  #room({ key, name }: { key: Uint8Array; name: string }, own: Own, talk: TalkRow | undefined): TalkSummary {
    const { rooms } = this.#readers
    const room = toHex(key)
    const { message, entry, draft } = rooms.latest(room)
    const shown = draft ? rooms.source(room, own).before(end, 1)[0] : message && rooms.entry(message, own)
    const readTo = talk?.read_to ?? 0
    return {
      key: { kind: 'room', room },
      title: name,
      ...(shown && { latest: latestOf(shown) }),
      activeAt: Math.max(shown ? timeOf(shown) : 0, entry && entry.kind !== 'message' ? entry.at : 0),
      unread: rooms.source(room, own).unread(readTo),
      readTo,
      draft: talk?.draft ?? '',
    }
  }

  #channel(own: Own, talk: TalkRow | undefined): TalkSummary {
    const source = this.#readers.channel.source(own)
    const shown = source.before(end, 1)[0]
    const readTo = talk?.read_to ?? 0
    return {
      key: { kind: 'channel' },
      title: '',
      ...(shown && { latest: latestOf(shown) }),
      activeAt: shown ? timeOf(shown) : 0,
      unread: source.unread(readTo),
      readTo,
      draft: talk?.draft ?? '',
    }
  }
}

function latestOf(entry: TalkEntry): NonNullable<TalkSummary['latest']> {
  const { from, isOwn, text = '' } = entry
  return { ...(from !== undefined && { from }), isOwn, text: beginning(text), at: timeOf(entry) }
}

function timeOf({ receivedAt, sentAt }: TalkEntry): number {
  return receivedAt ?? sentAt
}

function beginning(text: string): string {
  return text.length <= latestCharacters ? text : text.slice(0, latestCharacters).replace(/[\uD800-\uDBFF]$/, '')
}

function statements(database: DatabaseSync) {
  return {
    talks: database.prepare('SELECT key, name, read_to, draft FROM talk'),
    talk: database.prepare('SELECT read_to, draft FROM talk WHERE key = :key'),
    blocked: database.prepare('SELECT folded FROM friend WHERE is_blocked = 1'),
    putRead: database.prepare(
      'INSERT INTO talk (key, read_to) VALUES (:key, :readTo) ON CONFLICT DO UPDATE SET read_to = excluded.read_to',
    ),
    putDraft: database.prepare(
      `INSERT INTO talk (key, name, draft) VALUES (:key, :name, :draft)
       ON CONFLICT DO UPDATE SET draft = excluded.draft, name = excluded.name`,
    ),
  }
}
