// How far one own message came, be it to one person, to a room or to everyone, as the peer's events tell it. Invariant:
// what it says has been told by the peer for this message; it never goes back.

import { assert } from '../base/index.ts'
import type { ConversationKey, MessageState, PeerEvent, Reason } from '../api/index.ts'
import { duration, reasonText, visibleLine } from '../terminal/index.ts'

/** How far a command waits: committed here, committed by the registry, committed by all recipients. */
export type Wait = 'kept' | 'mailbox' | 'stored'

type FateEvent = Extract<PeerEvent, { readonly id: string; readonly type: `${string}${'tate' | 'laced' | 'eard'}` }>

interface Copy {
  readonly state: MessageState
  readonly road?: string | undefined
  readonly ms?: number | undefined
  readonly reason?: Reason | undefined
}

const level: Readonly<Record<MessageState, number>> = { kept: 0, mailbox: 1, stored: 2, expired: 3, failed: 3 }

export class Fate {
  readonly key: ConversationKey
  readonly #copies = new Map<string, Copy>()
  #whole: Copy = { state: 'kept' }
  #isPlaced: boolean
  #told: number | undefined
  #heard = 0

  constructor(key: ConversationKey) {
    this.key = key
    this.#isPlaced = key.kind !== 'room'
  }

  /** Takes an event of this message. */
  hear(event: FateEvent): void {
    switch (event.type) {
      case 'state':
        this.#whole = later(this.#whole, event)
        return
      case 'roomPlaced':
        this.#isPlaced = true
        for (const member of event.members) if (!this.#copies.has(member)) this.#copies.set(member, { state: 'kept' })
        return
      case 'roomState':
        if (event.to === undefined) this.#whole = later(this.#whole, event)
        else this.#copies.set(event.to, later(this.#copies.get(event.to), event))
        return
      case 'channelState':
        this.#whole = { state: event.state === 'said' ? 'mailbox' : 'failed', reason: event.reason }
        this.#told = event.online ?? this.#told
        return
      case 'channelHeard':
        this.#heard = Math.max(this.#heard, event.total)
        return
      default:
        assert(false, 'an event of another kind')
    }
  }

  /** Whether it came so far, or can come no further. */
  isSettled(wait: Wait): boolean {
    if (this.#whole.state === 'failed' || this.#whole.state === 'expired') return true
    return this.#reached() >= level[wait]
  }

  /** Whether it came so far. */
  hasReached(wait: Wait): boolean {
    return this.isSettled(wait) && this.failure === undefined
  }

  /** The code of why it, or one of its copies, goes nowhere. */
  get failure(): string | undefined {
    const failed = this.#all().find(({ state }) => level[state] === 3)
    return failed === undefined ? undefined : (failed.reason?.code ?? 'failed')
  }

  /** For people: `stored, direct 0.8 ms`; safe to show. */
  phrase(): string {
    if (this.key.kind === 'room') return this.#roomPhrase()
    if (this.key.kind === 'channel') return this.#channelPhrase()
    return copyPhrase(this.#whole)
  }

  #reached(): number {
    if (!this.#isPlaced) return 0
    if (this.key.kind === 'room') return Math.min(2, ...this.#all().map(({ state }) => level[state]))
    if (this.key.kind === 'person') return level[this.#whole.state]
    const isHeard = this.#told !== undefined && this.#heard >= this.#told
    return level[this.#whole.state] === 1 && isHeard ? 2 : level[this.#whole.state]
  }

  /** What can fail: the copies of a room's message, or the whole. */
  #all(): readonly Copy[] {
    const isWhole = this.key.kind !== 'room' || level[this.#whole.state] === 3
    return isWhole ? [this.#whole] : [...this.#copies.values()]
  }

  #roomPhrase(): string {
    if (level[this.#whole.state] === 3 || !this.#isPlaced) return copyPhrase(this.#whole)
    if (this.#copies.size === 0) return 'kept; nobody else is in the room'
    const words: Readonly<Record<MessageState, string>> = {
      stored: 'stored',
      mailbox: 'in the mailbox',
      kept: 'kept here',
      expired: 'expired',
      failed: 'not sent',
    }
    const groups = (Object.keys(words) as MessageState[]).map((state) => {
      const names = [...this.#copies].filter(([, copy]) => copy.state === state).map(([name]) => visibleLine(name))
      return names.length === 0 ? '' : `${words[state]}: ${names.join(', ')}`
    })
    return groups.filter((group) => group !== '').join('; ')
  }

  #channelPhrase(): string {
    const { state } = this.#whole
    if (state !== 'mailbox') return copyPhrase(this.#whole)
    const told = this.#told === undefined ? '' : `, told to ${this.#told} online`
    return `said${told}${this.#heard === 0 ? '' : `, stored by ${this.#heard}`}`
  }
}

function later(before: Copy | undefined, next: Copy): Copy {
  return before !== undefined && level[next.state] < level[before.state] ? before : next
}

function copyPhrase({ state, road, ms, reason }: Copy): string {
  const why = reason === undefined ? '' : `: ${reasonText(reason).text}`
  const how = road === undefined ? '' : `, ${road}${ms === undefined ? '' : ` ${duration(ms)}`}`
  const words: Readonly<Record<MessageState, string>> = {
    kept: `kept here${why}`,
    mailbox: 'in the mailbox',
    stored: `stored${how}`,
    expired: `expired, never collected${why}`,
    failed: `not sent${why}`,
  }
  return words[state]
}
