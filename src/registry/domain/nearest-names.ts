// "no such account: carol" with what may have been meant. Only a bounded set of candidates is compared, so that a wrong
// name costs the same in a registry of ten and of a million. docs/protocol/registry.md, "Names".

import { type AccountName, foldName, nearestNamesMax } from '../../protocol/index.ts'

/** Most edits (insert, remove, change, swap neighbours) between a typed name and one that is offered for it. */
const editsMax = 2

/** The candidates nearest to what was typed, nearest first; none that needs more than two edits. */
export function nearestNames(typed: string, candidates: readonly AccountName[]): readonly AccountName[] {
  const wanted = foldName(typed)
  const found: { name: AccountName; edits: number }[] = []
  for (const name of candidates) {
    const folded = foldName(name)
    if (Math.abs(folded.length - wanted.length) > editsMax) continue
    const edits = editDistance(wanted, folded)
    if (edits <= Math.min(editsMax, Math.ceil(wanted.length / 3))) found.push({ name, edits })
  }
  return found
    .toSorted((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, nearestNamesMax)
    .map(({ name }) => name)
}

/** Edits from one text to the other, neighbours swapped counting as one (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let edits = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) edits = Math.min(edits, (beforeLast[j - 2] as number) + 1)
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] as number
}
