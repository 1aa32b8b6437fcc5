// Who has which mail, in memory: the mail table is only ever appended to and removed from by row number, so a deposit
// rewrites one page of the file instead of two (measured 191,000 against 46,000 deposits a second). Rebuilt at the start.
// Invariant: the index says what the table says at every commit; each change registers how it is undone.

import { assert } from '../../../base/index.ts'
import type { OnRollback } from '../../../disk/sqlite/index.ts'

export interface MailEntry {
  readonly recipient: string
  /** Folded. */
  readonly sender: string
  readonly message: string
  readonly bytes: number
  readonly expires: number
}

class Box {
  /** Ascending by row number. */
  rows = new Map<number, MailEntry>()
  readonly rowOfMessage = new Map<string, number>()
  readonly countOfSender = new Map<string, number>()
  bytes = 0
}

export class MailboxIndex {
  readonly #rows = new Map<number, MailEntry>()
  readonly #boxes = new Map<string, Box>()
  readonly #countOfSender = new Map<string, number>()
  #bytes = 0
  /** No row expires before this. */
  #earliestExpiry = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#rows.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(row: number): MailEntry | undefined {
    return this.#rows.get(row)
  }

  find(recipient: string, message: string): MailEntry | undefined {
    const row = this.#boxes.get(recipient)?.rowOfMessage.get(message)
    return row === undefined ? undefined : this.#rows.get(row)
  }

  /** How much waits in a box: rows, their bytes, and the rows of one sender. */
  fill(recipient: string, sender = ''): { rows: number; bytes: number; ofSender: number } {
    const box = this.#boxes.get(recipient)
    if (!box) return { rows: 0, bytes: 0, ofSender: 0 }
    return { rows: box.rows.size, bytes: box.bytes, ofSender: box.countOfSender.get(sender) ?? 0 }
  }

  /** Rows of one sender in all boxes. */
  countOfSender(sender: string): number {
    return this.#countOfSender.get(sender) ?? 0
  }

  /** Row numbers of one box above `after`, ascending, with their sizes. */
  *rowsAfter(recipient: string, after: number): Generator<readonly [row: number, bytes: number]> {
    const box = this.#boxes.get(recipient)
    if (!box) return
    for (const [row, entry] of box.rows) if (row > after) yield [row, entry.bytes]
  }

  /** Up to `rowsMax` rows whose time is over, and whether there are more. */
  overdue(before: number, rowsMax: number): { rows: number[]; more: boolean } {
    if (before < this.#earliestExpiry) return { rows: [], more: false }
    const rows: number[] = []
    let earliest = Number.POSITIVE_INFINITY
    for (const [row, entry] of this.#rows) {
      if (entry.expires > before) earliest = Math.min(earliest, entry.expires)
      else if (rows.length < rowsMax) rows.push(row)
      else return { rows, more: true }
    }
    // What is removed now may come back if the commit fails, so the bound rises only when nothing was found.
    if (rows.length === 0) this.#earliestExpiry = earliest
    return { rows, more: false }
  }

  add(row: number, entry: MailEntry, onRollback?: OnRollback): void {
    this.#put(row, entry)
    onRollback?.(() => this.#drop(row))
  }

  remove(row: number, onRollback: OnRollback): void {
    const entry = this.#drop(row)
    onRollback(() => {
      this.#put(row, entry)
      const box = this.#boxes.get(entry.recipient)
      if (box) box.rows = new Map([...box.rows].toSorted(([a], [b]) => a - b))
    })
  }

  #put(row: number, entry: MailEntry): void {
    const { recipient, sender, message, bytes, expires } = entry
    let box = this.#boxes.get(recipient)
    if (!box) {
      box = new Box()
      this.#boxes.set(recipient, box)
    }
    box.rows.set(row, entry)
    box.rowOfMessage.set(message, row)
    count(box.countOfSender, sender, 1)
    box.bytes += bytes
    this.#rows.set(row, entry)
    count(this.#countOfSender, sender, 1)
    this.#bytes += bytes
    this.#earliestExpiry = Math.min(this.#earliestExpiry, expires)
  }

  #drop(row: number): MailEntry {
    const entry = this.#rows.get(row)
    const box = entry && this.#boxes.get(entry.recipient)
    assert(entry && box, 'only a row that is there is removed')
    box.rows.delete(row)
    box.rowOfMessage.delete(entry.message)
    count(box.countOfSender, entry.sender, -1)
    box.bytes -= entry.bytes
    if (box.rows.size === 0) this.#boxes.delete(entry.recipient)
    this.#rows.delete(row)
    count(this.#countOfSender, entry.sender, -1)
    this.#bytes -= entry.bytes
    return entry
  }
}

/** A message of one sender: ids are the senders' own, so nobody can take another's. */
export function messageKey(sender: string, id: Uint8Array): string {
  return `${sender}\0${String.fromCharCode(...id)}`
}

/** Adds to a counter that is forgotten at 0. */
export function count(counts: Map<string, number>, key: string, change: number): void {
  const sum = (counts.get(key) ?? 0) + change
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}
