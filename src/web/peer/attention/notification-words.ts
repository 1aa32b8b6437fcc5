// Which events are worth a notification of the desktop, and what it says. It may show on a locked screen: without the
// user's leave it holds no text of a message.

import type { ConversationKey, PeerEvent } from '../../../api/index.ts'
import { keyText, type PageState, sameName } from '../model/index.ts'
import { channelTitle, roomTitle } from '../model/jump.ts'
import { plainText } from '../words/index.ts'

export interface Notification {
  readonly title: string
  readonly body: string
  /** A later one with the same tag takes its place. */
  readonly tag: string
  readonly key: ConversationKey
}

/** Undefined where the event is worth none. `showsText`: the user allowed the message's words. */
export function notificationOf(event: PeerEvent, state: PageState, showsText: boolean): Notification | undefined {
  const bodyOf = (text: string): string => (showsText ? text : 'New message')
  if (event.type === 'message') {
    return make({ kind: 'person', name: event.conversation }, nameOf(state, event.from), bodyOf(event.text))
  }
  if (event.type === 'roomMessage') {
    const room = state.rooms.find((other) => other.room === event.room)
    const title = `${nameOf(state, event.from)} in ${plainText(roomTitle(event.room, room?.name ?? ''))}`
    return make({ kind: 'room', room: event.room }, title, bodyOf(event.text))
  }
  if (event.type === 'channelMessage') {
    const { from, text } = event.entry
    if (event.missed || (from !== undefined && sameName(from, state.status?.name ?? ''))) return undefined
    const title = `${from === undefined ? 'The registry' : nameOf(state, from)} to ${channelTitle.toLowerCase()}`
    return make({ kind: 'channel' }, title, bodyOf(text))
  }
  if (event.type !== 'chatRequest') return undefined
  const body = 'would like to chat with you in private'
  return make({ kind: 'person', name: event.from }, nameOf(state, event.from), body)
}

function make(key: ConversationKey, title: string, body: string): Notification {
  return { key, title, body: plainText(body), tag: keyText(key) }
}

function nameOf(state: PageState, name: string): string {
  return plainText(state.friends.find((friend) => sameName(friend.name, name))?.alias ?? name)
}
