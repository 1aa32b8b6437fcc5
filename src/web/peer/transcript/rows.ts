// The rows of a transcript: each entry with what stands above it (a day, the line of what is new, a gap) and whether it
// goes on with what the same person said before. Kept: one row for each entry, and the same object as long as nothing of
// it changed, so that a list draws only what is new.

import { foldName } from '../../../protocol/index.ts'
import { dayOf, dayText, saidAt } from './moment.ts'
import type { ShownEntry } from './shown-entry.ts'

/** Messages of one person within this time stand together. */
const togetherMs = 5 * 60_000

export interface Row {
  readonly key: string
  readonly entry: ShownEntry
  /** The day's name, where another one begins. */
  readonly day?: string
  readonly isUnreadStart: boolean
  /** The first of a group shows who speaks. */
  readonly isFirst: boolean
  /** The last of a group. */
  readonly isLast: boolean
}

export class RowBuilder {
  #known = new Map<string, Row>()

  /** The rows of `entries`, oldest first. */
  build(entries: readonly ShownEntry[], unreadKey: string | undefined, nowMs: number): readonly Row[] {
    const known = new Map<string, Row>()
    const firsts = entries.map((entry, at) => isFirst(entry, entries[at - 1], unreadKey))
    const rows = entries.map((entry, at) => {
      const before = entries[at - 1]
      const isOtherDay = before === undefined || dayOf(saidAt(before)) !== dayOf(saidAt(entry))
      const fresh: Row = {
        key: entry.key,
        entry,
        isUnreadStart: entry.key === unreadKey,
        isFirst: firsts[at] === true,
        isLast: firsts[at + 1] !== false,
        ...(isOtherDay && { day: dayText(saidAt(entry), nowMs) }),
      }
      const former = this.#known.get(entry.key)
      const row = former !== undefined && isSame(former, fresh) ? former : fresh
      known.set(entry.key, row)
      return row
    })
    this.#known = known
    return rows
  }
}

function isFirst(entry: ShownEntry, before: ShownEntry | undefined, unreadKey: string | undefined): boolean {
  if (before === undefined || before.kind !== 'message' || entry.kind !== 'message') return true
  if (entry.key === unreadKey || entry.gapBefore !== undefined || before.isOwn !== entry.isOwn) return true
  if (foldName(before.from ?? '') !== foldName(entry.from ?? '') && !entry.isOwn) return true
  const [then, now] = [saidAt(before), saidAt(entry)]
  return Math.abs(now - then) > togetherMs || dayOf(then) !== dayOf(now)
}

function isSame(one: Row, other: Row): boolean {
  return (
    one.entry === other.entry &&
    one.day === other.day &&
    one.isUnreadStart === other.isUnreadStart &&
    one.isFirst === other.isFirst &&
    one.isLast === other.isLast
  )
}
