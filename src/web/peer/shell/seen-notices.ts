// Which notices the user has seen in their log: all up to the last one at which it was open.

import { useSyncExternalStore } from 'react'
import { useModel } from '../model/index.ts'

let seenTo = 0
const watchers = new Set<() => void>()

/** How many notices came after the log was open last. */
export function useSeenNotices(): number {
  const notices = useModel((state) => state.notices)
  const seen = useSyncExternalStore(watch, () => seenTo)
  return notices.filter(({ id }) => id > seen).length
}

export function markNoticesSeen(id: number): void {
  if (id <= seenTo) return
  seenTo = id
  for (const watcher of watchers) watcher()
}

function watch(listener: () => void): () => void {
  watchers.add(listener)
  return () => void watchers.delete(listener)
}
