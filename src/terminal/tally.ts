// What became of one message for many: for a room each member's copy, for everyone who has it on disk. Counts where there
// are many, names where there are few.

import type { MessageState, Road } from '../api/index.ts'
import { duration } from './moment.ts'
import { visibleLine } from './visible-text.ts'

/** Up to so many names are named. */
export const namedMax = 4

interface Copy {
  readonly state: MessageState
  readonly road?: Road | undefined
  readonly ms?: number | undefined
}

export class RoomTally {
  readonly #copies = new Map<string, Copy>()
  #failed = false
  #isPlaced = false

  get isPlaced(): boolean {
    return this.#isPlaced
  }
  get isSmall(): boolean {
    return this.#copies.size <= namedMax
  }

  place(members: readonly string[]): void {
    this.#isPlaced = true
    for (const member of members) if (!this.#copies.has(member)) this.#copies.set(member, { state: 'kept' })
  }

  /** Without a member: of the whole message. */
  note(member: string | undefined, copy: Copy): void {
    if (member !== undefined) this.#copies.set(member, copy)
    else if (copy.state === 'failed' || copy.state === 'expired') this.#failed = true
  }

  /** Nothing of it is on this machine only. */
  get hasLeft(): boolean {
    return this.#isPlaced && [...this.#copies.values()].every(({ state }) => state !== 'kept')
  }

  /** Nothing of it can change any more. */
  get isFinal(): boolean {
    return this.#failed || (this.hasLeft && [...this.#copies.values()].every(({ state }) => state !== 'mailbox'))
  }

  /** The state of the whole: the least that holds for all copies. */
  get state(): MessageState {
    if (this.#failed) return 'failed'
    const states = [...this.#copies.values()].map(({ state }) => state)
    if (!this.#isPlaced || states.includes('kept')) return 'kept'
    if (states.includes('mailbox')) return 'mailbox'
    if (states.length > 0 && states.every((state) => state === 'failed' || state === 'expired')) return 'failed'
    return 'stored'
  }

  /** `[Message received by bob, carol.] 1 in the mailbox`. */
  phrase(): string {
    if (this.#failed) return 'not sent'
    if (!this.#isPlaced) return 'kept here'
    if (this.#copies.size === 0) return 'nobody else is in the room'
    const stored = this.#of('stored')
    const parts = [stored.length === 0 ? '' : `[Message received by ${receivers(stored)}.]`]
    if (stored.length === 1 && this.#copies.size === 1) parts.push(roadText(this.#copies.get(stored[0] as string)))
    parts.push(count(this.#of('mailbox'), 'in the mailbox'), count(this.#of('kept'), 'kept here'))
    parts.push(count([...this.#of('failed'), ...this.#of('expired')], 'not sent'))
    return parts.filter((part) => part !== '').join(' ')
  }

  #of(state: MessageState): string[] {
    return [...this.#copies].filter(([, copy]) => copy.state === state).map(([name]) => name)
  }
}

/** Names where they are few and all known, else their number. */
export function receivers(names: readonly string[], total = names.length): string {
  if (total > namedMax || names.length !== total) return total === 1 ? 'one' : `${total} people`
  return names.map((name) => visibleLine(name)).join(', ')
}

function count(names: readonly string[], what: string): string {
  if (names.length === 0) return ''
  return names.length === 1 ? `${visibleLine(names[0] as string)}: ${what}` : `${names.length} ${what}`
}

function roadText(copy: Copy | undefined): string {
  if (copy?.road === undefined) return ''
  return `${copy.road}${copy.ms === undefined ? '' : ` ${duration(copy.ms)}`}`
}
