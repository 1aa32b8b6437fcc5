// The network of a simulation: hosts on one side, datagrams in between. A datagram leaves through its host's `up` cable,
// crosses the middle (partitions, clogs, the addresses of the moment) and arrives through the other's `down` cable.
// The middle is looked at when the datagram arrives: who has moved away by then does not get it.

import { type Address, type MonotonicMs, assert, formatAddress } from '../src/base/index.ts'
import { Cable } from './impairment.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A datagram as observers see it. `bytes` may be kept. */
export interface Passing {
  readonly at: MonotonicMs
  readonly from: Address
  readonly to: Address
  readonly bytes: Uint8Array
  /** Its number among all datagrams sent; copies keep it. */
  readonly number: number
  /** Which host sent it; `undefined` for one that somebody injected. */
  readonly sender: string | undefined
  /** What an injected one is an exact copy of, if it is one. */
  readonly origin?: Passing
}

export interface NetworkObserver {
  sent?(passing: Passing): void
  delivered?(passing: Passing, receiver: string, altered: boolean, sentAt: MonotonicMs): void
}

/** One host's place in the network. */
export interface Site {
  readonly name: string
  /** What the others see; {@link Network.move} changes it without the host being told. */
  readonly address: Address
  readonly up: Cable
  readonly down: Cable
}

interface Place extends Site {
  address: Address
  receive: (now: MonotonicMs, from: Address, bytes: Uint8Array) => void
  /** While clogged: what waits at the host's door, in order. */
  held: (() => void)[] | undefined
}

/** What a clogged host's door holds at most. */
const heldMax = 500

export class Network {
  readonly #time: VirtualTime
  readonly #random: SeededRandom
  readonly #observers: NetworkObserver[] = []
  readonly #places = new Map<string, Place>()
  readonly #byAddress = new Map<string, Place>()
  readonly #cuts = new Set<string>()
  #numbers = 0

  constructor(time: VirtualTime, random: SeededRandom) {
    this.#time = time
    this.#random = random
  }

  observe(observer: NetworkObserver): void {
    this.#observers.push(observer)
  }

  /** A place in the network. What arrives there goes to `receive`, until the place is given another one. */
  join(name: string, address: Address, receive: Place['receive']): Site {
    assert(!this.#places.has(name), `there is a ${name} already`)
    const random = this.#random.branch(name)
    const place: Place = {
      name,
      address,
      up: new Cable(random.branch('up')),
      down: new Cable(random.branch('down')),
      receive,
      held: undefined,
    }
    this.#places.set(name, place)
    this.#byAddress.set(formatAddress(address), place)
    return place
  }

  site(name: string): Site {
    return this.#place(name)
  }

  /** The host is seen under another address from now on (its NAT forgot it, or it changed networks). */
  move(name: string, address: Address): void {
    const place = this.#place(name)
    assert(!this.#byAddress.has(formatAddress(address)), `${formatAddress(address)} is taken`)
    this.#byAddress.delete(formatAddress(place.address))
    place.address = address
    this.#byAddress.set(formatAddress(address), place)
  }

  /** Nothing that `from` sends reaches `to` until it is mended: cut both ways for a full partition. */
  cut(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`)
  }

  mend(from: string, to: string): void {
    this.#cuts.delete(`${from}>${to}`)
  }

  /** Holds everything that arrives at the host. */
  clog(name: string): void {
    this.#place(name).held ??= []
  }

  /** Lets everything that was held in, at once and in order. */
  unclog(name: string): void {
    const place = this.#place(name)
    const held = place.held
    place.held = undefined
    for (const deliver of held ?? []) deliver()
  }

  /** Ends every partition and clog, and lets every cable do nothing but delay. */
  heal(): void {
    this.#cuts.clear()
    for (const place of this.#places.values()) {
      this.unclog(place.name)
      for (const cable of [place.up, place.down]) cable.set({ delayMs: cable.impairment.delayMs ?? 0 })
    }
  }

  /** Sends from a host. The bytes are copied. */
  send(from: string, to: Address, bytes: Uint8Array): void {
    const place = this.#place(from)
    const passing = this.#passing(place.address, to, bytes.slice(), from)
    for (const observer of this.#observers) observer.sent?.(passing)
    place.up.pass(passing.at, passing.bytes, (at, arrived, altered) => {
      const crossing = altered ? { ...passing, bytes: arrived } : passing
      this.#time.schedule(at, () => this.#cross(crossing, altered))
    })
  }

  /** A stranger's datagram under any source address, past every cable of a sender: what an attacker on the way can do. */
  inject(from: Address, to: Address, bytes: Uint8Array, origin?: Passing): void {
    const injected = this.#passing(from, to, bytes.slice(), undefined)
    const passing = origin === undefined ? injected : { ...injected, origin }
    this.#time.schedule(passing.at, () => this.#cross(passing, true))
  }

  /** A datagram of old once more, just as it was: a copy that the network itself might have made. */
  replay(passing: Passing): void {
    this.#time.schedule(this.#time.now, () => this.#cross(passing, false))
  }

  #passing(from: Address, to: Address, bytes: Uint8Array, sender: string | undefined): Passing {
    return { at: this.#time.now, from, to, bytes, number: this.#numbers++, sender }
  }

  #cross(passing: Passing, altered: boolean): void {
    const place = this.#byAddress.get(formatAddress(passing.to))
    if (place === undefined) return
    if (this.#cuts.size > 0 && this.#cuts.has(`${passing.sender}>${place.name}`)) return
    place.down.pass(this.#time.now, passing.bytes, (at, arrived, alteredHere) => {
      const arriving = alteredHere ? { ...passing, bytes: arrived } : passing
      this.#time.schedule(at, () => this.#arrive(place, arriving, altered || alteredHere))
    })
  }

  #arrive(place: Place, passing: Passing, altered: boolean): void {
    if (place.held !== undefined) {
      if (place.held.length < heldMax) place.held.push(() => this.#arrive(place, passing, altered))
      return
    }
    const delivered = { ...passing, at: this.#time.now }
    for (const observer of this.#observers) observer.delivered?.(delivered, place.name, altered, passing.at)
    place.receive(delivered.at, delivered.from, delivered.bytes)
  }

  #place(name: string): Place {
    const place = this.#places.get(name)
    assert(place !== undefined, `no host called ${name}`)
    return place
  }
}
