// A pair of connections on virtual time, for the tests of this folder: a seeded path with delay, jitter, loss,
// duplication and, where wanted, a bottleneck with a bounded queue. The same seed gives the same history.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultDatagramBytes } from './connection-config.ts'
import type { ConnectionConfig } from './connection-config.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { Connection } from './connection.ts'

/** A seeded generator (mulberry32), for tests only. */
export function seededRandom(seed: number): { bytes(length: number): Uint8Array; fraction(): number } {
  let state = seed >>> 0
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { fraction, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(fraction() * 256)) }
}

export interface PathOptions {
  seed?: number
  /** One way, ms. */
  delayMs?: number
  jitterMs?: number
  /** Share of packets lost each way. */
  loss?: number
  duplicate?: number
  /** A bottleneck each way: bytes a millisecond, and the bytes its queue holds. */
  rate?: number
  queueBytes?: number
  /** Drops a packet by will. */
  drop?: (from: number, packetNumber: number, bytes: Uint8Array, now: number) => boolean
  config?: Partial<ConnectionConfig>
  configs?: readonly [Partial<ConnectionConfig>, Partial<ConnectionConfig>]
}

interface Flying {
  at: number
  order: number
  to: number
  packetNumber: number
  bytes: Uint8Array
}

export class ConnectionPair {
  now = 1_000
  readonly sides: readonly [Connection, Connection]
  /** Events but messages, of each side. */
  readonly events: readonly [ConnectionEvent[], ConnectionEvent[]] = [[], []]
  /** Called for each message, `bytes` being a view. */
  onMessage: (side: number, stream: number, bytes: Uint8Array) => void = () => {}
  onEvent: (side: number, event: ConnectionEvent) => void = () => {}
  readonly packets = [0, 0]
  readonly bytes = [0, 0]
  dropped = 0
  timeouts = 0
  /** Flow of other traffic through the same bottleneck: when its queue is empty again. */
  readonly busyUntil = [0, 0]
  readonly #options: PathOptions
  readonly #random
  readonly #out = new Uint8Array(65_536)
  #flying: Flying[] = []
  #order = 0

  constructor(options: PathOptions = {}) {
    this.#options = options
    this.#random = seededRandom(options.seed ?? 1)
    const base: ConnectionConfig = {
      random: this.#random,
      datagramBytes: defaultDatagramBytes,
      maxAckDelayMs: 25,
      idleTimeoutMs: 60_000,
      keepaliveMs: undefined,
    }
    const [first, second] = options.configs ?? [{}, {}]
    this.sides = [
      new Connection(this.now, { ...base, ...options.config, ...first }),
      new Connection(this.now, { ...base, ...options.config, ...second }),
    ]
  }

  get a(): Connection {
    return this.sides[0]
  }

  get b(): Connection {
    return this.sides[1]
  }

  /** Lets everything leave and reports events, without moving time. */
  turn(): void {
    for (const side of [0, 1]) {
      this.#drainEvents(side)
      this.#flush(side)
      this.#drainEvents(side)
    }
  }

  /** Runs until `until` (ms from now, or a condition); answers whether the condition came true within `limitMs`. */
  run(until: number | (() => boolean), limitMs = 600_000): boolean {
    const end = this.now + (typeof until === 'number' ? until : limitMs)
    let turns = 0
    for (;;) {
      this.turn()
      if (typeof until !== 'number' && until()) return true
      const next = this.#nextAt()
      if (next > end) {
        this.now = end
        return typeof until === 'number'
      }
      turns = next > this.now ? 0 : turns + 1
      assert(turns < 5_000, `a busy loop at ${this.now}`)
      this.now = Math.max(this.now, next)
      this.#deliverDue()
      for (const connection of this.sides) {
        const at = connection.pollTimeout()
        if (at === undefined || at > this.now) continue
        this.timeouts++
        connection.handleTimeout(this.now)
      }
    }
  }

  #nextAt(): number {
    let next = this.#flying[0]?.at ?? Number.POSITIVE_INFINITY
    for (const connection of this.sides) next = Math.min(next, connection.pollTimeout() ?? Number.POSITIVE_INFINITY)
    return next
  }

  #deliverDue(): void {
    while (this.#flying.length > 0 && this.#flying[0]!.at <= this.now) {
      const { to, packetNumber, bytes } = this.#flying.shift()!
      this.sides[to]!.receive(this.now, packetNumber, bytes)
      this.#drainEvents(to)
    }
  }

  #drainEvents(side: number): void {
    const connection = this.sides[side]!
    for (let event = connection.pollEvent(); event !== undefined; event = connection.pollEvent()) {
      if (event.type === 'message') this.onMessage(side, event.stream, event.bytes)
      else this.events[side]!.push(event)
      this.onEvent(side, event)
    }
  }

  #flush(side: number): void {
    const connection = this.sides[side]!
    for (let count = 0; ; count++) {
      assert(count < 20_000, 'transmit never ends')
      const packet = connection.transmit(this.now, this.#out)
      if (packet === undefined) return
      this.packets[side]!++
      this.bytes[side]! += packet.length
      this.#carry(side, packet.packetNumber, this.#out.slice(0, packet.length))
    }
  }

  #carry(from: number, packetNumber: number, bytes: Uint8Array): void {
    const { delayMs = 10, jitterMs = 0, loss = 0, duplicate = 0, drop } = this.#options
    const copies = this.#random.fraction() < duplicate ? 2 : 1
    for (let i = 0; i < copies; i++) {
      if (this.#random.fraction() < loss || drop?.(from, packetNumber, bytes, this.now) === true) {
        this.dropped++
        continue
      }
      const left = this.#queueing(from, bytes.length + 62)
      if (left === undefined) continue
      const at = left + delayMs + jitterMs * this.#random.fraction()
      this.#insert({ at, order: this.#order++, to: 1 - from, packetNumber, bytes })
    }
  }

  /** When a packet of `size` bytes leaves the bottleneck, or undefined where its queue is full. */
  #queueing(from: number, size: number): number | undefined {
    const { rate, queueBytes = Number.POSITIVE_INFINITY } = this.#options
    if (rate === undefined) return this.now
    const begin = Math.max(this.now, this.busyUntil[from]!)
    if ((begin - this.now) * rate + size > queueBytes) {
      this.dropped++
      return undefined
    }
    this.busyUntil[from] = begin + size / rate
    return this.busyUntil[from]
  }

  /** Puts a foreign packet through the bottleneck of side `from`; answers when it arrives, undefined where it is dropped. */
  foreign(from: number, size: number): number | undefined {
    const left = this.#queueing(from, size)
    return left === undefined ? undefined : left + (this.#options.delayMs ?? 10)
  }

  #insert(flying: Flying): void {
    let low = 0
    let high = this.#flying.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#flying[middle]!
      if (other.at < flying.at || (other.at === flying.at && other.order < flying.order)) low = middle + 1
      else high = middle
    }
    this.#flying.splice(low, 0, flying)
  }
}

/** A message that tells its number and has a length of its own. */
export function numberedMessage(number: number, length = 4): Uint8Array {
  const bytes = new Uint8Array(Math.max(4, length))
  new DataView(bytes.buffer).setUint32(0, number)
  for (let i = 4; i < bytes.length; i++) bytes[i] = (number * 31 + i) & 255
  return bytes
}

export function messageNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
}

// Only when this file is run itself, not when another test imports the pair.
if (import.meta.main) {
  test('the same seed gives the same history', () => {
    const run = (): string => {
      const pair = new ConnectionPair({ seed: 7, loss: 0.2, jitterMs: 8 })
      let seen = ''
      pair.onMessage = (_side, _stream, bytes) => (seen += `${pair.now}:${messageNumber(bytes)};`)
      for (let i = 0; i < 50; i++) pair.a.send(pair.now, 1, numberedMessage(i, 600))
      pair.run(() => pair.b.stats().messagesReceived === 50)
      return seen
    }
    assert.equal(run(), run())
  })
}
