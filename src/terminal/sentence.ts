// The sentences in which every face tells what happened between people: comings and goings, private chats, rooms, the
// registry, and answers to commands. Where the older programs had a sentence for it, it is theirs, in good English.

import { unreachable } from '../base/index.ts'
import type { Finding, NotInvited, RegistryState, Room } from '../api/index.ts'
import type { NoticeEvent, SessionNotice } from './event-kind.ts'
import type { Deed, FaceEvent } from './face-event.ts'
import { reasonText } from './error-text.ts'
import { nameList, type Notice, type Teller, type Tone } from './notice.ts'
import { registryPhrase } from './phrase.ts'
import { roomSentence, roomTitle } from './room-sentence.ts'
import { visibleLine } from './visible-text.ts'

/** The notice of an event; undefined where the face shows it in another way, or not at all. */
export function noticeOf(event: NoticeEvent, teller: Teller): Notice | undefined {
  switch (event.type) {
    case 'presence':
      if (!event.isNews) return undefined
      return notice('alert', `${visibleLine(event.name)} ${event.status === 'online' ? 'is online!' : 'is away'}`)
    case 'registry':
      return registryNotice(event.state, event.reason?.code, teller)
    case 'mailWaiting':
      return event.count === 0 ? undefined : notice('alert', `[You have messages] ${event.count}`)
    case 'chatRequest':
    case 'chatRequestOver':
    case 'chatRefused':
    case 'chatOpened':
    case 'chatClosed':
      return sessionNotice(event)
    case 'room':
      return roomSentence(event, teller.self)
    case 'roomMade':
      return notice('ack', roomMadeText(event.room), ...notInvitedLines(event.notInvited))
    case 'roomInvited': {
      const invited = event.names.filter((name) => !event.notInvited.some((not) => not.name === name))
      const sent = invited.length === 0 ? [] : [`an invitation to room ${event.room} went to ${nameList(invited)}`]
      return notice('ack', ...sent, ...notInvitedLines(event.notInvited))
    }
    case 'finding':
      return findingNotice(event.name, event.finding)
    case 'opened':
      return notice('quiet', openedText(event))
    case 'accepted':
      return notice('ack', `the identity of ${visibleLine(event.name)} is accepted; sending goes on`)
    case 'done':
      return notice('ack', deedText(event.deed, event.name, event.text))
    case 'loggedIn':
      return notice('ack', `logged in as ${event.name}`)
    case 'notice':
      return notice('quiet', visibleLine(event.text))
    case 'exiting':
      return notice('quiet', '[Exiting]')
    default:
      return unreachable(event)
  }
}

function notice(tone: Tone, ...lines: string[]): Notice | undefined {
  return lines.length === 0 ? undefined : { tone, lines }
}

function registryNotice(
  state: RegistryState,
  code: string | undefined,
  { self, wasOnline }: Teller,
): Notice | undefined {
  switch (state) {
    case 'online':
      if (wasOnline) return notice('quiet', 'the registry is back')
      return notice('greeting', `[Welcome, You are registered.] Greetings, ${visibleLine(self)}!`)
    case 'unreachable':
      if (code === 'peerLost') return notice('quiet', 'the Parley that ran this account ended; going on without it')
      return notice(
        'alert',
        `[Server not responding] the registry ${registryPhrase(state)}`,
        'whoever can be reached directly still gets them at once',
      )
    case 'loggedOut':
      if (code === 'byRequest') return notice('alert', '[You are Offline. Bye.] login or reg NAME comes back')
      return notice('alert', code === undefined ? 'not logged in' : reasonText({ code, details: {} }).text)
    case 'connecting':
    case 'refused':
    case 'wrongKey':
    case 'replaced':
      return undefined
    default:
      return unreachable(state)
  }
}

function sessionNotice(event: SessionNotice): Notice | undefined {
  const name = visibleLine('from' in event ? event.from : event.name)
  switch (event.type) {
    case 'chatRequest':
      return notice('alert', `${name} would like to chat with you? (OK/REJECT)`, `type OK ${name} or REJECT ${name}`)
    case 'chatRequestOver':
      if (event.outcome === 'withdrawn') return notice('quiet', `${name} took the chat request back`)
      return notice('quiet', `the chat request of ${name} is over: not answered in time`)
    case 'chatRefused':
      return notice('alert', refusedText(name, event.outcome))
    case 'chatOpened': {
      const how = event.asked
        ? `${name} accepted the chat request.`
        : `you have entered into a private chat with ${name}.`
      return notice('ack', `${how} You can send your message now! Type EXIT to leave.`)
    }
    case 'chatClosed': {
      if (event.by === 'self') return notice('quiet', 'you left the chat room.')
      const what = event.by === 'peer' ? 'left the chat room' : 'is gone'
      return notice('alert', `${name} ${what}. The chat room has been closed.`)
    }
    default:
      return unreachable(event)
  }
}

function refusedText(name: string, outcome: Extract<FaceEvent, { type: 'chatRefused' }>['outcome']): string {
  const texts = {
    rejected: `${name} rejected the chat request!`,
    busy: `${name}: the user is busy. Try again later.`,
    withdrawn: `${name} cannot accept any more: you took the chat request back`,
    timedOut: `${name} did not answer the chat request`,
    away: `${name} is not there: the chat request is over`,
  }
  return texts[outcome]
}

function roomMadeText({ room, name }: Room): string {
  return (
    `you have added yourself to group chat ${roomTitle(room, name)}. ` +
    'A request has been sent to your added friends. Type EXIT GROUP to leave.'
  )
}

const notInvitedTexts: Readonly<Record<string, (name: string) => string>> = {
  unknownName: (name) => `${name} was not invited: no such account`,
  memberAlready: (name) => `${name} is in the room, or invited, already`,
  roomFull: (name) => `${name} was not invited: the room is full`,
  busy: (name) => `${name} is busy. Try again later; the invitation stays`,
}

function notInvitedLines(notInvited: readonly NotInvited[]): string[] {
  return notInvited.map(({ name, problem }) => {
    const text = Object.hasOwn(notInvitedTexts, problem) ? notInvitedTexts[problem] : undefined
    return text?.(visibleLine(name)) ?? `${visibleLine(name)} was not invited: ${visibleLine(problem)}`
  })
}

function findingNotice(asked: string, finding: Finding): Notice | undefined {
  switch (finding.kind) {
    case 'self':
      return notice('alert', "INVALIDSEARCH: you can't search yourself. Search for other users.")
    case 'unknown': {
      const near = finding.nearest.length === 0 ? [] : [`did you mean ${nameList(finding.nearest)}?`]
      return notice('alert', `NOTFOUND: user not found: ${visibleLine(asked)}`, ...near)
    }
    case 'found': {
      const { status, busy, address } = finding
      const where = address === undefined ? '' : ` Its address is ${visibleLine(address)}.`
      const lines = [`FOUND: ${visibleLine(finding.name)} found, ${status}.${where}`]
      if (busy) lines.push('BUSY: the user is busy. Try again later.')
      return notice('ack', ...lines)
    }
    default:
      return unreachable(finding)
  }
}

function openedText({ name, room, roomName }: Extract<FaceEvent, { type: 'opened' }>): string {
  if (name !== undefined) return `what you type goes to ${visibleLine(name)}; type EXIT to leave`
  if (room === undefined) return 'no conversation is open'
  return `what you type goes to ${roomTitle(room, roomName)}; EXIT closes it here, EXIT GROUP leaves it for good`
}

function deedText(deed: Deed, given: string | undefined, text: string | undefined): string {
  const name = visibleLine(given ?? '')
  const alias = visibleLine(text ?? '')
  const texts: Record<Deed, string> = {
    requested: `the chat request went to ${name}; /withdraw takes it back`,
    rejected: 'you have rejected the chat request!',
    withdrawn: 'you took the chat request back',
    added: `${name} is on your list`,
    aliased: alias === '' ? `${name} has no alias any more` : `${name} is ${alias} to you now`,
    removed: `${name} is off your list`,
    blocked: `you hear nothing more from ${name}; /unblock ${name} ends it`,
    unblocked: `you hear ${name} again`,
    passwordChanged: 'your password is changed',
  }
  return texts[deed]
}
