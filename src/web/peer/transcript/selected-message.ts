// The message whose journey the details show: one on the page.

import { useSyncExternalStore } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { sameKey } from '../model/index.ts'

export interface SelectedMessage {
  readonly key: ConversationKey
  readonly id: string
  readonly text: string
}

let selected: SelectedMessage | undefined
const watchers = new Set<() => void>()

/** Shows this message's journey; none shows the conversation's details again. */
export function selectMessage(message: SelectedMessage | undefined): void {
  selected = message
  for (const watcher of watchers) watcher()
}

/** The selected message of a conversation. */
export function useSelectedMessage(key: ConversationKey): SelectedMessage | undefined {
  const found = useSyncExternalStore(watch, () => selected)
  return found !== undefined && sameKey(found.key, key) ? found : undefined
}

function watch(listener: () => void): () => void {
  watchers.add(listener)
  return () => void watchers.delete(listener)
}
