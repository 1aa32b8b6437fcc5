// The terminal face's transcript: turns each face event into rows above the prompt, and keeps the marks of own messages
// true: in place while the message is on the screen, by one quiet line after that.

import { unreachable } from '../base/index.ts'
import type { Client, HistoryEntry, MessageState, PeerEvent, StateEvent } from '../api/index.ts'
import { cellWidth, fitCells } from './cell-width.ts'
import { reasonText } from './error-text.ts'
import type { FaceEvent } from './face-event.ts'
import { messageRows, type MessageParts } from './message-rows.ts'
import { clockTime, duration } from './moment.ts'
import { registryPhrase } from './phrase.ts'
import { excerpt } from './plain-lines.ts'
import type { Screen } from './screen.ts'
import type { Theme } from './theme.ts'
import { visibleLine } from './visible-text.ts'
import { wrapText } from './wrap.ts'

type RoadAndTime = Pick<StateEvent, 'state' | 'road' | 'ms'>

interface OwnMessage {
  readonly to: string
  readonly text: string
  mark: RoadAndTime
  readonly block: number
}

/** Own messages whose mark may still change; the oldest are let go of first. */
const ownMessagesMax = 1_000

export class Transcript {
  readonly #screen: Screen
  readonly #theme: Theme
  readonly #nowMs: () => number
  readonly #own = new Map<string, OwnMessage>()
  #wasOnline = false

  constructor(screen: Screen, theme: Theme, nowMs: () => number) {
    this.#screen = screen
    this.#theme = theme
    this.#nowMs = nowMs
  }

  show(event: FaceEvent): void {
    switch (event.type) {
      case 'ready':
        return this.#welcome(event)
      case 'sent':
        return this.#sent(event)
      case 'message':
        return this.#message(event)
      case 'state':
        return this.#state(event)
      case 'presence':
        return this.note(`${visibleLine(event.name)} ${event.status === 'online' ? 'is here' : 'is away'}`)
      case 'directory':
        return
      case 'registry':
        return this.#registry(event)
      case 'identityChanged':
        return this.#trouble(reasonText({ code: event.type, details: { ...event } }), this.#theme.bad)
      case 'warning':
        return this.#trouble(reasonText(event.reason), this.#theme.warn)
      case 'error':
        return this.#trouble(event.error, this.#theme.bad)
      case 'clients':
        return this.#clients(event.clients)
      case 'history':
        return this.#history(event.name, event.messages, event.whole)
      case 'opened':
        return this.note(event.name === undefined ? 'no conversation is open' : `what you type goes to ${event.name}`)
      case 'accepted':
        return this.note(`${event.name}'s identity is accepted; sending goes on`)
      case 'help':
        return this.#lines(event.text)
      default:
        return unreachable(event)
    }
  }

  /** A quiet line. */
  note(text: string): void {
    const { dot } = this.#theme.glyphs
    this.#wrapped(`${dot} ${text}`, 2, this.#theme.dim)
  }

  /** Lines of our own, as they are. */
  #lines(text: string): void {
    for (const line of text.split('\n')) this.#wrapped(line, 2, (row) => row)
  }

  #wrapped(text: string, hanging: number, paint: (row: string) => string): void {
    this.#screen.print((columns) => {
      const indent = columns > 20 ? hanging : 0
      return wrapText(text, columns, 0, indent).map((row, i) => (i === 0 ? '' : ' '.repeat(indent)) + paint(row))
    })
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

  #sent({ id, to, text, at }: Extract<PeerEvent, { type: 'sent' }>): void {
    const own: OwnMessage = {
      to,
      text,
      mark: { state: 'kept' },
      block: this.#screen.print((columns) =>
        messageRows(this.#ownParts(at, to, text, own.mark, true), this.#theme, columns),
      ),
    }
    this.#own.set(id, own)
    if (this.#own.size > ownMessagesMax) this.#own.delete(this.#own.keys().next().value as string)
  }

  #message(event: Extract<PeerEvent, { type: 'message' }>): void {
    const { from, text, gapBefore } = event
    if (gapBefore !== undefined) {
      const what = gapBefore === 1 ? 'one earlier message' : `${gapBefore} earlier messages`
      this.note(`${what} of ${from} did not arrive and will not come`)
    }
    const wasWaiting = event.road === 'mailbox'
    const time = clockTime(wasWaiting ? event.sentAt : event.receivedAt, this.#nowMs())
    const road = wasWaiting ? ` ${this.#theme.dim('(mailbox)')}` : ''
    const parts = {
      time,
      label: this.#theme.name(visibleLine(from)) + road,
      text,
      wholeBy: `/history ${event.conversation} 1`,
    }
    this.#screen.print((columns) => messageRows(parts, this.#theme, columns))
  }

  #state(event: StateEvent): void {
    const own = this.#own.get(event.id)
    if (own === undefined) return
    own.mark = event
    const isShown = this.#screen.refresh(own.block)
    if (event.reason !== undefined) this.#trouble(reasonText(event.reason), this.#paintOf(event.state))
    else if (!isShown && event.state !== 'kept') this.#followUp(own)
    const isFinal = event.state !== 'kept' && event.state !== 'mailbox'
    if (isFinal) this.#own.delete(event.id)
  }

  /** For a message that is not on the screen any more. */
  #followUp({ mark, to, text }: OwnMessage): void {
    const { ellipsis } = this.#theme.glyphs
    const line = `${this.#markText(mark)}  ${to}: ${visibleLine(excerpt(text).replace('...', ellipsis))}`
    this.#screen.print((columns) => [this.#paintOf(mark.state)(fitCells(`       ${line}`, columns, ellipsis))])
  }

  #registry({ state, reason }: Extract<PeerEvent, { type: 'registry' }>): void {
    // The prompt tells the state all the time; a line is for what somebody should notice.
    if (state === 'online' && this.#wasOnline) this.note('the registry is back')
    if (state === 'online') this.#wasOnline = true
    if (state === 'unreachable') this.note(`the registry ${registryPhrase(state)}`)
    if (state === 'replaced') this.#trouble(reasonText(reason ?? { code: 'replaced', details: {} }), this.#theme.bad)
  }

  #trouble({ text, hints }: { text: string; hints: readonly string[] }, paint: (text: string) => string): void {
    this.#wrapped(`! ${text}`, 2, paint)
    for (const hint of hints) this.#wrapped(`  ${hint}`, 2, this.#theme.dim)
  }

  #clients(clients: readonly Client[]): void {
    if (clients.length === 0) return this.note('nobody else is known here yet')
    const { glyphs, good, dim } = this.#theme
    const width = Math.max(...clients.map(({ name }) => cellWidth(visibleLine(name))))
    for (const { name, status, road } of clients) {
      const isOnline = status === 'online'
      const shown = visibleLine(name).padEnd(width)
      const mark = isOnline ? good(glyphs.online) : dim(glyphs.offline)
      const row = `${mark} ${isOnline ? shown : dim(shown)}  ${isOnline ? 'online' : dim('away  ')}  ${dim(road ?? '')}`
      this.#screen.print((columns) =>
        width + 20 <= columns ? [row] : [fitCells(`${isOnline ? '*' : 'o'} ${shown}`, columns, '')],
      )
    }
  }

  #history(name: string, messages: readonly HistoryEntry[], whole: boolean): void {
    if (messages.length === 0) return this.note(`no messages with ${name} yet`)
    for (const entry of messages) {
      const { state, text } = entry
      const parts: MessageParts =
        state !== undefined
          ? this.#ownParts(entry.sentAt, entry.to, text, { ...entry, state }, !whole)
          : {
              time: clockTime(entry.sentAt, this.#nowMs()),
              label: this.#theme.name(visibleLine(entry.from)),
              text,
              ...(whole ? {} : { wholeBy: `/history ${name} N` }),
            }
      this.#screen.print((columns) => messageRows(parts, this.#theme, columns))
    }
  }

  #ownParts(at: number, to: string, text: string, mark: RoadAndTime, isCut: boolean): MessageParts {
    const { glyphs, dim, name } = this.#theme
    return {
      time: clockTime(at, this.#nowMs()),
      label: `${dim(`you ${glyphs.to}`)} ${name(visibleLine(to))}`,
      text,
      mark: { text: this.#markText(mark), paint: this.#paintOf(mark.state) },
      ...(isCut ? { wholeBy: `/history ${to} 1` } : {}),
    }
  }

  #markText({ state, road, ms }: RoadAndTime): string {
    const { marks, dot } = this.#theme.glyphs
    const way = road === undefined ? '' : ` ${dot} ${road}${ms === undefined ? '' : ` ${duration(ms)}`}`
    const words: Record<MessageState, string> = {
      kept: 'kept here',
      mailbox: 'in the mailbox',
      stored: `stored${way}`,
      expired: 'expired',
      failed: 'not sent',
    }
    return `${marks[state]} ${words[state]}`
  }

  #paintOf(state: MessageState): (text: string) => string {
    if (state === 'stored') return this.#theme.good
    return state === 'expired' || state === 'failed' ? this.#theme.bad : this.#theme.dim
  }
}
