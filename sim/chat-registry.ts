// The registry of a history: the very program that runs for real, on a simulated host, over a store that forgets what was
// not committed. Its mailboxes are compared with the truth after every step (S5).

import type { Address, MonotonicMs } from '../src/base/index.ts'
import { LinkKeyPair } from '../src/crypto/index.ts'
import { Endpoint } from '../src/link/index.ts'
import { type Policy, defaultPolicy } from '../src/protocol/index.ts'
import { RegistryProgram } from '../src/registry/index.ts'
import type { ChatBook } from './chat-book.ts'
import { type Boot, Host, type Machine } from './host.ts'
import { LinkWatch } from './link-watch.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { MemoryRegistryStore } from './store/registry-store.ts'
import type { Scheduler } from './virtual-time.ts'
import type { World } from './world.ts'

export const registryName = 'registry'
const address: Address = { host: '10.0.0.254', port: 4747 }

export class ChatRegistry {
  readonly key: LinkKeyPair
  readonly host: Host
  readonly store: MemoryRegistryStore
  /** When it was started last. */
  startedAt: MonotonicMs = 0
  readonly #world: World
  readonly #book: Pick<ChatBook, 'lookAtMail'>
  readonly #random: SeededRandom
  readonly #resetKey: Uint8Array
  #scheduler: Scheduler | undefined

  constructor(world: World, book: Pick<ChatBook, 'lookAtMail'>, policy: Partial<Policy> = {}) {
    this.#world = world
    this.#book = book
    this.#random = world.random.branch(registryName)
    this.key = LinkKeyPair.fromSecret(this.#random.branch('key').bytes(32))
    this.#resetKey = this.#random.branch('reset').bytes(32)
    const slow = this.#random.branch('disk')
    const [commitMs, answerMs] = [slow.pick([0.5, 2, 20]), slow.pick([0.1, 1, 5])]
    this.store = world.plant.registryStore({
      schedule: (delayMs, run) => this.#scheduler?.schedule(world.time.now + delayMs, run),
      commitDelayMs: () => commitMs * slow.between(0.5, 1.5),
      answerDelayMs: () => answerMs * slow.between(0.5, 1.5),
    })
    const { time, network } = world
    const boot = this.#boot({ ...defaultPolicy, ...policy })
    this.host = new Host({ name: registryName, address, time, network, boot })
  }

  get address(): Address {
    return address
  }

  #boot(policy: Policy): Boot {
    return (scheduler, incarnation) => {
      const { wire, plant, tell } = this.#world
      this.#scheduler = scheduler
      this.startedAt = scheduler.now
      wire.forget(registryName)
      const random = this.#random.branch(incarnation)
      const endpoint = new Endpoint(
        {
          staticKey: this.key,
          resetKey: this.#resetKey,
          random: random.branch('endpoint'),
          purpose: 'registry',
          timestamp: () => scheduler.wallMs(),
        },
        scheduler.now,
      )
      const program = new RegistryProgram({
        endpoint,
        store: this.store,
        random: random.branch('program'),
        wallMs: () => scheduler.wallMs(),
        policy,
        name: 'simulated',
        now: scheduler.now,
        trace: (event) => tell(`registry: ${JSON.stringify(event, jsonBytes)}`),
      })
      const links = this.#world.links.begin(registryName)
      const linkWatch = new LinkWatch(registryName, endpoint, wire)
      const machine: Machine = {
        endpoint,
        program: links.watch(program),
        inspect: () => {
          linkWatch.inspect(links.ids())
          this.#book.lookAtMail()
        },
        crash: () => {
          links.end()
          this.store.crash()
        },
      }
      return plant.machine(machine, registryName)
    }
  }
}

function jsonBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? `${value.length} B` : value
}
