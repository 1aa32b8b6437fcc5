// One conversation as a line of entries that is read in both directions. Invariant: whatever the sizes of the pieces, they
// are the whole line once and in order. What a page costs depends on its size, not on the length of the line.

import type { TalkEntry, TalkPage, TalkPageQuery } from '../../domain/index.ts'

/** What can be asked of a line; all answers are oldest first. */
export interface TalkSource {
  /** The last `count` entries before a position. */
  before(position: number, count: number): TalkEntry[]
  /** The first `count` entries after a position. */
  after(position: number, count: number): TalkEntry[]
  /** The position of the last entry that is no draft, or 0. */
  last(): number
  /** The position of the last message of an id; undefined where there is none. */
  find(id: string): number | undefined
  /** Messages of others above a position. */
  unread(readTo: number): number
}

/** The highest of some positions. */
export function highestOf(positions: readonly number[]): number | undefined {
  return positions.length === 0 ? undefined : Math.max(...positions)
}

const end = Number.MAX_SAFE_INTEGER

export function pageOf(source: TalkSource, { count, before, after, around }: TalkPageQuery): TalkPage {
  if (around !== undefined) {
    const half = Math.floor(count / 2)
    return joined(source.before(around, half + 1), half, source.after(around - 1, count - half + 1), count - half)
  }
  if (after !== undefined) return joined(source.before(after + 1, 1), 0, source.after(after, count + 1), count)
  const later = before === undefined ? [] : source.after(before - 1, 1)
  return joined(source.before(before ?? end, count + 1), count, later, 0)
}

/** What is more than asked for on either side only says that there is more. */
function joined(early: TalkEntry[], earlyMax: number, late: TalkEntry[], lateMax: number): TalkPage {
  const shown = earlyMax === 0 ? [] : early.slice(-earlyMax)
  return {
    entries: [...shown, ...late.slice(0, lateMax)],
    hasBefore: early.length > earlyMax,
    hasAfter: late.length > lateMax,
  }
}
