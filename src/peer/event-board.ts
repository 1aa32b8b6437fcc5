// Hands events to listeners. What happens before anybody listens is kept for the first one, so that nothing said between
// opening and `subscribe` is lost; bounded, as nobody may ever listen. Platform-free: pages use it as well.

const keptMax = 10_000

export class EventBoard<Event> {
  readonly #listeners = new Set<(event: Event) => void>()
  #kept: Event[] | undefined = []

  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    const kept = this.#kept
    this.#kept = undefined
    // After the caller has what it needs to understand them.
    if (kept && kept.length > 0) queueMicrotask(() => kept.forEach((event) => this.#tell(listener, event)))
    return () => void this.#listeners.delete(listener)
  }

  tell(event: Event): void {
    if (this.#kept && this.#kept.length < keptMax) this.#kept.push(event)
    for (const listener of this.#listeners) this.#tell(listener, event)
  }

  #tell(listener: (event: Event) => void, event: Event): void {
    try {
      listener(event)
    } catch (error) {
      // A bug of the listener's, which must not stop what the peer was doing; it ends where bugs end.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
