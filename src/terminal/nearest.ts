// The word somebody may have meant: fewest edits (insert, delete, replace, swap of neighbours), and few enough that the
// guess is worth saying.

/** The candidate nearest to `word`, or undefined where none is near. */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.slice(0, 64).toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    const folded = candidate.toLowerCase()
    const distance = wanted.length >= 2 && folded.startsWith(wanted) ? 1 : editDistance(wanted, folded)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let twoAgo: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1)
      cost = Math.min(cost, (previous[j - 1] as number) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(swapped ? Math.min(cost, (twoAgo[j - 2] as number) + 1) : cost)
    }
    twoAgo = previous
    previous = row
  }
  return previous[b.length] as number
}
