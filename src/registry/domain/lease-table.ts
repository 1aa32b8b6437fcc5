// Leases: a device that logged in counts as on line until its peer logs out, its link closes, or no life sign came for the
// expiry time. Invariant (S14): no lease outlives its last life sign by more than that, and none ends earlier by time.
// All leases last equally long, so the order of renewal is the order of expiry and no timer is needed for each.

import type { MonotonicMs } from '../../base/index.ts'
import type { AccountName } from '../../protocol/index.ts'

export interface Lease {
  /** The device's link key, in hexadecimal. One lease per device. */
  readonly device: string
  readonly name: AccountName
  /** The folded name. */
  readonly account: string
  /** The session that renews it; undefined once its link fell silent. */
  session: number | undefined
  lifeAt: MonotonicMs
}

export class LeaseTable {
  readonly #expiryMs: number
  readonly #leases = new Map<string, Lease>()
  readonly #devicesOf = new Map<string, Set<string>>()

  constructor(expiryMs: number) {
    this.#expiryMs = expiryMs
  }

  get(device: string): Lease | undefined {
    return this.#leases.get(device)
  }

  /** Gives or takes over the lease of a device; what it replaced, if anything. */
  grant(lease: Lease): Lease | undefined {
    const before = this.#leases.get(lease.device)
    if (before) this.#remove(before)
    this.#leases.set(lease.device, lease)
    const devices = this.#devicesOf.get(lease.account)
    if (devices) devices.add(lease.device)
    else this.#devicesOf.set(lease.account, new Set([lease.device]))
    return before
  }

  /** A life sign of the session that holds the device's lease. */
  renew(now: MonotonicMs, device: string, session: number): void {
    const lease = this.#leases.get(device)
    if (lease?.session !== session) return
    lease.lifeAt = now
    this.#leases.delete(device)
    this.#leases.set(device, lease)
  }

  /** Ends the lease of a device if this session holds it. */
  end(device: string, session: number): Lease | undefined {
    const lease = this.#leases.get(device)
    if (lease?.session !== session) return undefined
    this.#remove(lease)
    return lease
  }

  /** Ends every lease of the account. */
  endAll(account: string): void {
    for (const lease of this.leasesOf(account)) this.#remove(lease)
  }

  /** The session is silent, its lease runs on: a peer that comes back in time was never away. */
  detach(device: string, session: number): void {
    const lease = this.#leases.get(device)
    if (lease?.session === session) lease.session = undefined
  }

  /** Removes and returns one lease whose time is over. */
  takeExpired(now: MonotonicMs): Lease | undefined {
    const [first] = this.#leases.values()
    if (!first || first.lifeAt + this.#expiryMs > now) return undefined
    this.#remove(first)
    return first
  }

  /** Whether any device of the account holds a lease. */
  holds(account: string): boolean {
    return this.#devicesOf.has(account)
  }

  leasesOf(account: string): readonly Lease[] {
    const devices = this.#devicesOf.get(account)
    return devices ? [...devices].map((device) => this.#leases.get(device)).filter((lease) => lease !== undefined) : []
  }

  pollTimeout(): MonotonicMs | undefined {
    const [first] = this.#leases.values()
    return first && first.lifeAt + this.#expiryMs
  }

  #remove(lease: Lease): void {
    this.#leases.delete(lease.device)
    const devices = this.#devicesOf.get(lease.account)
    devices?.delete(lease.device)
    if (devices?.size === 0) this.#devicesOf.delete(lease.account)
  }
}
