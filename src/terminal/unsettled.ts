// Own messages of this run that are on this machine only: what leaving should wait for. A message to a room is on its way
// until the copy of each member has left.

import type { PeerEvent } from '../api/index.ts'

export class Unsettled {
  /** Members whose copies have not left, by message; undefined where there is one copy, or no place in the room yet. */
  readonly #waiting = new Map<string, Set<string> | undefined>()
  #whenSettled: (() => void)[] = []

  get size(): number {
    return this.#waiting.size
  }

  /** Follows an event; the answer is the code of the failure that it tells. */
  hear(event: PeerEvent): string | undefined {
    if (event.type === 'sent' || event.type === 'roomSent' || event.type === 'channelSent') {
      this.#waiting.set(event.id, undefined)
    } else if (event.type === 'roomPlaced' && this.#waiting.has(event.id)) {
      this.#waiting.set(event.id, new Set(event.members))
      if (event.members.length === 0) this.#settle(event.id)
    } else if (event.type === 'roomState' && event.state !== 'kept') {
      return this.#leaveFor(event.id, event.to) ? event.reason?.code : undefined
    } else if (event.type === 'channelState' || (event.type === 'state' && event.state !== 'kept')) {
      return this.#settle(event.id) ? event.reason?.code : undefined
    }
    return undefined
  }

  /** Resolves when nothing waits, or when `signal` fires. */
  async settled(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size === 0 || signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#whenSettled.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  #leaveFor(id: string, member: string | undefined): boolean {
    const members = this.#waiting.get(id)
    if (member === undefined) return this.#settle(id)
    if (members?.delete(member) !== true) return false
    if (members.size === 0) this.#settle(id)
    return true
  }

  #settle(id: string): boolean {
    if (!this.#waiting.delete(id)) return false
    if (this.#waiting.size === 0) for (const resolve of this.#whenSettled.splice(0)) resolve()
    return true
  }
}
