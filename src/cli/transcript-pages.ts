// Transcripts by pages, so that a hundred thousand messages need the memory of a few hundred.

import type { ConversationKey, PeerApi, TranscriptEntry } from '../api/index.ts'

/** Small enough that a page of long messages is no burden. */
export const pageEntries = 250

type Source = Pick<PeerApi, 'transcript'>

/** All pages, the last one first; each oldest first. */
export async function* pagesBackwards(
  peer: Source,
  key: ConversationKey,
  count = pageEntries,
): AsyncGenerator<readonly TranscriptEntry[]> {
  let before: number | undefined
  for (;;) {
    const page = await peer.transcript({ key, count, ...(before === undefined ? {} : { before }) })
    if (page.entries.length > 0) yield page.entries
    before = page.entries[0]?.position
    if (!page.hasBefore || before === undefined) return
  }
}

/** All pages, the first one first. */
export async function* pagesForwards(peer: Source, key: ConversationKey): AsyncGenerator<readonly TranscriptEntry[]> {
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const page = await peer.transcript({ key, count: pageEntries, after })
    if (page.entries.length > 0) yield page.entries
    const last = page.entries.at(-1)
    if (!page.hasAfter || last === undefined) return
    after = last.position
  }
}

/** The last `count` entries that fit, oldest first. */
export async function lastEntries(
  peer: Source,
  key: ConversationKey,
  count: number,
  fits: (entry: TranscriptEntry) => boolean = () => true,
): Promise<readonly TranscriptEntry[]> {
  const found: TranscriptEntry[] = []
  if (count <= 0) return found
  for await (const entries of pagesBackwards(peer, key, Math.min(count, pageEntries))) {
    for (const entry of entries.toReversed()) {
      if (fits(entry)) found.push(entry)
      if (found.length === count) return found.toReversed()
    }
  }
  return found.toReversed()
}
