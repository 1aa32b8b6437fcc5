import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff } from './back-off.ts'

test('doubles up to the most, with jitter in the upper half of each step, and starts anew after a reset', () => {
  for (const fraction of [0, 0.5, 0.999]) {
    const backOff = new BackOff(250, 60_000, { bytes: () => new Uint8Array(), fraction: () => fraction })
    for (let stepMs = 250, i = 0; i < 2_000; i++, stepMs = Math.min(60_000, stepMs * 2)) {
      const ms = backOff.nextMs()
      assert.ok(ms >= stepMs / 2 && ms <= stepMs, `${i}: ${ms} of ${stepMs}`)
    }
    backOff.reset()
    assert.ok(backOff.nextMs() <= 250)
  }
})
