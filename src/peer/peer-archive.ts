// The verbs about what was said, with promises: conversations, transcripts, search, read marks, drafts. What comes from a
// face is checked here, rooms are named by their numbers, and changes are told to all listeners. Rejects with a ParleyError:
// `badName`, `unknownRoom` {room}, `badQuery` {field}, and what each method names.

import { encodeUtf8, fail, ok, ParleyError } from '../base/index.ts'
import { nameProblem, textBytesMax } from '../protocol/index.ts'
import { marksOf, readSearch, type TextMark } from './domain/archive.ts'
import type {
  ConversationKey,
  Done,
  PeerStore,
  ReadMark,
  RoomKey,
  TalkEntry,
  TalkKey,
  TalkPage,
  TalkStep,
  TalkSummary,
  WordHit,
  WordQuery,
} from './domain/index.ts'
import { type ContactView, contactOf } from './contact-view.ts'
import { type ImportedMessage, readImport } from './imported-message.ts'
import type { Peer } from './peer.ts'

type OwnPeer = Pick<Peer, 'name' | 'command' | 'askStore' | 'tell' | 'account' | 'insight' | 'clients'>

/** One row of the list of conversations. */
export type Conversation = Omit<TalkSummary, 'key' | 'activeAt'> & { readonly key: ConversationKey }

export interface TranscriptQuery {
  readonly key: ConversationKey
  readonly count: number
  readonly before?: number
  readonly after?: number
  readonly around?: number
}

export interface SearchQuery {
  readonly words: string
  readonly key?: ConversationKey
  readonly from?: string
  readonly count: number
  readonly cursor?: string
}

export interface SearchHit {
  readonly key: ConversationKey
  readonly entry: TalkEntry
  readonly marks: readonly TextMark[]
  readonly cursor: string
}

const pageMax = 1_000
const hitsMax = 200
/** Units of text in one answer, so that an answer fits into a message of every line that carries it. */
const answerUnitsMax = 400_000
const messageId = /^[0-9a-f]{32}$/

export class PeerArchive {
  readonly #peer: OwnPeer

  constructor(peer: OwnPeer) {
    this.#peer = peer
  }

  /** Every conversation with a message or a draft, the rooms that are open to us, and the channel; the latest first. */
  async conversations(): Promise<readonly Conversation[]> {
    const talks = await this.#ask<readonly TalkSummary[]>((store, done) => store.talks({ own: this.#peer.name }, done))
    const rooms = await this.#roomNumbers()
    return talks.flatMap(({ activeAt: _at, ...talk }) => {
      const key = conversationKey(talk.key, rooms)
      return key ? [{ ...talk, key }] : []
    })
  }

  /** A page of a transcript. At most `count` entries, fewer where their texts are long. */
  async transcript(query: TranscriptQuery): Promise<TalkPage> {
    const count = inRange(query.count, pageMax)
    const key = await this.#talkKey(query.key)
    const { before, after, around } = query
    await this.#settled()
    const page = await this.#ask<TalkPage>((store, done) =>
      store.talkPage(
        {
          key,
          own: this.#peer.name,
          count,
          ...(before !== undefined && { before: position(before, Math.ceil) }),
          ...(after !== undefined && { after: position(after, Math.floor) }),
          ...(around !== undefined && { around: position(around, Math.ceil) }),
        },
        done,
      ),
    )
    return bounded(page, query)
  }

  /** The latest first. Rejects with `badSearch` where there is no word in it. */
  async search({ words, key, from, count, cursor }: SearchQuery): Promise<readonly SearchHit[]> {
    const terms = readSearch(words)
    if (!terms) throw new ParleyError('badSearch', { details: { words: words.slice(0, 64) } })
    const query: WordQuery = {
      terms,
      own: this.#peer.name,
      count: inRange(count, hitsMax),
      ...(key && { key: await this.#talkKey(key) }),
      ...(from !== undefined && { from }),
    }
    await this.#settled()
    const rooms = await this.#roomNumbers()
    const hits: SearchHit[] = []
    let left = answerUnitsMax
    let reached = cursor
    for (;;) {
      const missing = { ...query, count: query.count - hits.length, ...(reached !== undefined && { cursor: reached }) }
      const found = await this.#ask<readonly WordHit[]>((store, done) => store.findWords(missing, done))
      for (const hit of found) {
        const text = hit.entry.text ?? ''
        left -= text.length
        if (left < 0 && hits.length > 0) return hits
        const at = conversationKey(hit.key, rooms)
        if (at) hits.push({ ...hit, key: at, marks: marksOf(text, terms) ?? [] })
      }
      // Some may be of rooms that nobody can name any more.
      if (found.length < missing.count || hits.length === query.count) return hits
      reached = found.at(-1)?.cursor
    }
  }

  /** Marks all up to the message of this id, or all there is. Rejects with `unknownMessage` {id}. */
  async markRead(key: ConversationKey, id?: string): Promise<void> {
    const talk = await this.#talkKey(key)
    const query = { key: talk, own: this.#peer.name, ...(id !== undefined && { id: readId(id) }) }
    const mark = await this.#ask<ReadMark | undefined>((store, done) => store.markRead(query, done))
    if (!mark) throw new ParleyError('unknownMessage', { details: { id } })
    const { hasChanged, unread, readTo } = mark
    if (hasChanged) this.#peer.tell({ type: 'read', key, unread, readTo })
  }

  /** Keeps what was typed; '' takes it away. Rejects with `textTooLong` {bytes, limit}. */
  async setDraft(key: ConversationKey, typed: string): Promise<void> {
    const talk = await this.#talkKey(key)
    const text = typed.toWellFormed()
    const bytes = encodeUtf8(text).length
    if (bytes > textBytesMax) throw new ParleyError('textTooLong', { details: { bytes, limit: textBytesMax } })
    const hasChanged = await this.#ask<boolean>((store, done) => store.putDraft({ key: talk, text }, done))
    if (hasChanged) this.#peer.tell({ type: 'draft', key, text })
  }

  /** What is known of a message's way, oldest first. Rejects with `unknownMessage` {id}. */
  async journey(id: string): Promise<readonly TalkStep[]> {
    const query = { own: this.#peer.name, id: readId(id) }
    await this.#settled()
    const steps = await this.#ask<readonly TalkStep[] | undefined>((store, done) => store.journey(query, done))
    if (!steps) throw new ParleyError('unknownMessage', { details: { id } })
    return steps
  }

  /** What is known of a person. Rejects with `unknownName` where nobody knows the name. */
  async contact(name: string): Promise<ContactView> {
    await this.#settled()
    return contactOf(this.#peer, name)
  }

  /** All in one commit. Rejects with `badImport` {index, problem}, and then nothing was kept. */
  async importMessages(
    messages: readonly ImportedMessage[],
  ): Promise<{ readonly added: number; readonly known: number; readonly skipped: number }> {
    const keys = await this.#command((keyOf) =>
      messages.map(({ key }) => (key.kind === 'room' ? keyOf(key.room) : undefined)),
    )
    const rows = readImport(messages, keys, this.#peer.name)
    const query = { own: this.#peer.name, rows }
    const count = await this.#ask<{ added: number; known: number }>((store, done) => store.importRows(query, done))
    return { ...count, skipped: messages.length - rows.length }
  }

  async #talkKey(key: ConversationKey): Promise<TalkKey> {
    if (key.kind === 'channel') return { kind: 'channel' }
    if (key.kind === 'person') return { kind: 'person', name: readName(key.name) }
    const room = await this.#command((keyOf) => keyOf(key.room))
    if (room === undefined) throw new ParleyError('unknownRoom', { details: { room: key.room } })
    return { kind: 'room', room }
  }

  /** Numbers of the rooms that people can name: an old one may have the number of another. */
  #roomNumbers(): Promise<ReadonlyMap<RoomKey, number>> {
    return this.#peer.command<ReadonlyMap<RoomKey, number>>((program, _now, done) => {
      const desk = program.roomVerbs?.desk
      const numbers = (desk?.rooms() ?? []).map(({ room }) => [desk?.keyOf(room) ?? '', room] as const)
      done(ok(new Map(numbers)))
    })
  }

  /** States are told a moment before they are on the disk: what is read after one must not be older than it. */
  #settled(): Promise<void> {
    return this.#peer.command<void>((program, now, done) => program.settled(now, () => done(ok(undefined))))
  }

  #command<T>(look: (keyOf: (room: number) => RoomKey | undefined) => T): Promise<T> {
    return this.#peer.command<T>((program, _now, done) => {
      const desk = program.roomVerbs?.desk
      if (!desk) return done(fail({ code: 'notRunning', details: {} }))
      done(ok(look((room) => desk.keyOf(room))))
    })
  }

  #ask<T>(call: (store: PeerStore, done: Done<T>) => void): Promise<T> {
    return this.#peer.askStore<T>(call)
  }
}

function conversationKey(key: TalkKey, rooms: ReadonlyMap<RoomKey, number>): ConversationKey | undefined {
  if (key.kind !== 'room') return key
  const room = rooms.get(key.room)
  return room === undefined ? undefined : { kind: 'room', room }
}

function readName(name: string): string {
  const problem = nameProblem(name)
  if (problem) throw new ParleyError('badName', { details: { name: name.slice(0, 64), problem } })
  return name
}

function readId(id: string): string {
  if (!messageId.test(id)) throw new ParleyError('unknownMessage', { details: { id: id.slice(0, 64) } })
  return id
}

function inRange(count: number, max: number): number {
  if (!Number.isInteger(count) || count < 1) throw new ParleyError('badQuery', { details: { field: 'count' } })
  return Math.min(count, max)
}

function position(value: number, round: (value: number) => number): number {
  if (Number.isNaN(value)) throw new ParleyError('badQuery', { details: { field: 'position' } })
  return Math.max(-Number.MAX_SAFE_INTEGER + 1, Math.min(Number.MAX_SAFE_INTEGER - 1, round(value)))
}

/** Without what is too much, on the side that is farther from what was asked for. */
function bounded(page: TalkPage, { after, around }: TranscriptQuery): TalkPage {
  let { entries, hasBefore, hasAfter } = page
  let units = entries.reduce((sum, entry) => sum + (entry.text?.length ?? 0), 0)
  while (units > answerUnitsMax && entries.length > 1) {
    const middle = around === undefined ? -Infinity : entries.findIndex((entry) => entry.position >= around)
    const isLastFarther = after !== undefined || (around !== undefined && middle < entries.length / 2)
    units -= entries.at(isLastFarther ? -1 : 0)?.text?.length ?? 0
    if (isLastFarther) hasAfter = true
    else hasBefore = true
    entries = isLastFarther ? entries.slice(0, -1) : entries.slice(1)
  }
  return { entries, hasBefore, hasAfter }
}
