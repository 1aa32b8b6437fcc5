// Invariants that can be seen on the wire alone, so that no program has to be believed: no packet number is used twice
// under one connection id (S7), and nobody sends more to an address than came from it before a round trip was possible
// with it (S10). docs/protocol/link.md says which bytes of a datagram these are.

import { type MonotonicMs, formatAddress, toHex } from '../src/base/index.ts'
import type { NetworkObserver, Passing } from './network.ts'
import { check } from './violation.ts'

const typeInitiation = 0x01
const typeResponse = 0x02
const typeData = 0x04
const typeReset = 0x05
const typeFirstContact = 0x06
const typePunch = 0x09

/** Bytes out for each byte in, to an address that has shown nothing, and to one that showed a packet of a link. */
const strangerFactor = 1
const movedFactor = 3

/** Numbers from 0 on, each seen or not; holes cost memory, the rest does not. */
export class NumberSet {
  #allBelow = 0
  readonly #above = new Set<number>()

  /** False if it was there already. */
  add(number: number): boolean {
    if (number < this.#allBelow || this.#above.has(number)) return false
    this.#above.add(number)
    while (this.#above.delete(this.#allBelow)) this.#allBelow += 1
    return true
  }
}

/** What passed between one host and one address. */
interface Account {
  bytesIn: number
  bytesOut: number
  /** First messages that the host sent there: where it dials it may say that much more. */
  bytesDialled: number
  hasShownPacket: boolean
  /** Since when something of the host's has arrived there; a datagram sent later proves that a round trip is possible. */
  reachedAt: MonotonicMs
  isProven: boolean
}

export class WireWatch implements NetworkObserver {
  readonly #sealed = new Map<string, NumberSet>()
  /** By host, then by remote address. */
  readonly #accounts = new Map<string, Map<string, Account>>()
  /** Addresses that showed a packet to a host before it lost its memory. */
  readonly #knownOnce = new Map<string, Set<string>>()
  /** Connection ids that were reset without a datagram that asked for it. */
  readonly #reset = new Set<string>()
  /** Distinct genuine packets that arrived at each host. */
  readonly #arrived = new Map<string, Map<string, NumberSet>>()
  readonly #arrivals = new Map<string, number>()
  readonly #largest = new Map<string, number>()
  datagrams = 0

  sent(passing: Passing): void {
    const { bytes, sender } = passing
    if (sender === undefined) return
    this.datagrams += 1
    if (bytes.length > this.largestSent(sender)) this.#largest.set(sender, bytes.length)
    const type = bytes[0]
    if (type === typeData) this.#checkNumber(sender, bytes)
    // What a host sends unasked (it dials, it opens its NAT) is no answer: it is bounded by the pace of dialling.
    if (type === typePunch) return
    const account = this.#account(sender, formatAddress(passing.to))
    if (type === typeInitiation || type === typeFirstContact) {
      account.bytesDialled += bytes.length
      return
    }
    const bytesMax = (account.hasShownPacket ? movedFactor : strangerFactor) * account.bytesIn + account.bytesDialled
    const isWithin = account.isProven || account.bytesOut + bytes.length <= bytesMax
    if (!isWithin && type === typeReset && this.#isRemembered(sender, passing)) return
    account.bytesOut += bytes.length
    check(
      isWithin,
      'S10',
      () => `${sender} sent ${account.bytesOut} B to ${formatAddress(passing.to)} for ${account.bytesIn} B`,
    )
  }

  /** `sentAt`: when this very datagram left, which the network knows by its number. */
  delivered(passing: Passing, receiver: string, altered: boolean, sentAt: MonotonicMs): void {
    const from = formatAddress(passing.from)
    const account = this.#account(receiver, from)
    account.bytesIn += passing.bytes.length
    if (passing.bytes[0] === typeData || passing.bytes[0] === typeResponse) account.hasShownPacket = true
    // A stranger's exact copy is as good as what it copies: one who relays both ways is a path, as a NAT is.
    const isCopy = passing.sender === undefined
    const source = isCopy ? passing.origin : passing
    if (source?.sender === undefined || (altered && !isCopy)) return
    if (passing.bytes[0] === typeData) this.#countArrival(receiver, passing.bytes)
    const back = this.#account(source.sender, formatAddress(source.to))
    back.reachedAt = Math.min(back.reachedAt, passing.at)
    if ((isCopy ? source.at : sentAt) >= account.reachedAt) account.isProven = true
  }

  /** The host lost its memory: no address has proven anything to it any more. */
  forget(host: string): void {
    const known = this.#knownOnce.get(host) ?? new Set()
    for (const [address, { hasShownPacket }] of this.#accounts.get(host) ?? []) if (hasShownPacket) known.add(address)
    this.#knownOnce.set(host, known)
    this.#accounts.delete(host)
    this.#arrived.delete(host)
    this.#arrivals.delete(host)
  }

  /** How many distinct genuine packets have arrived at a host: it cannot have accepted more (S8). */
  packetsArrived(host: string): number {
    return this.#arrivals.get(host) ?? 0
  }

  /** Bytes of the largest datagram a host ever sent. */
  largestSent(host: string): number {
    return this.#largest.get(host) ?? 0
  }

  #checkNumber(sender: string, bytes: Uint8Array): void {
    const id = connectionIdOf(bytes)
    let numbers = this.#sealed.get(id)
    if (numbers === undefined) this.#sealed.set(id, (numbers = new NumberSet()))
    const number = packetNumberOf(bytes)
    check(numbers.add(number), 'S7', () => `${sender} sealed packet ${number} of connection ${id} again`)
  }

  /** A host that kept a note of its links says once of each, where it was, that it is gone. */
  #isRemembered(sender: string, { to, bytes }: Passing): boolean {
    const id = toHex(bytes.subarray(8, 16))
    if (this.#reset.has(id) || this.#knownOnce.get(sender)?.has(formatAddress(to)) !== true) return false
    this.#reset.add(id)
    return true
  }

  #countArrival(receiver: string, bytes: Uint8Array): void {
    let byId = this.#arrived.get(receiver)
    if (byId === undefined) this.#arrived.set(receiver, (byId = new Map()))
    const id = connectionIdOf(bytes)
    let numbers = byId.get(id)
    if (numbers === undefined) byId.set(id, (numbers = new NumberSet()))
    if (numbers.add(packetNumberOf(bytes))) this.#arrivals.set(receiver, this.packetsArrived(receiver) + 1)
  }

  #account(host: string, remote: string): Account {
    let accounts = this.#accounts.get(host)
    if (accounts === undefined) this.#accounts.set(host, (accounts = new Map()))
    let account = accounts.get(remote)
    if (account === undefined) {
      account = {
        bytesIn: 0,
        bytesOut: 0,
        bytesDialled: 0,
        hasShownPacket: false,
        reachedAt: Infinity,
        isProven: false,
      }
      accounts.set(remote, account)
    }
    return account
  }
}

export function connectionIdOf(data: Uint8Array): string {
  return toHex(data.subarray(2, 10))
}

export function packetNumberOf(data: Uint8Array): number {
  let number = 0
  for (let at = 10; at < 18; at++) number = number * 256 + (data[at] ?? 0)
  return number
}
