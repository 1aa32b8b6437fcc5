// The messages of one sending device, put into its order: a contiguous watermark (`next`) and, above it, what came early.
// Invariants: each counter is shown at most once and in order (S2, S4); a gap is closed only by its messages or by the
// sender's word that they will never come (`floor`), and then it is counted; work and memory depend on the messages
// that came, never on the numbers in them. docs/protocol/peer.md, "Order".

import type { MessageId } from './peer-event.ts'
import type { PeerChange, Received, StoredInbox } from './peer-store.ts'

export interface InboxBounds {
  readonly heldPerSenderMax: number
  readonly heldBytesPerSenderMax: number
}

export interface Shown {
  readonly message: Received
  readonly gapBefore: number
}

/** Nobody sends so many; and every number that is kept stays one that all stores hold exactly. */
const counterMax = 2 ** 48

export type Arrival =
  /** It is new: to be committed with the changes, and then the messages are shown, maybe none yet. */
  | { readonly kind: 'new'; readonly changes: readonly PeerChange[]; readonly shown: readonly Shown[] }
  /** It waits here already: acknowledge it again. */
  | { readonly kind: 'double' }
  /** Its counter is below the watermark: only the store knows whether it is the one that was shown. */
  | { readonly kind: 'past' }
  /** Its id or counter is taken by another message of this sender, or its numbers make no sense. */
  | { readonly kind: 'senderError' }
  /** Too much waits for what is missing: do not acknowledge it, it will come again. */
  | { readonly kind: 'full' }

export class Inbox {
  readonly #bounds: InboxBounds
  #record: StoredInbox
  /** Counter order. */
  readonly #held: Received[] = []
  readonly #heldIds = new Map<MessageId, number>()
  #heldBytes = 0

  constructor(record: StoredInbox, held: readonly Received[], bounds: InboxBounds) {
    this.#record = record
    this.#bounds = bounds
    for (const message of held) this.#hold(message)
  }

  /** Messages that wait for earlier ones. */
  get heldCount(): number {
    return this.#held.length
  }

  /** Whether a message of this counter was taken before, or given up. */
  hasPassed(counter: number): boolean {
    return counter < this.#record.next || this.#held[this.#indexOf(counter)]?.counter === counter
  }

  take(message: Received, floor: number): Arrival {
    if (floor > message.counter || message.counter > counterMax) return { kind: 'senderError' }
    if (message.counter < this.#record.next) return { kind: 'past' }
    const at = this.#indexOf(message.counter)
    const same = this.#held[at]
    if (same?.counter === message.counter) {
      const isSame = same.id === message.id && same.text === message.text
      return { kind: isSame ? 'double' : 'senderError' }
    }
    if (this.#heldIds.has(message.id)) return { kind: 'senderError' }
    const isNext = message.counter === this.#record.next || floor >= message.counter
    if (!isNext && this.#isFull(message)) return { kind: 'full' }
    this.#record = { ...this.#record, floor: Math.max(this.#record.floor, floor), from: message.from }
    this.#hold(message)
    const shown = this.#release()
    const changes: PeerChange[] = shown.map((entry) => ({ kind: 'received', ...entry }))
    if (!shown.some((entry) => entry.message === message)) changes.push({ kind: 'held', message })
    return { kind: 'new', changes: [...changes, { kind: 'inbox', inbox: this.#record }], shown }
  }

  /**
   * A message that is not wanted takes its place in the order without being kept, so that nothing waits for it. Undefined
   * where earlier ones may still come: then it has to come again. Only for what {@link hasPassed} does not name.
   */
  refuse(counter: number, floor: number): { changes: readonly PeerChange[]; shown: readonly Shown[] } | undefined {
    if (floor > counter || counter > counterMax) return { changes: [], shown: [] }
    if (counter !== this.#record.next && floor < counter) return undefined
    this.#record = { ...this.#record, floor: Math.max(this.#record.floor, floor) }
    const before = this.#release()
    const gap = this.#record.gap + counter - this.#record.next
    this.#record = { ...this.#record, next: counter + 1, gap }
    const shown = [...before, ...this.#release()]
    const changes: PeerChange[] = shown.map((entry) => ({ kind: 'received', ...entry }))
    return { changes: [...changes, { kind: 'inbox', inbox: this.#record }], shown }
  }

  #release(): Shown[] {
    const shown: Shown[] = []
    for (;;) {
      const first = this.#held[0]
      if (!first) return shown
      const { next, floor, gap } = this.#record
      const reached = Math.min(first.counter, Math.max(floor, next))
      if (reached < first.counter) {
        if (reached > next) this.#record = { ...this.#record, next: reached, gap: gap + reached - next }
        return shown
      }
      this.#held.shift()
      this.#heldIds.delete(first.id)
      this.#heldBytes -= first.text.length
      shown.push({ message: first, gapBefore: gap + first.counter - next })
      this.#record = { ...this.#record, next: first.counter + 1, gap: 0 }
    }
  }

  #hold(message: Received): void {
    this.#held.splice(this.#indexOf(message.counter), 0, message)
    this.#heldIds.set(message.id, message.counter)
    this.#heldBytes += message.text.length
  }

  #isFull(message: Received): boolean {
    const { heldPerSenderMax, heldBytesPerSenderMax } = this.#bounds
    return this.#held.length >= heldPerSenderMax || this.#heldBytes + message.text.length > heldBytesPerSenderMax
  }

  /** Where the counter is or would be among the held messages; nearly always at the end. */
  #indexOf(counter: number): number {
    let low = 0
    let high = this.#held.length
    if (high > 0 && (this.#held[high - 1] as Received).counter < counter) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#held[middle] as Received).counter < counter) low = middle + 1
      else high = middle
    }
    return low
  }
}
