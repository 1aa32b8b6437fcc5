// Which packets are lost, and when to ask (RFC 9002): loss by three later packets or by 9/8 RTT, a probe timeout that
// doubles, two probes each. A packet that turns up after it was judged lost widens both thresholds, so that a path which
// reorders is not taken for one that loses. Invariant: a packet is judged once, acknowledged or lost, and counts as in
// flight until then. Spec: docs/protocol/frames.md section 6.

import type { RttEstimator } from './rtt-estimator.ts'
import { SentFlag } from './sent-packets.ts'
import type { SentPackets } from './sent-packets.ts'

/** RFC 9002 6.1.1 and 6.1.2. */
const packetThresholdStart = 3
const packetThresholdMax = 1_024
const timeThresholdStart = 9 / 8
const timeThresholdMax = 2
const granularityMs = 1
/** Probes each time the probe timeout fires: at 20% loss two give a p99 of 2 RTT where one gives 5 (design.md 3). */
export const probesPerTimeout = 2
/** So many losses without one that was a mistake narrow the thresholds again. */
const trustedLosses = 64
/** Packets lately judged lost that a late acknowledgement may still name. */
const remembered = 16

/** Who acts on the judgements. */
export interface RecoveryJudge {
  packetAcked(slot: number): void
  packetLost(slot: number): void
}

export class LossRecovery {
  readonly #packets: SentPackets
  readonly #rtt: RttEstimator
  readonly #maxAckDelayMs: number
  /** Bytes of packets that wait for their judgement. */
  bytesInFlight = 0
  /** The largest number acknowledged, or -1. */
  largestAcked = -1
  /** Probe timeouts since the last acknowledgement. */
  timeouts = 0
  packetThreshold = packetThresholdStart
  timeThreshold = timeThresholdStart
  /** Packets judged lost which arrived after all. */
  spurious = 0
  #lossAt = Number.POSITIVE_INFINITY
  // What the probe timeout counts from; the last departure of any kind.
  #timeoutFrom = 0
  #lastSentAt = 0
  #lostNumbers: Float64Array | undefined
  #lostNext = 0
  #lostInTrust = 0
  #outstanding = 0

  constructor(packets: SentPackets, rtt: RttEstimator, maxAckDelayMs: number) {
    this.#packets = packets
    this.#rtt = rtt
    this.#maxAckDelayMs = maxAckDelayMs
  }

  /** A packet that asks for an acknowledgement left. Early copies do not put off the probe timeout. */
  sent(now: number, slot: number): void {
    this.bytesInFlight += this.#packets.bytes(slot)
    this.#outstanding++
    this.#lastSentAt = now
    if ((this.#packets.flags(slot) & SentFlag.extra) === 0 || this.#outstanding === 1) this.#timeoutFrom = now
  }

  /** A probe of a timeout left: the next timeout counts from here. */
  probed(now: number): void {
    this.#timeoutFrom = now
  }

  /**
   * Takes the ranges of an ACK frame (pairs [high, low], newest first) and its delay; tells `judge` of each packet newly
   * acknowledged and then of each now lost. Answers the RTT sample, or undefined where the ACK gave none.
   */
  acknowledge(
    now: number,
    ranges: Float64Array,
    count: number,
    delayMs: number,
    judge: RecoveryJudge,
  ): number | undefined {
    const largest = ranges[0] as number
    const largestSlot = this.#packets.find(largest)
    const largestSentAt = largestSlot === -1 ? 0 : this.#packets.sentAt(largestSlot)
    let any = false
    for (let i = 0; i < count; i++) {
      const high = Math.min(ranges[2 * i] as number, this.#packets.end - 1)
      const low = Math.max(ranges[2 * i + 1] as number, this.#packets.oldest)
      for (let number = high; number >= low; number--) {
        const slot = this.#packets.find(number)
        if (slot === -1) continue
        any = true
        judge.packetAcked(slot)
        this.#settle(slot)
      }
      this.#noticeLate(ranges[2 * i] as number, ranges[2 * i + 1] as number)
    }
    if (largest > this.largestAcked) this.largestAcked = largest
    if (!any) return undefined
    this.timeouts = 0
    // What is still under way may be copies of what was just acknowledged: they deserve their own round trip.
    this.#timeoutFrom = this.#lastSentAt
    let sample: number | undefined
    if (largestSlot !== -1) {
      sample = Math.max(now - largestSentAt, 0)
      this.#rtt.update(sample, Math.min(delayMs, this.#maxAckDelayMs))
    }
    this.#detect(now, judge)
    return sample
  }

  /** When to call {@link expire}, Infinity = never. */
  deadline(): number {
    if (this.#lossAt !== Number.POSITIVE_INFINITY) return this.#lossAt
    if (this.#outstanding === 0) return Number.POSITIVE_INFINITY
    return this.#timeoutFrom + this.#rtt.ptoMs(this.#maxAckDelayMs, this.timeouts)
  }

  /** The deadline passed: judges what is lost by time, or answers how many probes should leave. */
  expire(now: number, judge: RecoveryJudge): number {
    if (this.#lossAt !== Number.POSITIVE_INFINITY) {
      this.#detect(now, judge)
      return 0
    }
    if (this.#outstanding === 0) return 0
    this.timeouts++
    this.#timeoutFrom = now
    return probesPerTimeout
  }

  /** A new path: thresholds as at the start. */
  reset(): void {
    this.packetThreshold = packetThresholdStart
    this.timeThreshold = timeThresholdStart
    this.timeouts = 0
  }

  #detect(now: number, judge: RecoveryJudge): void {
    const packets = this.#packets
    const wait = Math.max(this.timeThreshold * Math.max(this.#rtt.latestMs, this.#rtt.smoothedMs), granularityMs)
    this.#lossAt = Number.POSITIVE_INFINITY
    const end = Math.min(this.largestAcked, packets.end)
    for (let number = packets.oldest; number < end; number++) {
      const slot = packets.find(number)
      if (slot === -1) continue
      const sentAt = packets.sentAt(slot)
      const late = sentAt + wait <= now
      if (late || number <= this.largestAcked - this.packetThreshold) {
        this.#remember(number)
        judge.packetLost(slot)
        this.#settle(slot)
      } else {
        this.#lossAt = sentAt + wait
        // Later packets left later: neither threshold can have passed for them.
        break
      }
    }
  }

  #settle(slot: number): void {
    this.bytesInFlight -= this.#packets.bytes(slot)
    this.#outstanding--
    this.#packets.settle(slot)
  }

  #remember(number: number): void {
    this.#lostNumbers ??= new Float64Array(remembered).fill(-1)
    this.#lostNumbers[this.#lostNext] = number
    this.#lostNext = (this.#lostNext + 1) % remembered
    if (++this.#lostInTrust < trustedLosses) return
    this.#lostInTrust = 0
    this.packetThreshold = Math.max(packetThresholdStart, Math.floor(this.packetThreshold / 2))
    this.timeThreshold = Math.max(timeThresholdStart, this.timeThreshold - 1 / 8)
  }

  #noticeLate(high: number, low: number): void {
    const numbers = this.#lostNumbers
    if (numbers === undefined) return
    for (let i = 0; i < remembered; i++) {
      const number = numbers[i] as number
      if (number < low || number > high) continue
      numbers[i] = -1
      this.spurious++
      this.#lostInTrust = 0
      const distance = this.largestAcked - number + 1
      if (distance > this.packetThreshold) this.packetThreshold = Math.min(distance, packetThresholdMax)
      this.timeThreshold = Math.min(this.timeThreshold + 1 / 8, timeThresholdMax)
    }
  }
}
