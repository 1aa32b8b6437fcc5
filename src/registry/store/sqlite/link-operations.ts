// Notes of links in SQLite. Invariant: never more rows than the caller allows, counted in memory, as counting them in the
// table would cost each login a walk through all of them.

import type { DatabaseSync } from 'node:sqlite'
import { kyselyOver, type OnRollback, param, prepare } from '../../../disk/sqlite/index.ts'
import type { RememberedLink } from '../../domain/index.ts'
import type { RegistryTables } from './tables.ts'

export class LinkOperations {
  readonly #statements: ReturnType<typeof statements>
  #count: number

  constructor(database: DatabaseSync) {
    this.#statements = statements(database)
    this.#count = this.#statements.count.get()?.count ?? 0
  }

  remember({ link, linksMax }: { link: RememberedLink; linksMax: number }, onRollback: OnRollback): void {
    const { ours, address } = link
    const row = { ours, host: address.host, port: address.port }
    if (this.#statements.move.run(row).changes > 0 || this.#count >= linksMax) return
    this.#statements.insert.run(row)
    this.#countRows(1, onRollback)
  }

  forget({ ours }: { ours: Uint8Array }, onRollback: OnRollback): void {
    this.#countRows(-this.#statements.remove.run({ ours }).changes, onRollback)
  }

  takeAll(onRollback: OnRollback): RememberedLink[] {
    const rows = this.#statements.all.all({})
    this.#statements.removeAll.run({})
    this.#countRows(-this.#count, onRollback)
    return rows.map(({ ours, host, port }) => ({ ours, address: { host, port } }))
  }

  #countRows(change: number, onRollback: OnRollback): void {
    this.#count += change
    onRollback(() => (this.#count -= change))
  }
}

function statements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const ours = param<Uint8Array>('ours')
  const address = { host: param<string>('host'), port: param<number>('port') }
  return {
    count: prepare(database, db.selectFrom('link').select(db.fn.countAll<number>().as('count'))),
    all: prepare(database, db.selectFrom('link').selectAll()),
    move: prepare(database, db.updateTable('link').set(address).where('ours', '=', ours)),
    insert: prepare(database, db.insertInto('link').values({ ours, ...address })),
    remove: prepare(database, db.deleteFrom('link').where('ours', '=', ours)),
    removeAll: prepare(database, db.deleteFrom('link')),
  }
}
