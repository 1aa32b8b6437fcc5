// Congestion control against a bottleneck of 100 Mbit/s (or 20), 50 ms RTT, 100 ms of queue: goodput at random loss,
// queue kept short, room left for a loss-based flow. Goodput is bytes of messages; the wire carries 5% more.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Congestion, packetUnit } from './congestion.ts'
import { ConnectionPair, numberedMessage, seededRandom } from './connection-pair.test.ts'
import { DeliveryRate } from './delivery-rate.ts'

const message = numberedMessage(1, 16_384)

interface Bulk {
  /** Share of the link's bytes that were message bytes, after the first second. */
  goodput: number
  meanQueueMs: number
  pair: ConnectionPair
}

interface Link {
  rate?: number
  queueMs?: number
  every?: (pair: ConnectionPair) => void
}

function bulk(loss: number, seconds: number, link: Link = {}): Bulk {
  const { rate = 12_500, queueMs = 100, every } = link
  const pair = new ConnectionPair({ seed: 9, loss, delayMs: 25, rate, queueBytes: rate * queueMs })
  let bytes = 0
  let queue = 0
  pair.onMessage = (_side, _stream, view) => {
    if (pair.now > 2_000) bytes += view.length
  }
  const steps = seconds * 250
  for (let step = 0; step < steps; step++) {
    while (pair.a.send(pair.now, 1, message) === 'queued');
    pair.run(4)
    every?.(pair)
    queue += Math.max(0, pair.busyUntil[0]! - pair.now)
  }
  return { goodput: bytes / (rate * (seconds - 1) * 1_000), meanQueueMs: queue / steps, pair }
}

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

test('goodput holds at 0, 1 and 5% random loss, and degrades gracefully at 20%', slow, () => {
  const floors: readonly (readonly [number, number])[] = [
    [0, 0.9],
    [0.01, 0.88],
    [0.05, 0.72],
    [0.2, 0.36],
  ]
  for (const [loss, floor] of floors) {
    const { goodput, pair } = bulk(loss, 5)
    assert(goodput >= floor, `${loss}: ${goodput}`)
    assert.equal(pair.a.stats().windowExcess, 0)
  }
})

test('a queue of 10 ms costs few packets', () => {
  const { goodput, pair } = bulk(0, 5, { queueMs: 10 })
  const { packetsLost, packetsSent } = pair.a.stats()
  assert(goodput > 0.85 && packetsLost < packetsSent * 0.05, `${goodput}, ${packetsLost} of ${packetsSent}`)
})

test('alone on a link the queue stays short: chat beside a file is not buried', () => {
  const { meanQueueMs } = bulk(0, 12)
  assert(meanQueueMs < 30, String(meanQueueMs))
})

test('the minimum RTT is measured again: after 12 s on a path that became longer the model follows', () => {
  let delayMs = 10
  const options = { delayMs, rate: 2_500 }
  const pair = new ConnectionPair(options)
  for (let step = 0; step < 6_000; step++) {
    if (step === 1_000) options.delayMs = delayMs = 40
    while (pair.a.send(pair.now, 1, message) === 'queued');
    pair.run(4)
  }
  const { minRttMs, window } = pair.a.stats()
  assert(window > 2_500 * 80 * 1.2 && window < 2_500 * 80 * 3, `${window} at ${minRttMs} ms`)
})

/** A loss-based flow (Reno: one packet a round trip more, half at a loss) through the same bottleneck. */
class RenoFlow {
  delivered = 0
  #window = 10
  #slowStart = true
  #inFlight = 0
  #cutUntil = 0
  readonly #answers: { at: number; lost: boolean }[] = []

  step(pair: ConnectionPair): void {
    while (this.#answers[0] !== undefined && this.#answers[0].at <= pair.now) {
      const { lost } = this.#answers.shift()!
      this.#inFlight--
      if (!lost) {
        this.delivered += 1_500
        this.#window += this.#slowStart ? 1 : 1 / this.#window
      } else if (pair.now > this.#cutUntil) {
        this.#slowStart = false
        this.#window = Math.max(2, this.#window / 2)
        this.#cutUntil = pair.now + 100
      }
    }
    while (this.#inFlight < this.#window) {
      const arrives = pair.foreign(0, 1_500)
      this.#answers.push({ at: (arrives ?? pair.now + 125) + 25, lost: arrives === undefined })
      this.#inFlight++
    }
    this.#answers.sort((a, b) => a.at - b.at)
  }
}

test('beside a loss-based flow neither starves: a deep queue is shared, a short one leaves it a tenth', slow, () => {
  const seconds = 30
  for (const [queueMs, floor] of [
    [100, 1 / 4],
    [40, 1 / 10],
  ] as const) {
    const reno = new RenoFlow()
    const { goodput } = bulk(0, seconds, { rate: 2_500, queueMs, every: (pair) => reno.step(pair) })
    const theirs = reno.delivered / (2_500 * seconds * 1_000)
    assert(theirs > floor && goodput > 1 / 4, `queue ${queueMs} ms: ours ${goodput}, theirs ${theirs}`)
  }
})

function fresh(): Congestion {
  return new Congestion(seededRandom(1), 2_097_152, 100)
}

test('windows stay between four packets and the maximum, whatever comes', () => {
  const congestion = fresh()
  const random = seededRandom(5)
  const rate = new DeliveryRate()
  for (let i = 0; i < 20_000; i++) {
    rate.rate = random.fraction() ** 4 * 1e6
    rate.delivered += 5_000
    rate.priorDelivered = rate.delivered - 40_000
    if (random.fraction() < 0.3) congestion.lost(random.fraction() * 50_000)
    if (random.fraction() < 0.01) congestion.persistentTimeout()
    congestion.acknowledged(i * 7, rate, random.fraction() * 300, 5_000, random.fraction() * 2e6)
    assert(congestion.window >= 4 * packetUnit && congestion.window <= 2_097_152)
    assert(congestion.pacingRate > 0)
  }
})

test('a thin flow does not grow its window', () => {
  const pair = new ConnectionPair({ delayMs: 25 })
  for (let i = 0; i < 500; i++) {
    pair.a.send(pair.now, 1, numberedMessage(i, 64))
    pair.run(20)
  }
  assert(pair.a.stats().window < 64 * packetUnit * 2, String(pair.a.stats().window))
})

test('below a millisecond of RTT nothing is paced, and the window suits a socket buffer', () => {
  const pair = new ConnectionPair({ delayMs: 0.05, config: { initialRttMs: 0.2 } })
  for (let i = 0; i < 2_000; i++) {
    pair.a.send(pair.now, 1, message)
    pair.run(0.5)
  }
  const { pacingRate, window } = pair.a.stats()
  assert.equal(pacingRate, Number.POSITIVE_INFINITY)
  assert(window >= 262_144 && window <= 2_097_152)
})

test('three timeouts in a row: four packets; a new path: the initial window', () => {
  const congestion = fresh()
  congestion.persistentTimeout()
  assert.equal(congestion.window, 4 * packetUnit)
  congestion.reset(100)
  assert.equal(congestion.window, 32 * packetUnit)
  congestion.unit = 32_830
  assert.equal(congestion.window, 4 * 32_830)
})
