// Where the other side of one link may be sent to, beyond its validated address (docs/protocol/link.md 7). Invariants:
// traffic stays where it was until a challenge came back from the new address (an attacker who races a copy of a packet
// gains nothing); at most `paths` addresses are in validation; an address in validation is sent at most three times the
// bytes that came from it (S10).

import { equalBytes, sameAddress, type Address, type MonotonicMs, type Random } from '../base/index.ts'

/** Bytes of a challenge, chosen at random for each address. */
export const challengeBytes = 8
const amplification = 3
const firstRetryMs = 250

interface Candidate {
  readonly address: Address
  readonly data: Uint8Array
  readonly until: MonotonicMs
  received: number
  sent: number
  nextAt: MonotonicMs
  retryMs: number
}

export interface Challenge {
  readonly address: Address
  readonly data: Uint8Array
}

export class PathValidator {
  readonly #limits: { readonly paths: number; readonly pathMs: number }
  readonly #random: Random
  #candidates: Candidate[] = []

  constructor(limits: { readonly paths: number; readonly pathMs: number }, random: Random) {
    this.#limits = limits
    this.#random = random
  }

  /** Addresses in validation now. */
  get size(): number {
    return this.#candidates.length
  }

  /** Bytes of authentic packets came from an address that is in validation; they pay for what may be sent there. */
  received(address: Address, bytes: number): void {
    const candidate = this.#find(address)
    if (candidate !== undefined) candidate.received += bytes
  }

  /** Starts to validate an address from which `bytes` of an authentic packet came; false where no place is left. */
  begin(now: MonotonicMs, address: Address, bytes: number): boolean {
    const candidate = this.#find(address)
    if (candidate !== undefined) return true
    if (this.#candidates.length >= this.#limits.paths) return false
    this.#candidates.push({
      address: { host: address.host, port: address.port },
      data: this.#random.bytes(challengeBytes),
      until: now + this.#limits.pathMs,
      received: bytes,
      sent: 0,
      nextAt: now,
      retryMs: firstRetryMs,
    })
    return true
  }

  /** Whether `bytes` more may go to an address that is in validation; to any other, nothing may. */
  allows(address: Address, bytes: number): boolean {
    const candidate = this.#find(address)
    return candidate !== undefined && candidate.sent + bytes <= amplification * candidate.received
  }

  /** Counts what leaves towards an address in validation; false, and not counted, where it may not leave. */
  spend(address: Address, bytes: number): boolean {
    const candidate = this.#find(address)
    if (candidate === undefined || candidate.sent + bytes > amplification * candidate.received) return false
    candidate.sent += bytes
    return true
  }

  /** The next challenge to send, in a packet of `bytes`, or undefined where none is due. */
  pollChallenge(now: MonotonicMs, bytes: number): Challenge | undefined {
    for (const candidate of this.#candidates) {
      if (now < candidate.nextAt) continue
      candidate.nextAt = now + candidate.retryMs
      candidate.retryMs *= 2
      if (this.spend(candidate.address, bytes)) return { address: candidate.address, data: candidate.data }
    }
    return undefined
  }

  /** A response came from `from`: the address if it is validated by it. */
  validate(from: Address, data: Uint8Array): Address | undefined {
    const candidate = this.#find(from)
    if (candidate === undefined || !equalBytes(candidate.data, data)) return undefined
    this.#candidates = this.#candidates.filter((other) => other !== candidate)
    return candidate.address
  }

  /** Forgets addresses that did not answer in time. */
  handleTimeout(now: MonotonicMs): void {
    if (this.#candidates.some((candidate) => now >= candidate.until)) {
      this.#candidates = this.#candidates.filter((candidate) => now < candidate.until)
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    let next: MonotonicMs | undefined
    for (const { nextAt, until } of this.#candidates) {
      const at = Math.min(nextAt, until)
      if (next === undefined || at < next) next = at
    }
    return next
  }

  #find(address: Address): Candidate | undefined {
    for (const candidate of this.#candidates) if (sameAddress(candidate.address, address)) return candidate
    return undefined
  }
}
