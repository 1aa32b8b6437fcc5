// One history of the registry: clerks leave letters for one another through it while everything goes wrong that can.
// Every letter that was called deposited must reach its recipient once and in order, and its sender must hear of it.

import type { MonotonicMs } from '../src/base/index.ts'
import { IdentityKeyPair, LinkKeyPair } from '../src/crypto/index.ts'
import { Endpoint } from '../src/link/index.ts'
import { ChatBook } from './chat-book.ts'
import { ChatRegistry, registryName } from './chat-registry.ts'
import { Clerk, type ClerkDisk } from './clerk.ts'
import { layFaults } from './faults.ts'
import type { HistoryOptions, HistoryReport } from './history.ts'
import { type Boot, Host } from './host.ts'
import { LinkWatch } from './link-watch.ts'
import { Stranger } from './stranger.ts'
import { check } from './violation.ts'
import { type World, createWorld } from './world.ts'

interface Desk {
  readonly name: string
  readonly host: Host
  readonly disk: ClerkDisk
  clerk: Clerk | undefined
}

const keepaliveMs = 4_000
/** `deposited`: a clerk deposits one letter to each at a time, and a hundred of them take so long by satellite. */
const settleMs = { online: keepaliveMs + 10_000, deposited: 90_000, delivered: 30_000 } as const

export function runMailboxHistory(seed: number, options: HistoryOptions = {}): HistoryReport {
  return new MailboxHistory(seed, options).run(seed)
}

class MailboxHistory {
  readonly #world: World
  readonly #book: ChatBook
  readonly #registry: ChatRegistry
  readonly #desks = new Map<string, Desk>()
  readonly #untilMs: MonotonicMs

  constructor(seed: number, options: HistoryOptions) {
    this.#world = createWorld('mailbox', seed, options)
    const { time, random } = this.#world
    this.#book = new ChatBook(
      {
        received: (owner) => this.#desk(owner).disk.received,
        holdsBack: () => false,
        hasSent: (owner, id) => this.#desk(owner).disk.letters.some(({ id: known }) => known === id),
        mail: () => this.#registry.store.mailIds(),
      },
      () => time.now,
    )
    this.#registry = new ChatRegistry(this.#world, this.#book)
    this.#untilMs = Math.min(
      random.branch('length').pick([10_000, 40_000, 150_000]),
      60_000 * (options.minutesMax ?? Infinity),
    )
    const names = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'].slice(0, 2 + random.branch('size').below(5))
    for (const [index, name] of names.entries()) this.#join(name, index)
  }

  run(seed: number): HistoryReport {
    const { time, wire, tell } = this.#world
    const words = this.#layFaults()
    tell(`seed ${seed}: ${words.join(', ')}`)
    for (const host of this.#hosts()) host.start()
    this.#layWork()
    this.#layAbsences()
    time.runUntil(this.#untilMs)
    const isOnline = time.runUntil(this.#untilMs + settleMs.online, () => this.#offline() === undefined)
    check(isOnline, 'L2', () => `${this.#offline()} is not on line`)
    const linksUpMs = time.now - this.#untilMs
    time.runUntil(time.now + settleMs.deposited, () => this.#areDeposited)
    const isDelivered = time.runUntil(
      time.now + settleMs.delivered,
      () => this.#book.pending(this.#untilMs) === undefined,
    )
    check(isDelivered, 'L1', () => `${this.#book.pending(this.#untilMs)}`)
    const deliveredMs = time.now - this.#untilMs
    time.runUntil(time.now + 10_000)
    this.#book.audit()
    this.#checkPresence()
    const counts = { datagrams: wire.datagrams, messages: this.#book.accepted }
    return { seed, words, simulatedMs: time.now, ...counts, linksUpMs, deliveredMs }
  }

  get #areDeposited(): boolean {
    return [...this.#desks.values()].every(({ disk }) => disk.letters.every(({ state }) => state !== 'kept'))
  }

  #layFaults(): string[] {
    const { time, network, random, tell } = this.#world
    const hosts = this.#hosts()
    const movable = [...this.#desks.values()].map(({ host }) => host)
    const setting = { time, network, random, hosts, untilMs: this.#untilMs }
    const words = layFaults({ ...setting, movable, crashable: hosts, tell })
    const strange = random.branch('strange')
    if (strange.chance(0.2)) network.observe(new Stranger({ ...setting, meanMs: strange.pick([200, 1_000]) }))
    return [`${this.#desks.size} clerks`, ...words]
  }

  /** Letters one by one, or many at once. */
  #layWork(): void {
    const { time, random } = this.#world
    const work = random.branch('work')
    const names = [...this.#desks.keys()]
    const letters = work.pick([10, 40, 100])
    const burst = work.pick([1, 1, 5, 20])
    let numbers = 0
    for (let i = 0; i < letters / burst; i++) {
      const from = work.pick(names)
      const to = work.pick(names.filter((name) => name !== from))
      const size = work.pick([10, 10, 200, 5_000])
      time.schedule(work.between(0, this.#untilMs), () => {
        this.#desk(from).host.act((now) => {
          for (let j = 0; j < burst; j++) this.#desk(from).clerk?.write(now, to, letter(from, numbers++, size))
        })
      })
    }
  }

  /** Some leave for a while, in order, so that letters have to wait for them. */
  #layAbsences(): void {
    const { time, random, tell } = this.#world
    const away = random.branch('away')
    for (const { name, host } of this.#desks.values()) {
      if (!away.chance(0.5)) continue
      const leavesAt = away.between(0, this.#untilMs)
      const backAt = Math.min(leavesAt + away.pick([5_000, 60_000]), this.#untilMs - 1)
      time.schedule(leavesAt, () => {
        tell(`${name} leaves`)
        host.act((now) => this.#desk(name).clerk?.leave(now))
      })
      time.schedule(leavesAt + 1_000, () => host.isUp && backAt > time.now && host.crash())
      time.schedule(backAt, () => !host.isUp && host.start())
    }
  }

  #join(name: string, index: number): void {
    const { time, network, random, wire, plant, tell } = this.#world
    const branch = random.branch(name)
    const identity = IdentityKeyPair.fromSeed(branch.branch('identity').bytes(32))
    const linkKey = LinkKeyPair.fromSecret(branch.branch('link').bytes(32))
    const disk: ClerkDisk = { letters: [], received: [] }
    let lastTimestamp = 0
    const boot: Boot = (scheduler, incarnation) => {
      wire.forget(name)
      const life = branch.branch(incarnation)
      const endpoint = new Endpoint(
        {
          staticKey: linkKey,
          resetKey: branch.branch('reset').bytes(32),
          random: life.branch('endpoint'),
          purpose: 'peer',
          timestamp: () => (lastTimestamp = Math.max(time.wallMs(), lastTimestamp + 1)),
        },
        scheduler.now,
      )
      const clerk = new Clerk(scheduler.now, {
        name,
        identity,
        linkKey,
        registry: { address: this.#registry.address, key: this.#registry.key.publicKey },
        endpoint,
        random: life.branch('clerk'),
        disk,
        book: this.#book,
        wallMs: () => time.wallMs(),
        keepaliveMs,
        tell,
      })
      this.#desk(name).clerk = clerk
      const links = this.#world.links.begin(name)
      const linkWatch = new LinkWatch(name, endpoint, wire)
      const machine = {
        endpoint,
        program: links.watch(clerk),
        inspect: () => linkWatch.inspect(links.ids()),
        crash: () => {
          links.end()
          this.#desk(name).clerk = undefined
        },
      }
      return plant.machine(machine, name)
    }
    const host = new Host({ name, address: { host: `10.0.0.${index + 1}`, port: 4_000 }, time, network, boot })
    this.#desks.set(name, { name, host, disk, clerk: undefined })
  }

  #hosts(): Host[] {
    return [this.#registry.host, ...[...this.#desks.values()].map(({ host }) => host)]
  }

  #desk(name: string): Desk {
    return this.#desks.get(name) as Desk
  }

  #offline(): string | undefined {
    const isOn = ({ name, clerk }: Desk) => clerk?.isOnline === true && this.#world.links.areLinked(name, registryName)
    return [...this.#desks.values()].find((desk) => !isOn(desk))?.name
  }

  /** Everybody has been on line for ten seconds: everybody must see so. */
  #checkPresence(): void {
    for (const { name, clerk } of this.#desks.values()) {
      for (const other of this.#desks.keys()) {
        if (other === name) continue
        check(clerk?.presence.get(other) === true, 'S14', () => `${name} does not see ${other} on line`)
      }
    }
    check(this.#registry.host.isUp, 'L2', () => `${registryName} is down`)
  }
}

function letter(from: string, number: number, size: number): string {
  return `letter ${number} of ${from} `.padEnd(size, '.')
}
