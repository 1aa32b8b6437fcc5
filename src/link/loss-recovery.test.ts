// Loss: by three later packets, by 9/8 RTT, by nothing else; the probe timeout doubles and is capped; judged once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LossRecovery } from './loss-recovery.ts'
import { ptoMaxMs, RttEstimator } from './rtt-estimator.ts'
import { SentFlag, SentPackets } from './sent-packets.ts'

class Bench {
  readonly packets = new SentPackets()
  readonly rtt = new RttEstimator(100)
  readonly recovery = new LossRecovery(this.packets, this.rtt, 25)
  acked: number[] = []
  lost: number[] = []
  readonly judge = {
    packetAcked: (slot: number): void => void this.acked.push(this.packets.number(slot)),
    packetLost: (slot: number): void => void this.lost.push(this.packets.number(slot)),
  }

  send(now: number, packetNumber: number, flags = 0): void {
    this.recovery.sent(now, this.packets.record(packetNumber, now, 100, flags, -1))
  }

  ack(now: number, ...pairs: number[]): number | undefined {
    const ranges = Float64Array.from(pairs)
    return this.recovery.acknowledge(now, ranges, pairs.length / 2, 0, this.judge)
  }
}

test('three later packets acknowledged: lost; two: not yet', () => {
  const bench = new Bench()
  for (let number = 0; number < 5; number++) bench.send(0, number)
  bench.ack(50, 2, 1)
  assert.deepEqual(bench.lost, [])
  bench.ack(50, 3, 3)
  assert.deepEqual(bench.lost, [0])
  assert.equal(bench.recovery.bytesInFlight, 100)
})

test('9/8 of the RTT after it left: lost, at the announced time and not before', () => {
  const bench = new Bench()
  bench.send(0, 0)
  bench.send(5, 1)
  assert.equal(bench.ack(60, 1, 1), 55)
  const wait = 55 * (9 / 8)
  assert.deepEqual(bench.lost, [])
  assert.equal(bench.recovery.deadline(), wait)
  bench.recovery.expire(wait - 0.01, bench.judge)
  assert.deepEqual(bench.lost, [])
  bench.recovery.expire(wait, bench.judge)
  assert.deepEqual(bench.lost, [0])
})

test('the probe timeout doubles, asks for two probes each, and stays under its cap', () => {
  const bench = new Bench()
  bench.send(0, 0)
  let last = 0
  let previous = 0
  for (let i = 0; i < 12; i++) {
    const at = bench.recovery.deadline()
    const wait = at - last
    assert(wait <= ptoMaxMs)
    if (i > 0 && wait < ptoMaxMs) assert.equal(wait, 2 * previous)
    previous = wait
    last = at
    assert.equal(bench.recovery.expire(at, bench.judge), 2)
  }
  assert.equal(previous, ptoMaxMs)
  assert.deepEqual(bench.lost, [])
})

test('the first timeout is srtt + max(4 rttvar, 5 ms) + the ack delay', () => {
  const bench = new Bench()
  bench.send(0, 0)
  assert.equal(bench.recovery.deadline(), 100 + 4 * 50 + 25)
  const steady = new RttEstimator()
  for (let i = 0; i < 200; i++) steady.update(40, 0)
  assert(Math.abs(steady.ptoMs(25, 0) - (40 + 5 + 25)) < 0.001)
})

test('an early copy does not put the timeout off; an acknowledgement gives what is left its own time', () => {
  const bench = new Bench()
  bench.send(0, 0)
  const deadline = bench.recovery.deadline()
  bench.send(25, 1, SentFlag.extra)
  assert.equal(bench.recovery.deadline(), deadline)
  bench.send(30, 2)
  assert(bench.recovery.deadline() > deadline)
  bench.send(60, 3, SentFlag.extra)
  bench.ack(100, 2, 0)
  assert.equal(bench.recovery.deadline(), 60 + bench.rtt.ptoMs(25, 0))
})

test('a packet that turns up after its judgement widens the thresholds', () => {
  const bench = new Bench()
  for (let number = 0; number < 8; number++) bench.send(0, number)
  bench.ack(50, 7, 4)
  assert.deepEqual(bench.lost, [0, 1, 2, 3])
  bench.ack(51, 7, 0)
  assert.equal(bench.recovery.spurious, 4)
  assert.equal(bench.recovery.packetThreshold, 8)
  assert(bench.recovery.timeThreshold > 9 / 8)
})

test('every packet is judged exactly once, and bytes in flight are those not judged', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(60)), { maxLength: 200 }), (steps) => {
      const bench = new Bench()
      let now = 0
      let next = 0
      for (const [kind, value] of steps) {
        now += value / 4
        if (kind < 2) bench.send(now, (next += 1 + (value % 3)))
        else if (kind === 2 && next > 0) bench.ack(now, next, Math.max(0, next - (value % 9)))
        else if (bench.recovery.deadline() <= now) bench.recovery.expire(now, bench.judge)
        const judged = [...bench.acked, ...bench.lost]
        assert.equal(new Set(judged).size, judged.length)
        let waiting = 0
        for (let n = bench.packets.oldest; n < bench.packets.end; n++) if (bench.packets.find(n) !== -1) waiting += 100
        assert.equal(bench.recovery.bytesInFlight, waiting)
      }
    }),
    { numRuns: 500 },
  )
})

test('the ring of sent packets grows over any gap of numbers and refuses more than it may hold', () => {
  const packets = new SentPackets()
  packets.record(5, 0, 1, 0, -1)
  packets.record(517, 0, 2, 0, -1)
  assert.equal(packets.bytes(packets.find(5)), 1)
  assert.equal(packets.bytes(packets.find(517)), 2)
  assert.equal(packets.find(6), -1)
  assert.equal(packets.hasRoom(5 + 4_095), true)
  assert.equal(packets.hasRoom(5 + 4_096), false)
  packets.settle(packets.find(5))
  assert.equal(packets.oldest, 517)
  packets.settle(packets.find(517))
  assert.equal(packets.hasRoom(1_000_000), true)
  packets.record(1_000_000, 0, 3, 0, -1)
  assert.equal(packets.bytes(packets.find(1_000_000)), 3)
})

test('an acknowledgement that claims to have waited longer than agreed is believed up to 25 ms (catalogue 25)', () => {
  const bench = new Bench()
  bench.send(0, 0)
  bench.ack(40, 0, 0)
  bench.send(100, 1)
  bench.recovery.acknowledge(200, Float64Array.of(1, 1), 1, 60, bench.judge)
  assert.equal(bench.rtt.smoothedMs, 40 * 0.875 + 75 * 0.125)
})

test('RTT: the first sample counts fully, a claimed delay never makes a sample smaller than the minimum', () => {
  const rtt = new RttEstimator()
  rtt.update(80, 20)
  assert.deepEqual([rtt.smoothedMs, rtt.variationMs, rtt.minMs], [80, 40, 80])
  rtt.update(90, 25)
  assert.equal(rtt.smoothedMs, 80 * 0.875 + 90 * 0.125)
  rtt.update(120, 25)
  assert.equal(rtt.minMs, 80)
  rtt.reset()
  assert.equal(rtt.minMs, Number.POSITIVE_INFINITY)
})
