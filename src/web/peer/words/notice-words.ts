// What happened that is no message, as a sentence: comings and goings, private chats, rooms, the registry. An event that
// the page shows in another way, or that is no news, has none.

import { unreachable } from '../../../base/index.ts'
import type { ConversationKey, PeerEvent, RoomEntry } from '../../../api/index.ts'
import { sameName } from '../model/conversation-key.ts'
import { presenceOf } from '../model/reduce-people.ts'
import type { PageState } from '../model/page-state.ts'
import { counted, plainText } from './plain-text.ts'
import { reasonWords } from './error-words.ts'

/** Good news, no more than that, something that waits for an answer, or something wrong. */
export type NoticeTone = 'good' | 'plain' | 'ask' | 'alert'

/** A sentence, and what to open for more. */
export interface Happening {
  readonly tone: NoticeTone
  readonly text: string
  readonly key?: ConversationKey
  /** Only for the log of notices: it would be noise as a toast. */
  readonly isQuiet?: boolean
}

type EventOf<Type extends PeerEvent['type']> = Extract<PeerEvent, { readonly type: Type }>

/** `before`: the state before the event. */
export function noticeWords(event: PeerEvent, before: PageState): Happening | undefined {
  switch (event.type) {
    case 'presence':
      return presenceWords(event, before)
    case 'registry':
      return registryWords(event, before)
    case 'mailWaiting':
      if (event.count === 0) return undefined
      return { tone: 'good', text: `${counted(event.count, 'message')} waited for you.` }
    case 'chatRequest':
    case 'chatRequestOver':
    case 'chatRefused':
    case 'chatOpened':
    case 'chatClosed':
      return sessionWords(event)
    case 'room':
      return roomWords(event, before)
    case 'identityChanged': {
      const text = `${plainText(event.name)} shows another key than before. Nothing is sent until you accept it.`
      return { tone: 'alert', text, key: { kind: 'person', name: event.name } }
    }
    case 'warning': {
      const { text, hint } = reasonWords(event.reason)
      return { tone: 'alert', text: hint === undefined ? text : `${text} ${hint}` }
    }
    case 'account':
      return { tone: 'good', text: `You are ${plainText(event.name)} now.` }
    case 'sent':
    case 'message':
    case 'state':
    case 'directory':
    case 'friend':
    case 'read':
    case 'draft':
    case 'roomMessage':
    case 'roomSent':
    case 'roomPlaced':
    case 'roomState':
    case 'channelMessage':
    case 'channelSent':
    case 'channelState':
    case 'channelHeard':
      return undefined
    default:
      return unreachable(event)
  }
}

function presenceWords({ name, status }: EventOf<'presence'>, before: PageState): Happening | undefined {
  const former = presenceOf(before, name)
  if (former?.status === status || (former === undefined && status === 'away')) return undefined
  const friend = before.friends.find((other) => sameName(other.name, name))
  if (friend?.isBlocked === true) return undefined
  const text = `${plainText(friend?.alias ?? name)} ${status === 'online' ? 'came on line.' : 'is away.'}`
  return { tone: 'plain', text, key: { kind: 'person', name }, ...(status === 'away' ? { isQuiet: true } : {}) }
}

function registryWords({ state, reason }: EventOf<'registry'>, before: PageState): Happening | undefined {
  const former = before.status?.state
  if (former === state) return undefined
  const wasOut = former === 'unreachable'
  if (state === 'online') {
    return wasOut
      ? { tone: 'good', text: 'The registry is back.' }
      : { tone: 'good', text: `Welcome, ${plainText(before.status?.name ?? '')}. You are on line.` }
  }
  if (state === 'connecting') return undefined
  if (state === 'loggedOut' && reason?.code === 'byRequest') return { tone: 'plain', text: 'You are off line. Bye.' }
  // A banner or a dialog says the rest, as long as it holds.
  const text = state === 'unreachable' ? 'The registry does not answer.' : reason && reasonWords(reason).text
  return text === undefined ? undefined : { tone: 'alert', text, isQuiet: true }
}

function sessionWords(
  event: EventOf<'chatRequest' | 'chatRequestOver' | 'chatRefused' | 'chatOpened' | 'chatClosed'>,
): Happening {
  const given = 'from' in event ? event.from : event.name
  const name = plainText(given)
  const key = { kind: 'person', name: given } as const
  switch (event.type) {
    case 'chatRequest':
      return { tone: 'ask', text: `${name} would like to chat with you in private.`, key }
    case 'chatRequestOver':
      return event.outcome === 'withdrawn'
        ? { tone: 'plain', text: `${name} took the chat request back.`, key }
        : { tone: 'plain', text: `The chat request of ${name} is over: it was not answered in time.`, key }
    case 'chatRefused':
      return { tone: 'plain', text: refusalText(name, event.outcome), key }
    case 'chatOpened':
      return event.asked
        ? { tone: 'good', text: `${name} accepted: your private chat is open.`, key }
        : { tone: 'good', text: `You are in a private chat with ${name}.`, key }
    case 'chatClosed': {
      if (event.by === 'self') return { tone: 'plain', text: `You left the private chat with ${name}.`, key }
      const why = event.by === 'peer' ? 'left' : 'is gone'
      return { tone: 'plain', text: `${name} ${why}: the private chat is closed.`, key }
    }
    default:
      return unreachable(event)
  }
}

function refusalText(name: string, outcome: EventOf<'chatRefused'>['outcome']): string {
  const texts = {
    rejected: `${name} rejected your chat request.`,
    busy: `${name} is busy in a private chat. Try again later.`,
    withdrawn: `You took your chat request to ${name} back.`,
    timedOut: `${name} did not answer your chat request.`,
    away: `${name} is not there: your chat request is over.`,
  }
  return texts[outcome]
}

function roomWords({ room, entry }: EventOf<'room'>, before: PageState): Happening | undefined {
  const self = before.status?.name ?? ''
  const isByUs = sameName(entry.by ?? entry.name, self)
  // What we did ourselves we have seen.
  if (isByUs || entry.kind === 'message') return undefined
  const title = room.name === '' ? `room ${room.room}` : `“${plainText(room.name)}”`
  const isInvitation = entry.kind === 'invited' && sameName(entry.name, self)
  const text = changeText(entry, title, self)
  const key = { kind: 'room', room: room.room } as const
  if (isInvitation) return { tone: 'ask', text }
  return sameName(entry.name, self) ? { tone: 'plain', text, key } : { tone: 'plain', text, key, isQuiet: true }
}

function changeText(entry: RoomEntry, title: string, self: string): string {
  const isUs = sameName(entry.name, self)
  const name = isUs ? 'you' : plainText(entry.name)
  const by = plainText(entry.by ?? 'somebody')
  switch (entry.kind) {
    case 'made':
      return `${name} made ${title}.`
    case 'invited':
      return isUs ? `${by} would like to add you to ${title}.` : `${by} invited ${name} to ${title}.`
    case 'joined':
      return `${name} joined ${title}.`
    case 'refused':
      return `${name} rejected the invitation to ${title}.`
    case 'left':
      return `${name} left ${title}.`
    case 'removed':
      return `${by} removed ${name} from ${title}.`
    case 'named':
      return `${name} named room ${title}.`
    case 'message':
      return ''
    default:
      return unreachable(entry.kind)
  }
}
