// The peer's store in one SQLite file: the caller's side of the thread in worker.ts. `done` is called after the commit, in
// a turn of the caller's loop.

import { type StoreThread, workerModule } from '../../../disk/index.ts'
import type {
  CommitOutcome,
  Done,
  HistoryQuery,
  HistoryRow,
  KnownMessage,
  MessageId,
  PeerChange,
  PeerState,
  PeerStore,
  RoomHistoryQuery,
  StoredChannelRow,
  StoredRoomEntry,
} from '../../domain/index.ts'

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

  #call<T>(operation: string, argument: unknown, done: Done<T>): void {
    this.#thread.call(operation, argument, done as Done<unknown>)
  }
}
