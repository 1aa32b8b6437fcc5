// The one log that assistive technology reads out: what comes while the conversation is open, and nothing else.

import { type ReactNode, useEffect, useState } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { usePageEvents } from '../model/index.ts'
import { plainText } from '../words/index.ts'
import { changeSentence } from './change-sentence.ts'
import { liveEntry } from './live-entry.ts'

const linesMax = 5
const charactersMax = 300
/** Then they are read, and would only stand twice in the page. */
const clearAfterMs = 20_000

interface Line {
  readonly key: string
  readonly text: string
}

export function Announcer(props: { readonly conversation: ConversationKey; readonly self: string }): ReactNode {
  const { conversation, self } = props
  const [lines, setLines] = useState<readonly Line[]>([])
  usePageEvents((event) => {
    if (event.type === 'resumed') return
    const entry = liveEntry(event, conversation, self)
    if (entry === undefined || entry.isOwn) return
    const what = entry.kind === 'message' ? (entry.text ?? '').slice(0, charactersMax) : changeSentence(entry, self)
    const text = entry.kind === 'message' ? `${entry.from ?? 'The registry'}: ${what}` : what
    setLines((former) => [...former, { key: entry.key, text: plainText(text) }].slice(-linesMax))
  })
  useEffect(() => {
    if (lines.length === 0) return undefined
    const timer = setTimeout(() => setLines([]), clearAfterMs)
    return () => clearTimeout(timer)
  }, [lines])
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-relevant="additions" aria-label="New messages">
      {lines.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  )
}
