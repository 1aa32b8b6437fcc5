// Who tests the tester: every planted bug must be found within a stated number of seeds, by an invariant that it breaks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HistoryKind, runHistory } from './campaign.ts'
import type { PlantedBug } from './plant.ts'
import { plantedChatBugs } from './planted-chat.ts'
import { plantedLinkBugs } from './planted-link.ts'
import { plantedMailboxBugs } from './planted-mailbox.ts'

const seedsMax = 25

const bugs: Readonly<Record<HistoryKind, readonly PlantedBug[]>> = {
  link: plantedLinkBugs,
  mailbox: plantedMailboxBugs,
  chat: plantedChatBugs,
}

for (const [kind, planted] of Object.entries(bugs) as [HistoryKind, readonly PlantedBug[]][]) {
  for (const bug of planted) {
    test(`${kind}, found within ${seedsMax} seeds: ${bug.what}`, () => {
      for (let seed = 0; seed < seedsMax; seed++) {
        const outcome = runHistory(kind, seed, { plant: bug })
        if (!('violation' in outcome)) continue
        const { invariant, message } = outcome.violation
        assert.ok(bug.breaks.includes(invariant), message)
        return
      }
      assert.fail('not found')
    })
  }
}
