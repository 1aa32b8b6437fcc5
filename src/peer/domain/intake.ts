// What comes in, on any road: into the order of its sender, to the disk, and then acknowledged and shown. Invariants: a
// message is acknowledged as stored only after the commit that keeps it (S1), and shown once (S2); a double gets the same
// answer again. docs/protocol/peer.md, "Receiving".

import { type MonotonicMs, toHex, type WallMs } from '../../base/index.ts'
import { type AccountName, type ChatMessage, foldName } from '../../protocol/index.ts'
import { Inbox, type Shown } from './inbox.ts'
import type { Journal } from './journal.ts'
import type { MessageId, PeerEvent, Road } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { KnownMessage, PeerChange, PeerState, PeerStore, Received } from './peer-store.ts'
import type { RoomPlace } from './stored-room.ts'

/** `later`: nothing is said; it stays where it is and comes again. */
export type IntakeOutcome = 'stored' | 'refused' | 'later'
export type Reply = (now: MonotonicMs, outcome: IntakeOutcome) => void

export interface Sender {
  readonly name: AccountName
  /** The link key that proved to have sent it. */
  readonly device: Uint8Array
}

/** What is to become of a message; `later` where that cannot be said yet. */
export type Verdict = 'take' | 'refuse' | 'later'

/** What the intake asks of and tells to the rooms. */
export interface CopyJudge {
  /** Whether a member of a room may send a copy for this place; answered once, at once where it is known. */
  judge(
    now: MonotonicMs,
    sender: AccountName,
    place: RoomPlace,
    done: (now: MonotonicMs, verdict: Verdict) => void,
  ): void
  /** A copy is on the disk. `isSilent`: of somebody whom we do not want to hear. */
  arrived(now: MonotonicMs, message: Received, place: RoomPlace, isSilent: boolean): void
}

export interface IntakeOptions {
  readonly journal: Journal
  readonly store: Pick<PeerStore, 'find'>
  readonly wallMs: () => WallMs
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
  readonly rooms: CopyJudge
  /** Whether we do not want to hear somebody (folded name). */
  readonly isBlocked: (key: string) => boolean
  /** Something that had to wait was shown: what was left out for lack of room may come now. */
  readonly onRoom: (now: MonotonicMs) => void
  /** A reply was given outside of a commit's callbacks: what it gathered may be sent. */
  readonly onReply: (now: MonotonicMs) => void
}

interface Arrived {
  readonly sender: Sender
  readonly received: Received
  readonly floor: number
  readonly reply: Reply
}

export class Intake {
  readonly #options: IntakeOptions
  readonly #inboxes = new Map<string, Inbox>()
  /** The inbox asked for last: messages come many of one sender. */
  #last: { readonly device: Uint8Array; readonly inbox: Inbox } | undefined
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
    const received = this.#received(sender, message, road)
    const arrived = { sender, received, floor: message.floor, reply }
    if (received.room) return this.#judgeCopy(now, arrived, received.room)
    this.#take(now, arrived, this.#isBlocked(sender.name) ? 'refuse' : 'take')
  }

  /** Of a room's messages everybody keeps the same transcript, also of people that we do not want to hear. */
  #judgeCopy(now: MonotonicMs, arrived: Arrived, place: RoomPlace): void {
    let isInside = true
    this.#options.rooms.judge(now, arrived.sender.name, place, (later, verdict) => {
      this.#take(later, arrived, verdict)
      if (!isInside) this.#options.onReply(later)
    })
    isInside = false
  }

  #take(now: MonotonicMs, { sender, received, floor, reply }: Arrived, verdict: Verdict): void {
    const { limits, journal } = this.#options
    if (journal.failure) return reply(now, 'later')
    const isBusy = this.#underWay >= limits.arrivalsMax || this.#bytesUnderWay >= limits.arrivalBytesMax
    if (isBusy || verdict === 'later') return this.#leaveOut(now, reply)
    const inbox = this.#inbox(sender)
    // What was stored before stays true.
    if (verdict === 'refuse' && !inbox.hasPassed(received.counter)) {
      const passed = inbox.refuse(received.counter, floor)
      if (!passed) return this.#leaveOut(now, reply)
      return this.#commit(passed, received, () => 'refused', reply)
    }
    const arrival = inbox.take(received, floor)
    switch (arrival.kind) {
      case 'new':
        return this.#commit(
          arrival,
          received,
          (doubled) => {
            if (!doubled.has(received.id)) return 'stored'
            this.#warn(sender)
            return 'refused'
          },
          reply,
        )
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

  #commit(
    { changes, shown }: { changes: readonly PeerChange[]; shown: readonly Shown[] },
    { text }: Received,
    outcomeOf: (doubled: ReadonlySet<MessageId>) => 'stored' | 'refused',
    reply: Reply,
  ): void {
    this.#underWay += 1
    this.#bytesUnderWay += text.length
    this.#options.journal.commit(changes, (now, outcome) => {
      this.#underWay -= 1
      this.#bytesUnderWay -= text.length
      if (!outcome.ok) return reply(now, 'later')
      const doubled = new Set(outcome.value.doubled)
      this.#show(now, shown, doubled)
      reply(now, outcomeOf(doubled))
    })
  }

  #isBlocked(name: AccountName): boolean {
    return this.#options.isBlocked(foldName(name))
  }

  #received(sender: Sender, message: ChatMessage, road: Road): Received {
    const { name: from, device } = sender
    const { counter, text, sentAt, room } = message
    const place = room && { key: toHex(room.key), number: room.number, id: toHex(room.id) }
    const received = { id: toHex(message.id), device, from, counter, text, sentAt, road, ...(place && { room: place }) }
    return { ...received, receivedAt: this.#options.wallMs() }
  }

  #inbox({ name, device }: Sender): Inbox {
    if (device === this.#last?.device) return this.#last.inbox
    const key = toHex(device)
    let inbox = this.#inboxes.get(key)
    if (!inbox) {
      inbox = new Inbox({ device, from: name, next: 0, floor: 0, gap: 0 }, [], this.#options.limits)
      this.#inboxes.set(key, inbox)
    }
    this.#last = { device, inbox }
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

  #refuse(now: MonotonicMs, sender: Sender, reply: Reply): void {
    this.#warn(sender)
    reply(now, 'refused')
  }

  #warn({ name }: Sender): void {
    this.#options.emit({ type: 'warning', reason: { code: 'senderError', details: { name } } })
  }

  #leaveOut(now: MonotonicMs, reply: Reply): void {
    this.#hasLeftOut = true
    reply(now, 'later')
  }

  #show(now: MonotonicMs, shown: readonly Shown[], doubled: ReadonlySet<string>): void {
    for (const { message, gapBefore } of shown) {
      if (doubled.has(message.id)) continue
      const isSilent = this.#isBlocked(message.from)
      if (message.room) this.#options.rooms.arrived(now, message, message.room, isSilent)
      if (message.room || isSilent) continue
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
