// How the list of conversations follows what is said, read and drafted: whoever spoke last stands first, and what others
// said counts as unread until some face of this peer has read it.

import { unreachable } from '../../../base/index.ts'
import type { ConversationKey, ConversationRow, PeerEvent } from '../../../api/index.ts'
import { keyText, sameName } from './conversation-key.ts'
import type { PageState } from './page-state.ts'

interface Saying {
  readonly key: ConversationKey
  readonly title: string
  readonly from?: string
  readonly isOwn: boolean
  readonly text: string
  readonly at: number
  /** Others were shown before it though they came after: it is not the latest. */
  readonly isLate?: boolean
}

/** Takes in one saying. */
export function reduceSaying(state: PageState, saying: Saying): PageState {
  const { key, title, from, isOwn, text, at, isLate = false } = saying
  const former = findRow(state, key)
  const latest = { isOwn, text, at, ...(from === undefined ? {} : { from }) }
  const row: ConversationRow = {
    ...(former ?? emptyRow(key)),
    title: title === '' ? (former?.title ?? '') : title,
    latest: isLate && former?.latest !== undefined ? former.latest : latest,
    unread: (former?.unread ?? 0) + (isOwn ? 0 : 1),
  }
  if (isLate && former !== undefined) return replaceRow(state, row)
  const others = state.conversations.filter((other) => other !== former)
  return { ...state, conversations: [row, ...others] }
}

/** Somebody said something, here or elsewhere. */
export type TalkEvent = Extract<
  PeerEvent,
  { type: 'sent' | 'message' | 'roomSent' | 'roomMessage' | 'channelSent' | 'channelMessage' }
>

export function sayingOf(event: TalkEvent, self: string): Saying {
  switch (event.type) {
    case 'sent':
      return { ...own(self, event), key: { kind: 'person', name: event.to }, title: event.to }
    case 'message': {
      const { conversation, from, text, receivedAt } = event
      const key = { kind: 'person', name: conversation } as const
      return { key, title: conversation, from, isOwn: false, text, at: receivedAt }
    }
    case 'roomSent':
      return { ...own(self, event), key: { kind: 'room', room: event.room }, title: '' }
    case 'roomMessage': {
      const { room, from, text, receivedAt, isLate = false } = event
      return { key: { kind: 'room', room }, title: '', from, isOwn: false, text, at: receivedAt, isLate }
    }
    case 'channelSent':
      return { ...own(self, event), key: { kind: 'channel' }, title: '' }
    case 'channelMessage': {
      const { from, text, at } = event.entry
      const isOwn = from !== undefined && sameName(from, self)
      return { key: { kind: 'channel' }, title: '', isOwn, text, at, ...(from === undefined ? {} : { from }) }
    }
    default:
      return unreachable(event)
  }
}

export function reduceRead(state: PageState, event: Extract<PeerEvent, { type: 'read' }>): PageState {
  const row = findRow(state, event.key)
  return row === undefined ? state : replaceRow(state, { ...row, unread: event.unread, readTo: event.readTo })
}

export function reduceDraft(state: PageState, { key, text }: Extract<PeerEvent, { type: 'draft' }>): PageState {
  const row = findRow(state, key)
  if (row !== undefined) return replaceRow(state, { ...row, draft: text })
  if (text === '') return state
  const title = key.kind === 'person' ? key.name : ''
  return { ...state, conversations: [{ ...emptyRow(key), title, draft: text }, ...state.conversations] }
}

/** The row of a conversation, where it has one. */
export function findRow(state: PageState, key: ConversationKey): ConversationRow | undefined {
  const text = keyText(key)
  return state.conversations.find((row) => keyText(row.key) === text)
}

/** The rows to show: a room that one is only invited to stands among what waits for an answer. */
export function shownRows({ conversations, rooms }: PageState): readonly ConversationRow[] {
  const invited = new Set(rooms.filter(({ state }) => state === 'invited').map(({ room }) => room))
  return invited.size === 0
    ? conversations
    : conversations.filter(({ key }) => key.kind !== 'room' || !invited.has(key.room))
}

export function replaceRow(state: PageState, row: ConversationRow): PageState {
  const text = keyText(row.key)
  return { ...state, conversations: state.conversations.map((other) => (keyText(other.key) === text ? row : other)) }
}

export function emptyRow(key: ConversationKey): ConversationRow {
  return { key, title: key.kind === 'person' ? key.name : '', unread: 0, readTo: 0, draft: '' }
}

function own(self: string, { text, at }: { readonly text: string; readonly at: number }) {
  return { from: self, isOwn: true, text, at }
}
