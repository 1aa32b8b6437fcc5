// A face event as plain lines, one per event, without cursor motion, colour or any character of ours outside ASCII: for
// pipes, logs, screen readers and simple terminals. A newline in somebody's text becomes a symbol, so that no text can
// pass for an event.

import { unreachable } from '../base/index.ts'
import type { FaceEvent } from './face-event.ts'
import { reasonText } from './error-text.ts'
import { clockTime } from './moment.ts'
import { registryPhrase, statePhrase } from './phrase.ts'
import { cutForDisplay, visibleLine } from './visible-text.ts'
import type { HistoryEntry } from '../api/index.ts'

/** Lines for one event; none where it is not worth one. `texts` are the own messages of this run, by id. */
export function plainLines(event: FaceEvent, nowMs: number, texts: ReadonlyMap<string, string>): string[] {
  const time = clockTime(nowMs, nowMs)
  switch (event.type) {
    case 'ready':
      return [`ready: ${event.name} (${event.fingerprint}), registry ${event.registry}, UDP port ${event.port}`]
    case 'sent':
      return [`${time} you -> ${event.to}: ${shorten(event.text, event.to)}`]
    case 'message': {
      const gap = event.gapBefore === undefined ? [] : [gapLine(time, event.from, event.gapBefore)]
      const road = event.road === 'mailbox' ? ` (from the mailbox, sent ${clockTime(event.sentAt, nowMs)})` : ''
      return [...gap, `${time} ${event.from}${road}: ${shorten(event.text, event.conversation)}`]
    }
    case 'state': {
      if (event.state === 'kept' && event.reason === undefined) return []
      const text = texts.get(event.id)
      const quoted = text === undefined ? '' : `: ${visibleLine(excerpt(text))}`
      return [`${time} [${statePhrase(event)}] ${event.to}${quoted}`]
    }
    case 'presence':
      return [`${time} ${event.name} is ${event.status === 'online' ? 'on line' : 'away'}`]
    case 'directory':
      return []
    case 'registry':
      return [`${time} registry ${registryPhrase(event.state)}`]
    case 'identityChanged':
    case 'warning':
    case 'error':
      return trouble(event)
    case 'clients':
      return event.clients.length === 0
        ? ['nobody else is known here yet']
        : event.clients.map(({ name, status, road }) => [name, status, road ?? '-'].join('\t'))
    case 'history':
      return event.messages.length === 0
        ? [`no messages with ${event.name} yet`]
        : event.messages.map((entry) => historyLine(entry, event.name, nowMs, event.whole))
    case 'opened':
      return [event.name === undefined ? 'no conversation is open' : `plain lines go to ${event.name}`]
    case 'accepted':
      return [`the identity of ${event.name} is accepted`]
    case 'help':
      return event.text.split('\n')
    default:
      return unreachable(event)
  }
}

/** The beginning of a text, to remind of it. */
export function excerpt(text: string): string {
  const line = text.split('\n', 1)[0] as string
  const short = Array.from(line.slice(0, 120)).slice(0, 40).join('')
  return short.length < text.length ? `${short}...` : short
}

function trouble(event: Extract<FaceEvent, { type: 'identityChanged' | 'warning' | 'error' }>): string[] {
  if (event.type === 'error')
    return [['error', event.error.text].join(': '), ...event.error.hints.map((hint) => `  ${hint}`)]
  const reason = event.type === 'warning' ? event.reason : { code: event.type, details: { ...event } }
  const { text, hints } = reasonText(reason)
  return [`warning: ${text}`, ...hints.map((hint) => `  ${hint}`)]
}

function historyLine(entry: HistoryEntry, name: string, nowMs: number, whole: boolean): string {
  const own = entry.state !== undefined
  const mark = own ? ` [${statePhrase({ ...entry, state: entry.state })}]` : ''
  const text = whole ? visibleLine(entry.text) : shorten(entry.text, name)
  return `${clockTime(entry.sentAt, nowMs)} ${own ? `you -> ${name}` : entry.from}${mark}: ${text}`
}

function shorten(text: string, name: string): string {
  const shown = cutForDisplay(text)
  const hint = shown.cut === 0 ? '' : ` [${shown.cut} more characters: /history ${name} 1]`
  return visibleLine(shown.text) + hint
}

function gapLine(time: string, from: string, count: number): string {
  return `${time} [${count} earlier ${count === 1 ? 'message' : 'messages'} of ${from} did not arrive and will not come]`
}
