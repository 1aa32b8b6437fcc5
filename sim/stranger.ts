// An attacker on the way, without any key: he hears every datagram, and sends what he likes under any source address:
// noise, old datagrams again, datagrams with other bits, first messages in the name of an address that never asked.
// Nothing he does may be answered with more than he sent, or be believed (S3, S8, S10, S12).

import { type Address, equalBytes } from '../src/base/index.ts'
import type { Host } from './host.ts'
import type { Network, NetworkObserver, Passing } from './network.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** How many overheard datagrams he remembers. */
const memoryMax = 64

export interface StrangerSetting {
  readonly time: VirtualTime
  readonly network: Network
  readonly random: SeededRandom
  readonly hosts: readonly Host[]
  readonly untilMs: number
  /** Mean time between two of his datagrams. */
  readonly meanMs: number
}

export class Stranger implements NetworkObserver {
  readonly #setting: StrangerSetting
  readonly #random: SeededRandom
  readonly #heard: Passing[] = []
  datagrams = 0

  constructor(setting: StrangerSetting) {
    this.#setting = setting
    this.#random = setting.random.branch('stranger')
    this.#next()
  }

  sent(passing: Passing): void {
    if (passing.sender === undefined) return
    if (this.#heard.length < memoryMax) this.#heard.push(passing)
    else this.#heard[this.#random.below(memoryMax)] = passing
    // Now and then he is faster than the network: his copy comes first, from elsewhere.
    if (this.#random.chance(0.002) && this.#setting.time.now < this.#setting.untilMs) {
      this.#inject(this.#forgedAddress(), passing.to, passing.bytes, passing)
    }
  }

  #next(): void {
    const { time, untilMs, meanMs } = this.#setting
    const at = time.now + this.#random.waitMs(meanMs)
    if (at >= untilMs) return
    time.schedule(at, () => {
      this.#strike()
      this.#next()
    })
  }

  #strike(): void {
    const random = this.#random
    const heard = this.#heard.length > 0 ? random.pick(this.#heard) : undefined
    const target = random.pick(this.#setting.hosts).site.address
    const kind = random.below(4)
    if (heard === undefined || kind === 0) return this.#inject(this.#forgedAddress(), target, this.#noise())
    const isForged = random.chance(0.5)
    const from = isForged ? this.#forgedAddress() : heard.from
    if (kind === 1) return isForged ? this.#inject(from, heard.to, heard.bytes, heard) : this.#replay(heard)
    const mutated = this.#mutated(heard.bytes)
    if (kind === 2 && !equalBytes(mutated, heard.bytes)) return this.#inject(from, heard.to, mutated)
    this.#inject(from, target, heard.bytes, heard)
  }

  #inject(from: Address, to: Address, bytes: Uint8Array, origin?: Passing): void {
    this.datagrams += 1
    this.#setting.network.inject(from, to, bytes, origin)
  }

  #replay(heard: Passing): void {
    this.datagrams += 1
    this.#setting.network.replay(heard)
  }

  /** Addresses of nobody: what is sent there is sent to a victim. Few, so that answers to one would add up. */
  #forgedAddress(): Address {
    return { host: `203.0.113.${1 + this.#random.below(8)}`, port: 4_000 + this.#random.below(4) }
  }

  #noise(): Uint8Array {
    const random = this.#random
    const bytes = random.bytes(random.pick([0, 1, 15, 18, 32, 34, 35, 56, 64, 200, 1_200, 1_200, 9_000]))
    if (bytes.length > 0) bytes[0] = random.below(12)
    if (bytes.length > 1 && random.chance(0.7)) bytes[1] = 1
    return bytes
  }

  #mutated(bytes: Uint8Array): Uint8Array {
    const random = this.#random
    const mutated = random.chance(0.2) ? bytes.slice(0, random.below(bytes.length + 1)) : bytes.slice()
    for (let i = random.below(3); i >= 0 && mutated.length > 0; i--) {
      mutated[random.below(Math.min(mutated.length, random.pick([20, 2_000])))] = random.below(256)
    }
    return mutated
  }
}
