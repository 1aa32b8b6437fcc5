// One of many in one process: the very rules and link of a peer on a socket of its own, over a store in memory, since what
// is asked is what one registry bears, not what this machine's disk does with a thousand stores.

import type { MonotonicMs } from '../../src/base/index.ts'
import { IdentityKeyPair, LinkKeyPair, systemRandom } from '../../src/crypto/index.ts'
import { Endpoint, type LinkEvent } from '../../src/link/index.ts'
import { LinkDriver, systemClock } from '../../src/net/index.ts'
import { type PeerEvent, PeerProgram } from '../../src/peer/domain/index.ts'
import type { AccountName, RegistryTarget } from '../../src/protocol/index.ts'
import { MemoryPeerStore } from '../../sim/store/peer-store.ts'

export class Member {
  readonly name: AccountName
  /** Who is seen on line. */
  readonly others = new Set<string>()
  /** Messages of the channel that were shown. */
  heard = 0
  isOnline = false
  /** How many are known to have the own message. */
  heardBy = 0
  readonly #program: PeerProgram
  readonly #endpoint: Endpoint
  readonly #host: string
  readonly #onNews: () => void
  #driver: LinkDriver | undefined

  constructor(index: number, invite: RegistryTarget, onNews: () => void) {
    this.name = `m${index}` as AccountName
    // Addresses of their own, as people have: handshakes are limited for each.
    this.#host = `127.1.${index >> 8}.${index & 255 || 254}`
    this.#onNews = onNews
    const random = systemRandom()
    const linkKey = LinkKeyPair.generate(random)
    const resetKey = random.bytes(32)
    const options = {
      staticKey: linkKey,
      resetKey,
      random,
      purpose: 'peer',
      timestamp: () => systemClock.wallMs(),
      limits: { attemptMs: 4_000, retryMaxMs: 1_000 },
    } as const
    this.#endpoint = new Endpoint(options, systemClock.monotonicMs())
    const store = new MemoryPeerStore({
      schedule: (_delayMs, run) => void setImmediate(() => this.#driver?.turn(run)),
      commitDelayMs: () => 0,
      answerDelayMs: () => 0,
    })
    this.#program = new PeerProgram({
      endpoint: this.#endpoint,
      store,
      random,
      wallMs: () => systemClock.wallMs(),
      profile: { name: this.name, identity: IdentityKeyPair.generate(random), linkKey },
      registry: { addresses: [{ host: invite.host, port: invite.port }], key: invite.key },
      agent: 'crowd',
      // A pool of one: prekeys are not what is asked here.
      limits: { prekeyPool: 1, prekeyRefillUnder: 1 },
    })
  }

  async start(): Promise<void> {
    const program = {
      handleLinkEvent: (now: MonotonicMs, event: LinkEvent) => {
        this.#program.handleLinkEvent(now, event)
        this.#takeEvents()
      },
      handleTimeout: (now: MonotonicMs) => {
        this.#program.handleTimeout(now)
        this.#takeEvents()
      },
      pollTimeout: () => this.#program.pollTimeout(),
    }
    const endpoint = this.#endpoint
    this.#driver = await LinkDriver.open({ endpoint, program, host: this.#host, port: 0, clock: systemClock })
    this.#driver.turn((now) => this.#program.start(now))
  }

  say(text: string): void {
    this.#driver?.turn((now) => {
      this.#program.roomVerbs?.channel.send(now, text, () => {})
      this.#takeEvents()
    })
  }

  async close(): Promise<void> {
    this.#driver?.turn((now) => this.#program.close(now))
    await this.#driver?.close()
  }

  #takeEvents(): void {
    for (let event = this.#program.pollEvent(); event; event = this.#program.pollEvent()) this.#hear(event)
  }

  #hear(event: PeerEvent): void {
    if (event.type === 'registry') this.isOnline = event.state === 'online'
    else if (event.type === 'presence' && event.online) this.others.add(event.name)
    else if (event.type === 'channelMessage') this.heard += 1
    else if (event.type === 'channelHeard') this.heardBy = event.total
    else return
    this.#onNews()
  }
}
