// The same question put to the whole: two people and their registry over a lossy network, every message sealed, sent,
// committed and acknowledged as it would be for real. The clock runs from the moment a message is kept (or asked for) to
// the moment its recipient is shown it, on whatever road; the book of truth sees to it that nothing is lost or doubled.

import type { MonotonicMs } from '../../src/base/index.ts'
import { ChatBook, type Disks } from '../chat-book.ts'
import { ChatPeer } from '../chat-peer.ts'
import { ChatRegistry } from '../chat-registry.ts'
import { createWorld } from '../world.ts'
import { percentile } from './percentile.ts'

export interface PeerLossSetting {
  readonly seed: number
  readonly messages: number
  /** Loss on each way between any two of the three. */
  readonly lossRate: number
  readonly rttMs: number
  readonly everyMs: number
}

export interface PeerLossFigure {
  readonly sent: number
  /** What senders were told at the end, by state. */
  readonly states: Readonly<Record<string, number>>
  /** In round-trip times, from `send` until shown. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

class TimedBook extends ChatBook {
  readonly #askedAt = new Map<string, MonotonicMs>()
  readonly #clock: () => MonotonicMs
  readonly tookMs: number[] = []

  constructor(disks: Disks, now: () => MonotonicMs) {
    super(disks, now)
    this.#clock = now
  }

  override ask(from: string, to: string, text: string): void {
    this.#askedAt.set(text, this.#clock())
    super.ask(from, to, text)
  }

  override show(to: string, id: string, from: string, text: string): void {
    super.show(to, id, from, text)
    this.tookMs.push(this.#clock() - (this.#askedAt.get(text) ?? NaN))
  }
}

export function measurePeerLoss(setting: PeerLossSetting): PeerLossFigure {
  const world = createWorld('figure', setting.seed, {})
  const { time } = world
  const people = new Map<string, ChatPeer>()
  const person = (name: string) => people.get(name) as ChatPeer
  const disks: Disks = {
    received: (owner) => person(owner).received(),
    holdsBack: (owner, id) => person(owner).holdsBack(id),
    hasSent: (owner, id) => person(owner).hasSent(id),
    mail: () => registry.store.mailIds(),
  }
  const book = new TimedBook(disks, () => time.now)
  const registry = new ChatRegistry(world, book)
  for (const [index, name] of ['ann', 'ben'].entries()) {
    const address = { host: `10.0.0.${index + 1}`, port: 4_000 }
    people.set(name, new ChatPeer({ world, book, registry, name, address }))
  }
  for (const { host } of [registry, ...people.values()]) {
    host.site.up.set({ delayMs: setting.rttMs / 2, lossRate: setting.lossRate })
    host.start()
  }
  // Both are known to the registry, and to each other, before the clock starts.
  time.runUntil(60_000, () => person('ann').isOnline && person('ben').isOnline)
  person('ann').send('ben', 'first words')
  time.runUntil(time.now + 60_000, () => book.tookMs.length === 1)
  book.tookMs.length = 0

  const startsAt = time.now
  for (let number = 0; number < setting.messages; number++) {
    time.schedule(startsAt + number * setting.everyMs, () =>
      person('ann').send('ben', `message ${number} `.padEnd(60, '.')),
    )
  }
  time.runUntil(startsAt + setting.messages * setting.everyMs)
  time.runUntil(time.now + 60_000, () => book.pending(startsAt) === undefined)
  book.audit()
  const sorted = book.tookMs.toSorted((a, b) => a - b)
  const inRtts = (share: number) => percentile(sorted, share) / setting.rttMs
  return { sent: book.accepted, states: book.states(), p50: inRtts(0.5), p99: inRtts(0.99), p999: inRtts(0.999) }
}
