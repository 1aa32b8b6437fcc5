// Sends that are under way, as promises. Invariants: each is resolved after the commit and by nothing else; the same id
// again is the same message, whether it is under way or was kept long ago.

import { type MonotonicMs, ParleyError } from '../base/index.ts'
import type { MessageId, PeerEvent, SendStart } from './domain/index.ts'

export interface PeerSendsOptions {
  /** Runs in a turn; throws where the peer is closed or broken. */
  readonly turn: (run: (now: MonotonicMs) => void) => void
  readonly start: (now: MonotonicMs, to: string, text: string, id?: MessageId) => SendStart
  /** Whether an own message has this id. */
  readonly isKept: (id: MessageId) => Promise<boolean>
}

interface Kept {
  readonly id: MessageId
}

interface Waiting {
  readonly resolve: (value: Kept) => void
  readonly reject: (error: ParleyError) => void
}

const messageId = /^[0-9a-f]{32}$/

export class PeerSends {
  readonly #options: PeerSendsOptions
  readonly #waiting = new Map<MessageId, Waiting>()
  /** Those under ids of callers. */
  readonly #once = new Map<MessageId, Promise<Kept>>()

  constructor(options: PeerSendsOptions) {
    this.#options = options
  }

  /** Resolves when the message is committed; rejects with a ParleyError whose code says why nothing was kept. */
  send(to: string, text: string, id?: MessageId): Promise<Kept> {
    return id === undefined ? this.#send(to, text) : this.once(id, () => this.#send(to, text, id))
  }

  /** `send`, unless an own message has this id: then nothing happens but the same answer. Rejects with `badMessageId`. */
  once(id: MessageId, send: () => Promise<Kept>): Promise<Kept> {
    if (!messageId.test(id))
      return Promise.reject(new ParleyError('badMessageId', { details: { id: id.slice(0, 64) } }))
    const before = this.#once.get(id)
    if (before) return before
    const sending = this.#options
      .isKept(id)
      .then((isKept) => (isKept ? { id } : send()))
      .finally(() => this.#once.delete(id))
    this.#once.set(id, sending)
    return sending
  }

  /** Hears `kept` and `refused`. */
  hear(event: PeerEvent): void {
    if (event.type === 'kept') this.#settle(event.id, ({ resolve }) => resolve({ id: event.id }))
    else if (event.type === 'refused') {
      const { code, details } = event.reason
      this.#settle(event.id, ({ reject }) => reject(new ParleyError(code, { details: { ...details } })))
    }
  }

  rejectAll(error: ParleyError): void {
    for (const id of this.#waiting.keys()) this.#settle(id, ({ reject }) => reject(error))
  }

  #send(to: string, text: string, id?: MessageId): Promise<Kept> {
    return new Promise((resolve, reject) => {
      this.#options.turn((now) => {
        const start = this.#options.start(now, to, text, id)
        if (start.ok) this.#waiting.set(start.value.id, { resolve, reject })
        else reject(new ParleyError(start.error.code, { details: { ...start.error.details } }))
      })
    })
  }

  #settle(id: MessageId, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id)
    settle(waiting)
  }
}
