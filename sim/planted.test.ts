// Who tests the tester: every planted bug must be found within a stated number of seeds, by an invariant that it breaks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HistoryKind, runHistory } from './campaign.ts'
import type { PlantedBug } from './plant.ts'
import { plantedChatBugs } from './planted-chat.ts'
import { plantedLinkBugs } from './planted-link.ts'
import { plantedMailboxBugs } from './planted-mailbox.ts'
import { plantedRoomBugs } from './planted-room.ts'

const seedsMax = 25

const bugs: Readonly<Record<HistoryKind, readonly PlantedBug[]>> = {
  link: plantedLinkBugs,
  mailbox: plantedMailboxBugs,
  chat: plantedChatBugs,
  room: plantedRoomBugs,
}

/** Where each was found last: tried first, so that the search costs one history while nothing changed. */
const lastFound: Readonly<Record<string, number>> = {
  'a message is handed up twice': 21,
  'a message is lost after it was acknowledged': 0,
  'one bit of a message is altered': 0,
  'two messages change places': 4,
  'a packet is sealed twice under one number': 7,
  'strangers are answered with more than they sent': 10,
  'a host goes deaf after a while': 12,
  'the registry drops one row in ten and calls it kept': 17,
  'a crash of the registry loses the last ten rows, though acknowledged': 14,
  'the registry acknowledges before its commit': 17,
  'mail is removed when it is fetched, not when it is stored': 20,
  'mail expires long before its time': 20,
  'senders do not hear that their mail was collected': 14,
  'mail arrives under the name of another sender': 1,
  'a peer acknowledges before its commit': 7,
  'a crash of a peer loses the message that it stored last': 11,
  'a restarted peer forgets what it still had to send': 4,
  'a peer calls messages kept that it never wrote': 7,
  'a peer shows a message and does not store it': 8,
  'a peer stores a message twice under two ids': 8,
  'a peer stores another text than was sent': 8,
  'a peer stores the messages of one commit in another order': 14,
  'a restarted registry does not tell idle peers that their links are gone': 1,
}

for (const [kind, planted] of Object.entries(bugs) as [HistoryKind, readonly PlantedBug[]][]) {
  for (const bug of planted) {
    test(`${kind}, found within ${seedsMax} seeds: ${bug.what}`, (t) => {
      const hint = lastFound[bug.what] ?? 0
      for (let i = 0; i < seedsMax; i++) {
        const seed = (hint + i) % seedsMax
        const outcome = runHistory(kind, seed, { plant: bug })
        if (!('violation' in outcome)) continue
        const { invariant, message } = outcome.violation
        assert.ok(bug.breaks.includes(invariant), message)
        t.diagnostic(`seed ${seed}`)
        return
      }
      assert.fail('not found')
    })
  }
}
