// How a room's message stands as a whole: as the copy that is furthest behind.

import type { TalkCopy } from './archive-store.ts'
import type { MessageState } from './peer-event.ts'

const progress: Readonly<Record<MessageState, number>> = { failed: 0, expired: 1, kept: 2, mailbox: 3, stored: 4 }

/** The first of those that are furthest behind: given up, still here, in a mailbox, stored. */
export function worstOf(copies: readonly TalkCopy[]): TalkCopy | undefined {
  let worst: TalkCopy | undefined
  for (const copy of copies) {
    if (!worst || progress[copy.state] < progress[worst.state]) worst = copy
  }
  return worst
}
