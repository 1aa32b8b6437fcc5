// Events on their way to the owner. Invariant: bounded, and what is dropped when nobody takes them is never a message or
// the state of one: presence and warnings can be seen again, those can not.

import type { PeerEvent } from './peer-event.ts'

const lasting: ReadonlySet<PeerEvent['type']> = new Set([
  'kept',
  'refused',
  'message',
  'state',
  'registryKey',
  'room',
  'roomSent',
  'roomPlaced',
  'roomMessage',
  'roomState',
  'channelSent',
  'channelState',
  'channelMessage',
])

export class EventQueue {
  readonly #max: number
  #events: PeerEvent[] = []
  #head = 0

  constructor(max: number) {
    this.#max = max
  }

  add(event: PeerEvent): void {
    if (this.#events.length - this.#head >= this.#max && !lasting.has(event.type)) return
    this.#events.push(event)
  }

  take(): PeerEvent | undefined {
    const event = this.#events[this.#head]
    if (!event) return undefined
    this.#head += 1
    if (this.#head === this.#events.length) {
      this.#events = []
      this.#head = 0
    }
    return event
  }
}
