// Queries that are written and typed with Kysely, compiled once, and run as prepared statements: building a query costs
// more than running it. `param('name')` stands in the query where a value comes at run time.

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Compilable } from 'kysely'

class Param {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A place for a value of type `T` that each run of the statement gives under `name`. */
export function param<T>(name: string): T {
  return new Param(name) as T
}

export type StatementValues = Readonly<Record<string, SQLInputValue>>

export class Statement<Row> {
  readonly #statement: StatementSync
  readonly #parameters: readonly unknown[]

  constructor(database: DatabaseSync, query: Compilable<Row>) {
    const compiled = query.compile()
    this.#statement = database.prepare(compiled.sql)
    this.#parameters = compiled.parameters
  }

  /** Runs it; how many rows changed and the last row number given. */
  run(values: StatementValues = {}): { changes: number; lastRow: number } {
    const { changes, lastInsertRowid } = this.#statement.run(...this.#bind(values))
    return { changes: Number(changes), lastRow: Number(lastInsertRowid) }
  }

  get(values: StatementValues = {}): Row | undefined {
    return this.#statement.get(...this.#bind(values)) as Row | undefined
  }

  all(values: StatementValues = {}): Row[] {
    return this.#statement.all(...this.#bind(values)) as Row[]
  }

  #bind(values: StatementValues): SQLInputValue[] {
    const bound: SQLInputValue[] = []
    for (const parameter of this.#parameters) {
      if (parameter instanceof Param) {
        const value = values[parameter.name]
        if (value === undefined) throw new TypeError(`the statement needs a value for ${parameter.name}`)
        bound.push(value)
      } else bound.push(parameter as SQLInputValue)
    }
    return bound
  }
}

/** Compiles and prepares a query of the database. */
export function prepare<Row>(database: DatabaseSync, query: Compilable<Row>): Statement<Row> {
  return new Statement(database, query)
}
