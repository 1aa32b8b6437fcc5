// The registry's store in one SQLite file: the caller's side of the thread in worker.ts. `done` is called after the
// commit, in a turn of the caller's loop.

import { type StoreThread, workerModule } from '../../../disk/index.ts'
import type { AccountName, ChannelRow, RoomEntry, RoomRecord } from '../../../protocol/index.ts'
import type {
  ChannelHead,
  ChannelQuery,
  ClaimOutcome,
  Collection,
  CollectionOutcome,
  Credential,
  Deposit,
  DepositOutcome,
  Done,
  FreedName,
  Heard,
  Hearing,
  MailRow,
  NameClaim,
  NewInvite,
  NoticeRow,
  Numbering,
  NumberingOutcome,
  Page,
  PageQuery,
  PrekeyUpload,
  RecordChange,
  RememberedLink,
  RoomChange,
  RoomLogQuery,
  RoomMaking,
  RoomOutcome,
  RoomsQuery,
  Said,
  Saying,
  SeenAccount,
  Store,
  StoredAccount,
  StoreFigures,
  SuspendedAccount,
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

  credential(name: string, done: Done<Credential | undefined>): void {
    this.#call('credential', { name }, done)
  }

  changeRecord(change: RecordChange, done: Done<'changed' | 'wrong'>): void {
    this.#call('changeRecord', change, done)
  }

  forgetDevice(name: string, device: Uint8Array, done: Done<void>): void {
    this.#call('forgetDevice', { name, device }, done)
  }

  addInvite(invite: NewInvite, done: Done<'added' | 'full'>): void {
    this.#call('addInvite', invite, done)
  }

  freeName(name: string, at: number, done: Done<FreedName>): void {
    this.#call('freeName', { name, at }, done)
  }

  suspend(name: string, at: number, done: Done<AccountName | undefined>): void {
    this.#call('suspend', { name, at }, done)
  }

  resume(name: string, done: Done<AccountName | undefined>): void {
    this.#call('resume', { name }, done)
  }

  suspendedAccounts(count: number, done: Done<readonly SuspendedAccount[]>): void {
    this.#call('suspendedAccounts', { count }, done)
  }

  figures(done: Done<StoreFigures>): void {
    this.#call('figures', {}, done)
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

  makeRoom(making: RoomMaking, done: Done<RoomOutcome>): void {
    this.#call('makeRoom', making, done)
  }

  changeRoom(change: RoomChange, done: Done<RoomOutcome>): void {
    this.#call('changeRoom', change, done)
  }

  fetchRooms(query: RoomsQuery, done: Done<Page<RoomRecord>>): void {
    this.#call('fetchRooms', query, done)
  }

  fetchRoomLog(query: RoomLogQuery, done: Done<Page<RoomEntry> | 'unknownRoom'>): void {
    this.#call('fetchRoomLog', query, done)
  }

  numberMessage(numbering: Numbering, done: Done<NumberingOutcome>): void {
    this.#call('numberMessage', numbering, done)
  }

  expireRoomLogs(before: number, rowsMax: number, done: Done<{ rows: number; more: boolean }>): void {
    this.#call('expireRoomLogs', { before, rowsMax }, done)
  }

  say(saying: Saying, done: Done<Said>): void {
    this.#call('say', saying, done)
  }

  fetchChannel(query: ChannelQuery, done: Done<Page<ChannelRow>>): void {
    this.#call('fetchChannel', query, done)
  }

  markHeard(hearing: Hearing, done: Done<Heard>): void {
    this.#call('markHeard', hearing, done)
  }

  channelHeads(count: number, done: Done<readonly ChannelHead[]>): void {
    this.#call('channelHeads', { count }, done)
  }

  expireChannel(before: number, rowsMax: number, done: Done<{ rows: number; more: boolean }>): void {
    this.#call('expireChannel', { before, rowsMax }, done)
  }

  #call<T>(operation: string, argument: unknown, done: Done<T>): void {
    this.#thread.call(operation, argument, done as Done<unknown>)
  }
}
