// One history of links alone: a few endpoints on a network that goes wrong in this seed's own way, talking all the time.
// Ends with the faults over: then every wanted link must be up soon (L2), and everything said on it arrive (L1).

import { type Address, type MonotonicMs, toHex } from '../src/base/index.ts'
import { LinkKeyPair } from '../src/crypto/index.ts'
import { Endpoint } from '../src/link/index.ts'
import { layFaults } from './faults.ts'
import type { HistoryOptions, HistoryReport } from './history.ts'
import { type Boot, Host, type Machine } from './host.ts'
import { LinkWatch } from './link-watch.ts'
import { Stranger } from './stranger.ts'
import { Talker, type TalkerLink, type TalkerSetting } from './talker.ts'
import { check } from './violation.ts'
import { type World, createWorld } from './world.ts'

interface Side {
  readonly name: string
  readonly key: LinkKeyPair
  readonly host: Host
  readonly targets: readonly string[]
  talker: Talker | undefined
}

/** After the end of the faults; a link whose two sides both moved away is only given up when it has been idle too long. */
const settleMs = { linksUp: 10_000, delivered: 30_000 } as const

export function runLinkHistory(seed: number, options: HistoryOptions = {}): HistoryReport {
  return new LinkHistory(seed, options).run()
}

class LinkHistory {
  readonly #seed: number
  readonly #world: World
  readonly #sides = new Map<string, Side>()
  readonly #untilMs: MonotonicMs
  readonly #talk: Pick<TalkerSetting, 'messageEveryMs' | 'sizes' | 'idleTimeoutMs'>

  constructor(seed: number, options: HistoryOptions) {
    this.#seed = seed
    this.#world = createWorld('link', seed, options)
    const { random } = this.#world
    this.#untilMs = Math.min(
      random.branch('length').pick([10_000, 30_000, 120_000]),
      60_000 * (options.minutesMax ?? Infinity),
    )
    const talk = random.branch('talk')
    this.#talk = {
      messageEveryMs: this.#untilMs / talk.pick([10, 40, 120]),
      sizes: talk.pick([[20], [1, 60, 500], [20, 2_000], [100, 300, 30_000]]),
      idleTimeoutMs: talk.pick([6_000, 20_000]),
    }
  }

  run(): HistoryReport {
    const words = this.#prepare()
    this.#world.tell(`seed ${this.#seed}: ${words.join(', ')}`)
    for (const { host } of this.#sides.values()) host.start()
    this.#world.time.runUntil(this.#untilMs)
    const limitMs = this.#talk.idleTimeoutMs + settleMs.linksUp
    const isUp = this.#world.time.runUntil(this.#untilMs + limitMs, () => this.#missing() === undefined)
    check(isUp, 'L2', () => `no link ${this.#missing()}`)
    const linksUpMs = this.#world.time.now - this.#untilMs
    for (const { host, name } of this.#sides.values()) host.act((now) => this.#side(name).talker?.sayToAll(now))
    const isDelivered = this.#world.time.runUntil(
      this.#world.time.now + settleMs.delivered,
      () => this.#pending() === undefined,
    )
    check(isDelivered, 'L1', () => `${this.#pending()}`)
    let messages = 0
    for (const { talker } of this.#sides.values()) messages += talker?.received ?? 0
    return {
      seed: this.#seed,
      words,
      simulatedMs: this.#world.time.now,
      datagrams: this.#world.wire.datagrams,
      messages,
      linksUpMs,
      deliveredMs: this.#world.time.now - this.#untilMs,
    }
  }

  #prepare(): string[] {
    const random = this.#world.random.branch('sides')
    const names = ['ann', 'ben', 'cat', 'dan'].slice(0, random.pick([2, 2, 3, 4]))
    for (const [index, name] of names.entries()) this.#join(name, index, names)
    const hosts = [...this.#sides.values()].map(({ host }) => host)
    const setting = {
      time: this.#world.time,
      network: this.#world.network,
      random: this.#world.random,
      hosts,
      untilMs: this.#untilMs,
    }
    const words = layFaults({
      ...setting,
      movable: hosts,
      crashable: hosts,
      tell: (what) => this.#world.tell(what),
    })
    const strange = this.#world.random.branch('strange')
    if (strange.chance(0.4)) this.#world.network.observe(new Stranger({ ...setting, meanMs: strange.pick([20, 500]) }))
    const { messageEveryMs, idleTimeoutMs } = this.#talk
    const workload = `a message each ${messageEveryMs.toFixed()} ms, idle timeout ${idleTimeoutMs} ms`
    return [`${names.length} hosts`, workload, ...words]
  }

  #join(name: string, index: number, names: readonly string[]): void {
    const random = this.#world.random.branch(name)
    const key = LinkKeyPair.fromSecret(random.branch('key').bytes(32))
    const resetKey = random.branch('reset').bytes(32)
    const address: Address = { host: `10.0.0.${index + 1}`, port: 4_000 }
    // Every pair has one that dials; some pairs dial from both sides, and cross.
    const targets = names.filter((other, at) => at > index || (at < index && random.branch(other).chance(0.3)))
    let lastTimestamp = 0
    const timestamp = () => (lastTimestamp = Math.max(this.#world.time.wallMs(), lastTimestamp + 1))
    const boot: Boot = (scheduler, incarnation) => {
      const branch = random.branch(incarnation)
      this.#world.wire.forget(name)
      const endpoint = new Endpoint(
        {
          staticKey: key,
          resetKey,
          random: branch.branch('endpoint'),
          purpose: 'peer',
          timestamp,
        },
        scheduler.now,
      )
      const talker = new Talker(scheduler.now, {
        name,
        endpoint,
        random: branch.branch('talker'),
        targets: targets.map((target) => this.#target(target)),
        ...this.#talk,
        talkUntilMs: this.#untilMs,
        tell: (what) => this.#world.tell(what),
      })
      this.#side(name).talker = talker
      const linkWatch = new LinkWatch(name, endpoint, this.#world.wire)
      const machine: Machine = {
        endpoint,
        program: talker,
        inspect: () => linkWatch.inspect(talker.links.map(({ id }) => id)),
        crash: () => (this.#side(name).talker = undefined),
      }
      return this.#world.plant.machine(machine, name)
    }
    const host = new Host({ name, address, time: this.#world.time, network: this.#world.network, boot })
    this.#sides.set(name, { name, key, host, targets, talker: undefined })
  }

  #target(name: string) {
    const { key, host } = this.#side(name)
    return { name, key: key.publicKey, address: () => host.site.address }
  }

  #side(name: string): Side {
    return this.#sides.get(name) as Side
  }

  /** A wanted pair without a link that is up on both sides, in words. */
  #missing(): string | undefined {
    for (const side of this.#sides.values()) {
      for (const target of side.targets) {
        if (this.#shared(side, this.#side(target)).length === 0) return `${side.name} > ${target}`
      }
    }
    return undefined
  }

  #shared(a: Side, b: Side): (readonly [TalkerLink, TalkerLink])[] {
    const theirs = b.talker?.links ?? []
    return (a.talker?.links ?? []).flatMap((link) => {
      const same = theirs.find(({ handshake }) => handshake === link.handshake)
      return same !== undefined && link.remote === toHex(b.key.publicKey) ? [[link, same] as const] : []
    })
  }

  /** What was said on a link that is up on both sides, and has not arrived, in words. */
  #pending(): string | undefined {
    for (const a of this.#sides.values()) {
      for (const b of this.#sides.values()) {
        for (const [from, to] of a === b ? [] : this.#shared(a, b)) {
          for (const [stream, sent] of from.sent) {
            const arrived = to.expected.get(stream) ?? 0
            if (arrived < sent) return `${a.name} > ${b.name}, stream ${stream}: ${arrived} of ${sent} arrived`
          }
        }
      }
    }
    return this.#missing()
  }
}
