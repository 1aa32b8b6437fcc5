// Own messages on the terminal and their marks: true at every moment, in place while the message is on the screen, by one
// quiet line after that. A mark never changes the height of its message.

import { unreachable } from '../base/index.ts'
import type { HistoryEntry, MessageState } from '../api/index.ts'
import { cellWidth, fitCells } from './cell-width.ts'
import type { FateEvent } from './event-kind.ts'
import type { FaceEvent, FaceState } from './face-event.ts'
import { type Mark, type MessageParts, messageRows } from './message-rows.ts'
import { clockTime, duration } from './moment.ts'
import { receiptSentence } from './phrase.ts'
import { excerpt } from './plain-lines.ts'
import type { Screen } from './screen.ts'
import { namedMax, receivers, RoomTally } from './tally.ts'
import type { Theme } from './theme.ts'
import { visibleLine } from './visible-text.ts'

/** How far something came, in a word and at length. */
interface Standing {
  readonly state: MessageState
  readonly short: string
  readonly long: string
}

interface OwnMessage {
  readonly to: string
  readonly text: string
  readonly longCells: number
  readonly wholeBy: string
  readonly at: number
  /** Read at each rendering: the block on the screen lives as long as this. */
  standing: () => Standing
}

type PersonMark = Pick<FaceState, 'to' | 'state' | 'road' | 'ms' | 'noAnswer'>
type RoomSent = Extract<FaceEvent, { type: 'roomSent' }>
type ChannelState = Extract<FaceEvent, { type: 'channelState' | 'channelHeard' }>

/** Own messages whose mark may still change; the oldest are let go of first. */
const ownMessagesMax = 1_000
/** The longest sentence but for the name in it: `[No ACK from x, message sent to server.]` and its glyph. */
const personCells = 42
const manyCells = 56

export class OwnMessages {
  readonly #screen: Screen
  readonly #theme: Theme
  readonly #nowMs: () => number
  readonly #own = new Map<string, { readonly message: OwnMessage; readonly block: number }>()
  readonly #tallies = new Map<string, RoomTally>()
  /** Who has heard an own message for everyone, as long as they are few. */
  readonly #hearers = new Map<string, string[]>()

  constructor(screen: Screen, theme: Theme, nowMs: () => number) {
    this.#screen = screen
    this.#theme = theme
    this.#nowMs = nowMs
  }

  sent({ id, to, text, at }: Extract<FaceEvent, { type: 'sent' }>): void {
    const longCells = personCells + cellWidth(to)
    const standing = (): Standing => this.#personStanding({ to, state: 'kept' })
    this.#print(id, { to, text, at, longCells, wholeBy: `/history ${to} 1`, standing })
  }

  roomSent({ id, room, text, at }: RoomSent): void {
    const tally = new RoomTally()
    this.#tallies.set(id, tally)
    const standing = (): Standing => {
      const phrase = tally.phrase()
      return { state: tally.state, short: phrase, long: phrase }
    }
    const wholeBy = `/history #${room} 1`
    this.#print(id, { to: `room ${room}`, text, at, longCells: manyCells, wholeBy, standing })
  }

  channelSent({ id, text, at }: Extract<FaceEvent, { type: 'channelSent' }>): void {
    const wholeBy = '/history everyone 1'
    this.#print(id, { to: 'everyone', text, at, longCells: manyCells, wholeBy, standing: keptHere })
  }

  /** What became of one of them. */
  follow(event: FateEvent): void {
    switch (event.type) {
      case 'state':
        return this.#state(event)
      case 'roomPlaced':
        this.#tallies.get(event.id)?.place(event.members)
        return this.#refresh(event.id, false)
      case 'roomState':
        return this.#roomState(event)
      case 'channelState':
      case 'channelHeard':
        return this.#channelState(event)
      default:
        return unreachable(event)
    }
  }

  #state(event: FaceState): void {
    const own = this.#own.get(event.id)
    if (own === undefined) return
    own.message.standing = () => this.#personStanding(event)
    this.#refresh(event.id, event.state !== 'kept' && event.reason === undefined)
    if (event.state !== 'kept' && event.state !== 'mailbox') this.#forget(event.id)
  }

  #roomState(event: Extract<FaceEvent, { type: 'roomState' }>): void {
    const tally = this.#tallies.get(event.id)
    if (tally === undefined) return
    const hadLeft = tally.hasLeft
    tally.note(event.to, event)
    this.#refresh(event.id, (tally.hasLeft && !hadLeft) || tally.isFinal)
    if (tally.isFinal) this.#forget(event.id)
  }

  #channelState(event: ChannelState): void {
    const own = this.#own.get(event.id)
    if (own === undefined) return
    const standing = event.type === 'channelState' ? saidStanding(event) : this.#heardStanding(event)
    own.message.standing = () => standing
    this.#refresh(event.id, event.type === 'channelState')
    if (event.type === 'channelState' && event.state === 'failed') this.#forget(event.id)
  }

  /** An own message of the history. */
  parts(entry: HistoryEntry, state: MessageState, isCut: boolean): MessageParts {
    const { to, text, sentAt } = entry
    const standing = this.#personStanding({ ...entry, state })
    const wholeBy = isCut ? `/history ${to} 1` : undefined
    const { mark, ...parts } = this.#partsOf({ to, text, at: sentAt, longCells: 0, wholeBy }, standing)
    const { short, longCells, paint } = mark
    return { ...parts, mark: { short, longCells, paint } }
  }

  paintOf(state: MessageState): (text: string) => string {
    if (state === 'stored') return this.#theme.ack
    return state === 'expired' || state === 'failed' ? this.#theme.bad : this.#theme.dim
  }

  #print(id: string, message: OwnMessage): void {
    const block = this.#screen.print((columns) =>
      messageRows(this.#partsOf(message, message.standing()), this.#theme, columns),
    )
    this.#own.set(id, { message, block })
    if (this.#own.size > ownMessagesMax) this.#forget(this.#own.keys().next().value as string)
  }

  #refresh(id: string, isWorthALine: boolean): void {
    const own = this.#own.get(id)
    if (own === undefined || this.#screen.refresh(own.block) || !isWorthALine) return
    const { to, text, standing } = own.message
    const now = standing()
    const { ellipsis } = this.#theme.glyphs
    const line = `${this.#glyph(now.state)} ${now.long}  ${to}: ${visibleLine(excerpt(text).replace('...', ellipsis))}`
    this.#screen.print((columns) => [this.paintOf(now.state)(fitCells(`       ${line}`, columns, ellipsis))])
  }

  #forget(id: string): void {
    this.#own.delete(id)
    this.#tallies.delete(id)
    this.#hearers.delete(id)
  }

  #heardStanding({ id, names, total }: Extract<FaceEvent, { type: 'channelHeard' }>): Standing {
    const hearers = [...(this.#hearers.get(id) ?? []), ...names].slice(0, namedMax + 1)
    this.#hearers.set(id, hearers)
    const long = `[Message received by ${receivers(hearers, total)}.]`
    return { state: 'stored', short: `received by ${total}`, long }
  }

  #partsOf(
    message: Pick<OwnMessage, 'to' | 'text' | 'at' | 'longCells'> & { readonly wholeBy: string | undefined },
    { state, short, long }: Standing,
  ): MessageParts & { readonly mark: Mark } {
    const { glyphs, dim, name } = this.#theme
    const glyph = this.#glyph(state)
    const { to, text, at, longCells, wholeBy } = message
    return {
      time: clockTime(at, this.#nowMs()),
      label: `${dim(`you ${glyphs.to}`)} ${name(visibleLine(to))}`,
      text,
      mark: { short: `${glyph} ${short}`, long: `${glyph} ${long}`, longCells, paint: this.paintOf(state) },
      ...(wholeBy === undefined ? {} : { wholeBy }),
    }
  }

  #glyph(state: MessageState): string {
    return this.#theme.glyphs.marks[state]
  }

  #personStanding(mark: PersonMark): Standing {
    const { state, road, ms } = mark
    const { dot } = this.#theme.glyphs
    const way = road === undefined ? '' : `${road}${ms === undefined ? '' : ` ${duration(ms)}`}`
    const words: Record<MessageState, string> = {
      kept: 'kept here',
      mailbox: 'in the mailbox',
      stored: way === '' ? 'stored' : `stored ${dot} ${way}`,
      expired: 'expired',
      failed: 'not sent',
    }
    const receipt = receiptSentence(mark)
    const long = receipt === undefined ? words[state] : `${receipt}${state === 'stored' && way !== '' ? ` ${way}` : ''}`
    return { state, short: words[state], long }
  }
}

function saidStanding({ state, online }: Extract<FaceEvent, { type: 'channelState' }>): Standing {
  if (state === 'failed') return { state, short: 'not sent', long: 'not sent' }
  const told = online === undefined ? '' : ` told to ${online} online`
  return { state: 'mailbox', short: 'said', long: `[Message received by Server.]${told}` }
}

function keptHere(): Standing {
  return { state: 'kept', short: 'kept here', long: 'kept here' }
}
