// One history of the whole: a registry and a few people who talk, leave, come back and crash, on a network that goes wrong
// in this seed's own way. At the end the faults are over: then everybody must be on line soon (L2), everything that was
// ever accepted must arrive (L1), and everything that was ever said of it must have been true.

import type { MonotonicMs } from '../src/base/index.ts'
import { ChatBook } from './chat-book.ts'
import { ChatPeer } from './chat-peer.ts'
import { ChatRegistry, registryName } from './chat-registry.ts'
import { layFaults } from './faults.ts'
import type { HistoryOptions, HistoryReport } from './history.ts'
import type { Host } from './host.ts'
import { Stranger } from './stranger.ts'
import { check } from './violation.ts'
import { layAbsences, layTalk } from './workload.ts'
import { type World, createWorld } from './world.ts'

/** From the end of the faults; `back`: from the return of a registry that everybody was idle with, on a whole network. */
const settleMs = { online: 10_000, delivered: 30_000, presence: 10_000, back: 2_500 } as const
/** Where the resets of a registry's return were lost among the faults, an idle link is missed at its next keepalive. */
const keepaliveMs = 25_000

/** Most histories are short, as most of what goes wrong goes wrong soon. */
const lengthsMinutes = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 8, 20] as const

export function runChatHistory(seed: number, options: HistoryOptions = {}): HistoryReport {
  return new ChatHistory(seed, options).run(seed)
}

class ChatHistory {
  readonly #world: World
  readonly #book: ChatBook
  readonly #registry: ChatRegistry
  readonly #peers = new Map<string, ChatPeer>()
  readonly #untilMs: MonotonicMs

  constructor(seed: number, options: HistoryOptions) {
    this.#world = createWorld('chat', seed, options)
    const { time, random } = this.#world
    this.#book = new ChatBook(
      {
        received: (owner) => this.#peer(owner).received(),
        holdsBack: (owner, id) => this.#peer(owner).holdsBack(id),
        hasSent: (owner, id) => this.#peer(owner).hasSent(id),
        mail: () => this.#registry.store.mailIds(),
      },
      () => time.now,
    )
    this.#registry = new ChatRegistry(this.#world, this.#book)
    this.#untilMs = 60_000 * Math.min(random.branch('length').pick(lengthsMinutes), options.minutesMax ?? Infinity)
    const names = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'].slice(0, random.branch('size').pick([2, 2, 3, 3, 4, 6]))
    for (const [index, name] of names.entries()) {
      const address = { host: `10.0.0.${index + 1}`, port: 4_000 }
      this.#peers.set(
        name,
        new ChatPeer({ world: this.#world, book: this.#book, registry: this.#registry, name, address }),
      )
    }
  }

  run(seed: number): HistoryReport {
    const { time, wire, tell } = this.#world
    const words = this.#prepare()
    tell(`seed ${seed}: ${words.join(', ')}`)
    for (const host of this.#hosts()) host.start()
    time.runUntil(this.#untilMs)
    this.#sayLastWords()
    const isDelivered = time.runUntil(
      this.#untilMs + settleMs.delivered,
      () => this.#book.pending(this.#untilMs) === undefined,
    )
    check(isDelivered, 'L1', () => `${this.#book.pending(this.#untilMs)}`)
    const deliveredMs = time.now - this.#untilMs
    const dueMs = Math.max(this.#untilMs, this.#registry.startedAt + keepaliveMs)
    const isOnline = time.runUntil(dueMs + settleMs.online, () => this.#offline() === undefined)
    check(isOnline, 'L2', () => `${this.#offline()} is not on line`)
    const linksUpMs = time.now - this.#untilMs
    // A peer whose address changed among the faults is where its registry looks for it from its next keepalive on; until
    // then it does not answer, and counts as away.
    time.runUntil(Math.max(time.now, this.#untilMs + keepaliveMs) + settleMs.presence)
    this.#checkPresence()
    this.#crashIdleRegistry()
    this.#book.audit()
    const counts = { datagrams: wire.datagrams, messages: this.#book.accepted }
    return { seed, words, simulatedMs: time.now, ...counts, linksUpMs, deliveredMs }
  }

  #prepare(): string[] {
    const { time, network, random, tell } = this.#world
    const peers = [...this.#peers.values()]
    const hosts = this.#hosts()
    const movable = peers.map(({ host }) => host)
    const setting = { time, network, random, hosts, untilMs: this.#untilMs }
    const words = layFaults({ ...setting, movable, crashable: hosts, tell })
    const strange = random.branch('strange')
    if (strange.chance(0.2)) network.observe(new Stranger({ ...setting, meanMs: strange.pick([200, 2_000]) }))
    const work = { world: this.#world, peers, untilMs: this.#untilMs }
    return [`${peers.length} peers`, layTalk(work), layAbsences(work), ...words]
  }

  /** After the faults everybody has something to say to everybody, so that every link is wanted. */
  #sayLastWords(): void {
    for (const from of this.#peers.values()) {
      for (const to of this.#peers.keys()) if (to !== from.name) from.send(to, `last words of ${from.name} to ${to}`)
    }
  }

  #hosts(): Host[] {
    return [this.#registry.host, ...[...this.#peers.values()].map(({ host }) => host)]
  }

  #peer(name: string): ChatPeer {
    return this.#peers.get(name) as ChatPeer
  }

  #offline(): string | undefined {
    const { links } = this.#world
    return [...this.#peers.values()].find(({ name, isOnline }) => !isOnline || !links.areLinked(name, registryName))
      ?.name
  }

  /** Nobody has anything to say to the registry, and nothing is wrong but that it dies: its return alone brings all back. */
  #crashIdleRegistry(): void {
    const { time, tell } = this.#world
    tell('the registry crashes once more, with everybody idle')
    this.#registry.host.crash()
    time.runUntil(time.now + 100)
    this.#registry.host.start()
    const areBack = time.runUntil(time.now + settleMs.back, () => this.#offline() === undefined)
    check(areBack, 'L2', () => `${this.#offline()} is not back ${settleMs.back} ms after its registry`)
  }

  #checkPresence(): void {
    for (const { name, presence } of this.#peers.values()) {
      for (const other of this.#peers.keys()) {
        if (other !== name) check(presence.get(other) === true, 'S14', () => `${name} does not see ${other} on line`)
      }
    }
  }
}
