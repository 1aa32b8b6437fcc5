// How large the datagrams of one path may be (docs/protocol/link.md 7.4, after RFC 8899): 1,200 bytes until a probe of
// more came through. Invariant: one probe is under way at a time, three lost ones end the search at the last size that
// worked, and a new path starts again at 1,200.

import { isLoopbackHost, type Address, type MonotonicMs } from '../base/index.ts'
import { minimumDatagramBytes } from './packet.ts'

const probesPerSize = 3
const raiseAfterMs = 600_000

/** Sizes worth trying, smallest first: what Ethernet carries, or far more where the datagram never leaves the machine. */
export function datagramSizes(address: Address): readonly number[] {
  return isLoopbackHost(address.host) ? loopbackSizes : networkSizes
}
const loopbackSizes: readonly number[] = [4_096, 16_384, 32_700]
const networkSizes: readonly number[] = [1_452]

export class MtuSearch {
  #sizes: readonly number[]
  #proven = minimumDatagramBytes
  #next = 0
  #tries = 0
  #underWay = false
  #resumeAt: MonotonicMs | undefined

  constructor(address: Address) {
    this.#sizes = datagramSizes(address)
  }

  /** The largest datagram that came through on this path, in bytes of UDP payload. */
  get provenBytes(): number {
    return this.#proven
  }

  /** The size to probe now, or undefined; a size answered here counts as sent. */
  pollProbe(now: MonotonicMs): number | undefined {
    if (this.#underWay) return undefined
    if (this.#resumeAt !== undefined) {
      if (now < this.#resumeAt) return undefined
      this.#resumeAt = undefined
    }
    const size = this.#sizes[this.#next]
    if (size === undefined) return undefined
    this.#underWay = true
    return size
  }

  /** The probe came through. */
  acked(): void {
    const size = this.#sizes[this.#next]
    if (!this.#underWay || size === undefined) return
    this.#underWay = false
    this.#tries = 0
    this.#proven = size
    this.#next++
  }

  /** The probe was lost, or could not be sent. */
  lost(now: MonotonicMs): void {
    if (!this.#underWay) return
    this.#underWay = false
    if (++this.#tries < probesPerSize) return
    this.#tries = 0
    this.#resumeAt = now + raiseAfterMs
  }

  /** Large datagrams vanish while small ones pass: back to the size that always works, and a new search much later. */
  blackHole(now: MonotonicMs): void {
    this.#proven = minimumDatagramBytes
    this.#next = 0
    this.#tries = 0
    this.#underWay = false
    this.#resumeAt = now + raiseAfterMs
  }

  /** The path is another one: nothing is known of it. */
  pathChanged(address: Address): void {
    this.#sizes = datagramSizes(address)
    this.#proven = minimumDatagramBytes
    this.#next = 0
    this.#tries = 0
    this.#underWay = false
    this.#resumeAt = undefined
  }
}
