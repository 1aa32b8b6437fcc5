import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoopLag } from './loop-lag.ts'
import { systemClock } from './system-clock.ts'
import { WakeUp } from './wake-up.ts'

test('wakes at the earliest instant asked for, not before it, and once', async () => {
  const woken: number[] = []
  const first = Promise.withResolvers<void>()
  const start = systemClock.monotonicMs()
  const wakeUp = new WakeUp(systemClock, (due) => {
    woken.push(due)
    first.resolve()
  })
  wakeUp.arm(undefined)
  wakeUp.arm(start + 1e12)
  wakeUp.arm(start + 30)
  wakeUp.arm(start + 500)
  await first.promise
  assert.ok(systemClock.monotonicMs() >= start + 29)
  assert.deepEqual(woken, [start + 30])
  const second = Promise.withResolvers<void>()
  const again = new WakeUp(systemClock, () => second.resolve())
  again.arm(start - 5)
  await second.promise
  assert.equal(woken.length, 1)
  wakeUp.arm(start + 40)
  wakeUp.cancel()
  again.cancel()
})

test('a turn later than 50 ms counts as load until a second went by in time', () => {
  const lag = new LoopLag()
  lag.sample(1_000, 950)
  assert.equal(lag.isLate(1_000), false)
  lag.sample(2_051, 2_000)
  assert.equal(lag.isLate(2_051), true)
  lag.sample(2_500, 2_500)
  assert.equal(lag.isLate(3_050), true)
  assert.equal(lag.isLate(3_051), false)
})
