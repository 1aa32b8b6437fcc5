// A peer in memory for tests of faces: it keeps the order that PeerApi promises and delivers nothing anywhere. Tests say
// what happens by calling `emit`.

import { ParleyError } from '../../src/base/index.ts'
import type { Client, HistoryEntry, PeerApi, PeerEvent, RegistryState } from '../../src/api/index.ts'

type Answer = (message: { id: string; to: string; text: string }, peer: FakePeer) => void

export class FakePeer implements PeerApi {
  readonly name = 'alice'
  readonly fingerprint = 'k3vd-aaaa-bbbb-cccc-dddd-eeee-ffff-gggg'
  readonly registry = '127.0.0.1:4747'
  readonly port = 51_234
  readonly sent: { id: string; to: string; text: string }[] = []
  readonly accepted: string[] = []
  known: Client[] = [
    { name: 'bob', status: 'online', road: 'direct' },
    { name: 'bianca', status: 'away', road: 'mailbox' },
    { name: 'grace', status: 'away', road: 'mailbox' },
  ]
  messages: HistoryEntry[] = []
  isClosed = false
  #state: RegistryState = 'online'
  readonly #answer: Answer
  readonly #listeners = new Set<(event: PeerEvent) => void>()

  /** `answer` tells what becomes of a message; by default it is stored at once. */
  constructor(answer: Answer = storedAtOnce) {
    this.#answer = answer
  }

  registryState(): RegistryState {
    return this.#state
  }

  emit(event: PeerEvent): void {
    if (event.type === 'registry') this.#state = event.state
    for (const listener of this.#listeners) listener(event)
  }

  /** A message of somebody else comes in. */
  say(from: string, text: string): void {
    this.emit({
      type: 'message',
      id: idOf(1_000_000 + this.messages.length),
      from,
      conversation: from,
      text,
      road: 'direct',
      sentAt: 1_700_000_000_000,
      receivedAt: 1_700_000_000_000,
    })
  }

  async send(to: string, text: string): Promise<string> {
    if (!this.known.some((client) => client.name === to)) {
      throw new ParleyError('unknownName', { details: { name: to, nearest: ['bob'] } })
    }
    const message = { id: idOf(this.sent.length + 1), to, text }
    this.sent.push(message)
    this.emit({ type: 'sent', ...message, at: 1_700_000_000_000 })
    queueMicrotask(() => this.#answer(message, this))
    return message.id
  }

  async clients(): Promise<readonly Client[]> {
    return this.known
  }

  async history(name: string, count: number): Promise<readonly HistoryEntry[]> {
    return this.messages.filter((entry) => entry.from === name || entry.to === name).slice(-count)
  }

  async acceptIdentity(name: string): Promise<void> {
    this.accepted.push(name)
  }

  subscribe(listener: (event: PeerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function storedAtOnce({ id, to }: { id: string; to: string }, peer: FakePeer): void {
  peer.emit({ type: 'state', id, to, state: 'stored', road: 'direct', ms: 0.8 })
}

function idOf(number: number): string {
  return number.toString(16).padStart(32, '0')
}
