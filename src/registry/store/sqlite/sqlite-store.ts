// The registry's store in one SQLite file: the caller's side of the thread in worker.ts. `done` is called after the
// commit, in a turn of the caller's loop.

import { type StoreThread, workerModule } from '../../../disk/index.ts'
import type { AccountName } from '../../../protocol/index.ts'
import type {
  ClaimOutcome,
  Collection,
  CollectionOutcome,
  Deposit,
  DepositOutcome,
  Done,
  MailRow,
  NameClaim,
  NoticeRow,
  Page,
  PageQuery,
  PrekeyUpload,
  RememberedLink,
  SeenAccount,
  Store,
  StoredAccount,
  TakenPrekey,
} from '../../domain/index.ts'

/** The worker module to start a `StoreThread` with. */
export const sqliteStoreWorker: URL = workerModule(import.meta.url, './worker')

export class SqliteStore implements Store {
  readonly #thread: Pick<StoreThread, 'call'>

  constructor(thread: Pick<StoreThread, 'call'>) {
    this.#thread = thread
  }

  claimName(claim: NameClaim, done: Done<ClaimOutcome>): void {
    this.#call('claimName', claim, done)
  }

  account(name: string, done: Done<StoredAccount | undefined>): void {
    this.#call('account', { name }, done)
  }

  namesLike(name: string, count: number, done: Done<readonly AccountName[]>): void {
    this.#call('namesLike', { name, count }, done)
  }

  recentAccounts(count: number, done: Done<readonly SeenAccount[]>): void {
    this.#call('recentAccounts', { count }, done)
  }

  markSeen(name: string, at: number, done: Done<void>): void {
    this.#call('markSeen', { name, at }, done)
  }

  addPrekeys(upload: PrekeyUpload, done: Done<'added' | 'full'>): void {
    this.#call('addPrekeys', upload, done)
  }

  takePrekey(name: string, done: Done<TakenPrekey>): void {
    this.#call('takePrekey', { name }, done)
  }

  deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    this.#call('deposit', deposit, done)
  }

  fetchMail(query: PageQuery, done: Done<Page<MailRow>>): void {
    this.#call('fetchMail', query, done)
  }

  collect(collection: Collection, done: Done<CollectionOutcome>): void {
    this.#call('collect', collection, done)
  }

  fetchNotices(query: PageQuery, done: Done<Page<NoticeRow>>): void {
    this.#call('fetchNotices', query, done)
  }

  removeNotices(account: string, rows: readonly number[], done: Done<'removed' | 'foreignRow'>): void {
    this.#call('removeNotices', { account, rows }, done)
  }

  expire(
    before: number,
    rowsMax: number,
    done: Done<{ readonly rows: number; readonly senders: readonly string[]; readonly more: boolean }>,
  ): void {
    this.#call('expire', { before, rowsMax }, done)
  }

  rememberLink(link: RememberedLink, linksMax: number, done: Done<void>): void {
    this.#call('rememberLink', { link, linksMax }, done)
  }

  forgetLink(ours: Uint8Array, done: Done<void>): void {
    this.#call('forgetLink', { ours }, done)
  }

  takeLinks(done: Done<readonly RememberedLink[]>): void {
    this.#call('takeLinks', {}, done)
  }

  #call<T>(operation: string, argument: unknown, done: Done<T>): void {
    this.#thread.call(operation, argument, done as Done<unknown>)
  }
}
