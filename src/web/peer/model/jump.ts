// Where Ctrl+K leads: everybody and every room, ranked by how well what was typed fits, and among equals by what is
// unread, who spoke last and who is there.

import type { ConversationKey } from '../../../api/index.ts'
import { nameProblem } from '../../../protocol/index.ts'
import { keyText, sameName } from './conversation-key.ts'
import type { PageState } from './page-state.ts'
import { shownRows } from './reduce-talk.ts'

export interface JumpPlace {
  readonly key: ConversationKey
  readonly title: string
  /** What we call them, or their name where the alias fitted. */
  readonly alias?: string
  readonly unread: number
  readonly isOnline: boolean
  /** Not known here: to be looked up at the registry by exactly this name. */
  readonly isUnknown?: true
}

interface Candidate extends JumpPlace {
  /** 0 is the conversation in which something was said last. */
  readonly recency: number
}

/** Best first, at most `count`. */
export function jumpPlaces(state: PageState, typed: string, count = 40): readonly JumpPlace[] {
  const query = typed.trim().toLowerCase()
  const self = state.status?.name ?? ''
  const ranked = candidatesOf(state)
    .map((place) => ({ place, fit: Math.max(fitOf(place.title, query), fitOf(place.alias ?? '', query)) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((one, other) => other.fit - one.fit || compareEqual(one.place, other.place))
    .slice(0, count)
    .map(({ place }) => place)
  const exact = typed.trim()
  const isKnown = ranked.some(({ key }) => key.kind === 'person' && sameName(key.name, exact))
  if (isKnown || nameProblem(exact) !== undefined || (self !== '' && sameName(exact, self))) return ranked
  const key = { kind: 'person', name: exact } as const
  return [...ranked, { key, title: exact, unread: 0, isOnline: false, isUnknown: true }]
}

/** How well it fits: 4 the whole, 3 its beginning, 2 the beginning of a word, 1.5 inside, 1 the letters in order, 0 not. */
export function fitOf(title: string, query: string): number {
  const text = title.toLowerCase()
  if (text === '') return 0
  if (query === '') return 1
  if (text === query) return 4
  if (text.startsWith(query)) return 3
  if (text.split(/[\s._-]+/).some((word) => word.startsWith(query))) return 2
  if (text.includes(query)) return 1.5
  let from = 0
  for (const letter of query) {
    const at = text.indexOf(letter, from)
    if (at < 0) return 0
    from = at + letter.length
  }
  return 1
}

/** What the channel is called. */
export const channelTitle = 'Everyone'

/** What a room without a name is called. */
export function roomTitle(room: number, name: string): string {
  return name === '' ? `Room ${room}` : name
}

function compareEqual(one: Candidate, other: Candidate): number {
  return (
    Number(other.unread > 0) - Number(one.unread > 0) ||
    one.recency - other.recency ||
    Number(other.isOnline) - Number(one.isOnline) ||
    (one.title.toLowerCase() < other.title.toLowerCase() ? -1 : 1)
  )
}

function candidatesOf(state: PageState): readonly Candidate[] {
  const found = new Map<string, Candidate>()
  const add = (candidate: Candidate): void => {
    const text = keyText(candidate.key)
    if (!found.has(text)) found.set(text, candidate)
  }
  const aliases = new Map(state.friends.map(({ name, alias }) => [name.toLowerCase(), alias]))
  const online = new Set(
    state.clients.filter(({ status }) => status === 'online').map(({ name }) => name.toLowerCase()),
  )
  const person = (name: string, unread: number, recency: number): void => {
    const alias = aliases.get(name.toLowerCase())
    const isOnline = online.has(name.toLowerCase())
    add({ key: { kind: 'person', name }, title: name, unread, recency, isOnline, ...(alias ? { alias } : {}) })
  }
  for (const [recency, { key, title, unread }] of shownRows(state).entries()) {
    if (key.kind === 'person') person(title === '' ? key.name : title, unread, recency)
    else if (key.kind === 'channel') add({ key, title: channelTitle, unread, recency, isOnline: false })
    else add({ key, title: roomTitle(key.room, title), unread, recency, isOnline: false })
  }
  const last = state.conversations.length
  for (const { name, isBlocked } of state.friends) if (!isBlocked) person(name, 0, last)
  for (const { name } of state.clients) person(name, 0, last + 1)
  return [...found.values()]
}
