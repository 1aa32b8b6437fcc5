// What a person at a terminal was shown is marked as read for all faces of the peer. Invariant: one call per conversation
// and moment, however many messages come at once, and never one for what was not shown.

import type { ConversationKey, PeerApi, PeerEvent } from '../api/index.ts'

/** A burst is over when nothing came for this long, ms. */
const quietMs = 400
/** Even while messages keep coming, marks are made this often, ms. */
const mostMs = 2_000

interface ShownMessage {
  readonly key: ConversationKey
  readonly id: string
}

export class ReadMarks {
  readonly #peer: Pick<PeerApi, 'markRead'>
  readonly #shown = new Map<string, ShownMessage>()
  #timer: NodeJS.Timeout | undefined
  #since = 0

  constructor(peer: Pick<PeerApi, 'markRead'>) {
    this.#peer = peer
  }

  /** An event that was shown. */
  shown(event: PeerEvent): void {
    const message = messageOf(event)
    if (message === undefined) return
    const now = performance.now()
    if (this.#shown.size === 0) this.#since = now
    this.#shown.set(JSON.stringify(message.key), message)
    clearTimeout(this.#timer)
    const wait = Math.max(0, Math.min(quietMs, this.#since + mostMs - now))
    this.#timer = setTimeout(() => void this.flush(), wait)
    this.#timer.unref()
  }

  /** Marks what is not marked yet; resolves when the peer has it. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    const shown = [...this.#shown.values()]
    this.#shown.clear()
    // A mark that cannot be made is no loss: the messages stay new for the next face.
    await Promise.allSettled(shown.map(({ key, id }) => this.#peer.markRead(key, id)))
  }
}

function messageOf(event: PeerEvent): ShownMessage | undefined {
  if (event.type === 'message') return { key: { kind: 'person', name: event.conversation }, id: event.id }
  if (event.type === 'roomMessage') return { key: { kind: 'room', room: event.room }, id: event.id }
  return event.type === 'channelMessage' ? { key: { kind: 'channel' }, id: event.entry.id } : undefined
}
