// The reading part of a peer's store with promises, and small arguments for it.

import { readSearch } from '../../src/peer/domain/archive.ts'
import type {
  CommitOutcome,
  ImportCount,
  ImportedRow,
  PeerChange,
  PeerState,
  PeerStore,
  ReadMark,
  RoadRun,
  TalkEntry,
  TalkKey,
  TalkPage,
  TalkPageQuery,
  TalkStep,
  TalkSummary,
  WordHit,
  WordQuery,
} from '../../src/peer/domain/index.ts'
import { answerOf } from './peer-store-suite.ts'

/** The name of whoever reads. */
export const own = 'me'

type PageDetails = { readonly [K in keyof TalkPageQuery]?: TalkPageQuery[K] | undefined }

export class ArchiveCaller {
  readonly #store: PeerStore

  constructor(store: PeerStore) {
    this.#store = store
  }

  commit(changes: readonly PeerChange[]): Promise<CommitOutcome> {
    return answerOf((done) => this.#store.commit(changes, done))
  }

  load(): Promise<PeerState> {
    return answerOf((done) => this.#store.load(done))
  }

  talks(): Promise<readonly TalkSummary[]> {
    return answerOf((done) => this.#store.talks({ own }, done))
  }

  /** The listed conversation of this title. */
  async talk(title: string): Promise<TalkSummary | undefined> {
    return (await this.talks()).find((row) => row.title === title)
  }

  page(key: TalkKey, details: PageDetails = {}): Promise<TalkPage> {
    const query = { key, own, count: 1_000, ...details } as TalkPageQuery
    return answerOf((done) => this.#store.talkPage(query, done))
  }

  async texts(key: TalkKey, details: PageDetails = {}): Promise<string[]> {
    return (await this.page(key, details)).entries.map(({ text, kind }) => text ?? kind)
  }

  /** The whole of a conversation in pages from the beginning. */
  async walk(key: TalkKey, count: number): Promise<TalkEntry[]> {
    const whole: TalkEntry[] = []
    let after = -Number.MAX_SAFE_INTEGER + 1
    for (let isMore = true; isMore && whole.length < 10_000;) {
      const { entries, hasAfter } = await this.page(key, { count, after })
      whole.push(...entries)
      after = entries.at(-1)?.position ?? after
      isMore = hasAfter
    }
    return whole
  }

  /** The same from the end. */
  async walkBack(key: TalkKey, count: number): Promise<TalkEntry[]> {
    const whole: TalkEntry[] = []
    let before: number | undefined
    for (let isMore = true; isMore && whole.length < 10_000;) {
      const { entries, hasBefore } = await this.page(key, { count, before })
      whole.unshift(...entries)
      before = entries[0]?.position
      isMore = hasBefore
    }
    return whole
  }

  find(
    typed: string,
    details: { readonly [K in keyof WordQuery]?: WordQuery[K] | undefined } = {},
  ): Promise<readonly WordHit[]> {
    const query = { terms: readSearch(typed) ?? [], own, count: 100, ...details } as WordQuery
    return answerOf((done) => this.#store.findWords(query, done))
  }

  markRead(key: TalkKey, id?: string): Promise<ReadMark | undefined> {
    return answerOf((done) => this.#store.markRead({ key, own, ...(id !== undefined && { id }) }, done))
  }

  putDraft(key: TalkKey, text: string): Promise<boolean> {
    return answerOf((done) => this.#store.putDraft({ key, text }, done))
  }

  journey(id: string): Promise<readonly TalkStep[] | undefined> {
    return answerOf((done) => this.#store.journey({ own, id }, done))
  }

  roadRuns(name: string, limit = 500): Promise<readonly RoadRun[]> {
    return answerOf((done) => this.#store.roadRuns({ name, limit }, done))
  }

  importRows(rows: readonly ImportedRow[]): Promise<ImportCount> {
    return answerOf((done) => this.#store.importRows({ own, rows }, done))
  }
}
