// Rows in an order that is not the one of their coming, by positions made of slot and rank (talk-position.ts). All that is
// asked is answered from the index of that order. Invariant: pages never loop, whatever somebody claims: a rank that is
// too high to be told apart is stepped over.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { draftPositionMin, placeOf, positionOf, ranksPerSlot, slotMax } from '../../domain/archive.ts'

type Values = Readonly<Record<string, SQLInputValue>>

export interface SlotShape<Row> {
  readonly table: string
  /** Which rows, as SQL over the scope. */
  readonly where: string
  readonly slot: string
  /** The order, as columns; the slot first. */
  readonly order: readonly string[]
  /** The values of the order's columns, by their names. */
  readonly place: (row: Row) => Values
  readonly slotOf: (row: Row) => number
  /** Messages of others (`:own` is our folded name), as SQL. */
  readonly unread: string
}

export interface PlacedRow<Row> {
  readonly row: Row
  readonly position: number
}

export class SlotLine<Row> {
  readonly #shape: SlotShape<Row>
  readonly #run: ReturnType<typeof statements>

  constructor(database: DatabaseSync, shape: SlotShape<Row>) {
    this.#shape = shape
    this.#run = statements(database, shape)
  }

  /** The last `count` rows before a position, oldest first. */
  before(scope: Values, position: number, count: number): PlacedRow<Row>[] {
    const { slot, rank } = placeOf(Math.min(position, draftPositionMin))
    const there = slot > slotMax ? 0 : this.#countAt(scope, slot)
    const values = { high: slot >= slotMax ? Number.MAX_SAFE_INTEGER : slot, skip: Math.max(0, there - rank), count }
    return this.#placed(scope, (this.#run.before.all({ ...scope, ...values }) as Row[]).toReversed())
  }

  /** The first `count` rows after a position, oldest first. */
  after(scope: Values, position: number, count: number): PlacedRow<Row>[] {
    const { slot, rank } = placeOf(position)
    if (slot > slotMax) return []
    const there = this.#countAt(scope, slot)
    const skip = rank === ranksPerSlot - 1 ? there : Math.min(rank + 1, there)
    return this.#placed(scope, this.#run.after.all({ ...scope, low: slot, skip, count }) as Row[])
  }

  position(scope: Values, row: Row): number {
    const slot = this.#shape.slotOf(row)
    const values = { ...scope, ...this.#shape.place(row), low: Math.min(slot, slotMax) }
    return positionOf(slot, Number(this.#run.rank.get(values)?.['rank']))
  }

  /** Messages of others above a position; none of people who are blocked. */
  unread(scope: Values, position: number, own: string): number {
    const { slot, rank } = placeOf(position)
    const above = this.#run.unreadAbove.get({ ...scope, slot, own })
    const within = this.#run.unreadWithin.get({ ...scope, slot, own, skip: rank + 1 })
    return Number(above?.['unread']) + Number(within?.['unread'])
  }

  #countAt(scope: Values, slot: number): number {
    const high = slot === slotMax ? Number.MAX_SAFE_INTEGER : slot
    return Number(this.#run.countAt.get({ ...scope, low: slot, high })?.['there'])
  }

  #placed(scope: Values, rows: readonly Row[]): PlacedRow<Row>[] {
    const placed: PlacedRow<Row>[] = []
    let slot: number | undefined
    let rank = 0
    for (const row of rows) {
      const own = Math.min(this.#shape.slotOf(row), slotMax)
      if (slot === undefined) rank = placeOf(this.position(scope, row)).rank
      else rank = own === slot ? rank + 1 : 0
      slot = own
      placed.push({ row, position: positionOf(own, rank) })
    }
    return placed
  }
}

function statements(database: DatabaseSync, { table, where, slot, order, unread }: SlotShape<never>) {
  const rows = `FROM ${table} WHERE ${where}`
  const forwards = order.join(', ')
  const backwards = order.map((column) => `${column} DESC`).join(', ')
  const places = order.map((column) => `:${column}`).join(', ')
  return {
    countAt: database.prepare(`SELECT count(*) AS there ${rows} AND ${slot} BETWEEN :low AND :high`),
    before: database.prepare(`SELECT * ${rows} AND ${slot} <= :high ORDER BY ${backwards} LIMIT :count OFFSET :skip`),
    after: database.prepare(`SELECT * ${rows} AND ${slot} >= :low ORDER BY ${forwards} LIMIT :count OFFSET :skip`),
    rank: database.prepare(`SELECT count(*) AS rank ${rows} AND ${slot} >= :low AND (${forwards}) < (${places})`),
    unreadAbove: database.prepare(`SELECT count(*) AS unread ${rows} AND ${slot} > :slot AND ${unread}`),
    unreadWithin: database.prepare(
      `SELECT count(*) AS unread FROM
         (SELECT * ${rows} AND ${slot} = :slot ORDER BY ${forwards} LIMIT -1 OFFSET :skip) WHERE ${unread}`,
    ),
  }
}
