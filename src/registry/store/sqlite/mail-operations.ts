// Mail and notices in SQLite. Invariants: a row of mail disappears only when its owner collects it or when it expires, in
// the transaction that writes the sender's notice (S5); a quota refuses, it never makes room (S6).
// docs/protocol/registry.md, "Mailbox", "Notices".

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../base/index.ts'
import { kyselyOver, type OnRollback, param, prepare } from '../../../disk/sqlite/index.ts'
import { type AccountName, foldName } from '../../../protocol/index.ts'
import type {
  Collection,
  CollectionOutcome,
  Deposit,
  DepositOutcome,
  MailRow,
  NoticeOutcome,
  NoticeRow,
  Page,
  PageQuery,
  StoreFigures,
} from '../../domain/index.ts'
import { count, MailboxIndex, messageKey } from './mailbox-index.ts'
import type { RegistryTables } from './tables.ts'

interface Notice {
  readonly to: AccountName
  readonly outcome: NoticeOutcome
  readonly proof?: Uint8Array | undefined
  readonly at: number
}

export class MailOperations {
  readonly #statements: ReturnType<typeof statements>
  readonly #index = new MailboxIndex()
  /** Notices of each account. */
  readonly #notices = new Map<string, number>()

  constructor(database: DatabaseSync) {
    this.#statements = statements(database)
    for (const row of this.#statements.mailHeads.all()) {
      const sender = foldName(row.sender)
      const { recipient, bytes, expires } = row
      this.#index.add(row.row, { recipient, sender, message: messageKey(sender, row.id), bytes, expires })
    }
    for (const { account, rows } of this.#statements.noticeCounts.all()) this.#notices.set(account, rows)
  }

  waiting(account: string): { mail: number; notices: number } {
    return { mail: this.#index.fill(account).rows, notices: this.#notices.get(account) ?? 0 }
  }

  figures(): Omit<StoreFigures, 'accounts' | 'suspended' | 'rooms'> {
    // Rows are numbered as they came, so the first is the oldest.
    const oldest = this.#statements.oldest.get({})
    const notices = [...this.#notices.values()].reduce((sum, rows) => sum + rows, 0)
    const { size: mailRows, bytes: mailBytes } = this.#index
    return { mailRows, mailBytes, notices, ...(oldest && { oldestMailAt: oldest.at }) }
  }

  deposit(deposit: Deposit, onRollback: OnRollback): DepositOutcome {
    const { recipient, id, envelope, at, expires, quota } = deposit
    const sender = foldName(deposit.sender)
    const message = messageKey(sender, id)
    const same = this.#index.find(recipient, message)
    if (same) return { kind: 'kept', isNew: false, expires: same.expires }
    if (!this.#statements.nameOf.get({ folded: recipient })) return { kind: 'unknownName' }
    const bytes = envelope.length
    const fill = this.#index.fill(recipient, sender)
    const outstanding = this.#index.countOfSender(sender) + (this.#notices.get(sender) ?? 0)
    if (fill.ofSender >= quota.perSenderMax || outstanding >= quota.outstandingMax) return { kind: 'senderQuota' }
    if (fill.rows >= quota.messagesMax || fill.bytes + bytes > quota.bytesMax) return { kind: 'mailboxFull' }
    if (this.#index.size >= quota.rowsMax || this.#index.bytes + bytes > quota.totalBytesMax) {
      return { kind: 'storeQuota' }
    }
    const { lastRow } = this.#statements.insertMail.run({
      recipient,
      sender: deposit.sender,
      id,
      at,
      expires,
      envelope,
    })
    this.#index.add(lastRow, { recipient, sender, message, bytes, expires }, onRollback)
    return { kind: 'kept', isNew: true, expires }
  }

  fetchMail({ account, after, rowsMax, bytesMax }: PageQuery): Page<MailRow> {
    const rows: MailRow[] = []
    let bytes = 0
    for (const [row, size] of this.#index.rowsAfter(account, after)) {
      bytes += size
      if (rows.length >= rowsMax || (rows.length > 0 && bytes > bytesMax)) return { rows, more: true }
      const found = this.#statements.mail.get({ row })
      assert(found, 'the index names rows of the table only')
      rows.push({ row, ...found })
    }
    return { rows, more: false }
  }

  collect({ name, rows, at }: Collection, onRollback: OnRollback): CollectionOutcome {
    const account = foldName(name)
    for (const { row } of rows) {
      const entry = this.#index.get(row)
      if (entry && entry.recipient !== account) return { kind: 'foreignRow' }
    }
    const senders = new Set<string>()
    let removed = 0
    for (const { row, outcome, proof } of rows) {
      const entry = this.#index.get(row)
      if (!entry) continue
      this.#remove(row, { to: name, outcome, proof, at }, onRollback)
      senders.add(entry.sender)
      removed += 1
    }
    return { kind: 'collected', rows: removed, senders: [...senders] }
  }

  expire(
    { before, rowsMax }: { before: number; rowsMax: number },
    onRollback: OnRollback,
  ): { rows: number; senders: string[]; more: boolean } {
    const overdue = this.#index.overdue(before, rowsMax)
    const senders = new Set<string>()
    for (const row of overdue.rows) {
      const entry = this.#index.get(row)
      const to = entry && this.#statements.nameOf.get({ folded: entry.recipient })?.name
      assert(entry && to, 'mail is kept for accounts only')
      this.#remove(row, { to, outcome: 'expired', at: before }, onRollback)
      senders.add(entry.sender)
    }
    return { rows: overdue.rows.length, senders: [...senders], more: overdue.more }
  }

  /** The recipient is no more: its mail goes with a notice to each sender, and its own notices go. */
  clear(to: AccountName, at: number, onRollback: OnRollback): string[] {
    const account = foldName(to)
    const senders = new Set<string>()
    for (const [row] of this.#index.rowsAfter(account, 0)) {
      senders.add(this.#index.get(row)?.sender ?? account)
      this.#remove(row, { to, outcome: 'expired', at }, onRollback)
    }
    const { changes } = this.#statements.removeNoticesOf.run({ account })
    if (changes > 0) this.#countNotice(account, -changes, onRollback)
    senders.delete(account)
    return [...senders]
  }

  fetchNotices({ account, after, rowsMax }: PageQuery): Page<NoticeRow> {
    const found = this.#statements.noticesAfter.all({ account, after, count: rowsMax + 1 })
    const rows = found.slice(0, rowsMax).map(({ proof, ...notice }) => (proof ? { ...notice, proof } : notice))
    return { rows, more: found.length > rowsMax }
  }

  removeNotices(
    { account, rows }: { account: string; rows: readonly number[] },
    onRollback: OnRollback,
  ): 'removed' | 'foreignRow' {
    for (const row of rows) {
      const owner = this.#statements.noticeOwner.get({ row })?.account
      if (owner !== undefined && owner !== account) return 'foreignRow'
    }
    for (const row of rows) {
      const { changes } = this.#statements.removeNotice.run({ row })
      if (changes > 0) this.#countNotice(account, -1, onRollback)
    }
    return 'removed'
  }

  #remove(row: number, notice: Notice, onRollback: OnRollback): void {
    const removed = this.#statements.removeMail.get({ row })
    assert(removed, 'the index names rows of the table only')
    const account = foldName(removed.sender)
    const { to, outcome, at } = notice
    this.#statements.insertNotice.run({
      account,
      recipient: to,
      id: removed.id,
      outcome,
      proof: notice.proof ?? null,
      at,
    })
    this.#index.remove(row, onRollback)
    this.#countNotice(account, 1, onRollback)
  }

  #countNotice(account: string, change: number, onRollback: OnRollback): void {
    count(this.#notices, account, change)
    onRollback(() => count(this.#notices, account, -change))
  }
}

function statements(database: DatabaseSync) {
  return { ...mailStatements(database), ...noticeStatements(database) }
}

function mailStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const row = param<number>('row')
  return {
    nameOf: prepare(database, db.selectFrom('account').select('name').where('folded', '=', param<string>('folded'))),
    mailHeads: prepare(
      database,
      db
        .selectFrom('mail')
        .select(['row', 'recipient', 'sender', 'id', 'expires'])
        .select((query) => query.fn<number>('length', ['envelope']).as('bytes'))
        .orderBy('row'),
    ),
    oldest: prepare(database, db.selectFrom('mail').select('at').orderBy('row').limit(1)),
    insertMail: prepare(
      database,
      db.insertInto('mail').values({
        recipient: param<string>('recipient'),
        sender: param<AccountName>('sender'),
        id: param<Uint8Array>('id'),
        at: param<number>('at'),
        expires: param<number>('expires'),
        envelope: param<Uint8Array>('envelope'),
      }),
    ),
    mail: prepare(
      database,
      db.selectFrom('mail').select(['sender as from', 'id', 'at', 'envelope']).where('row', '=', row),
    ),
    removeMail: prepare(database, db.deleteFrom('mail').where('row', '=', row).returning(['sender', 'id'])),
  }
}

function noticeStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const row = param<number>('row')
  return {
    noticeCounts: prepare(
      database,
      db
        .selectFrom('notice')
        .select('account')
        .select((query) => query.fn.countAll<number>().as('rows'))
        .groupBy('account'),
    ),
    insertNotice: prepare(
      database,
      db.insertInto('notice').values({
        account: param<string>('account'),
        recipient: param<AccountName>('recipient'),
        id: param<Uint8Array>('id'),
        outcome: param<NoticeOutcome>('outcome'),
        proof: param<Uint8Array | null>('proof'),
        at: param<number>('at'),
      }),
    ),
    noticesAfter: prepare(
      database,
      db
        .selectFrom('notice')
        .select(['row', 'id', 'recipient as to', 'outcome', 'proof', 'at'])
        .where('account', '=', param<string>('account'))
        .where('row', '>', param<number>('after'))
        .orderBy('row')
        .limit(param<number>('count')),
    ),
    noticeOwner: prepare(database, db.selectFrom('notice').select('account').where('row', '=', row)),
    removeNotice: prepare(database, db.deleteFrom('notice').where('row', '=', row)),
    removeNoticesOf: prepare(database, db.deleteFrom('notice').where('account', '=', param<string>('account'))),
  }
}
