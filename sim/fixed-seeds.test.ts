// The campaign of every `npm test`: always the same seeds, so that a change which breaks one is known at once. More of
// them with PARLEY_SEEDS=n; others with `npm run sim -- --seeds n`.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HistoryKind, describeBroken, runCampaign } from './campaign.ts'

/** The whole is what counts; its parts alone reach corners that it hides. */
const seedsOf: Readonly<Record<HistoryKind, number>> = { chat: 25, link: 95, mailbox: 60, room: 20 }
const wanted = process.env['PARLEY_SEEDS']

for (const [kind, fewSeeds] of Object.entries(seedsOf) as [HistoryKind, number][]) {
  const seeds = wanted === undefined ? fewSeeds : Number(wanted)
  test(`${kind}: ${seeds} fixed seeds hold every invariant`, (t) => {
    const startedAt = performance.now()
    const report = runCampaign({ kinds: [kind], from: 0, seeds, minutesMax: 1 })
    if (report.broken !== undefined) assert.fail(describeBroken(report.broken))
    const tookSeconds = (performance.now() - startedAt) / 1000
    const hours = (report.simulatedMs / 3_600_000).toFixed(1)
    t.diagnostic(`${(report.histories / tookSeconds).toFixed(1)} histories/s, ${hours} simulated hours`)
    assert.ok(report.messages > 0)
  })
}
