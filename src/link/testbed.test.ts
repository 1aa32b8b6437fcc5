// Endpoints on a network of virtual time, for the tests beside this file: what leaves is queued, and arrives when the test
// lets it, or as a rule says. No sockets, no clock, seeded randomness.

import type { Address, Random } from '../base/index.ts'
import { formatAddress } from '../base/index.ts'
import { LinkKeyPair } from '../crypto/index.ts'
import { Endpoint } from './endpoint.ts'
import type { EndpointConfig } from './endpoint-config.ts'
import type { LinkEvent, LinkId } from './link-event.ts'
import type { DropReason } from './link-trace.ts'

/** A reproducible generator (xorshift); never for real keys. */
export function seededRandom(seed: number): Random {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  const next = (): number => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 11),
    fraction: () => next() / 4_294_967_296,
  }
}

export interface Flight {
  readonly from: Address
  readonly to: Address
  readonly bytes: Uint8Array
  readonly at: number
}

export class Host {
  readonly endpoint: Endpoint
  readonly key: LinkKeyPair
  address: Address
  readonly events: LinkEvent[] = []
  readonly drops: DropReason[] = []
  readonly sent: Flight[] = []

  constructor(seed: number, address: Address, config: Partial<EndpointConfig>, now: number) {
    const random = seededRandom(seed)
    this.address = address
    this.key = config.staticKey ?? LinkKeyPair.generate(random)
    let last = 1_000 * seed
    this.endpoint = new Endpoint(
      {
        staticKey: this.key,
        resetKey: random.bytes(32),
        random,
        purpose: 'registry',
        timestamp: () => ++last,
        trace: (event) => this.drops.push(event.reason),
        ...config,
      },
      now,
    )
  }

  /** Texts of the messages that arrived. */
  texts(): string[] {
    return this.events.flatMap((event) => (event.type === 'message' ? [new TextDecoder().decode(event.bytes)] : []))
  }

  ups(): (LinkEvent & { type: 'up' })[] {
    return this.events.filter((event) => event.type === 'up')
  }

  downs(): (LinkEvent & { type: 'down' })[] {
    return this.events.filter((event) => event.type === 'down')
  }
}

export type Rule = (flight: Flight) => boolean | Flight | Flight[]

export class Network {
  now = 1_000
  readonly hosts = new Map<string, Host>()
  readonly flights: Flight[] = []
  /** One way, in ms. */
  delayMs = 10
  /** What happens to a datagram: true = passes, false = lost, or what comes instead. */
  rule: Rule = () => true

  host(seed: number, config: Partial<EndpointConfig> = {}, host = `198.51.100.${seed}`): Host {
    const created = new Host(seed, { host, port: 4_000 + seed }, config, this.now)
    this.attach(created)
    return created
  }

  attach(host: Host): void {
    this.hosts.set(formatAddress(host.address), host)
  }

  /** Moves a host to another address; what still flies to the old one is lost. */
  move(host: Host, address: Address): void {
    this.hosts.delete(formatAddress(host.address))
    host.address = address
    this.attach(host)
  }

  /** Takes what an endpoint has to send and to tell. */
  drain(host: Host): void {
    for (;;) {
      const outgoing = host.endpoint.pollTransmit(this.now)
      if (outgoing === undefined) break
      const flight = { from: host.address, to: outgoing.to, bytes: outgoing.bytes.slice(), at: this.now + this.delayMs }
      host.sent.push(flight)
      this.launch(flight)
    }
    for (;;) {
      const event = host.endpoint.pollEvent()
      if (event === undefined) break
      host.events.push('bytes' in event ? { ...event, bytes: event.bytes.slice() } : event)
    }
  }

  launch(flight: Flight): void {
    const outcome = this.rule(flight)
    if (outcome === false) return
    const flights = outcome === true ? [flight] : Array.isArray(outcome) ? outcome : [outcome]
    this.flights.push(...flights)
  }

  deliver(host: Host, from: Address, bytes: Uint8Array): void {
    host.endpoint.handleDatagram(this.now, from, bytes)
    this.drain(host)
  }

  /** Runs until nothing happens any more or `ms` have passed. */
  run(ms = 1_000, until: () => boolean = () => false): void {
    const end = this.now + ms
    for (const host of this.hosts.values()) this.drain(host)
    for (let steps = 0; !until(); steps++) {
      if (steps > 200_000) throw new Error('the network does not come to rest')
      const flight = this.flights.reduce<Flight | undefined>(
        (first, next) => (first === undefined || next.at < first.at ? next : first),
        undefined,
      )
      let next = flight?.at ?? Number.POSITIVE_INFINITY
      for (const host of this.hosts.values()) next = Math.min(next, host.endpoint.pollTimeout() ?? next)
      if (next > end) {
        this.now = end
        return
      }
      this.now = Math.max(this.now, next)
      if (flight !== undefined && flight.at <= this.now) {
        this.flights.splice(this.flights.indexOf(flight), 1)
        const host = this.hosts.get(formatAddress(flight.to))
        if (host !== undefined) this.deliver(host, flight.from, flight.bytes)
        continue
      }
      for (const host of this.hosts.values()) {
        const due = host.endpoint.pollTimeout()
        if (due === undefined || due > this.now) continue
        host.endpoint.handleTimeout(this.now)
        this.drain(host)
      }
    }
  }
}

/** Two hosts with a link between them: the initiator first. */
export interface Pair {
  readonly network: Network
  readonly alice: Host
  readonly bob: Host
  readonly link: LinkId
  readonly bobLink: LinkId
}

export function linkedPair(options: { alice?: Partial<EndpointConfig>; bob?: Partial<EndpointConfig> } = {}): Pair {
  const network = new Network()
  const alice = network.host(1, options.alice)
  const bob = network.host(2, options.bob)
  const link = alice.endpoint.connect(network.now, {
    addresses: [bob.address],
    remoteKey: bob.key.publicKey,
    purpose: 'registry',
  })
  network.run(1_000, () => alice.ups().length === 1 && bob.ups().length === 1)
  const bobLink = bob.ups()[0]?.link
  if (bobLink === undefined) throw new Error('no link')
  network.run(200)
  return { network, alice, bob, link, bobLink }
}

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
