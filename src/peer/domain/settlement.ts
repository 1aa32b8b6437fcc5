// What becomes of own messages, written down and told. Invariants: every mark that the sender sees is true at that moment;
// a state never goes back; `stored` is said only by those who call `stored`, who have a receipt of the right identity.
// docs/protocol/peer.md, "States".

import type { MonotonicMs, WallMs } from '../../base/index.ts'
import type { Journal } from './journal.ts'
import type { Outbox, Outgoing } from './outbox.ts'
import type { PeerEvent, Reason, Road, StateEvent } from './peer-event.ts'
import type { RoomBook } from './room-book.ts'

export interface SettlementOptions {
  readonly journal: Journal
  readonly outbox: Outbox
  /** What rooms are called. */
  readonly book: Pick<RoomBook, 'get'>
  readonly wallMs: () => WallMs
  readonly emit: (event: PeerEvent) => void
}

export class Settlement {
  readonly #options: SettlementOptions

  constructor(options: SettlementOptions) {
    this.#options = options
  }

  /** The first commit is done: from now on it travels. */
  kept(now: MonotonicMs, message: Outgoing, at: WallMs): void {
    message.state = 'kept'
    message.budgetFrom = now
    // Of a room's message its sender was told when it was kept as one.
    if (message.room) return
    this.#options.emit({ type: 'kept', id: message.id, to: message.toName, text: message.text, at })
  }

  /** The registry has committed it. */
  deposited(now: MonotonicMs, message: Outgoing): void {
    if (message.isSettled) return
    const isNews = message.state !== 'mailbox'
    message.state = 'mailbox'
    this.#options.outbox.setResting(message, true)
    this.#options.journal.note(now, [{ kind: 'deposited', id: message.id, at: this.#wall() }])
    if (isNews) this.#tell(now, message, { state: 'mailbox', road: 'mailbox' })
  }

  /** The recipient's device proved that it has committed it. */
  stored(now: MonotonicMs, message: Outgoing, road: Road): void {
    this.#end(now, message, { state: 'stored', road })
  }

  expired(now: MonotonicMs, message: Outgoing): void {
    this.#end(now, message, { state: 'expired' })
  }

  failed(now: MonotonicMs, message: Outgoing, reason: Reason): void {
    this.#end(now, message, { state: 'failed', reason })
  }

  /** It has to wait, and its sender is told why, once for each reason. */
  delayed(now: MonotonicMs, message: Outgoing, code: string): void {
    if (message.isSettled || message.toldReason === code || message.state !== 'kept') return
    message.toldReason = code
    this.#tell(now, message, { state: 'kept', reason: { code, details: { name: message.toName } } })
  }

  #end(
    now: MonotonicMs,
    message: Outgoing,
    end: { state: 'stored' | 'expired' | 'failed'; road?: Road; reason?: Reason },
  ): void {
    if (message.isSettled) return
    this.#options.outbox.settle(message)
    const { state, road, reason } = end
    const settled = { kind: 'settled', id: message.id, state, at: this.#wall() } as const
    this.#options.journal.note(now, [{ ...settled, ...(road && { road }), ...(reason && { reason: reason.code }) }])
    this.#tell(now, message, end)
  }

  #wall(): WallMs {
    return Math.max(0, Math.floor(this.#options.wallMs()))
  }

  #tell(now: MonotonicMs, message: Outgoing, what: Pick<StateEvent, 'state' | 'road' | 'reason'>): void {
    const { id, toName: to, startedAt, room: place } = message
    const event = { to, ...what, ...(startedAt !== undefined && { ms: now - startedAt }) }
    if (!place) return this.#options.emit({ type: 'state', id, ...event })
    const room = this.#options.book.get(place.key)?.room
    if (room !== undefined) this.#options.emit({ type: 'roomState', room, id: place.id, ...event })
  }
}
