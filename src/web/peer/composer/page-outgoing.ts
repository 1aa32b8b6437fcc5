// The page's one queue of own messages on their way to the peer.

import { useSyncExternalStore } from 'react'
import { type PageModel, sameKey, usePage } from '../model/index.ts'
import { Outgoing, type OutgoingItem } from './outgoing.ts'

const made = new WeakMap<PageModel, Outgoing>()

/**
 * The queue of `page`; the first call makes it. The page calls it when it starts: what a former life of it did not get
 * confirmed goes out again as soon as there is a peer.
 */
export function outgoingOf(page: PageModel): Outgoing {
  const known = made.get(page)
  if (known !== undefined) return known
  const outgoing = new Outgoing({
    peer: () => page.peer,
    account: () => `${page.state.status?.name ?? ''}@${page.state.status?.registry ?? ''}`,
    memory: window.sessionStorage,
    newId,
    now: () => Date.now(),
    onTaken: (item) => dropDraft(page, item),
    later: (ms, run) => void setTimeout(run, ms),
  })
  made.set(page, outgoing)
  page.on((event) => outgoing.hear(event))
  if (page.state.phase === 'ready') outgoing.start()
  return outgoing
}

/** A former life of this page sent it and could not say that it is no draft any more: the peer was away. */
function dropDraft(page: PageModel, { key, text }: OutgoingItem): void {
  const row = page.state.conversations.find((other) => sameKey(other.key, key))
  if (row?.draft !== undefined && row.draft.trim() === text.trim()) page.peer.setDraft(key, '').catch(() => undefined)
}

/** What is on its way to the peer, of all conversations. */
export function useOutgoing(): readonly OutgoingItem[] {
  const outgoing = outgoingOf(usePage())
  return useSyncExternalStore(outgoing.watch, () => outgoing.items)
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
