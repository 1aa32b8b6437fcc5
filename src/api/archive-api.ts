// The part of the peer API about what was said: conversations with what is unread in them, pages of their transcripts,
// search, drafts, a message's journey, and what is known of a person. It reads and marks; nothing here sends.

import type { Friend } from './account-api.ts'
import type { MessageState, Road } from './peer-api.ts'
import type { RoomChange } from './room-api.ts'

/** Which conversation: with one person, of a room, or the registry's channel. Two spellings of a name are one person. */
export type ConversationKey =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'room'; readonly room: number }
  | { readonly kind: 'channel' }

/** What became of one member's copy of an own room message. */
export interface CopyState {
  readonly to: string
  readonly state: MessageState
  readonly road?: Road
}

/** One entry of a transcript. Times are wall milliseconds, as the senders' clocks had them: they may be nonsense. */
export interface TranscriptEntry {
  /** Where it is in its transcript: later entries have higher ones. The cursor of pages. */
  readonly position: number
  readonly kind: 'message' | RoomChange
  /** 32 hexadecimal digits; empty of a room's change. */
  readonly id: string
  /** Who wrote it; of a change whom it befell; absent where the registry's console spoke. */
  readonly from?: string
  /** Of a change: who did it, where that is somebody else. */
  readonly by?: string
  readonly isOwn: boolean
  /** Of a message; of `named` the new name. */
  readonly text?: string
  readonly sentAt: number
  readonly receivedAt?: number
  readonly road?: Road
  /**
   * Only of own messages. Of a room: how far the copy is that is furthest behind. Absent where nothing is claimed: of what
   * the channel has, of a room's message that nobody else was there for, of what was imported without its end.
   */
  readonly state?: MessageState
  /** Why it failed, or why it waits: a code. */
  readonly reason?: string
  /** Of own messages of a room. */
  readonly copies?: readonly CopyState[]
  /** How many messages of this sender, just before this one, will never come. */
  readonly gapBefore?: number
  /** Its place in a room's or the channel's numbering. */
  readonly number?: number
}

/** One row of the list of conversations. */
export interface ConversationRow {
  readonly key: ConversationKey
  /** The person's name as spelled last, the room's name (or empty), empty for the channel. */
  readonly title: string
  readonly latest?: { readonly from?: string; readonly isOwn: boolean; readonly text: string; readonly at: number }
  /** Messages of others after the last one that any face of this peer marked as read. */
  readonly unread: number
  /** Position of the last entry that was read; 0 where none was. Whatever is above it is new. */
  readonly readTo: number
  /** What was typed and not sent; empty where nothing was. */
  readonly draft: string
}

export interface TranscriptQuery {
  readonly key: ConversationKey
  /** At most so many entries, 1 to 1,000; fewer where their texts are long, with `hasBefore` or `hasAfter`. */
  readonly count: number
  /** The latest ones before this position. Without `before`, `after` and `around`: the last ones. */
  readonly before?: number
  /** The first ones after it. */
  readonly after?: number
  /** Half of them before and half from it on: what a search found, in its place. */
  readonly around?: number
}

/** Oldest first. */
export interface TranscriptPage {
  readonly entries: readonly TranscriptEntry[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

export interface SearchQuery {
  /** Words that must all be there, whatever their case or accents; the last one may be a beginning. `"a b"`: together. */
  readonly words: string
  /** Only there; absent: everywhere. */
  readonly key?: ConversationKey
  /** Only by this person. */
  readonly from?: string
  /** At most so many, 1 to 200; the latest first. */
  readonly count: number
  /** Only hits before this one's `cursor`. */
  readonly cursor?: string
}

export interface SearchHit {
  readonly key: ConversationKey
  readonly entry: TranscriptEntry
  /** Where in the text the words are: [from, to) in UTF-16 units. */
  readonly marks: readonly (readonly [number, number])[]
  readonly cursor: string
}

/** A step of a message's way, as far as this peer knows it. */
export interface JourneyStep {
  readonly at: number
  readonly step: MessageState | 'received'
  /** Of a room: whose copy. */
  readonly to?: string
  readonly road?: Road
  readonly reason?: string
}

/** A time in which messages with somebody took one road. */
export interface RoadPeriod {
  readonly road: Road
  readonly from: number
  readonly to: number
  readonly messages: number
}

/** A key as people compare it. */
export interface KeyWords {
  /** Eight groups of four letters. */
  readonly fingerprint: string
  /** The same key as twelve words of the BIP-39 English list. */
  readonly words: readonly string[]
}

/** What is known of a person. */
export interface ContactCard extends Friend {
  readonly busy?: boolean
  /** The pinned identity; absent before anything was sent or received. */
  readonly key?: KeyWords
  /** Another identity that was shown: nothing is sent until `acceptIdentity`. */
  readonly offered?: KeyWords
  /** Round trip of the live link, ms. */
  readonly rttMs?: number
  /** Latest first; at most 20, out of the last 500 messages. */
  readonly roads: readonly RoadPeriod[]
}

/** A message of another place, such as a file of `export`. */
export interface ImportedMessage {
  readonly key: ConversationKey
  readonly id: string
  readonly from?: string
  readonly isOwn: boolean
  readonly text: string
  readonly sentAt: number
  readonly receivedAt?: number
  readonly road?: Road
  readonly state?: MessageState
}

export interface ImportOutcome {
  readonly added: number
  /** They were here already. */
  readonly known: number
  /** Of rooms that this peer is not in. */
  readonly skipped: number
}

export type ArchiveEvent =
  /** Some face of this peer read up to there. */
  | { readonly type: 'read'; readonly key: ConversationKey; readonly unread: number; readonly readTo: number }
  /** Some face of this peer left a draft, or took it away. */
  | { readonly type: 'draft'; readonly key: ConversationKey; readonly text: string }

export interface ArchiveApi {
  /** Every conversation with a message, a draft or a room that is open to us; the channel always. Latest first. */
  conversations(): Promise<readonly ConversationRow[]>
  transcript(query: TranscriptQuery): Promise<TranscriptPage>
  /** Latest first. Rejects with `badSearch` where there is no word in it. */
  search(query: SearchQuery): Promise<readonly SearchHit[]>
  /** Marks all up to this message as read; without `id`, all there is. Never goes back. Tells all faces by `read`. */
  markRead(key: ConversationKey, id?: string): Promise<void>
  /** Keeps what was typed, at most 65,536 bytes; '' takes it away. Tells all faces by `draft`. */
  setDraft(key: ConversationKey, text: string): Promise<void>
  /** Oldest step first; of steps before this peer kept their times nothing is said. Rejects with `unknownMessage`. */
  journey(id: string): Promise<readonly JourneyStep[]>
  /** Rejects with `unknownName` where the name is neither known here nor at the registry. */
  contact(name: string): Promise<ContactCard>
  /**
   * At most 1,000 at once, all in one commit. Older than all that is here: they stand before it, those of a later call
   * before those of an earlier one. Nothing is sent for them. Rejects with `badImport` {index, problem}.
   */
  importMessages(messages: readonly ImportedMessage[]): Promise<ImportOutcome>
}
