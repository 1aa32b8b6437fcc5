// Who is known and who is there, as the peer's events tell it: for completion, for what is worth a line, and for what a
// message that went to the mailbox means.

import { foldName } from '../protocol/index.ts'
import type { Client, PresenceState } from '../api/index.ts'
import type { FacePresence } from './face-event.ts'

interface Known {
  readonly name: string
  readonly status: PresenceState
}

export class Roll {
  readonly #known = new Map<string, Known>()
  readonly #spokenWith = new Set<string>()

  /** Names in their owners' spelling. */
  names(): string[] {
    return [...this.#known.values()].map(({ name }) => name).toSorted((a, b) => a.localeCompare(b))
  }

  spelling(name: string): string {
    return this.#known.get(foldName(name))?.name ?? name
  }

  isOnline(name: string): boolean {
    return this.#known.get(foldName(name))?.status === 'online'
  }

  learn(clients: readonly Client[]): void {
    for (const { name, status } of clients) this.#known.set(foldName(name), { name, status })
  }

  /** The event with what it changes. */
  hear(event: Omit<FacePresence, 'isNews'>): FacePresence {
    const { name, status } = event
    const isNews = this.#known.get(foldName(name))?.status !== status
    this.#known.set(foldName(name), { name, status })
    return { ...event, isNews }
  }

  /** Somebody wrote to us, or we to them: their coming and going matters. */
  meet(name: string): void {
    const folded = foldName(name)
    this.#spokenWith.add(folded)
    if (!this.#known.has(folded)) this.#known.set(folded, { name, status: 'away' })
  }

  hasMet(name: string): boolean {
    return this.#spokenWith.has(foldName(name))
  }
}
