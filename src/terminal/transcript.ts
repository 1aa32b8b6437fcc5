// The terminal face's transcript: turns each face event into rows above the prompt. Own messages and their marks have their
// own file; sentences and tables are the same in every face.

import { unreachable } from '../base/index.ts'
import type { ChannelEntry, HistoryEntry, RoomEntry } from '../api/index.ts'
import { cellWidth, fitCells } from './cell-width.ts'
import { reasonText } from './error-text.ts'
import {
  type FateEvent,
  isFate,
  isNotice,
  isTable,
  isTalk,
  isTrouble,
  type NoticeEvent,
  type TalkEvent,
  type TroubleEvent,
} from './event-kind.ts'
import type { FaceEvent } from './face-event.ts'
import { messageRows, type MessageParts } from './message-rows.ts'
import { clockTime } from './moment.ts'
import type { Tone } from './notice.ts'
import { OwnMessages } from './own-messages.ts'
import { speaker } from './plain-lines.ts'
import { entryText } from './room-sentence.ts'
import type { Screen } from './screen.ts'
import { noticeOf } from './sentence.ts'
import { type Table, tableOf } from './table.ts'
import type { Paint, Theme } from './theme.ts'
import { cutForDisplay, visibleLine } from './visible-text.ts'
import { wrapText } from './wrap.ts'

export class Transcript {
  readonly #screen: Screen
  readonly #theme: Theme
  readonly #nowMs: () => number
  readonly #self: () => string
  readonly #own: OwnMessages
  #wasOnline = false

  constructor(screen: Screen, theme: Theme, nowMs: () => number, self: () => string) {
    this.#screen = screen
    this.#theme = theme
    this.#nowMs = nowMs
    this.#self = self
    this.#own = new OwnMessages(screen, theme, nowMs)
  }

  show(event: FaceEvent): void {
    if (isTalk(event)) this.#talk(event)
    else if (isFate(event)) this.#fate(event)
    else if (isTable(event)) this.#table(tableOf(event))
    else if (isTrouble(event)) this.#troubled(event)
    else if (isNotice(event)) this.#notice(event)
    else if (event.type === 'ready') this.#welcome(event)
    else if (event.type === 'help') this.#lines(event.text)
  }

  /** A quiet line. */
  note(text: string): void {
    this.#tell([text], 'quiet')
  }

  #talk(event: TalkEvent): void {
    switch (event.type) {
      case 'sent':
        return this.#own.sent(event)
      case 'roomSent':
        return this.#own.roomSent(event)
      case 'channelSent':
        return this.#own.channelSent(event)
      case 'message':
        return this.#message(event)
      case 'roomMessage':
        return this.#roomMessage(event)
      case 'channelMessage':
        return this.#print(this.#channelParts(event.entry, event.missed, true))
      case 'history':
        return this.#history(event.name, event.messages, event.whole)
      case 'roomHistory':
        if (event.entries.length === 0) this.note(`nothing was said in room ${event.room} yet`)
        for (const entry of event.entries) this.#roomEntry(entry, event.room, event.whole)
        return
      case 'channelHistory':
        if (event.entries.length === 0) this.note('nothing was said to everyone yet')
        for (const entry of event.entries) this.#print(this.#channelParts(entry, false, !event.whole))
        return
      default:
        return unreachable(event)
    }
  }

  #fate(event: FateEvent): void {
    this.#own.follow(event)
    if (!('reason' in event) || event.reason === undefined) return
    this.#trouble(reasonText(event.reason), event.state === 'said' ? this.#theme.dim : this.#own.paintOf(event.state))
  }

  #troubled(event: TroubleEvent): void {
    const { bad, warn } = this.#theme
    if (event.type === 'error') this.#trouble(event.error, bad)
    else if (event.type === 'warning') this.#trouble(reasonText(event.reason), warn)
    else this.#trouble(reasonText({ code: event.type, details: { ...event } }), bad)
  }

  #notice(event: NoticeEvent): void {
    const notice = noticeOf(event, { self: this.#self(), wasOnline: this.#wasOnline })
    if (notice !== undefined) this.#tell(notice.lines, notice.tone)
    if (event.type !== 'registry') return
    // The prompt tells the state all the time; a line is for what somebody should notice.
    const { state, reason } = event
    if (state === 'online') this.#wasOnline = true
    if (state === 'loggedOut') this.#wasOnline = false
    if (state === 'replaced') this.#trouble(reasonText(reason ?? { code: 'replaced', details: {} }), this.#theme.bad)
  }

  #tell([first, ...more]: readonly string[], tone: Tone): void {
    const { glyphs, dim, ack, alert, greeting } = this.#theme
    const paints: Record<Tone, Paint> = { quiet: dim, ack, alert, greeting }
    this.#wrapped(`${glyphs.dot} ${first ?? ''}`, 2, paints[tone])
    for (const line of more) this.#wrapped(`  ${line}`, 2, dim)
  }

  /** Lines of our own, as they are. */
  #lines(text: string): void {
    for (const line of text.split('\n')) this.#wrapped(line, 2, (row) => row)
  }

  #wrapped(text: string, hanging: number, paint: Paint): void {
    this.#screen.print((columns) => {
      const indent = columns > 20 ? hanging : 0
      return wrapText(text, columns, 0, indent).map((row, i) => (i === 0 ? '' : ' '.repeat(indent)) + paint(row))
    })
  }

  #print(parts: MessageParts): void {
    this.#screen.print((columns) => messageRows(parts, this.#theme, columns))
  }

  #welcome(event: Extract<FaceEvent, { type: 'ready' }>): void {
    const { glyphs, bold, dim, name } = this.#theme
    const marks = `${glyphs.marks.kept} kept here  ${glyphs.marks.mailbox} in the mailbox  ${glyphs.marks.stored} stored by the other side`
    const lines = [
      `${bold('Parley')}  you are ${name(event.name)}, at ${event.registry}`,
      '/open NAME to talk, /clients to see who is here, /help for the rest',
    ]
    this.#screen.print((columns) =>
      columns >= 70 ? lines : wrapText(`Parley: ${event.name} at ${event.registry}`, columns),
    )
    this.#wrapped(marks, 0, dim)
  }

  #message(event: Extract<FaceEvent, { type: 'message' }>): void {
    const { from, text, gapBefore, conversation } = event
    if (gapBefore !== undefined) {
      const what = gapBefore === 1 ? 'one earlier message' : `${gapBefore} earlier messages`
      this.note(`${what} of ${visibleLine(from)} did not arrive and will not come`)
    }
    const wasWaiting = event.road === 'mailbox'
    const time = clockTime(wasWaiting ? event.sentAt : event.receivedAt, this.#nowMs())
    const road = wasWaiting ? ` ${this.#theme.dim('(mailbox)')}` : ''
    const label = this.#theme.name(visibleLine(from)) + road
    this.#print({ time, label, text, paint: this.#theme.chat, wholeBy: `/history ${conversation} 1` })
  }

  #roomMessage(event: Extract<FaceEvent, { type: 'roomMessage' }>): void {
    const { room, from, text, isLate } = event
    const wasWaiting = event.road === 'mailbox'
    const { dim, name, chat } = this.#theme
    const notes = [...(wasWaiting ? ['mailbox'] : []), ...(isLate === true ? ['late'] : [])]
    const note = notes.length === 0 ? '' : ` ${dim(`(${notes.join(', ')})`)}`
    this.#print({
      time: clockTime(wasWaiting ? event.sentAt : event.receivedAt, this.#nowMs()),
      label: `${dim(`room ${room}`)} ${name(visibleLine(from))}${note}`,
      text,
      paint: chat,
      wholeBy: `/history #${room} 1`,
    })
  }

  /** `[Channel_Message x: text]`. */
  #channelParts(entry: ChannelEntry, missed: boolean, isCut: boolean): MessageParts {
    const { dim, name, chat } = this.#theme
    const isShort = cutForDisplay(entry.text).cut === 0 || !isCut
    return {
      time: clockTime(entry.at, this.#nowMs()),
      label: `[Channel_Message ${name(speaker(entry))}${missed ? dim(' (missed)') : ''}:`,
      text: isShort ? `${entry.text}]` : entry.text,
      paint: chat,
      ...(isCut ? { wholeBy: '/history everyone 1' } : {}),
    }
  }

  #trouble({ text, hints }: { text: string; hints: readonly string[] }, paint: Paint): void {
    this.#wrapped(`! ${text}`, 2, paint)
    for (const hint of hints) this.#wrapped(`  ${hint}`, 2, this.#theme.dim)
  }

  #table({ title, head, rows, empty }: Table): void {
    if (title !== undefined) this.#tell([title], 'alert')
    if (rows.length === 0) return this.note(empty)
    const { glyphs, good, dim, alert } = this.#theme
    const widths = head.map((word, i) =>
      Math.max(cellWidth(word), ...rows.map(({ cells }) => cellWidth(cells[i] ?? ''))),
    )
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - cellWidth(cell))))
        .join('  ')
        .trimEnd()
    this.#screen.print((columns) => [dim(fitCells(`  ${line(head)}`, columns, ''))])
    for (const { isOnline, cells } of rows) {
      const mark = isOnline === true ? glyphs.online : isOnline === false ? glyphs.offline : ' '
      const [paintMark, paintRow] = isOnline === true ? [good, alert] : [dim, isOnline === false ? dim : alert]
      this.#screen.print((columns) => {
        const shown = fitCells(line(cells), columns - 2, glyphs.ellipsis)
        return [columns > 4 ? `${paintMark(mark)} ${paintRow(shown)}` : fitCells(line(cells), columns, '')]
      })
    }
  }

  #history(name: string, messages: readonly HistoryEntry[], whole: boolean): void {
    if (messages.length === 0) return this.note(`no messages with ${name} yet`)
    for (const entry of messages) {
      if (entry.state !== undefined) {
        this.#print(this.#own.parts(entry, entry.state, !whole))
        continue
      }
      this.#print({
        time: clockTime(entry.sentAt, this.#nowMs()),
        label: this.#theme.name(visibleLine(entry.from)),
        text: entry.text,
        paint: this.#theme.chat,
        ...(whole ? {} : { wholeBy: `/history ${name} N` }),
      })
    }
  }

  #roomEntry(entry: RoomEntry, room: number, whole: boolean): void {
    const time = clockTime(entry.at, this.#nowMs())
    const told = entryText(entry, `room ${room}`, false)
    if (told !== undefined) return this.note(`${time} ${told}`)
    this.#print({
      time,
      label: this.#theme.name(visibleLine(entry.name)),
      text: entry.text ?? '',
      paint: this.#theme.chat,
      ...(whole ? {} : { wholeBy: `/history #${room} N` }),
    })
  }
}
