// The whole over a lossy network, in small; `npm run sim -- --figures` measures it longer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measurePeerLoss } from './peer-loss.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const common = { seed: 1, rttMs: 100, everyMs: 500 } as const

test('two peers at 20% loss each way: everything stored, p99 under 2.5 RTT with both disks in between', slow, () => {
  const { sent, states, p99 } = measurePeerLoss({ ...common, messages: 1_000, lossRate: 0.2 })
  assert.deepEqual(states, { stored: sent })
  assert.ok(p99 < 2.5, `p99 ${p99}`)
})

test('two peers at 50% loss each way: everything stored or in the mailbox, nothing doubled', slow, () => {
  const { sent, states } = measurePeerLoss({ ...common, messages: 500, lossRate: 0.5 })
  assert.equal((states['stored'] ?? 0) + (states['mailbox'] ?? 0), sent)
})
