// The delivery figures in small; `npm run sim -- --figures` measures them over 100,000 messages.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureLinkLoss } from './link-loss.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const common = { seed: 1, messages: 2_500, rttMs: 100, messageBytes: 60 } as const

for (const everyMs of [50, 1_000]) {
  test(
    `20% loss each way, a message each ${everyMs} ms: all delivered in order, p99 under 2.5 RTT`,
    everyMs === 50 ? {} : slow,
    (t) => {
      const figure = measureLinkLoss({ ...common, everyMs, lossRate: 0.2 })
      assert.equal(figure.delivered, figure.sent)
      assert.ok(figure.p99 < 2.5, `p99 ${figure.p99}`)
      assert.ok(figure.datagramsPerMessage < 20)
      t.diagnostic(JSON.stringify(figure))
    },
  )
}

test('50% loss each way: all delivered in order while the link lives', slow, () => {
  const figure = measureLinkLoss({ ...common, messages: 2_000, everyMs: 200, lossRate: 0.5 })
  assert.equal(figure.delivered, figure.sent)
})

test('without loss a message takes half a round trip and next to nothing more', () => {
  const figure = measureLinkLoss({ ...common, messages: 1_000, everyMs: 200, lossRate: 0 })
  assert.ok(figure.p999 < 0.51, `p99.9 ${figure.p999}`)
})
