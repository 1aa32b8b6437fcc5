// Up in an empty box brings back what one wrote here last, once more the one before it; Down goes back to the empty box.

import { useRef } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { usePage } from '../model/index.ts'

const entriesRead = 200

export interface Recall {
  /** Takes the key where it means this: 1 for Up. */
  readonly press: (step: 1 | -1) => boolean
  readonly forget: () => void
}

export function useRecall(conversation: ConversationKey, text: string, write: (text: string) => void): Recall {
  const page = usePage()
  const texts = useRef<Promise<readonly string[]>>(undefined)
  const at = useRef(-1)
  const shown = useRef('')
  const load = async (): Promise<readonly string[]> => {
    const { entries } = await page.peer.transcript({ key: conversation, count: entriesRead })
    const own = entries.filter((entry) => entry.isOwn && entry.kind === 'message')
    return [...new Set(own.map((entry) => entry.text ?? '').toReversed())]
  }
  const go = async (step: 1 | -1): Promise<void> => {
    texts.current ??= load()
    const found = await texts.current
    at.current = Math.max(-1, Math.min(found.length - 1, at.current + step))
    shown.current = found[at.current] ?? ''
    write(shown.current)
  }
  const forget = (): void => {
    texts.current = undefined
    at.current = -1
    shown.current = ''
  }
  const press = (step: 1 | -1): boolean => {
    if (text === '') forget()
    else if (at.current < 0 || text !== shown.current) return false
    if (text === '' && step === -1) return false
    // Where the peer is lost, the key does nothing.
    go(step).catch(forget)
    return true
  }
  return { press, forget }
}
