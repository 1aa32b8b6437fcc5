// What comes in, on any road: into the order of its sender, to the disk, and then acknowledged and shown. Invariants: a
// message is acknowledged as stored only after the commit that keeps it (S1), and shown once (S2); a double gets the same
// answer again. docs/protocol/peer.md, "Receiving".

import { type MonotonicMs, toHex, type WallMs } from '../../base/index.ts'
import type { AccountName, ChatMessage } from '../../protocol/index.ts'
import { Inbox, type Shown } from './inbox.ts'
import type { Journal } from './journal.ts'
import type { PeerEvent, Road } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { KnownMessage, PeerState, PeerStore, Received } from './peer-store.ts'

/** `later`: nothing is said; it stays where it is and comes again. */
export type IntakeOutcome = 'stored' | 'refused' | 'later'
export type Reply = (now: MonotonicMs, outcome: IntakeOutcome) => void

export interface Sender {
  readonly name: AccountName
  /** The link key that proved to have sent it. */
  readonly device: Uint8Array
}

export interface IntakeOptions {
  readonly journal: Journal
  readonly store: Pick<PeerStore, 'find'>
  readonly wallMs: () => WallMs
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
  /** Something that had to wait was shown: what was left out for lack of room may come now. */
  readonly onRoom: (now: MonotonicMs) => void
  /** A reply was given outside of a commit's callbacks: what it gathered may be sent. */
  readonly onReply: (now: MonotonicMs) => void
}

export class Intake {
  readonly #options: IntakeOptions
  readonly #inboxes = new Map<string, Inbox>()
  #underWay = 0
  #bytesUnderWay = 0
  /** Whether anything was answered with `later` for lack of room. */
  #hasLeftOut = false

  constructor(options: IntakeOptions, state: Pick<PeerState, 'inboxes' | 'held'>) {
    this.#options = options
    const held = Map.groupBy(state.held, (message) => toHex(message.device))
    for (const record of state.inboxes) {
      const device = toHex(record.device)
      this.#inboxes.set(device, new Inbox(record, held.get(device) ?? [], options.limits))
    }
  }

  /** Takes a message whose sender is proven. `reply` is called once, maybe at once. */
  accept(now: MonotonicMs, sender: Sender, message: ChatMessage, road: Road, reply: Reply): void {
    const { limits, journal } = this.#options
    if (journal.failure) return reply(now, 'later')
    const isBusy = this.#underWay >= limits.arrivalsMax || this.#bytesUnderWay >= limits.arrivalBytesMax
    if (isBusy) return this.#leaveOut(now, reply)
    const received = this.#received(sender, message, road)
    const arrival = this.#inbox(sender).take(received, message.floor)
    switch (arrival.kind) {
      case 'new':
        this.#underWay += 1
        this.#bytesUnderWay += message.text.length
        return journal.commit(arrival.changes, (later, outcome) => {
          this.#underWay -= 1
          this.#bytesUnderWay -= message.text.length
          if (!outcome.ok) return reply(later, 'later')
          const doubled = new Set(outcome.value.doubled)
          this.#show(later, arrival.shown, doubled)
          if (!doubled.has(received.id)) return reply(later, 'stored')
          this.#refuse(later, sender, reply)
        })
      case 'double':
        // Behind the commit that keeps the first one.
        return journal.commit([], (later, outcome) => reply(later, outcome.ok ? 'stored' : 'later'))
      case 'past':
        return this.#compare(sender, received, reply)
      case 'senderError':
        return this.#refuse(now, sender, reply)
      case 'full':
        return this.#leaveOut(now, reply)
    }
  }

  #received(sender: Sender, message: ChatMessage, road: Road): Received {
    const { name: from, device } = sender
    const { counter, text, sentAt } = message
    return { id: toHex(message.id), device, from, counter, text, sentAt, receivedAt: this.#options.wallMs(), road }
  }

  #inbox({ name, device }: Sender): Inbox {
    const key = toHex(device)
    const known = this.#inboxes.get(key)
    if (known) return known
    const inbox = new Inbox({ device, from: name, next: 0, floor: 0, gap: 0 }, [], this.#options.limits)
    this.#inboxes.set(key, inbox)
    return inbox
  }

  /** A counter that was passed: stored means that this very message was shown; a gap that was given up stays one. */
  #compare(sender: Sender, received: Received, reply: Reply): void {
    const { device, counter, id } = received
    this.#options.journal.commit([], (later, behind) => {
      if (!behind.ok) return reply(later, 'later')
      this.#options.store.find({ device, counter, id }, (now, found) => {
        if (!found.ok) reply(now, 'later')
        else if (found.value.some((known) => isSame(known, received))) reply(now, 'stored')
        else if (found.value.length === 0) reply(now, 'refused')
        else this.#refuse(now, sender, reply)
        this.#options.onReply(now)
      })
    })
  }

  #refuse(now: MonotonicMs, { name }: Sender, reply: Reply): void {
    this.#options.emit({ type: 'warning', reason: { code: 'senderError', details: { name } } })
    reply(now, 'refused')
  }

  #leaveOut(now: MonotonicMs, reply: Reply): void {
    this.#hasLeftOut = true
    reply(now, 'later')
  }

  #show(now: MonotonicMs, shown: readonly Shown[], doubled: ReadonlySet<string>): void {
    for (const { message, gapBefore } of shown) {
      if (doubled.has(message.id)) continue
      const { id, from, text, road, sentAt, receivedAt } = message
      const event = { type: 'message', id, from, text, road, sentAt, receivedAt } as const
      this.#options.emit(gapBefore > 0 ? { ...event, gapBefore } : event)
    }
    if (this.#hasLeftOut && shown.length > 0) {
      this.#hasLeftOut = false
      this.#options.onRoom(now)
    }
  }
}

function isSame(known: KnownMessage, received: Received): boolean {
  return known.id === received.id && known.counter === received.counter && known.text === received.text
}
