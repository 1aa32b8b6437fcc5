// Hands events to listeners. What happens before anybody listens is kept for the first one, so that nothing said between
// opening a peer and `subscribe` is lost; bounded, as nobody may ever listen. Platform-free.

import type { PeerEvent } from './peer-api.ts'

const keptMax = 10_000

export class EventFan {
  readonly #listeners = new Set<(event: PeerEvent) => void>()
  #kept: PeerEvent[] | undefined = []

  subscribe(listener: (event: PeerEvent) => void): () => void {
    this.#listeners.add(listener)
    const kept = this.#kept
    this.#kept = undefined
    // After the caller has what it needs to understand them.
    if (kept && kept.length > 0) queueMicrotask(() => kept.forEach((event) => this.#tell(listener, event)))
    return () => void this.#listeners.delete(listener)
  }

  tell(event: PeerEvent): void {
    if (this.#kept && this.#kept.length < keptMax) this.#kept.push(event)
    for (const listener of this.#listeners) this.#tell(listener, event)
  }

  #tell(listener: (event: PeerEvent) => void, event: PeerEvent): void {
    try {
      listener(event)
    } catch (error) {
      // A bug of the listener's, which must not keep the event from others; it ends where bugs end.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
