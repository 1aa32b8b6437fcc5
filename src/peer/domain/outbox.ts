// Own messages that wait for their end. Invariants: counters of one recipient have no gaps and follow the order of `send`;
// a message leaves only by its end (stored, expired, failed); `floor` never names a counter that may still come.
// docs/protocol/peer.md, "Sending".

import { assert, fromHex, type MonotonicMs, type WallMs } from '../../base/index.ts'
import { foldName } from '../../protocol/index.ts'
import type { LinkId } from '../../link/index.ts'
import type { MessageId } from './peer-event.ts'
import type { PeerState, StoredOutgoing } from './peer-store.ts'
import type { RoomPlace } from './stored-room.ts'

export interface Outgoing {
  readonly id: MessageId
  readonly idBytes: Uint8Array
  /** Folded name of the recipient. */
  readonly to: string
  /** As it is shown. */
  toName: string
  readonly text: string
  readonly sentAt: WallMs
  /** Of a copy of a room's message. */
  readonly room: RoomPlace | undefined
  counter: number
  /** `keeping`: its first commit is under way, so it may not travel yet. */
  state: 'keeping' | 'kept' | 'mailbox'
  /** It is in a mailbox as far as we know, and not known to be unreadable there. Set by {@link Outbox.setResting}. */
  rests: boolean
  /** When `send` was called, where that was in this run. */
  readonly startedAt: MonotonicMs | undefined
  /** Since when its budget counts: it was kept, or sent on a link. */
  budgetFrom: MonotonicMs
  link: LinkId | undefined
  isQueuedForMailbox: boolean
  readonly receiptKeys: Uint8Array[]
  unreadable: number
  /** Code of the reason to wait that its sender was told last. */
  toldReason: string | undefined
  isSettled: boolean
}

/** The queue of one recipient, in counter order. Positions are absolute: they stay valid while the front goes. */
export class RecipientQueue {
  readonly to: string
  nextCounter: number
  #items: Outgoing[] = []
  #base = 0
  #head = 0
  #waiting = 0

  constructor(to: string, nextCounter: number) {
    this.to = to
    this.nextCounter = nextCounter
  }

  get size(): number {
    return this.#waiting
  }

  /** How many of them rest in a mailbox. */
  resting = 0

  /** Position of the first message that waits. */
  get start(): number {
    this.#skip()
    return this.#base + this.#head
  }

  get end(): number {
    return this.#base + this.#items.length
  }

  at(position: number): Outgoing | undefined {
    return this.#items[position - this.#base]
  }

  /** Every counter below this is stored by the recipient or will never come. */
  floor(message: Outgoing): number {
    this.#skip()
    return Math.min(message.counter, this.#items[this.#head]?.counter ?? message.counter)
  }

  /** All that wait, in order. */
  waiting(): readonly Outgoing[] {
    this.#skip()
    return this.#items.slice(this.#head).filter((message) => !message.isSettled)
  }

  push(message: Outgoing): void {
    assert(message.counter >= (this.#items.at(-1)?.counter ?? -1), 'counters follow the order of sending')
    this.#items.push(message)
    this.#waiting += 1
  }

  settled(message: Outgoing): void {
    this.#waiting -= 1
    if (message.rests) this.resting -= 1
  }

  /** Counts from 0 again, for a recipient who starts anew. */
  renumber(): readonly Outgoing[] {
    const waiting = this.waiting()
    waiting.forEach((message, counter) => (message.counter = counter))
    this.nextCounter = waiting.length
    return waiting
  }

  #skip(): void {
    while (this.#items[this.#head]?.isSettled) this.#head += 1
    if (this.#head >= 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#base += this.#head
      this.#head = 0
    }
  }
}

export class Outbox {
  readonly #messages = new Map<MessageId, Outgoing>()
  readonly #queues = new Map<string, RecipientQueue>()

  constructor(now: MonotonicMs, state: Pick<PeerState, 'outgoing' | 'nextCounters'>) {
    for (const { to, next } of state.nextCounters) this.#queues.set(to, new RecipientQueue(to, next))
    for (const stored of state.outgoing.toSorted((a, b) => a.counter - b.counter)) {
      this.#put(outgoingOf(stored, { state: stored.state, rests: stored.state === 'mailbox', budgetFrom: now }))
    }
  }

  /** Messages that wait, to anybody. */
  get size(): number {
    return this.#messages.size
  }

  get(id: MessageId): Outgoing | undefined {
    return this.#messages.get(id)
  }

  all(): readonly Outgoing[] {
    return [...this.#messages.values()]
  }

  /** The queue of a recipient (folded name), which may be empty. */
  queue(to: string): RecipientQueue {
    let queue = this.#queues.get(to)
    if (!queue) this.#queues.set(to, (queue = new RecipientQueue(to, 0)))
    return queue
  }

  /** Recipients for whom something waits. */
  recipients(): readonly RecipientQueue[] {
    return [...this.#queues.values()].filter((queue) => queue.size > 0)
  }

  /**
   * A new message, with the next counter of its recipient; `kept` follows when it is committed. `startedAt`: when `send`
   * was called, undefined where that was in an earlier run.
   */
  add(
    now: MonotonicMs,
    message: { id: MessageId; to: string; text: string; sentAt: WallMs; room?: RoomPlace },
    startedAt: MonotonicMs | undefined = now,
  ): Outgoing {
    const queue = this.queue(foldName(message.to))
    const counter = queue.nextCounter++
    const stored = { ...message, counter, receiptKeys: [], unreadable: 0 }
    return this.#put(outgoingOf(stored, { state: 'keeping', rests: false, budgetFrom: now, startedAt }))
  }

  /** The end of a message: it waits no more. */
  settle(message: Outgoing): void {
    if (message.isSettled) return
    message.isSettled = true
    this.#messages.delete(message.id)
    this.queue(message.to).settled(message)
  }

  /** Notes whether a message rests in a mailbox. */
  setResting(message: Outgoing, rests: boolean): void {
    if (message.rests === rests || message.isSettled) return
    message.rests = rests
    this.queue(message.to).resting += rests ? 1 : -1
  }

  #put(message: Outgoing): Outgoing {
    const queue = this.queue(message.to)
    queue.nextCounter = Math.max(queue.nextCounter, message.counter + 1)
    queue.push(message)
    if (message.rests) queue.resting += 1
    this.#messages.set(message.id, message)
    return message
  }
}

function outgoingOf(
  stored: Omit<StoredOutgoing, 'state'>,
  now: Pick<Outgoing, 'state' | 'rests' | 'budgetFrom'> & { startedAt?: MonotonicMs | undefined },
): Outgoing {
  const { id, text, sentAt, counter, unreadable, room } = stored
  const idBytes = fromHex(id)
  assert(idBytes?.length === 16, 'a message id has 128 bits')
  const fixed = { id, idBytes, text, sentAt, counter, unreadable, to: foldName(stored.to), toName: stored.to, room }
  return {
    ...fixed,
    ...now,
    startedAt: now.startedAt,
    link: undefined,
    isQueuedForMailbox: false,
    receiptKeys: [...stored.receiptKeys],
    toldReason: undefined,
    isSettled: false,
  }
}

/** The place in a room as it travels with each copy. */
export function wireRoomOf({ room }: Outgoing): { room?: { key: Uint8Array; number: number; id: Uint8Array } } {
  if (!room) return {}
  const { key, number, id } = room
  return { room: { key: fromHex(key) as Uint8Array, number, id: fromHex(id) as Uint8Array } }
}
