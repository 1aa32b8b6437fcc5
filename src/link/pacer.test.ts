// Pacing: never more than rate x time + a burst, never less than the rate when asked often enough; filters and windows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BandwidthFilter } from './bandwidth-filter.ts'
import { ReceiveWindow } from './flow-control.ts'
import { Liveness } from './liveness.ts'
import { Pacer } from './pacer.ts'
import { TimerName, TimerTable } from './timer-table.ts'

test('over any time: at most rate x time + one burst and a packet, and nearly the rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 20_000 }), fc.integer({ min: 100, max: 2_000 }), (rate, packet) => {
      const pacer = new Pacer()
      let now = 1_000
      let sent = 0
      while (now < 3_000) {
        if (pacer.allows(now, rate)) {
          pacer.spend(packet)
          sent += packet
        } else {
          const next = pacer.wakeAt(now, rate)
          assert(next > now)
          now = next
        }
      }
      const burst = Math.max(12_620, rate * 4)
      assert(sent <= rate * (now - 1_000) + burst + packet + 12_620, `${sent}`)
      assert(sent >= rate * 2_000 * 0.95)
    }),
    { numRuns: 100 },
  )
})

test('no rate is no pacing', () => {
  const pacer = new Pacer()
  for (let i = 0; i < 10_000; i++) {
    assert.equal(pacer.allows(0, Number.POSITIVE_INFINITY), true)
    pacer.spend(1_200)
  }
})

test('the bandwidth filter keeps the maximum for ten rounds that bring samples, and over a pause', () => {
  const filter = new BandwidthFilter()
  filter.update(1, 500)
  for (let round = 2; round <= 10; round++) {
    filter.update(round, 100)
    assert.equal(filter.max, 500)
  }
  filter.update(11, 100)
  assert.equal(filter.max, 100)
  filter.update(12, 400)
  filter.update(60, 50)
  assert.equal(filter.max, 50)
})

test('a receive window is announced when a quarter is used, and never falls', () => {
  const window = new ReceiveWindow(1_000)
  assert.equal(window.consume(250), false)
  assert.equal(window.consume(1), true)
  assert.equal(window.announce(), 1_251)
  assert.equal(window.announce(), 1_251)
})

test('timers: the earliest, each by name', () => {
  const timers = new TimerTable()
  assert.equal(timers.earliest(), undefined)
  timers.set(TimerName.idle, 50)
  timers.set(TimerName.pace, 20)
  assert.equal(timers.earliest(), 20)
  assert.equal(timers.expired(TimerName.pace, 20), true)
  assert.equal(timers.expired(TimerName.idle, 49), false)
  timers.clear(TimerName.pace)
  assert.equal(timers.earliest(), 50)
})

test('idle: put off by what arrives, and once by the first question after it; keepalive between 0.8 and 1', () => {
  const timers = new TimerTable()
  const liveness = new Liveness(0, timers, { fraction: () => 0.5, bytes: (n) => new Uint8Array(n) }, 1_000, 100)
  assert.equal(timers.at(TimerName.idle), 1_000)
  liveness.spoke(100, true)
  liveness.spoke(200, true)
  assert.equal(timers.at(TimerName.idle), 1_100)
  assert.equal(timers.at(TimerName.keepalive), 290)
  liveness.heard(300)
  assert.equal(timers.at(TimerName.idle), 1_300)
  liveness.spoke(400, false)
  assert.equal(timers.at(TimerName.idle), 1_300)
  liveness.drawKeepalive(500)
  assert.equal(timers.at(TimerName.keepalive), 590)
})
