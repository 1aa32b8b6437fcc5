// What events told of messages, kept for a while: a page that was read before an event is shown as if it was read after.

import type { PeerEvent } from '../../../api/index.ts'
import { type Fact, factOf, mergeFacts } from './shown-entry.ts'

/** The oldest are let go of first: their pages were read long after. */
const factsMax = 5_000

export class FactBook {
  readonly #facts = new Map<string, Fact>()

  /** The id of the message that the event tells of; undefined where it tells of none. */
  take(event: PeerEvent): string | undefined {
    const found = factOf(event)
    if (found === undefined) return undefined
    const merged = mergeFacts(this.#facts.get(found.id), found.fact)
    this.#facts.delete(found.id)
    this.#facts.set(found.id, merged)
    if (this.#facts.size > factsMax) this.#facts.delete(this.#facts.keys().next().value as string)
    return found.id
  }

  of(id: string): Fact | undefined {
    return this.#facts.get(id)
  }
}
