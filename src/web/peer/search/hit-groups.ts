// What was found, as it is shown: by conversation, and of each message the part around the first of the words.

import type { ConversationKey, SearchHit } from '../../../api/index.ts'
import { keyText } from '../model/index.ts'

export interface HitGroup {
  readonly key: ConversationKey
  readonly hits: readonly SearchHit[]
}

/** The conversation with the latest hit first; in each the latest hit first. */
export function groupHits(hits: readonly SearchHit[]): readonly HitGroup[] {
  const groups = new Map<string, { readonly key: ConversationKey; readonly hits: SearchHit[] }>()
  for (const hit of hits) {
    const text = keyText(hit.key)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, { key: hit.key, hits: [hit] })
    else group.hits.push(hit)
  }
  return [...groups.values()]
}

export interface SnippetPart {
  readonly text: string
  readonly isMark: boolean
}

const before = 60
const charactersMax = 240

/** The text around the first mark on one line, cut into what was searched for and what was not. */
export function snippet(text: string, marks: readonly (readonly [number, number])[]): readonly SnippetPart[] {
  const first = marks[0]?.[0] ?? 0
  const from = wholeCharacter(text, first <= before ? 0 : first - before)
  const to = wholeCharacter(text, Math.min(text.length, from + charactersMax))
  const parts: SnippetPart[] = []
  const add = (start: number, end: number, isMark: boolean): void => {
    const part = text.slice(start, end).replace(/\s+/g, ' ')
    if (part !== '') parts.push({ text: part, isMark })
  }
  if (from > 0) parts.push({ text: '…', isMark: false })
  let at = from
  for (const [start, end] of marks) {
    if (end <= at || start >= to) continue
    const begin = Math.max(at, start)
    add(at, begin, false)
    at = Math.min(end, to)
    add(begin, at, true)
  }
  add(at, to, false)
  if (to < text.length) parts.push({ text: '…', isMark: false })
  return parts
}

/** Not between the halves of a character. */
function wholeCharacter(text: string, at: number): number {
  return at > 0 && /[\udc00-\udfff]/.test(text[at] ?? '') && /[\ud800-\udbff]/.test(text[at - 1] ?? '') ? at - 1 : at
}
