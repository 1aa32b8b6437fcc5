// Peers and the real registry on a simulated network, for the tests beside this file. What the registry says can be
// tampered with, stores can fail and crash, and everything is a function of the seed.

import type { Address } from '../../base/index.ts'
import { IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import { Endpoint, type LinkEvent } from '../../link/index.ts'
import {
  type AccountName,
  decodeRegistryMessage,
  defaultPolicy,
  encodeRegistryMessage,
  type Policy,
  type RegistryMessage,
} from '../../protocol/index.ts'
import { RegistryProgram } from '../../registry/index.ts'
import { Host, type Machine } from '../../../sim/host.ts'
import { Network } from '../../../sim/network.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { MemoryPeerStore } from '../../../sim/store/peer-store.ts'
import { MemoryRegistryStore } from '../../../sim/store/registry-store.ts'
import { type Scheduler, VirtualTime } from '../../../sim/virtual-time.ts'
import type { MessageEvent, PeerEvent, StateEvent } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import { PeerProgram } from './peer-program.ts'

const registryAddress: Address = { host: '10.0.0.254', port: 4747 }

export interface WorldOptions {
  readonly seed?: number
  readonly policy?: Partial<Policy>
}

export class World {
  readonly time = new VirtualTime()
  readonly random: SeededRandom
  readonly network: Network
  readonly registryKey: LinkKeyPair
  readonly registryStore: MemoryRegistryStore
  readonly registry: Host
  /** Changes or swallows (undefined) what the registry says; gets the name of nobody, as links are anonymous here. */
  tamper: ((message: RegistryMessage) => RegistryMessage | undefined) | undefined
  registryProgram: RegistryProgram | undefined
  #registryScheduler: Scheduler | undefined
  #peers = 0

  constructor(options: WorldOptions = {}) {
    this.random = new SeededRandom(`peer-world/${options.seed ?? 1}`)
    this.network = new Network(this.time, this.random.branch('network'))
    this.registryKey = LinkKeyPair.generate(this.random)
    this.registryStore = new MemoryRegistryStore({
      schedule: (delayMs, run) => this.#registryScheduler?.schedule(this.time.now + delayMs, run),
      commitDelayMs: () => 1,
      answerDelayMs: () => 0.5,
    })
    const resetKey = this.random.bytes(32)
    this.registry = new Host({
      name: 'registry',
      address: registryAddress,
      time: this.time,
      network: this.network,
      boot: (scheduler, incarnation) => this.#bootRegistry(scheduler, incarnation, resetKey, options.policy ?? {}),
    })
    this.registry.start()
  }

  get registryAddress(): Address {
    return registryAddress
  }

  peer(name: string, options: TestPeerOptions = {}): TestPeer {
    this.#peers += 1
    return new TestPeer(this, name, { host: `10.0.0.${this.#peers}`, port: 1_000 }, options)
  }

  run(ms: number): void {
    this.time.runUntil(this.time.now + ms)
  }

  /** Runs until it holds; an error where it does not within `ms`. */
  until(what: string, holds: () => boolean, ms = 60_000): void {
    if (!this.time.runUntil(this.time.now + ms, holds)) throw new Error(`not within ${ms} ms: ${what}`)
  }

  #bootRegistry(scheduler: Scheduler, incarnation: number, resetKey: Uint8Array, policy: Partial<Policy>): Machine {
    this.#registryScheduler = scheduler
    const random = this.random.branch(`registry/${incarnation}`)
    const endpoint = new Endpoint(
      { staticKey: this.registryKey, resetKey, random, purpose: 'registry', timestamp: () => scheduler.wallMs() },
      scheduler.now,
    )
    const program = new RegistryProgram({
      endpoint: {
        send: (now, link, stream, bytes) => {
          const message = decodeRegistryMessage(bytes)
          if (!this.tamper || !message.ok) return endpoint.send(now, link, stream, bytes)
          const changed = this.tamper(message.value)
          return changed ? endpoint.send(now, link, stream, encodeRegistryMessage(changed)) : 'queued'
        },
        close: (now, link, code, reason) => endpoint.close(now, link, code, reason),
        stats: (link) => endpoint.stats(link),
        linkMemo: (link) => endpoint.linkMemo(link),
        resetForgotten: (memos) => endpoint.resetForgotten(memos),
      },
      store: this.registryStore,
      random,
      wallMs: () => scheduler.wallMs(),
      policy: { ...defaultPolicy, ...policy },
      name: 'test',
      now: scheduler.now,
      trace: () => {},
    })
    this.registryProgram = program
    return { endpoint, program, crash: () => this.registryStore.crash() }
  }
}

export interface TestPeerOptions {
  readonly identity?: IdentityKeyPair
  readonly linkKey?: LinkKeyPair
  /** Absent key: XX. */
  readonly registryKey?: Uint8Array | 'unknown'
  readonly limits?: Partial<PeerLimits>
  readonly isStarted?: boolean
  readonly store?: MemoryPeerStore
}

export class TestPeer {
  readonly name: AccountName
  readonly host: Host
  readonly store: MemoryPeerStore
  readonly identity: IdentityKeyPair
  readonly linkKey: LinkKeyPair
  readonly events: PeerEvent[] = []
  readonly linkEvents: LinkEvent[] = []
  program: PeerProgram | undefined
  #scheduler: Scheduler | undefined
  #timestamp = 0

  constructor(world: World, name: string, address: Address, options: TestPeerOptions) {
    this.name = name as AccountName
    const random = world.random.branch(`${name} ${address.host}`)
    this.identity = options.identity ?? IdentityKeyPair.generate(random)
    this.linkKey = options.linkKey ?? LinkKeyPair.generate(random)
    this.store =
      options.store ??
      new MemoryPeerStore({
        schedule: (delayMs, run) => this.#scheduler?.schedule(world.time.now + delayMs, run),
        commitDelayMs: () => 1,
        answerDelayMs: () => 0.5,
      })
    const resetKey = random.bytes(32)
    const boot = (scheduler: Scheduler, incarnation: number): Machine => {
      this.#scheduler = scheduler
      const timestamp = (): number => (this.#timestamp = Math.max(scheduler.wallMs(), this.#timestamp + 1))
      const inner = random.branch(incarnation)
      const endpoint = new Endpoint(
        { staticKey: this.linkKey, resetKey, random: inner, purpose: 'peer', timestamp },
        scheduler.now,
      )
      const { registryKey = world.registryKey.publicKey } = options
      const program = new PeerProgram({
        endpoint,
        store: this.store,
        random: inner,
        wallMs: () => scheduler.wallMs(),
        profile: { name: this.name, identity: this.identity, linkKey: this.linkKey },
        registry: {
          addresses: [world.registryAddress],
          ...(registryKey !== 'unknown' && { key: registryKey }),
        },
        agent: 'test',
        ...(options.limits && { limits: options.limits }),
      })
      this.program = program
      program.start(scheduler.now)
      return {
        endpoint,
        program: {
          handleLinkEvent: (now, event) => {
            if (event.type === 'up' || event.type === 'down') this.linkEvents.push(event)
            program.handleLinkEvent(now, event)
          },
          handleTimeout: (now) => program.handleTimeout(now),
          pollTimeout: () => program.pollTimeout(),
        },
        takeProgramEvent: () => {
          const event = program.pollEvent()
          if (event) this.events.push(event)
          return event !== undefined
        },
        crash: () => this.store.crash(),
      }
    }
    this.host = new Host({ name: `${name} ${address.host}`, address, time: world.time, network: world.network, boot })
    if (options.isStarted !== false) this.host.start()
  }

  /** The id, or an error with the problem's code. */
  send(to: string, text: string): string {
    let id = ''
    this.host.act((now) => {
      const start = this.program?.send(now, to, text)
      if (!start?.ok) throw new Error(start?.error.code ?? 'down')
      id = start.value.id
    })
    return id
  }

  /** Goodbye, and then down. */
  leave(world: World): void {
    this.host.act((now) => this.program?.close(now))
    world.run(2_000)
    this.host.crash()
  }

  of<T extends PeerEvent['type']>(type: T): Extract<PeerEvent, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<PeerEvent, { type: T }>[]
  }

  get isOnline(): boolean {
    return this.of('registry').at(-1)?.state === 'online'
  }

  get texts(): string[] {
    return this.of('message').map((event: MessageEvent) => event.text)
  }

  statesOf(id: string): string[] {
    return this.of('state')
      .filter((event: StateEvent) => event.id === id)
      .map(({ state, road }) => (road ? `${state} ${road}` : state))
  }

  /** Links to other peers that came up. */
  get peerLinks(): number {
    return this.linkEvents.filter((event) => event.type === 'up' && event.purpose === 'peer').length
  }
}

/** A world with these peers on line. */
export function worldOf(names: readonly string[], options: WorldOptions = {}): { world: World; peers: TestPeer[] } {
  const world = new World(options)
  const peers = names.map((name) => world.peer(name))
  world.until('everybody is on line', () => peers.every((peer) => peer.isOnline && peer.of('clients').length > 0))
  // Their prekeys are made, kept and uploaded.
  world.run(500)
  return { world, peers }
}
