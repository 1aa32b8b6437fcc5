// A face event as one line of JSON: the stable form for programs (api/json-event.ts, docs/json.md).

import { unreachable } from '../base/index.ts'
import { jsonSchemaVersion, type JsonEvent, type HistoryEntry, type Reason } from '../api/index.ts'
import { reasonText } from './error-text.ts'
import {
  type FateEvent,
  isFate,
  isNotice,
  isTalk,
  isTrouble,
  type NoticeEvent,
  type TalkEvent,
  type TroubleEvent,
} from './event-kind.ts'
import type { FaceEvent } from './face-event.ts'
import { isoTime } from './moment.ts'
import { safeJson } from './safe-json.ts'

type JsonHistoryEntry = Extract<JsonEvent, { type: 'history' }>['messages'][number]

/** One line without its end; undefined where programs have no use for the event. */
export function jsonLine(event: FaceEvent): string | undefined {
  const shown = jsonEvent(event)
  return shown === undefined ? undefined : safeJson(shown)
}

export function jsonEvent(event: FaceEvent): JsonEvent | undefined {
  if (isTalk(event)) return talkEvent(event)
  if (isFate(event)) return fateEvent(event)
  if (isTrouble(event)) return troubleEvent(event)
  if (isNotice(event)) return noticeEvent(event)
  if (event.type === 'ready') return { ...event, schema: jsonSchemaVersion }
  if (event.type === 'question') return { type: 'question', text: event.text, secret: event.isSecret }
  // The same fields, but for lists that programs may change and we may not.
  return event as JsonEvent
}

function talkEvent(event: TalkEvent): JsonEvent {
  switch (event.type) {
    case 'sent':
    case 'roomSent':
    case 'channelSent':
      return { ...event, at: isoTime(event.at) }
    case 'message':
    case 'roomMessage':
      return { ...event, sentAt: isoTime(event.sentAt), receivedAt: isoTime(event.receivedAt) }
    case 'channelMessage':
      return { ...event, entry: timed(event.entry) }
    case 'history':
      return { type: 'history', name: event.name, messages: event.messages.map((entry) => jsonHistoryEntry(entry)) }
    case 'roomHistory':
      return { type: 'roomHistory', room: event.room, entries: event.entries.map((entry) => timed(entry)) }
    case 'channelHistory':
      return { type: 'channelHistory', entries: event.entries.map((entry) => timed(entry)) }
    default:
      return unreachable(event)
  }
}

function fateEvent(event: FateEvent): JsonEvent {
  if (event.type === 'roomPlaced' || event.type === 'channelHeard') return event as JsonEvent
  const { reason, ...rest } = event
  const ms = 'ms' in event && event.ms !== undefined ? { ms: Math.round(event.ms * 1000) / 1000 } : {}
  return { ...rest, ...ms, ...failureOf(reason) }
}

function troubleEvent(event: TroubleEvent): JsonEvent {
  if (event.type === 'identityChanged') return event
  if (event.type === 'warning') {
    const { code, text } = reasonText(event.reason)
    return { type: 'warning', code, text }
  }
  const { code, text, hints } = event.error
  const line = event.line === undefined ? {} : { line: event.line }
  return { type: 'error', code, text: [text, ...hints].join('\n'), ...line }
}

/** Programs need no word that we are leaving: they see the end. */
function noticeEvent(event: NoticeEvent): JsonEvent | undefined {
  if (event.type === 'exiting') return undefined
  if (event.type === 'registry') return { type: 'registry', state: event.state, ...failureOf(event.reason) }
  if (event.type === 'room') return { ...event, entry: timed(event.entry) } as JsonEvent
  if (event.type !== 'presence') return event as JsonEvent
  const { name, status, busy } = event
  return { type: 'presence', name, status, ...(busy === undefined ? {} : { busy }) }
}

function jsonHistoryEntry({ receivedAt, ...entry }: HistoryEntry): JsonHistoryEntry {
  const received = receivedAt === undefined ? {} : { receivedAt: isoTime(receivedAt) }
  return { ...entry, sentAt: isoTime(entry.sentAt), ...received }
}

function timed<T extends { readonly at: number }>(entry: T): Omit<T, 'at'> & { at: string } {
  return { ...entry, at: isoTime(entry.at) }
}

function failureOf(reason: Reason | undefined): { reason?: { code: string; text: string } } {
  if (reason === undefined) return {}
  const { code, text } = reasonText(reason)
  return { reason: { code, text } }
}
