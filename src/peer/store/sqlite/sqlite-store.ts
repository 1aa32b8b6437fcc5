// The peer's store in one SQLite file: the caller's side of the thread in worker.ts. `done` is called after the commit, in
// a turn of the caller's loop.

import { ok } from '../../../base/index.ts'
import { type StoreThread, workerModule } from '../../../disk/index.ts'
import type {
  CommitOutcome,
  Done,
  HistoryQuery,
  HistoryRow,
  ImportCount,
  KnownMessage,
  MessageId,
  PeerChange,
  PeerState,
  PeerStore,
  ReadMark,
  RoadRun,
  RoomHistoryQuery,
  StoredChannelRow,
  StoredRoomEntry,
  TalkPage,
  TalkPageQuery,
  TalkStep,
  TalkSummary,
  WordHit,
  WordQuery,
} from '../../domain/index.ts'
import type { SearchAnswer } from './search-operations.ts'

/** The worker module to start a `StoreThread` with. */
export const sqlitePeerStoreWorker: URL = workerModule(import.meta.url, './worker')

export class SqlitePeerStore implements PeerStore {
  readonly #thread: Pick<StoreThread, 'call'>

  constructor(thread: Pick<StoreThread, 'call'>) {
    this.#thread = thread
  }

  load(done: Done<PeerState>): void {
    this.#call('load', undefined, done)
  }

  commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void {
    this.#call('commit', changes, done)
  }

  find(query: { device: Uint8Array; counter: number; id: MessageId }, done: Done<readonly KnownMessage[]>): void {
    this.#call('find', query, done)
  }

  isKept(id: MessageId, done: Done<boolean>): void {
    this.#call('isKept', id, done)
  }

  history(query: HistoryQuery, done: Done<readonly HistoryRow[]>): void {
    this.#call('history', query, done)
  }

  conversations(done: Done<readonly string[]>): void {
    this.#call('conversations', undefined, done)
  }

  roomHistory(query: RoomHistoryQuery, done: Done<readonly StoredRoomEntry[]>): void {
    this.#call('roomHistory', query, done)
  }

  channelHistory(query: { readonly limit: number }, done: Done<readonly StoredChannelRow[]>): void {
    this.#call('channelHistory', query, done)
  }

  talks(query: { readonly own: string }, done: Done<readonly TalkSummary[]>): void {
    this.#call('talks', query, done)
  }

  talkPage(query: TalkPageQuery, done: Done<TalkPage>): void {
    this.#call('talkPage', query, done)
  }

  findWords(query: WordQuery, done: Done<readonly WordHit[]>): void {
    this.#call<SearchAnswer>('findWords', query, (now, outcome) => {
      if (!outcome.ok) done(now, outcome)
      else if (outcome.value.kind === 'found') done(now, ok(outcome.value.hits))
      else this.findWords(query, done)
    })
  }

  markRead(query: Parameters<PeerStore['markRead']>[0], done: Done<ReadMark | undefined>): void {
    this.#call('markRead', query, done)
  }

  putDraft(query: Parameters<PeerStore['putDraft']>[0], done: Done<boolean>): void {
    this.#call('putDraft', query, done)
  }

  journey(query: Parameters<PeerStore['journey']>[0], done: Done<readonly TalkStep[] | undefined>): void {
    this.#call('journey', query, done)
  }

  roadRuns(query: Parameters<PeerStore['roadRuns']>[0], done: Done<readonly RoadRun[]>): void {
    this.#call('roadRuns', query, done)
  }

  importRows(query: Parameters<PeerStore['importRows']>[0], done: Done<ImportCount>): void {
    this.#call('importRows', query, done)
  }

  #call<T>(operation: string, argument: unknown, done: Done<T>): void {
    this.#thread.call(operation, argument, done as Done<unknown>)
  }
}
