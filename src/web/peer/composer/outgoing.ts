// Own messages between the key press and the peer's word that it has them. Kept: each has one id from its first moment
// and is repeated with it until the peer took or refused it, over lost lines and reloads of the page, so that it is sent
// once; the messages of one conversation are handed over in the order in which they were written. A refused one stays
// until somebody retries it or takes it away. Plain, without React.

import type { ConversationKey, PeerApi } from '../../../api/index.ts'
import { ParleyError, unreachable } from '../../../base/index.ts'
import { type PageEvent, sameKey } from '../model/index.ts'

/** A message on its way to the peer. */
export interface OutgoingItem {
  /** 32 hexadecimal digits; the message's id. */
  readonly id: string
  readonly key: ConversationKey
  readonly text: string
  /** Wall ms. */
  readonly at: number
  /** `taken`: the peer has it, and its event is on its way. */
  readonly state: 'sending' | 'taken' | 'refused'
  /** Why it was refused. */
  readonly problem?: unknown
}

/** Where what is not confirmed survives a reload of the page: `sessionStorage`. */
export interface OutgoingMemory {
  getItem(name: string): string | null
  setItem(name: string, text: string): void
  removeItem(name: string): void
}

export type OutgoingPeer = Pick<PeerApi, 'send' | 'sendToRoom' | 'sendToAll'>

export interface OutgoingOptions {
  readonly peer: () => OutgoingPeer
  /** Whose messages these are, `name@registry`: those of another account are not sent as ours. */
  readonly account: () => string
  readonly memory: OutgoingMemory
  readonly newId: () => string
  readonly now: () => number
  /** The peer has it now. */
  readonly onTaken?: (item: OutgoingItem) => void
  /** Tries again after so many ms, where the peer said that it may work later. */
  readonly later: (ms: number, run: () => void) => void
}

const memoryName = 'parley.outgoing'
const retryMs = 2_000
/** The event that a message is kept comes with the answer or just before or after it. */
const takenMs = 2_000
/** What a page may hold back: more is refused, as nobody types so much. */
const itemsMax = 500

export class Outgoing {
  readonly #options: OutgoingOptions
  readonly #listeners = new Set<() => void>()
  #items: readonly OutgoingItem[] = []
  /** Those whose call has not been answered. */
  readonly #inFlight = new Set<string>()
  /** Those that wait for the line or for a later try. */
  readonly #waiting = new Set<string>()
  /** Whose items these are; undefined before there was a peer. */
  #account: string | undefined

  constructor(options: OutgoingOptions) {
    this.#options = options
  }

  /** In the order in which they were written; another array after each change. */
  get items(): readonly OutgoingItem[] {
    return this.#items
  }

  /** Bound, for useSyncExternalStore. */
  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** There is a peer: sends what an earlier life of this page left for this account. */
  start(): void {
    const account = this.#options.account()
    if (this.#account === account) return
    const mine = this.#account === undefined ? this.#items : []
    this.#account = account
    this.#waiting.clear()
    this.#become([...readMemory(this.#options.memory, account), ...mine])
    for (const item of this.#items) if (item.state === 'sending') this.#hand(item)
  }

  /** Takes a message; its id. Throws `tooManyWaiting` where too many are held back. */
  send(key: ConversationKey, text: string): string {
    if (this.#items.length >= itemsMax) {
      throw new ParleyError('tooManyWaiting', { details: { limit: itemsMax } })
    }
    const item: OutgoingItem = { id: this.#options.newId(), key, text, at: this.#options.now(), state: 'sending' }
    // Behind one that waits, it waits as well: their order is the order of writing.
    const waits = this.#items.some((other) => this.#waiting.has(other.id) && sameKey(other.key, key))
    this.#become([...this.#items, item])
    if (waits) this.#waiting.add(item.id)
    else this.#hand(item)
    return item.id
  }

  /** Hands a refused one over once more, with its id. */
  retry(id: string): void {
    const found = this.#items.find((item) => item.id === id)
    if (found === undefined || found.state !== 'refused') return
    const { problem: _, ...rest } = found
    const item: OutgoingItem = { ...rest, state: 'sending' }
    this.#become(this.#items.map((other) => (other.id === id ? item : other)))
    this.#hand(item)
  }

  /** Takes a refused one away. */
  drop(id: string): void {
    this.#become(this.#items.filter((item) => item.id !== id || item.state !== 'refused'))
  }

  /** The peer's events: it has a message, or the line is back. */
  hear(event: PageEvent): void {
    if (event.type === 'resumed') this.#resume()
    else if (event.type === 'account') this.start()
    else if (event.type === 'sent' || event.type === 'roomSent' || event.type === 'channelSent') this.#confirm(event.id)
  }

  #resume(): void {
    this.start()
    for (const item of this.#items) {
      if (item.state === 'sending' && this.#waiting.has(item.id)) this.#hand(item)
    }
  }

  #hand(item: OutgoingItem): void {
    if (this.#inFlight.has(item.id)) return
    this.#waiting.delete(item.id)
    this.#inFlight.add(item.id)
    this.#call(item).then(
      () => {
        this.#inFlight.delete(item.id)
        this.#options.onTaken?.(item)
        this.#take(item.id)
      },
      (error: unknown) => {
        this.#inFlight.delete(item.id)
        this.#refused(item.id, error)
      },
    )
  }

  async #call({ key, text, id }: OutgoingItem): Promise<string> {
    const peer = this.#options.peer()
    switch (key.kind) {
      case 'person':
        return peer.send(key.name, text, { id })
      case 'room':
        return peer.sendToRoom(key.room, text, { id })
      case 'channel':
        return peer.sendToAll(text, { id })
      default:
        return unreachable(key)
    }
  }

  /** The peer has it: nothing repeats it, and it stands here until its event came. */
  #take(id: string): void {
    if (!this.#items.some((item) => item.id === id)) return
    this.#become(this.#items.map((item) => (item.id === id ? { ...item, state: 'taken' } : item)))
    this.#options.later(takenMs, () => this.#confirm(id))
  }

  #confirm(id: string): void {
    if (!this.#items.some((item) => item.id === id)) return
    this.#waiting.delete(id)
    this.#become(this.#items.filter((item) => item.id !== id))
  }

  #refused(id: string, problem: unknown): void {
    const found = this.#items.find((item) => item.id === id)
    // An event said already that it is kept.
    if (found === undefined) return
    if (isLost(problem)) {
      this.#waiting.add(id)
      return
    }
    if (problem instanceof ParleyError && problem.retryable) {
      this.#waiting.add(id)
      this.#options.later(retryMs, () => this.#resume())
      return
    }
    const refused: OutgoingItem = { ...found, state: 'refused', problem }
    this.#become(this.#items.map((item) => (item.id === id ? refused : item)))
  }

  #become(items: readonly OutgoingItem[]): void {
    this.#items = items
    if (this.#account !== undefined) writeMemory(this.#options.memory, this.#account, items)
    for (const listener of this.#listeners) listener()
  }
}

/** The line to the peer, or the peer itself, is away: nobody knows whether it has the message, so it is repeated. */
function isLost(problem: unknown): boolean {
  const codes = ['peerLost', 'noPeer', 'closed', 'notRunning']
  return problem instanceof ParleyError && codes.includes(problem.code)
}

function writeMemory(memory: OutgoingMemory, account: string, items: readonly OutgoingItem[]): void {
  try {
    const open = items.filter(({ state }) => state !== 'taken')
    const kept = open.map(({ id, key, text, at, state }) => ({ id, key, text, at, state }))
    if (kept.length === 0) memory.removeItem(`${memoryName} ${account}`)
    else memory.setItem(`${memoryName} ${account}`, JSON.stringify(kept))
  } catch {
    // No room, or no storage allowed: then a reload loses what the peer has not taken. The page still shows it until then.
  }
}

function readMemory(memory: OutgoingMemory, account: string): readonly OutgoingItem[] {
  try {
    const kept: unknown = JSON.parse(memory.getItem(`${memoryName} ${account}`) ?? '[]')
    return Array.isArray(kept) ? kept.filter((item) => isItem(item)) : []
  } catch {
    return []
  }
}

function isItem(value: unknown): value is OutgoingItem {
  const item = (value ?? {}) as Partial<Record<keyof OutgoingItem, unknown>>
  const kind = (item.key as { kind?: unknown } | undefined)?.kind
  return (
    typeof item.id === 'string' &&
    /^[0-9a-f]{32}$/.test(item.id) &&
    typeof item.text === 'string' &&
    typeof item.at === 'number' &&
    (item.state === 'sending' || item.state === 'refused') &&
    (kind === 'person' || kind === 'room' || kind === 'channel')
  )
}
