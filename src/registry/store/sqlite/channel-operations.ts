// The public channel in SQLite. Invariants: numbers have no gap and never come back; a message that is said again gets its
// first number for as long as its id is remembered. docs/protocol/registry.md, "Channel".

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../base/index.ts'
import { kyselyOver, type OnRollback, param, prepare } from '../../../disk/sqlite/index.ts'
import { type AccountName, type ChannelRow, foldName } from '../../../protocol/index.ts'
import type { ChannelHead, ChannelQuery, Heard, Hearing, Page, Said, Saying } from '../../domain/index.ts'
import type { RegistryTables } from './tables.ts'

export class ChannelOperations {
  readonly #statements: ReturnType<typeof channelStatements>
  #last: number
  /** No message before it has a text: the rows of those without are many, and are not to be walked through. */
  #firstText: number

  constructor(database: DatabaseSync) {
    this.#statements = channelStatements(database)
    this.#last = this.#statements.latest.get()?.number ?? 0
    this.#firstText = this.#statements.firstText.get({ from: 0 })?.number ?? this.#last + 1
  }

  /** Number of the latest message; an account that is new here has heard all so far. */
  enter(account: string): number {
    if (!this.#statements.mark.get({ account })) this.#statements.putMark.run({ account, number: this.#last })
    return this.#last
  }

  say({ sender, id, text, at, messagesMax, rememberedMax }: Saying, onRollback: OnRollback): Said {
    const from = sender ?? ''
    const said = this.#statements.saidBefore.get({ id, sender: from })
    if (said) return { isNew: false, ...said }
    const number = this.#last + 1
    this.#statements.insert.run({ number, sender: from, id, at, text })
    this.#statements.forgetTexts.run({ from: this.#firstText, upTo: number - messagesMax })
    this.#statements.forgetRows.run({ upTo: number - Math.max(rememberedMax, messagesMax) })
    this.#last = number
    onRollback(() => (this.#last = number - 1))
    this.#raiseFirstText(number - messagesMax + 1, onRollback)
    return { isNew: true, number, at }
  }

  fetch({ after, rowsMax, bytesMax }: ChannelQuery): Page<ChannelRow> {
    const rows: ChannelRow[] = []
    let bytes = 0
    for (const { number, size } of this.#statements.sizesFrom.all({
      from: Math.max(after + 1, this.#firstText),
      count: rowsMax + 1,
    })) {
      bytes += size
      if (rows.length >= rowsMax || (rows.length > 0 && bytes > bytesMax)) return { rows, more: true }
      const found = this.#statements.one.get({ number })
      assert(found && found.text !== null, 'its size was just read')
      const { sender, id, at, text } = found
      rows.push({ number, id, ...(sender && { from: sender }), at, text })
    }
    return { rows, more: false }
  }

  markHeard({ account, upTo }: Hearing): Heard {
    const reached = Math.min(upTo, this.#last)
    const mark = this.#statements.mark.get({ account })?.number
    if (mark === undefined || reached > mark) this.#statements.putMark.run({ account, number: reached })
    const after = mark ?? reached
    return { after, upTo: Math.max(after, reached) }
  }

  heads({ count }: { count: number }): ChannelHead[] {
    const heads = this.#statements.heads.all({ count }).toReversed()
    // The highest marks first, so that one walk counts them for all messages, the latest first.
    const marks = this.#statements.marksDown.all({ number: heads[0]?.number ?? 0 })
    let reached = 0
    const counted = heads.toReversed().map(({ number, id, sender }): ChannelHead => {
      while (reached < marks.length && (marks[reached]?.number ?? 0) >= number) reached += 1
      const ofSender =
        sender && (this.#statements.mark.get({ account: foldName(sender) })?.number ?? 0) >= number ? 1 : 0
      return { number, id, ...(sender && { from: sender }), heardBy: reached - ofSender }
    })
    return counted.toReversed()
  }

  expire(
    { before, rowsMax }: { before: number; rowsMax: number },
    onRollback: OnRollback,
  ): { rows: number; more: boolean } {
    const overdue = this.#statements.overdue.all({ from: this.#firstText, before, count: rowsMax + 1 })
    for (const { number } of overdue.slice(0, rowsMax)) this.#statements.forgetTexts.run({ from: number, upTo: number })
    const first = this.#statements.firstText.get({ from: this.#firstText })?.number ?? this.#last + 1
    this.#raiseFirstText(first, onRollback)
    return { rows: Math.min(overdue.length, rowsMax), more: overdue.length > rowsMax }
  }

  forgetAccount(account: string): void {
    this.#statements.removeMark.run({ account })
  }

  #raiseFirstText(number: number, onRollback: OnRollback): void {
    const before = this.#firstText
    this.#firstText = Math.max(before, number)
    onRollback(() => (this.#firstText = before))
  }
}

function channelStatements(database: DatabaseSync) {
  return { ...messageStatements(database), ...agingStatements(database), ...markStatements(database) }
}

function messageStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const number = param<number>('number')
  const id = param<Uint8Array>('id')
  const sender = param<AccountName | ''>('sender')
  return {
    latest: prepare(database, db.selectFrom('channel').select('number').orderBy('number', 'desc').limit(1)),
    saidBefore: prepare(
      database,
      db.selectFrom('channel').select(['number', 'at']).where('id', '=', id).where('sender', '=', sender),
    ),
    insert: prepare(
      database,
      db.insertInto('channel').values({ number, sender, id, at: param<number>('at'), text: param<string>('text') }),
    ),
    sizesFrom: prepare(
      database,
      db
        .selectFrom('channel')
        .select('number')
        .select((query) => query.fn<number>('octet_length', ['text']).as('size'))
        .where('number', '>=', param<number>('from'))
        .where('text', 'is not', null)
        .orderBy('number')
        .limit(param<number>('count')),
    ),
    one: prepare(
      database,
      db.selectFrom('channel').select(['sender', 'id', 'at', 'text']).where('number', '=', number),
    ),
    heads: prepare(
      database,
      db
        .selectFrom('channel')
        .select(['number', 'id', 'sender'])
        .orderBy('number', 'desc')
        .limit(param<number>('count')),
    ),
  }
}

function agingStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const from = param<number>('from')
  const upTo = param<number>('upTo')
  const withText = db.selectFrom('channel').select('number').where('text', 'is not', null).orderBy('number')
  return {
    firstText: prepare(database, withText.where('number', '>=', from).limit(1)),
    overdue: prepare(
      database,
      withText.where('number', '>=', from).where('at', '<=', param<number>('before')).limit(param<number>('count')),
    ),
    forgetTexts: prepare(
      database,
      db.updateTable('channel').set({ text: null }).where('number', '>=', from).where('number', '<=', upTo),
    ),
    forgetRows: prepare(database, db.deleteFrom('channel').where('number', '<=', upTo)),
  }
}

function markStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const account = param<string>('account')
  return {
    mark: prepare(database, db.selectFrom('channel_mark').select('number').where('account', '=', account)),
    marksDown: prepare(
      database,
      db
        .selectFrom('channel_mark')
        .select('number')
        .where('number', '>=', param<number>('number'))
        .orderBy('number', 'desc'),
    ),
    putMark: prepare(
      database,
      db
        .insertInto('channel_mark')
        .values({ account, number: param<number>('number') })
        .onConflict((conflict) =>
          conflict.column('account').doUpdateSet((row) => ({ number: row.ref('excluded.number') })),
        ),
    ),
    removeMark: prepare(database, db.deleteFrom('channel_mark').where('account', '=', account)),
  }
}
