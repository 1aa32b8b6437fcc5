// Early copies: on a thin flow, what is small and not yet acknowledged is sent once more after a quarter of the RTT and
// again after half of it, before any acknowledgement could come, so that a lost message waits no probe timeout.
// Invariant: never more than two copies of a departure, within a budget of bytes, and only where loss was measured
// lately or nothing is known yet: a clean link pays nothing in the long run. Spec: docs/protocol/frames.md section 6.

import { TokenBucket } from '../base/index.ts'
import type { Block } from './block.ts'

/** Longer blocks are left to loss recovery, bytes. */
export const copiedBytesMax = 700
/** Below this RTT recovery is quick enough by itself, ms. */
const rttMinMs = 8
const copiesMax = 2
/** More blocks in flight than this make a flow thick: acknowledgements of later packets tell of loss soon enough. */
const watchedMax = 24
/** Copying begins above and ends below these shares of lost packets (moving average over 128). */
const lossOn = 0.005
const lossOff = 0.0025
const lossGain = 1 / 128
/** Assumed before anything was measured, so that the first messages are covered. */
const lossAssumed = 0.01
const budgetBytesPerSecond = 65_536
const budgetBurstBytes = 32_768

interface Watched {
  readonly block: Block
  readonly serial: number
}

export class EarlyCopies {
  #watched: Watched[] | undefined
  #budget: TokenBucket | undefined
  /** Share of lost packets lately. */
  lossRate = lossAssumed
  active = true
  /** Copies made. */
  count = 0

  /** A packet was acknowledged or judged lost. */
  observe(lost: boolean): void {
    this.lossRate += ((lost ? 1 : 0) - this.lossRate) * lossGain
    if (this.lossRate > lossOn) this.active = true
    else if (this.lossRate < lossOff) this.active = false
  }

  /** A block left in a packet of its first sending, or of a sending after a loss. */
  watch(now: number, block: Block, rttMs: number): void {
    block.sentAt = now
    block.copies = 0
    if (!this.active || rttMs < rttMinMs || block.length > copiedBytesMax || block.kind === 'datagram') return
    if (this.#watched !== undefined) this.#prune(this.#watched)
    const watched = (this.#watched ??= [])
    if (watched.length >= watchedMax || watched.some((entry) => entry.block === block)) return
    watched.push({ block, serial: block.serial })
  }

  /** When the next copy is due, Infinity if none. */
  deadline(rttMs: number): number {
    let least = Number.POSITIVE_INFINITY
    for (const { block, serial } of this.#watched ?? []) {
      if (isWaiting(block, serial)) least = Math.min(least, dueAt(block, rttMs))
    }
    return least
  }

  /** The next block to copy now, at most `room` bytes long; counts it as copied. */
  take(now: number, rttMs: number, room: number): Block | undefined {
    const watched = this.#watched
    if (watched === undefined) return undefined
    for (const { block, serial } of watched) {
      if (!isWaiting(block, serial) || dueAt(block, rttMs) > now || block.length > room) continue
      block.copies++
      this.#budget ??= new TokenBucket(now, budgetBytesPerSecond, budgetBurstBytes)
      if (!this.#budget.take(now, block.length)) continue
      this.count++
      return block
    }
    this.#prune(watched)
    return undefined
  }

  #prune(watched: Watched[]): void {
    let kept = 0
    for (const entry of watched) if (isWaiting(entry.block, entry.serial)) watched[kept++] = entry
    watched.length = kept
    if (kept === 0) this.#watched = undefined
  }
}

// Neither acknowledged, nor given back, nor judged lost (then it is sent again anyway), nor copied often enough.
function isWaiting(block: Block, serial: number): boolean {
  return block.serial === serial && !block.acked && !block.queued && block.copies < copiesMax
}

function dueAt(block: Block, rttMs: number): number {
  return block.sentAt + ((block.copies + 1) * rttMs) / 4
}
