// `parley search`: words in everything that was ever said, the latest first.

import type { SearchHit, SearchQuery } from '../api/index.ts'
import type { CommandDesk, Outcome } from './command-desk.ts'
import { accountNameOf, conversationOf } from './conversation-word.ts'
import { entryLine, entryObject } from './entry.ts'

export interface SearchRequest {
  readonly words: string
  /** NAME, #ROOM or `everyone`; absent: everywhere. */
  readonly with?: string
  readonly from?: string
  readonly count: number
}

/** What one question to the peer may answer. */
const pageHits = 50

export async function search(desk: CommandDesk, request: SearchRequest): Promise<Outcome> {
  const { peer, results, nowMs, warn } = desk
  const { words, from, count } = request
  const key = request.with === undefined ? undefined : await conversationOf(peer, request.with)
  const query = {
    words,
    ...(key === undefined ? {} : { key }),
    ...(from === undefined ? {} : { from: accountNameOf(from) }),
  }
  let found = 0
  for await (const hit of hits(peer, query, count)) {
    found++
    if (results.form === 'json') results.object(hitObject(hit))
    else results.line(entryLine(hit, nowMs(), true))
    await results.drained()
    if (results.closed.aborted) return undefined
  }
  if (found === 0 && results.form === 'plain') warn('nothing was found')
  return undefined
}

async function* hits(
  peer: CommandDesk['peer'],
  query: Omit<SearchQuery, 'count'>,
  count: number,
): AsyncGenerator<SearchHit> {
  let cursor: string | undefined
  for (let left = count; left > 0;) {
    const asked = Math.min(left, pageHits)
    const page = await peer.search({ ...query, count: asked, ...(cursor === undefined ? {} : { cursor }) })
    yield* page
    left -= page.length
    cursor = page.at(-1)?.cursor
    if (page.length < asked || cursor === undefined) return
  }
}

function hitObject({ marks, cursor, ...saying }: SearchHit): Record<string, unknown> {
  return { ...entryObject(saying), type: 'hit', marks, cursor }
}
