// The text of the box, kept at the peer while it is written.

import { useEffect, useState } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { textBytesMax } from '../../../protocol/index.ts'
import { type PageModel, sameKey, usePage, usePageEvents } from '../model/index.ts'
import { DraftKeeper } from './draft-keeper.ts'
import { bytesOf } from './typed-line.ts'

export interface Draft {
  readonly text: string
  readonly write: (text: string) => void
  /** It was sent: no draft any more. */
  readonly clear: () => void
}

export function useDraft(conversation: ConversationKey): Draft {
  const page = usePage()
  const [text, setText] = useState(() => draftOf(page, conversation))
  const [keeper] = useState(
    () =>
      new DraftKeeper({
        key: conversation,
        text: draftOf(page, conversation),
        save: (key, next) => save(page, key, next),
        later: (ms, run) => {
          const timer = setTimeout(run, ms)
          return () => clearTimeout(timer)
        },
        onOther: setText,
      }),
  )
  usePageEvents((event) => {
    if (event.type === 'draft') keeper.hear(event.key, event.text)
    if (event.type === 'resumed') keeper.resume(draftOf(page, conversation))
  })
  useEffect(() => {
    const flush = (): void => keeper.flush()
    window.addEventListener('pagehide', flush)
    document.addEventListener('visibilitychange', flush)
    return () => {
      window.removeEventListener('pagehide', flush)
      document.removeEventListener('visibilitychange', flush)
      flush()
    }
  }, [keeper])
  const write = (next: string): void => {
    setText(next)
    keeper.type(next)
  }
  const clear = (): void => {
    write('')
    keeper.flush()
  }
  return { text, write, clear }
}

function draftOf(page: PageModel, conversation: ConversationKey): string {
  return page.state.conversations.find(({ key }) => sameKey(key, conversation))?.draft ?? ''
}

/** What is too long to be sent stays in the box, and its shorter beginning at the peer. */
async function save(page: PageModel, key: ConversationKey, text: string): Promise<void> {
  if (bytesOf(text) <= textBytesMax) await page.peer.setDraft(key, text)
}
