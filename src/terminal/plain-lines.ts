// A face event as plain lines, one per event, without cursor motion, colour or any character of ours outside ASCII: for
// pipes, logs, screen readers and simple terminals. A newline in somebody's text becomes a symbol, so that no text can
// pass for an event.

import { unreachable } from '../base/index.ts'
import type { ChannelEntry, HistoryEntry, RoomEntry } from '../api/index.ts'
import {
  type FateEvent,
  isFate,
  isNotice,
  isTable,
  isTalk,
  isTrouble,
  type OtherEvent,
  type TalkEvent,
  type TroubleEvent,
} from './event-kind.ts'
import type { FaceEvent } from './face-event.ts'
import { reasonText } from './error-text.ts'
import { clockTime } from './moment.ts'
import type { Teller } from './notice.ts'
import { receiptSentence, registryPhrase, statePhrase } from './phrase.ts'
import { entryText } from './room-sentence.ts'
import { noticeOf } from './sentence.ts'
import { tableOf } from './table.ts'
import { cutForDisplay, visibleLine } from './visible-text.ts'

const unknownTeller: Teller = { self: '', wasOnline: true }

/**
 * Lines for one event; none where it is not worth one. `texts` are the own messages of this run, by id. What became of own
 * messages to many needs a memory: {@link PlainLog}.
 */
export function plainLines(
  event: FaceEvent,
  nowMs: number,
  texts: ReadonlyMap<string, string>,
  teller = unknownTeller,
): string[] {
  const time = clockTime(nowMs, nowMs)
  if (isTalk(event)) return talkLines(event, nowMs, time)
  if (isTrouble(event)) return trouble(event)
  if (isTable(event)) {
    const table = tableOf(event)
    const title = table.title === undefined ? [] : [table.title]
    if (table.rows.length === 0) return [...title, table.empty]
    return [
      ...title,
      ...[table.head, ...table.rows.map(({ cells }) => cells)].map((cells) => cells.join('\t').trimEnd()),
    ]
  }
  if (isNotice(event)) {
    const told = noticeOf(event, teller)?.lines.map((line) => `${time} ${line}`) ?? []
    if (event.type !== 'registry') return told
    // Of a logout, and of a process that ended, the sentence says it all.
    if (event.state === 'loggedOut' || event.reason?.code === 'peerLost') return told
    return [`${time} registry ${registryPhrase(event.state)}`, ...told]
  }
  return isFate(event) ? fateLines(event, time, texts) : otherLines(event)
}

/** What became of a message to one person. */
function fateLines(event: FateEvent, time: string, texts: ReadonlyMap<string, string>): string[] {
  if (event.type !== 'state' || (event.state === 'kept' && event.reason === undefined)) return []
  const receipt = receiptSentence(event)
  const said = receipt === undefined ? '' : `${receipt} `
  return [`${time} ${said}[${statePhrase(event)}] ${event.to}${quoted(texts.get(event.id))}`]
}

function otherLines(event: OtherEvent): string[] {
  switch (event.type) {
    case 'ready':
      return [`ready: ${event.name} (${event.fingerprint}), registry ${event.registry}, UDP port ${event.port}`]
    case 'help':
      return event.text.split('\n')
    case 'question':
      return [`? ${visibleLine(event.text)}${event.isSecret ? ' (the answer is not shown)' : ''}`]
    case 'directory':
    case 'friend':
      return []
    default:
      return unreachable(event)
  }
}

/** What was said: live and from before. */
function talkLines(event: TalkEvent, nowMs: number, time: string): string[] {
  switch (event.type) {
    case 'sent':
      return [`${time} you -> ${event.to}: ${shorten(event.text, event.to)}`]
    case 'roomSent':
      return [`${time} you -> room ${event.room}: ${shorten(event.text, `#${event.room}`)}`]
    case 'channelSent':
      return [`${time} you -> everyone: ${shorten(event.text, 'everyone')}`]
    case 'message': {
      const gap = event.gapBefore === undefined ? [] : [gapLine(time, event.from, event.gapBefore)]
      const road = event.road === 'mailbox' ? ` (from the mailbox, sent ${clockTime(event.sentAt, nowMs)})` : ''
      return [...gap, `${time} ${visibleLine(event.from)}${road}: ${shorten(event.text, event.conversation)}`]
    }
    case 'roomMessage': {
      const { room, from, text, road, sentAt, isLate } = event
      const how = [
        ...(road === 'mailbox' ? [`from the mailbox, sent ${clockTime(sentAt, nowMs)}`] : []),
        ...(isLate === true ? ['late'] : []),
      ]
      const note = how.length === 0 ? '' : ` (${how.join(', ')})`
      return [`${time} room ${room} ${visibleLine(from)}${note}: ${shorten(text, `#${room}`)}`]
    }
    case 'channelMessage':
      return [`${time} ${channelLine(event.entry, event.missed, nowMs, false)}`]
    case 'history':
      if (event.messages.length === 0) return [`no messages with ${event.name} yet`]
      return event.messages.map((entry) => historyLine(entry, event.name, nowMs, event.whole))
    case 'roomHistory':
      if (event.entries.length === 0) return [`nothing was said in room ${event.room} yet`]
      return event.entries.map((entry) => roomHistoryLine(entry, event.room, nowMs, event.whole))
    case 'channelHistory':
      if (event.entries.length === 0) return ['nothing was said to everyone yet']
      return event.entries.map((entry) => channelLine(entry, true, nowMs, event.whole))
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

/** The same behind a colon; nothing where the text is not known. */
export function quoted(text: string | undefined): string {
  return text === undefined ? '' : `: ${visibleLine(excerpt(text))}`
}

function trouble(event: TroubleEvent): string[] {
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
  return `${clockTime(entry.sentAt, nowMs)} ${own ? `you -> ${name}` : visibleLine(entry.from)}${mark}: ${text}`
}

function roomHistoryLine(entry: RoomEntry, room: number, nowMs: number, whole: boolean): string {
  const time = clockTime(entry.at, nowMs)
  const told = entryText(entry, `room ${room}`, false)
  if (told !== undefined) return `${time} ${entry.number} ${told}`
  const text = entry.text ?? ''
  return `${time} ${entry.number} ${visibleLine(entry.name)}: ${whole ? visibleLine(text) : shorten(text, `#${room}`)}`
}

/** `[Channel_Message x: text]`; with the time that it was said where that is not now. */
function channelLine(entry: ChannelEntry, isOld: boolean, nowMs: number, whole: boolean): string {
  const text = whole ? visibleLine(entry.text) : shorten(entry.text, 'everyone')
  return `[Channel_Message ${speaker(entry)}: ${isOld ? `${clockTime(entry.at, nowMs)} ` : ''}${text}]`
}

/** Whoever spoke to everyone. No account can have the word for the registry's console: it is reserved. */
export function speaker({ from }: ChannelEntry): string {
  return from === undefined ? 'SERVER' : visibleLine(from)
}

function shorten(text: string, name: string): string {
  const shown = cutForDisplay(text)
  const hint = shown.cut === 0 ? '' : ` [${shown.cut} more characters: /history ${name} 1]`
  return visibleLine(shown.text) + hint
}

function gapLine(time: string, from: string, count: number): string {
  const what = `${count} earlier ${count === 1 ? 'message' : 'messages'}`
  return `${time} [${what} of ${visibleLine(from)} did not arrive and will not come]`
}
