// A person of a history: the very peer that runs for real, on a simulated host, over a store that forgets what was not
// committed. Everything its user is told goes into the book of truth.

import type { Address, MonotonicMs } from '../src/base/index.ts'
import { IdentityKeyPair, LinkKeyPair } from '../src/crypto/index.ts'
import { Endpoint } from '../src/link/index.ts'
import { type PeerEvent, PeerProgram } from '../src/peer/domain/index.ts'
import type { AccountName } from '../src/protocol/index.ts'
import type { ChatBook, StoredMessage } from './chat-book.ts'
import type { ChatRegistry } from './chat-registry.ts'
import { type Boot, Host, type Machine } from './host.ts'
import { LinkWatch } from './link-watch.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { MemoryPeerStore } from './store/peer-store.ts'
import { Violation } from './violation.ts'
import type { Scheduler } from './virtual-time.ts'
import type { World } from './world.ts'

/** What is told of all that a peer tells its user. */
export interface PeerWitness extends Pick<ChatBook, 'ask' | 'refuse' | 'keep' | 'tellState' | 'show'> {
  /** Every event, before it is looked at. */
  hear?(owner: string, event: PeerEvent): void
  /** The owner's program runs anew. */
  restarted?(owner: string): void
}

export interface ChatPeerSetting {
  readonly world: World
  readonly book: PeerWitness
  readonly registry: ChatRegistry
  readonly name: string
  readonly address: Address
}

/** Small pools and short pauses: a history is minutes long, not days. */
const limits = { prekeyPool: 4, prekeyRefillUnder: 2, backOffMaxMs: 4_000, depositRetryMs: 2_000 } as const

export class ChatPeer {
  readonly name: string
  readonly host: Host
  readonly store: MemoryPeerStore
  readonly #setting: ChatPeerSetting
  readonly #random: SeededRandom
  readonly #identity: IdentityKeyPair
  readonly #linkKey: LinkKeyPair
  /** Texts of `send`s that were neither kept nor refused yet, by id. */
  readonly #asked = new Map<string, string>()
  /** Whom it sees on line, as its registry told it. */
  readonly presence = new Map<string, boolean>()
  #scheduler: Scheduler | undefined
  #program: PeerProgram | undefined
  #isOnline = false
  #lastTimestamp = 0

  constructor(setting: ChatPeerSetting) {
    const { world, name, address } = setting
    this.#setting = setting
    this.name = name
    this.#random = world.random.branch(name)
    this.#identity = IdentityKeyPair.fromSeed(this.#random.branch('identity').bytes(32))
    this.#linkKey = LinkKeyPair.fromSecret(this.#random.branch('link').bytes(32))
    const disk = this.#random.branch('disk')
    const [commitMs, answerMs] = [disk.pick([0.5, 2, 20]), disk.pick([0.1, 1, 5])]
    this.store = world.plant.peerStore({
      schedule: (delayMs, run) => this.#scheduler?.schedule(world.time.now + delayMs, run),
      commitDelayMs: () => commitMs * disk.between(0.5, 1.5),
      answerDelayMs: () => answerMs * disk.between(0.5, 1.5),
    })
    const { time, network } = world
    this.host = new Host({ name, address, time, network, boot: this.#boot() })
  }

  /** Whether it is logged in at the registry, as it sees it. */
  get isOnline(): boolean {
    return this.#isOnline
  }

  /** Messages of others in its history, in the order in which it shows them. */
  received(): readonly StoredMessage[] {
    return this.store.receivedMessages()
  }

  /** Whether a message of another is on its disk, though not shown as one before it is still to come. */
  holdsBack(id: string): boolean {
    return this.store.held().some((message) => message.id === id)
  }

  /** Whether an own message is on its disk. */
  hasSent(id: string): boolean {
    return this.store.hasSent(id)
  }

  /** Its user sends a text, unlike all others. */
  send(to: string, text: string): void {
    this.host.act((now) => {
      this.#setting.book.ask(this.name, to, text)
      const start = this.#program?.send(now, to, text)
      if (start?.ok === true) this.#asked.set(start.value.id, text)
      else this.#setting.book.refuse(text)
    })
  }

  /** Its user does something else; nothing where it is down. */
  act(run: (program: PeerProgram, now: MonotonicMs) => void): void {
    this.host.act((now) => {
      if (this.#program) run(this.#program, now)
    })
  }

  /** Its user closes it: it says goodbye, and is down soon after. */
  leave(): void {
    this.host.act((now) => this.#program?.close(now))
  }

  #boot(): Boot {
    return (scheduler, incarnation) => {
      const { world, registry, name } = this.#setting
      this.#scheduler = scheduler
      this.#isOnline = false
      this.presence.clear()
      this.#asked.clear()
      world.wire.forget(name)
      this.#setting.book.restarted?.(name)
      const random = this.#random.branch(incarnation)
      const endpoint = new Endpoint(
        {
          staticKey: this.#linkKey,
          resetKey: this.#random.branch('reset').bytes(32),
          random: random.branch('endpoint'),
          purpose: 'peer',
          timestamp: () => (this.#lastTimestamp = Math.max(scheduler.wallMs(), this.#lastTimestamp + 1)),
        },
        scheduler.now,
      )
      const program = new PeerProgram({
        endpoint,
        store: this.store,
        random: random.branch('program'),
        wallMs: () => scheduler.wallMs(),
        profile: { name: name as AccountName, identity: this.#identity, linkKey: this.#linkKey },
        registry: { addresses: [registry.address], key: registry.key.publicKey },
        agent: 'simulated',
        limits,
      })
      this.#program = program
      program.start(scheduler.now)
      const links = world.links.begin(name)
      const linkWatch = new LinkWatch(name, endpoint, world.wire)
      const machine: Machine = {
        endpoint,
        program: links.watch(program),
        takeProgramEvent: () => {
          const event = program.pollEvent()
          if (event !== undefined) this.#handleEvent(event)
          return event !== undefined
        },
        inspect: () => linkWatch.inspect(links.ids()),
        crash: () => {
          links.end()
          this.store.crash()
          this.#program = undefined
          this.#isOnline = false
        },
      }
      return world.plant.machine(machine, name)
    }
  }

  #handleEvent(event: PeerEvent): void {
    const { book, world } = this.#setting
    if (world.trace.isHeard) world.tell(`${this.name}: ${describe(event)}`)
    book.hear?.(this.name, event)
    if (event.type === 'kept') book.keep(this.name, event.to, event.id, event.text)
    else if (event.type === 'refused') book.refuse(this.#asked.get(event.id) ?? '')
    else if (event.type === 'state') book.tellState(this.name, event.id, event.state)
    else if (event.type === 'message') book.show(this.name, event.id, event.from, event.text)
    else if (event.type === 'presence') this.presence.set(event.name, event.online)
    else if (event.type === 'registry') {
      this.#isOnline = event.state === 'online'
      const { state } = event
      if (state !== 'refused' && state !== 'wrongKey' && state !== 'replaced') return
      throw new Violation('L2', `${this.name} gave up its registry: ${describe(event)}`)
    } else if (event.type === 'identityChanged') {
      throw new Violation('S19', `${this.name} sees another identity of ${event.name}`)
    } else if (event.type === 'warning') {
      throw new Violation('S3', `${this.name} warns in a world without liars: ${describe(event)}`)
    }
  }
}

function describe(event: PeerEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return `${value.length} B`
    return typeof value === 'string' && value.length > 60 ? `${value.slice(0, 60)}...` : value
  })
}
