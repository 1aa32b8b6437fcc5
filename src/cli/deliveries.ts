// Own messages of one command on their way: which are settled, and what the worst of them is. A message is expected by its
// id before it is sent, so that no event of it is missed. Invariant: memory is held for the unsettled ones only.

import type { ConversationKey, PeerApi, PeerEvent } from '../api/index.ts'
import { Fate, type Wait } from './fate.ts'

const ownTypes = [
  'sent',
  'roomSent',
  'channelSent',
  'state',
  'roomPlaced',
  'roomState',
  'channelState',
  'channelHeard',
] as const
/** What the peer tells of an own message. */
export type OwnEvent = Extract<PeerEvent, { readonly type: (typeof ownTypes)[number] }>

export interface DeliveryCounts {
  accepted: number
  reached: number
  failed: number
}

export class Deliveries {
  readonly counts: DeliveryCounts = { accepted: 0, reached: 0, failed: 0 }
  readonly #wait: Wait
  readonly #onEvent: (event: OwnEvent) => void
  readonly #open = new Map<string, Fate>()
  readonly #accepted = new Set<string>()
  readonly #stop: () => void
  #whenSettled: (() => void)[] = []
  #failure: string | undefined
  #last: Fate | undefined

  constructor(peer: Pick<PeerApi, 'subscribe'>, wait: Wait, onEvent: (event: OwnEvent) => void) {
    this.#wait = wait
    this.#onEvent = onEvent
    this.#stop = peer.subscribe((event) => this.#hear(event))
  }

  /** Messages that are accepted, and not yet as far as they should be. */
  get unsettled(): number {
    return this.#accepted.size
  }

  /** The code of the first message that goes nowhere. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** The message that was expected last. */
  get last(): Fate | undefined {
    return this.#last
  }

  expect(id: string, key: ConversationKey): void {
    this.#last = new Fate(key)
    this.#open.set(id, this.#last)
  }

  /** The peer has committed it. */
  accept(id: string): void {
    this.counts.accepted += 1
    if (this.#open.has(id)) this.#accepted.add(id)
    this.#settle(id)
  }

  /** The peer refused it. */
  forget(id: string): void {
    this.#open.delete(id)
  }

  /** Resolves when all that were accepted are settled, or when `signal` fires. */
  async settled(signal: AbortSignal): Promise<void> {
    if (this.#accepted.size === 0 || signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#whenSettled.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  [Symbol.dispose](): void {
    this.#stop()
  }

  #hear(event: PeerEvent): void {
    if (!isOwn(event)) return
    const fate = this.#open.get(event.id)
    if (fate === undefined) return
    this.#onEvent(event)
    if (event.type === 'sent' || event.type === 'roomSent' || event.type === 'channelSent') return
    fate.hear(event)
    this.#settle(event.id)
  }

  #settle(id: string): void {
    const fate = this.#open.get(id)
    if (fate === undefined || !this.#accepted.has(id) || !fate.isSettled(this.#wait)) return
    this.#open.delete(id)
    this.#accepted.delete(id)
    if (fate.failure === undefined) this.counts.reached += 1
    else this.counts.failed += 1
    this.#failure ??= fate.failure
    if (this.#accepted.size === 0) for (const resolve of this.#whenSettled.splice(0)) resolve()
  }
}

function isOwn(event: PeerEvent): event is OwnEvent {
  return (ownTypes as readonly string[]).includes(event.type)
}
