// The registry's store in memory, on virtual time, with the failures of a real one (commit-queue.ts). Written as plainly as
// can be, since the real store is compared with it.

import { assert, equalBytes, toHex } from '../../src/base/index.ts'
import { type AccountName, foldName, type SignedDeviceList, type SignedPrekey } from '../../src/protocol/index.ts'
import type {
  ClaimOutcome,
  Collection,
  CollectionOutcome,
  Credential,
  Deposit,
  DepositOutcome,
  Done,
  FreedName,
  MailRow,
  NameClaim,
  NewInvite,
  NoticeRow,
  Page,
  PageQuery,
  PrekeyUpload,
  RecordChange,
  RememberedLink,
  SeenAccount,
  Store,
  StoredAccount,
  StoreFailure,
  StoreFigures,
  SuspendedAccount,
  TakenPrekey,
} from '../../src/registry/domain/index.ts'
import type { MemoryStoreOptions } from './commit-queue.ts'
import { MemoryCredentials } from './credential-store.ts'
import { MemoryTalkStore } from './talk-store.ts'

export type { MemoryStoreOptions } from './commit-queue.ts'

interface IdentityRecord {
  version: number
  devices: SignedDeviceList
}
interface AccountRecord {
  readonly name: AccountName
  readonly identity: Uint8Array
  seen: number
  suspended?: number | undefined
}
interface PrekeyRecord {
  readonly identity: string
  readonly device: string
  readonly id: number
  readonly prekey: SignedPrekey
  kind: 'once' | 'last' | 'used'
}
interface MailRecord extends MailRow {
  readonly recipient: string
  readonly expires: number
}
interface NoticeRecord extends NoticeRow {
  readonly account: string
}

export class MemoryRegistryStore extends MemoryTalkStore implements Store {
  readonly #identities = new Map<string, IdentityRecord>()
  readonly #accounts = new Map<string, AccountRecord>()
  #prekeys: PrekeyRecord[] = []
  #mail: MailRecord[] = []
  #notices: NoticeRecord[] = []
  readonly #links = new Map<string, RememberedLink>()
  readonly #credentials = new MemoryCredentials()
  #nextRow = 1

  constructor(options: MemoryStoreOptions) {
    super(options, (account) => this.#accounts.get(account)?.name)
  }

  /** The process died: nothing uncommitted remains, nobody is answered. The same object serves the next process. */
  crash(): void {
    this.queue.crash()
  }

  /** From now on every call fails so; undefined heals it. */
  failWith(failure: StoreFailure | undefined): void {
    this.queue.failWith(failure)
  }

  /** What is in the mailboxes and on the notice board, for invariants. */
  mailIds(): readonly { readonly recipient: string; readonly sender: string; readonly id: string }[] {
    return this.#mail.map(({ recipient, from, id }) => ({ recipient, sender: foldName(from), id: toHex(id) }))
  }

  claimName(claim: NameClaim, done: Done<ClaimOutcome>): void {
    this.#commit(() => this.#claim(claim), done)
  }

  account(name: string, done: Done<StoredAccount | undefined>): void {
    this.#commit(() => this.#stored(name), done)
  }

  credential(name: string, done: Done<Credential | undefined>): void {
    this.#commit(() => {
      const stored = this.#stored(name)
      const record = this.#credentials.record(name)
      return stored && { identity: stored.identity, devices: stored.devices, ...(record && { record }) }
    }, done)
  }

  changeRecord(change: RecordChange, done: Done<'changed' | 'wrong'>): void {
    this.#commit(() => {
      const account = this.#accounts.get(change.name)
      return account && equalBytes(account.identity, change.identity) ? this.#credentials.change(change) : 'wrong'
    }, done)
  }

  forgetDevice(name: string, device: Uint8Array, done: Done<void>): void {
    this.#commit(() => this.#credentials.forgetDevice(name, device), done)
  }

  addInvite(invite: NewInvite, done: Done<'added' | 'full'>): void {
    this.#commit(() => this.#credentials.addInvite(invite), done)
  }

  freeName(name: string, at: number, done: Done<FreedName>): void {
    this.#commit(() => this.#free(name, at), done)
  }

  suspend(name: string, at: number, done: Done<AccountName | undefined>): void {
    this.#commit(() => {
      const account = this.#accounts.get(name)
      if (account) account.suspended ??= at
      return account?.name
    }, done)
  }

  resume(name: string, done: Done<AccountName | undefined>): void {
    this.#commit(() => {
      const account = this.#accounts.get(name)
      if (account) account.suspended = undefined
      return account?.name
    }, done)
  }

  suspendedAccounts(count: number, done: Done<readonly SuspendedAccount[]>): void {
    this.#commit(() => {
      const suspended = [...this.#accounts.values()].flatMap(({ name, suspended: since }) =>
        since === undefined ? [] : [{ name, since }],
      )
      return suspended.toSorted((a, b) => b.since - a.since).slice(0, count)
    }, done)
  }

  figures(done: Done<StoreFigures>): void {
    this.#commit((): StoreFigures => {
      const [oldest] = this.#mail
      return {
        accounts: this.#accounts.size,
        suspended: [...this.#accounts.values()].filter(({ suspended }) => suspended !== undefined).length,
        mailRows: this.#mail.length,
        mailBytes: sizeOf(this.#mail),
        notices: this.#notices.length,
        rooms: this.rooms.count,
        ...(oldest && { oldestMailAt: oldest.at }),
      }
    }, done)
  }

  namesLike(_name: string, count: number, done: Done<readonly AccountName[]>): void {
    this.#commit(() => [...this.#accounts.values()].map(({ name }) => name).slice(0, 2 * count), done)
  }

  recentAccounts(count: number, done: Done<readonly SeenAccount[]>): void {
    this.#commit(() => {
      const latestFirst = [...this.#accounts.values()].toSorted((a, b) => b.seen - a.seen)
      return latestFirst.slice(0, count).map(({ name, seen }) => ({ name, seen }))
    }, done)
  }

  markSeen(name: string, at: number, done: Done<void>): void {
    this.#commit(() => {
      const account = this.#accounts.get(name)
      if (account) account.seen = at
    }, done)
  }

  addPrekeys(upload: PrekeyUpload, done: Done<'added' | 'full'>): void {
    this.#commit(() => this.#addPrekeys(upload), done)
  }

  takePrekey(name: string, done: Done<TakenPrekey>): void {
    this.#commit((): TakenPrekey => {
      const account = this.#stored(name)
      if (!account) return { kind: 'unknownName' }
      const identity = toHex(account.identity)
      const left = this.#prekeys.filter((prekey) => prekey.identity === identity && prekey.kind !== 'used')
      const found = left.find((prekey) => prekey.kind === 'once') ?? left.find((prekey) => prekey.kind === 'last')
      if (!found) return { kind: 'noPrekey' }
      if (found.kind === 'once') found.kind = 'used'
      return { kind: 'taken', account, prekey: found.prekey }
    }, done)
  }

  deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    this.#commit(() => this.#deposit(deposit), done)
  }

  fetchMail(query: PageQuery, done: Done<Page<MailRow>>): void {
    this.#commit(() => {
      const rows = this.#mail.filter((row) => row.recipient === query.account && row.row > query.after)
      const page = cut(rows, query, (row) => row.envelope.length)
      return {
        rows: page.rows.map(({ row, from, id, at, envelope }) => ({ row, from, id, at, envelope })),
        more: page.more,
      }
    }, done)
  }

  collect(collection: Collection, done: Done<CollectionOutcome>): void {
    this.#commit(() => this.#collect(collection), done)
  }

  fetchNotices(query: PageQuery, done: Done<Page<NoticeRow>>): void {
    this.#commit(() => {
      const rows = this.#notices.filter((row) => row.account === query.account && row.row > query.after)
      const page = cut(rows, query, () => 0)
      return { rows: page.rows.map(({ account: _account, ...notice }) => notice), more: page.more }
    }, done)
  }

  removeNotices(account: string, rows: readonly number[], done: Done<'removed' | 'foreignRow'>): void {
    this.#commit(() => {
      const named = this.#notices.filter((notice) => rows.includes(notice.row))
      if (named.some((notice) => notice.account !== account)) return 'foreignRow'
      this.#notices = this.#notices.filter((notice) => !named.includes(notice))
      return 'removed'
    }, done)
  }

  expire(
    before: number,
    rowsMax: number,
    done: Done<{ readonly rows: number; readonly senders: readonly string[]; readonly more: boolean }>,
  ): void {
    this.#commit(() => {
      const overdue = this.#mail.filter((row) => row.expires <= before)
      const senders = new Set<string>()
      for (const row of overdue.slice(0, rowsMax)) {
        const to = this.#accounts.get(row.recipient)?.name
        assert(to, 'mail is kept for accounts only')
        this.#removeMail(row, { to, outcome: 'expired', at: before })
        senders.add(foldName(row.from))
      }
      return { rows: Math.min(overdue.length, rowsMax), senders: [...senders], more: overdue.length > rowsMax }
    }, done)
  }

  rememberLink(link: RememberedLink, linksMax: number, done: Done<void>): void {
    this.#commit(() => {
      const key = toHex(link.ours)
      if (this.#links.has(key) || this.#links.size < linksMax) this.#links.set(key, link)
    }, done)
  }

  forgetLink(ours: Uint8Array, done: Done<void>): void {
    this.#commit(() => {
      this.#links.delete(toHex(ours))
    }, done)
  }

  takeLinks(done: Done<readonly RememberedLink[]>): void {
    this.#commit(() => {
      const links = [...this.#links.values()]
      this.#links.clear()
      return links
    }, done)
  }

  #claim(claim: NameClaim): ClaimOutcome {
    const key = foldName(claim.name)
    const identity = toHex(claim.identity)
    const held = this.#accounts.get(key)
    const problem = this.#credentials.problemOf(key, held?.identity, claim)
    if (problem === 'taken') return { kind: 'taken', holder: (held as AccountRecord).identity }
    if (problem) return { kind: problem }
    if (held?.suspended !== undefined) return { kind: 'suspended' }
    const namesHeld = [...this.#accounts.values()].filter((account) => toHex(account.identity) === identity).length
    if (!held && (this.#accounts.size >= claim.accountsMax || namesHeld >= claim.namesPerIdentityMax)) {
      return { kind: 'full' }
    }
    const known = this.#identities.get(identity)
    if (known && isStale(known, claim)) return { kind: 'staleDeviceList' }
    this.#identities.set(identity, { version: claim.version, devices: claim.devices })
    const listed = new Set(claim.deviceKeys.map(toHex))
    this.#prekeys = this.#prekeys.filter((prekey) => prekey.identity !== identity || listed.has(prekey.device))
    const account = held ?? { name: claim.name, identity: claim.identity, seen: claim.at }
    account.seen = claim.at
    this.#accounts.set(key, account)
    this.#credentials.admit(key, !held, claim)
    const ofDevice = this.#prekeys.filter(
      (prekey) => prekey.device === toHex(claim.device) && prekey.identity === identity,
    )
    return {
      kind: 'claimed',
      isNew: !held,
      name: account.name,
      prekeys: ofDevice.filter((prekey) => prekey.kind === 'once').length,
      lastResortPrekey: ofDevice.some((prekey) => prekey.kind === 'last'),
      mail: this.#mail.filter((row) => row.recipient === key).length,
      notices: this.#notices.filter((notice) => notice.account === key).length,
      channel: this.channel.enter(key),
      rooms: this.rooms.waiting(key),
    }
  }

  #free(name: string, at: number): FreedName {
    const account = this.#accounts.get(name)
    if (!account) return { freed: false, senders: [], rooms: [] }
    const senders = new Set<string>()
    for (const mail of this.#mail.filter((row) => row.recipient === name)) {
      this.#removeMail(mail, { to: account.name, outcome: 'expired', at })
      senders.add(foldName(mail.from))
    }
    this.#notices = this.#notices.filter((notice) => notice.account !== name)
    senders.delete(name)
    this.#credentials.remove(name)
    const rooms = this.rooms.forgetAccount(name, at)
    this.channel.forgetAccount(name)
    this.#accounts.delete(name)
    return { freed: true, senders: [...senders], rooms }
  }

  #stored(name: string): StoredAccount | undefined {
    const account = this.#accounts.get(name)
    if (!account) return undefined
    const identity = this.#identities.get(toHex(account.identity))
    assert(identity, 'an account has an identity')
    return { name: account.name, identity: account.identity, devices: identity.devices }
  }

  #addPrekeys(upload: PrekeyUpload): 'added' | 'full' {
    const identity = toHex(upload.identity)
    const device = toHex(upload.device)
    const ofDevice = this.#prekeys.filter((prekey) => prekey.identity === identity && prekey.device === device)
    const known = new Set(ofDevice.map((prekey) => prekey.id))
    const added: PrekeyRecord[] = []
    for (const { id, kind, body, signature } of upload.prekeys) {
      if (known.has(id)) continue
      known.add(id)
      added.push({ identity, device, id, kind, prekey: { body, signature } })
    }
    const once = [...ofDevice, ...added].filter((prekey) => prekey.kind === 'once').length
    if (once > upload.onceMax) return 'full'
    const lasts = [...ofDevice, ...added].filter((prekey) => prekey.kind === 'last')
    for (const older of lasts.slice(0, -1)) older.kind = 'used'
    this.#prekeys.push(...added)
    return 'added'
  }

  #deposit(deposit: Deposit): DepositOutcome {
    const { recipient, quota } = deposit
    const sender = foldName(deposit.sender)
    if (!this.#accounts.has(recipient)) return { kind: 'unknownName' }
    const box = this.#mail.filter((row) => row.recipient === recipient)
    const ofSender = box.filter((row) => foldName(row.from) === sender)
    const same = ofSender.find((row) => equalBytes(row.id, deposit.id))
    if (same) return { kind: 'kept', isNew: false, expires: same.expires }
    if (ofSender.length >= quota.perSenderMax) return { kind: 'senderQuota' }
    const outstanding =
      this.#mail.filter((row) => foldName(row.from) === sender).length +
      this.#notices.filter((notice) => notice.account === sender).length
    if (outstanding >= quota.outstandingMax) return { kind: 'senderQuota' }
    const bytes = deposit.envelope.length
    if (box.length >= quota.messagesMax || sizeOf(box) + bytes > quota.bytesMax) return { kind: 'mailboxFull' }
    if (this.#mail.length >= quota.rowsMax || sizeOf(this.#mail) + bytes > quota.totalBytesMax) {
      return { kind: 'storeQuota' }
    }
    const { id, envelope, at, expires } = deposit
    this.#mail.push({ row: this.#nextRow++, recipient, from: deposit.sender, id, envelope, at, expires })
    return { kind: 'kept', isNew: true, expires }
  }

  #collect({ name, rows, at }: Collection): CollectionOutcome {
    const account = foldName(name)
    const named = rows.map((entry) => ({ ...entry, mail: this.#mail.find((mail) => mail.row === entry.row) }))
    if (named.some(({ mail }) => mail && mail.recipient !== account)) return { kind: 'foreignRow' }
    const senders = new Set<string>()
    let removed = 0
    for (const { mail, outcome, proof } of named) {
      if (!mail || !this.#mail.includes(mail)) continue
      this.#removeMail(mail, { to: name, outcome, at, ...(proof && { proof }) })
      senders.add(foldName(mail.from))
      removed += 1
    }
    return { kind: 'collected', rows: removed, senders: [...senders] }
  }

  #removeMail(mail: MailRecord, notice: Omit<NoticeRow, 'row' | 'id'>): void {
    this.#mail = this.#mail.filter((row) => row !== mail)
    this.#notices.push({ ...notice, row: this.#nextRow++, id: mail.id, account: foldName(mail.from) })
  }

  #commit<T>(work: () => NoInfer<T>, done: Done<T>): void {
    this.queue.commit(work, done)
  }
}

function isStale(known: IdentityRecord, claim: NameClaim): boolean {
  if (claim.version !== known.version) return claim.version < known.version
  return !equalBytes(known.devices.body, claim.devices.body)
}

function sizeOf(rows: readonly MailRecord[]): number {
  return rows.reduce((bytes, row) => bytes + row.envelope.length, 0)
}

function cut<Row>(rows: readonly Row[], query: PageQuery, bytesOf: (row: Row) => number): Page<Row> {
  let bytes = 0
  const fitting = rows.slice(0, query.rowsMax).findIndex((row, i) => (bytes += bytesOf(row)) > query.bytesMax && i > 0)
  const page = rows.slice(0, fitting < 0 ? query.rowsMax : fitting)
  return { rows: page, more: page.length < rows.length }
}
