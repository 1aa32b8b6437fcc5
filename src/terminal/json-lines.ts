// A face event as one line of JSON: the stable form for programs (api/json-event.ts, docs/json.md).

import { unreachable } from '../base/index.ts'
import { jsonSchemaVersion, type JsonEvent, type HistoryEntry, type Reason } from '../api/index.ts'
import { reasonText } from './error-text.ts'
import type { FaceEvent } from './face-event.ts'
import { isoTime } from './moment.ts'

type JsonHistoryEntry = Extract<JsonEvent, { type: 'history' }>['messages'][number]

/** Characters that JSON allows and a terminal or a log might obey; written as escapes, they parse to the same text. */
const obeyed = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

export function jsonLine(event: FaceEvent): string {
  const text = JSON.stringify(jsonEvent(event))
  return text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function jsonEvent(event: FaceEvent): JsonEvent {
  switch (event.type) {
    case 'ready':
      return { ...event, schema: jsonSchemaVersion }
    case 'sent':
      return { ...event, at: isoTime(event.at) }
    case 'message':
      return { ...event, sentAt: isoTime(event.sentAt), receivedAt: isoTime(event.receivedAt) }
    case 'state': {
      const { reason, ...rest } = event
      const ms = event.ms === undefined ? {} : { ms: Math.round(event.ms * 1000) / 1000 }
      return { ...rest, ...ms, ...failureOf(reason) }
    }
    case 'registry':
      return { type: 'registry', state: event.state, ...failureOf(event.reason) }
    case 'warning': {
      const { code, text } = reasonText(event.reason)
      return { type: 'warning', code, text }
    }
    case 'error': {
      const { code, text, hints } = event.error
      const line = event.line === undefined ? {} : { line: event.line }
      return { type: 'error', code, text: [text, ...hints].join('\n'), ...line }
    }
    case 'clients':
      return { type: 'clients', clients: [...event.clients] }
    case 'history':
      return { type: 'history', name: event.name, messages: event.messages.map((entry) => jsonHistoryEntry(entry)) }
    case 'presence':
    case 'directory':
    case 'identityChanged':
    case 'opened':
    case 'accepted':
    case 'help':
      return event
    default:
      return unreachable(event)
  }
}

function jsonHistoryEntry({ receivedAt, ...entry }: HistoryEntry): JsonHistoryEntry {
  const received = receivedAt === undefined ? {} : { receivedAt: isoTime(receivedAt) }
  return { ...entry, sentAt: isoTime(entry.sentAt), ...received }
}

function failureOf(reason: Reason | undefined): { reason?: { code: string; text: string } } {
  if (reason === undefined) return {}
  const { code, text } = reasonText(reason)
  return { reason: { code, text } }
}
