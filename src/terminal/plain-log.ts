// The plain face's memory: own messages by id, what became of the copies of those to many, and whether the registry has
// welcomed us. It makes the lines of events that one event alone cannot tell.

import { unreachable } from '../base/index.ts'
import { type FateEvent, isFate } from './event-kind.ts'
import type { FaceEvent } from './face-event.ts'
import { reasonText } from './error-text.ts'
import { clockTime } from './moment.ts'
import { plainLines, quoted } from './plain-lines.ts'
import { receiptSentence, statePhrase } from './phrase.ts'
import { receivers, RoomTally } from './tally.ts'
import { visibleLine } from './visible-text.ts'

type RoomStateEvent = Extract<FaceEvent, { type: 'roomState' }>
type ChannelEvent = Extract<FaceEvent, { type: 'channelState' | 'channelHeard' }>

/** Own messages whose fate may still change; the oldest are let go of first. */
const remembered = 10_000

export class PlainLog {
  readonly #nowMs: () => number
  readonly #self: () => string
  readonly #texts = new Map<string, string>()
  readonly #tallies = new Map<string, RoomTally>()
  #wasOnline = false

  constructor(nowMs: () => number, self: () => string) {
    this.#nowMs = nowMs
    this.#self = self
  }

  lines(event: FaceEvent): string[] {
    if (isFate(event)) return this.#fate(event)
    if (event.type === 'sent' || event.type === 'channelSent' || event.type === 'roomSent') {
      this.#texts.set(event.id, event.text)
      if (event.type === 'roomSent') this.#tallies.set(event.id, new RoomTally())
      if (this.#texts.size > remembered) this.#forget(this.#texts.keys().next().value as string)
    }
    const lines = this.#stateless(event)
    if (event.type === 'registry' && event.state === 'online') this.#wasOnline = true
    if (event.type === 'registry' && event.state === 'loggedOut') this.#wasOnline = false
    return lines
  }

  #fate(event: FateEvent): string[] {
    switch (event.type) {
      case 'state': {
        const lines = this.#stateless(event)
        if (event.state !== 'kept' && event.state !== 'mailbox') this.#forget(event.id)
        return lines
      }
      case 'roomPlaced':
        return this.#placed(event)
      case 'roomState':
        return this.#roomState(event)
      case 'channelState':
      case 'channelHeard':
        return this.#channelState(event)
      default:
        return unreachable(event)
    }
  }

  #stateless(event: FaceEvent): string[] {
    return plainLines(event, this.#nowMs(), this.#texts, { self: this.#self(), wasOnline: this.#wasOnline })
  }

  #placed(event: Extract<FaceEvent, { type: 'roomPlaced' }>): string[] {
    const tally = this.#tallies.get(event.id)
    tally?.place(event.members)
    return tally !== undefined && event.members.length === 0 ? [this.#line(`[${tally.phrase()}]`, event)] : []
  }

  /** Few members one by one; many in one line when nothing of it is here any more, and each failure at once. */
  #roomState(event: RoomStateEvent): string[] {
    const { to, state, road, ms, reason } = event
    const tally = this.#tallies.get(event.id)
    const hadLeft = tally?.hasLeft === true
    tally?.note(to, { state, road, ms })
    const lines: string[] = []
    const isFailure = state === 'failed' || state === 'expired'
    if (tally === undefined || tally.isSmall || isFailure || hadLeft) lines.push(...this.#copyLine(event))
    else if (tally.hasLeft) lines.push(this.#line(tally.phrase(), event))
    if (reason !== undefined && to === undefined) lines.push(`error: ${reasonText(reason).text}`)
    if (tally?.isFinal === true) this.#forget(event.id)
    return lines
  }

  #copyLine(event: RoomStateEvent): string[] {
    const { to, state } = event
    if (state === 'kept') return []
    const receipt = to === undefined ? undefined : receiptSentence({ state, to })
    const who = to === undefined ? '' : ` ${visibleLine(to)} in`
    return [this.#line(`${receipt === undefined ? '' : `${receipt} `}[${statePhrase(event)}]${who}`, event)]
  }

  #channelState(event: ChannelEvent): string[] {
    const text = quoted(this.#texts.get(event.id))
    const time = this.#time()
    if (event.type === 'channelHeard') {
      const { names, total } = event
      const all = total > names.length ? ` [${total} in all]` : ''
      return [`${time} [Message received by ${receivers(names)}.]${all} everyone${text}`]
    }
    if (event.state === 'failed') {
      this.#forget(event.id)
      const why = event.reason === undefined ? '' : `: ${reasonText(event.reason).text}`
      return [`${time} [not sent${why}] everyone${text}`]
    }
    const online = event.online === undefined ? '' : `, told to ${event.online} online`
    return [`${time} [Message received by Server.] [said${online}] everyone${text}`]
  }

  #line(what: string, { id, room }: { readonly id: string; readonly room: number }): string {
    return `${this.#time()} ${what} room ${room}${quoted(this.#texts.get(id))}`
  }

  #time(): string {
    const now = this.#nowMs()
    return clockTime(now, now)
  }

  #forget(id: string): void {
    this.#texts.delete(id)
    this.#tallies.delete(id)
  }
}
