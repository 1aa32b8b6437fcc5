// How many handshakes one address may cost us: a token bucket per IPv4 address or IPv6 /64, in a table of fixed size.
// Invariant (S12): the table never grows beyond its limit; when it is full of busy addresses, newcomers share one bucket,
// so that a flood of spoofed addresses cannot buy more work than one address each. docs/protocol/link.md 3.5.

import { TokenBucket, type Address, type MonotonicMs } from '../base/index.ts'

export class AddressLimits {
  readonly #ratePerSecond: number
  readonly #burst: number
  readonly #limit: number
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #overflow: TokenBucket

  constructor(now: MonotonicMs, options: { ratePerSecond: number; burst: number; addresses: number }) {
    this.#ratePerSecond = options.ratePerSecond
    this.#burst = options.burst
    this.#limit = options.addresses
    this.#overflow = new TokenBucket(now, options.ratePerSecond, options.burst)
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes one handshake from the address's bucket. */
  take(now: MonotonicMs, address: Address): boolean {
    const network = networkOf(address.host)
    let bucket = this.#buckets.get(network)
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#limit && !this.#forgetOldest(now)) return this.#overflow.take(now)
      bucket = new TokenBucket(now, this.#ratePerSecond, this.#burst)
    } else {
      // Re-inserted below: the map's order is by last use, so the first entry is the one to forget.
      this.#buckets.delete(network)
    }
    this.#buckets.set(network, bucket)
    return bucket.take(now)
  }

  /** Forgets the entry unused for longest, if its bucket is full again, so that forgetting it changes nothing. */
  #forgetOldest(now: MonotonicMs): boolean {
    for (const [network, bucket] of this.#buckets) {
      if (!bucket.isFull(now)) return false
      this.#buckets.delete(network)
      return true
    }
    return false
  }
}

/** What one subscriber can vary at will counts as one: the /64 of an IPv6 address. */
export function networkOf(host: string): string {
  if (!host.includes(':')) return host
  const [head = '', tail] = host.toLowerCase().split('::', 2)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host.toLowerCase())
  if (mapped?.[1] !== undefined) return mapped[1]
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    // A dotted quad at the end stands for two groups.
    const length = groups.length + after.length + (after.at(-1)?.includes('.') ? 1 : 0)
    for (let i = length; i < 8; i++) groups.push('0')
    groups.push(...after)
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
