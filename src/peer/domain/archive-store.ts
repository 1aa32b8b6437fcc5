// The part of the store's port about reading: conversations, pages of their transcripts, search, read marks, drafts, and
// what was brought from elsewhere. Invariants: positions only ever grow along a transcript; a read mark never goes back;
// what is imported waits for nothing and is never sent.

import type { WallMs } from '../../base/index.ts'
import type { AccountName, RoomEntryKind } from '../../protocol/index.ts'
import type { MessageId, MessageState, Road } from './peer-event.ts'
import type { Done } from './peer-store.ts'
import type { SearchTerm } from './search-words.ts'
import type { RoomKey } from './stored-room.ts'

/** Which conversation. Two spellings of a name are one person. */
export type TalkKey =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'room'; readonly room: RoomKey }
  | { readonly kind: 'channel' }

/** What became of one member's copy of an own room message. */
export interface TalkCopy {
  readonly to: string
  readonly state: MessageState
  readonly road?: Road
}

/** One entry of a transcript: a message, or a change in a room. */
export interface TalkEntry {
  /** Later entries of the same conversation have higher ones. See talk-position.ts. */
  readonly position: number
  readonly kind: RoomEntryKind
  /** Empty of a change. */
  readonly id: MessageId
  /** Who wrote it, or whom the change befell; absent where the registry's console spoke. */
  readonly from?: string
  readonly by?: string
  readonly isOwn: boolean
  readonly text?: string
  readonly sentAt: WallMs
  readonly receivedAt?: WallMs
  readonly road?: Road
  /**
   * Of own messages, as far as this peer knows it; in a room, of the copy that is furthest behind. None of what was
   * imported without an end, of a room's message that nobody got a copy of, and of what was said in the channel.
   */
  readonly state?: MessageState
  readonly reason?: string
  readonly copies?: readonly TalkCopy[]
  readonly gapBefore?: number
  /** Absent of what was imported and of drafts. */
  readonly number?: number
}

/** A conversation in the list of them. */
export interface TalkSummary {
  readonly key: TalkKey
  /** The person's name as spelled last, the room's name, empty of the channel. */
  readonly title: string
  /** The first 200 characters of its latest message. */
  readonly latest?: {
    readonly from?: string
    readonly isOwn: boolean
    readonly text: string
    readonly at: WallMs
  }
  /** When the last entry of any kind came; 0 where there is none. */
  readonly activeAt: WallMs
  /** Messages of others above `readTo`; none of people who are blocked now. */
  readonly unread: number
  readonly readTo: number
  readonly draft: string
}

/** Whose name is our own: the store does not know it. */
interface OfOwn {
  readonly own: string
}

export interface TalkPageQuery extends OfOwn {
  readonly key: TalkKey
  /** At most so many, from 1. */
  readonly count: number
  /** The last ones before this position. */
  readonly before?: number
  /** The first ones after it. */
  readonly after?: number
  /** Half of them before it and the others from it on. */
  readonly around?: number
}

/** Oldest first. */
export interface TalkPage {
  readonly entries: readonly TalkEntry[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

export interface WordQuery extends OfOwn {
  readonly terms: readonly SearchTerm[]
  readonly key?: TalkKey
  readonly from?: string
  readonly count: number
  /** Of the last hit before. */
  readonly cursor?: string
}

export interface WordHit {
  readonly key: TalkKey
  readonly entry: TalkEntry
  readonly cursor: string
}

export interface ReadMark {
  readonly hasChanged: boolean
  readonly unread: number
  readonly readTo: number
}

/** A step of a message's way. */
export interface TalkStep {
  readonly at: WallMs
  readonly step: MessageState | 'received'
  readonly to?: string
  readonly road?: Road
  readonly reason?: string
}

/** A time in which messages with somebody took one road. */
export interface RoadRun {
  readonly road: Road
  readonly from: WallMs
  readonly to: WallMs
  readonly messages: number
}

/** A message of another place. */
export interface ImportedRow {
  readonly key: TalkKey
  readonly id: MessageId
  /** Who wrote it; absent where the registry's console spoke in the channel. */
  readonly from?: AccountName
  readonly isOwn: boolean
  readonly text: string
  readonly sentAt: WallMs
  readonly receivedAt?: WallMs
  readonly road?: Road
  /** Its end; of an own message with one person only. */
  readonly state?: Exclude<MessageState, 'kept' | 'mailbox'>
}

/** `known`: those of an id that the same conversation has already. */
export interface ImportCount {
  readonly added: number
  readonly known: number
}

export interface ArchiveStore {
  /** Every conversation with an entry or a draft, every room we are in or invited to, and the channel; the latest first. */
  talks(query: OfOwn, done: Done<readonly TalkSummary[]>): void
  talkPage(query: TalkPageQuery, done: Done<TalkPage>): void
  /** The latest first. Everything that is on the disk is found. */
  findWords(query: WordQuery, done: Done<readonly WordHit[]>): void
  /** Up to the message of this id, or the last entry; undefined where the conversation has no such message. */
  markRead(query: OfOwn & { readonly key: TalkKey; readonly id?: MessageId }, done: Done<ReadMark | undefined>): void
  /** Whether it is another text than before. */
  putDraft(query: { readonly key: TalkKey; readonly text: string }, done: Done<boolean>): void
  /** Oldest first; undefined where no message has the id. Steps of whose time nothing was kept are not among them. */
  journey(query: OfOwn & { readonly id: MessageId }, done: Done<readonly TalkStep[] | undefined>): void
  /** The last `limit` messages with somebody whose road is known, in runs; the latest run first. */
  roadRuns(query: { readonly name: string; readonly limit: number }, done: Done<readonly RoadRun[]>): void
  /**
   * In the given order, before everything that is here; in the channel by their times. The same again changes nothing.
   * None of them counts as unread.
   */
  importRows(query: OfOwn & { readonly rows: readonly ImportedRow[] }, done: Done<ImportCount>): void
}
