// How much may be in flight and how fast it leaves: a model of the path (bandwidth x smallest RTT) in the manner of BBR,
// because control by loss alone loses 25 to 40 times its goodput at 1% random loss. Loss counts only together with a
// queue: then, as beside TCP, the window shrinks to the model for eight rounds. Invariant: the window lies between four
// packets and `windowMax`. Spec: docs/protocol/frames.md section 7.

import { assert } from '../base/index.ts'
import type { Random } from '../base/index.ts'
import { BandwidthFilter } from './bandwidth-filter.ts'
import type { DeliveryRate } from './delivery-rate.ts'

/** Bytes of a usual packet on the wire: the unit of windows. */
export const packetUnit = 1_262
/** Packets that may leave before anything is known. */
const initialPackets = 32
const leastPackets = 4
const startupGain = 2.77
const windowGain = 2
const cycleGains = [1.25, 0.75, 1, 1, 1, 1, 1, 1] as const
const phaseGains = { startup: startupGain, drain: 1 / startupGain, probeRtt: 1 } as const
const minRttExpiryMs = 10_000
const probeRttMs = 200
const restraintRounds = 8
const restrainedGain = 1.1
/** Pacing never falls below this, bytes a millisecond: ten packets a second. */
const leastRate = packetUnit / 100
/** Share of a round's bytes that may be lost before a queue makes it count. */
const lossTolerated = 0.02
/** A round whose smallest RTT exceeds the minimum by this has a queue. */
const queueFactor = 1.1
const queueMs = 1
/** Random loss is made good by sending that much faster, up to this share. */
const lossCompensatedMax = 0.3
/** Below this RTT timers are too coarse for pacing: the window alone governs, with a floor of its own. */
const localRttMs = 1
const localWindowStart = 262_144
const localWindowMax = 524_288

export type CongestionPhase = 'startup' | 'drain' | 'probeBandwidth' | 'probeRtt'

export class Congestion {
  readonly #random: Random
  readonly #windowMax: number
  readonly #bandwidth = new BandwidthFilter()
  phase: CongestionPhase = 'startup'
  /** Bytes that may be in flight. */
  window = initialPackets * packetUnit
  /** Bytes a millisecond; Infinity = not paced. */
  pacingRate = 0
  #unit = packetUnit
  #minRtt = Number.POSITIVE_INFINITY
  #minRttAt = 0
  #round = 0
  #roundEnd = 0
  #roundLost = 0
  #roundStartDelivered = 0
  #roundMinRtt = Number.POSITIVE_INFINITY
  #lossRate = 0
  #queued = false
  #restrainedUntil = -1
  #fullBandwidth = 0
  #plateau = 0
  #filled = false
  #cycle = 0
  #cycleAt = 0
  #probeRttUntil = 0
  #windowBefore = 0
  #localWindow = localWindowStart

  constructor(random: Random, windowMax: number, initialRttMs: number) {
    this.#random = random
    this.#windowMax = windowMax
    this.#setPacing(initialRttMs)
  }

  /** The largest packet in use, bytes on the wire; the floor of the window follows it. */
  set unit(bytes: number) {
    this.#unit = bytes
    this.#clamp()
  }

  /** Bandwidth x smallest RTT, bytes; 0 before both are known. */
  get bandwidthDelayBytes(): number {
    return this.#minRtt === Number.POSITIVE_INFINITY ? 0 : this.#bandwidth.max * this.#minRtt
  }

  get minRttMs(): number {
    return this.#minRtt
  }

  /** Packets of `bytes` were judged lost. */
  lost(bytes: number): void {
    this.#roundLost += bytes
  }

  /** Three probe timeouts in a row: the path may have changed utterly; start small, grow back with acknowledgements. */
  persistentTimeout(): void {
    this.window = leastPackets * this.#unit
  }

  /** A new path: nothing known holds. */
  reset(initialRttMs: number): void {
    this.#bandwidth.reset()
    this.phase = 'startup'
    this.window = initialPackets * packetUnit
    this.#minRtt = Number.POSITIVE_INFINITY
    this.#filled = false
    this.#fullBandwidth = 0
    this.#plateau = 0
    this.#restrainedUntil = -1
    this.#lossRate = 0
    this.#localWindow = localWindowStart
    this.pacingRate = 0
    this.#setPacing(initialRttMs)
  }

  /**
   * After each acknowledgement. `sample` = the delivery rate it gave; `rttMs` = its RTT sample, undefined if none;
   * `acked` = bytes it took out of flight, `inFlight` = bytes still there.
   */
  acknowledged(now: number, sample: DeliveryRate, rttMs: number | undefined, acked: number, inFlight: number): void {
    const roundBegins = sample.priorDelivered >= this.#roundEnd
    if (roundBegins) this.#nextRound(sample)
    if (sample.rate > 0 && (!sample.appLimited || sample.rate >= this.#bandwidth.max)) {
      this.#bandwidth.update(this.#round, sample.rate)
    }
    if (roundBegins && !sample.appLimited) this.#checkPlateau()
    this.#updateMinRtt(now, rttMs, inFlight)
    this.#step(now, inFlight)
    this.#setPacing(rttMs ?? 0)
    this.#setWindow(acked, sample.delivered)
  }

  #nextRound(sample: DeliveryRate): void {
    const delivered = sample.delivered - this.#roundStartDelivered
    const share = this.#roundLost / Math.max(1, delivered + this.#roundLost)
    this.#round++
    this.#roundEnd = sample.delivered
    this.#roundStartDelivered = sample.delivered
    this.#queued = this.#roundMinRtt > this.#minRtt * queueFactor + queueMs
    this.#lossRate += (share - this.#lossRate) / 4
    if (share > lossTolerated) {
      this.#localWindow = Math.max(initialPackets * packetUnit, this.#localWindow / 2)
      if (this.#queued) {
        this.#restrainedUntil = this.#round + restraintRounds
        this.#filled = true
      }
    } else {
      this.#localWindow = Math.min(localWindowMax, this.#localWindow + packetUnit)
    }
    this.#roundLost = 0
    this.#roundMinRtt = Number.POSITIVE_INFINITY
  }

  #checkPlateau(): void {
    if (this.#filled) return
    if (this.#bandwidth.max >= this.#fullBandwidth * 1.25) {
      this.#fullBandwidth = this.#bandwidth.max
      this.#plateau = 0
    } else if (++this.#plateau >= 3) {
      this.#filled = true
    }
  }

  #updateMinRtt(now: number, rttMs: number | undefined, inFlight: number): void {
    if (rttMs === undefined) return
    if (rttMs < this.#roundMinRtt) this.#roundMinRtt = rttMs
    const expired = now - this.#minRttAt > minRttExpiryMs
    if (rttMs <= this.#minRtt || (expired && inFlight <= leastPackets * this.#unit)) {
      this.#minRtt = rttMs
      this.#minRttAt = now
    } else if (expired && this.phase !== 'probeRtt' && this.#filled) {
      this.phase = 'probeRtt'
      this.#windowBefore = this.window
      this.#probeRttUntil = 0
      this.#minRtt = rttMs
    }
  }

  #step(now: number, inFlight: number): void {
    switch (this.phase) {
      case 'startup':
        if (this.#filled) this.phase = 'drain'
        break
      case 'drain':
        if (inFlight <= this.bandwidthDelayBytes) this.#enterCycle(now)
        break
      case 'probeBandwidth':
        this.#stepCycle(now, inFlight)
        break
      case 'probeRtt':
        if (this.#probeRttUntil === 0) {
          if (inFlight <= leastPackets * this.#unit) this.#probeRttUntil = now + Math.max(probeRttMs, this.#minRtt)
        } else if (now >= this.#probeRttUntil) {
          this.#minRttAt = now
          this.window = Math.max(this.window, this.#windowBefore)
          this.#enterCycle(now)
        }
        break
    }
  }

  // Anywhere but in the pause after a probe, so that flows which meet do not move in step.
  #enterCycle(now: number): void {
    this.phase = 'probeBandwidth'
    const start = Math.floor(this.#random.fraction() * (cycleGains.length - 1))
    this.#cycle = start === 0 ? 0 : start + 1
    this.#cycleAt = now
  }

  #stepCycle(now: number, inFlight: number): void {
    const gain = cycleGains[this.#cycle] as number
    const elapsed = now - this.#cycleAt > this.#minRtt
    const over =
      gain > 1
        ? elapsed && (inFlight >= gain * this.bandwidthDelayBytes || this.#roundLost > 0 || this.#restrained)
        : elapsed || (gain < 1 && inFlight <= this.bandwidthDelayBytes)
    if (!over) return
    this.#cycle = (this.#cycle + 1) % cycleGains.length
    this.#cycleAt = now
  }

  get #restrained(): boolean {
    return this.#round < this.#restrainedUntil
  }

  get #isLocal(): boolean {
    return this.#minRtt < localRttMs
  }

  #gain(): number {
    if (this.phase === 'probeBandwidth') return cycleGains[this.#cycle] as number
    return phaseGains[this.phase]
  }

  #setPacing(rttMs: number): void {
    if (this.#isLocal) {
      this.pacingRate = Number.POSITIVE_INFINITY
      return
    }
    if (this.pacingRate === Number.POSITIVE_INFINITY) this.pacingRate = 0
    if (this.#bandwidth.max === 0) {
      this.pacingRate = Math.max(this.pacingRate, leastRate)
      if (rttMs > 0)
        this.pacingRate = Math.max(this.pacingRate, (startupGain * this.window) / Math.max(rttMs, localRttMs))
      return
    }
    const compensation = this.#queued || this.#restrained ? 1 : 1 / (1 - Math.min(this.#lossRate, lossCompensatedMax))
    const rate = Math.max(this.#gain() * this.#bandwidth.max * compensation, leastRate)
    this.pacingRate = this.#filled ? rate : Math.max(this.pacingRate, rate)
  }

  #setWindow(acked: number, delivered: number): void {
    if (this.phase === 'probeRtt') {
      this.window = Math.min(this.window, leastPackets * this.#unit)
      return
    }
    const gain = this.#restrained ? restrainedGain : this.phase === 'startup' ? startupGain : windowGain
    // Acknowledgements come once a turn, so a few milliseconds' worth is always under way beyond the model.
    const target = gain * this.bandwidthDelayBytes + Math.max(3 * this.#unit, this.#bandwidth.max * 4)
    if (this.#filled) this.window = Math.min(this.window + acked, target)
    else if (this.window < target || delivered < initialPackets * packetUnit) this.window += acked
    if (this.#isLocal) this.window = Math.max(this.window, this.#localWindow)
    this.#clamp()
  }

  #clamp(): void {
    const least = leastPackets * this.#unit
    this.window = Math.max(least, Math.min(this.window, this.#windowMax))
    assert(this.window >= least, 'a window below four packets')
  }
}
