// A row of the history as the façade shows it.

import type { HistoryRow } from './domain/index.ts'
import type { HistoryMessage } from './peer-options.ts'

/** `self`: the own account's name. */
export function historyMessageOf(row: HistoryRow, self: string): HistoryMessage {
  const { id, isOwn, name, text, sentAt, receivedAt, road, state, gapBefore } = row
  return {
    id,
    from: isOwn ? self : name,
    to: isOwn ? name : self,
    text,
    sentAt,
    ...(receivedAt !== undefined && { receivedAt }),
    ...(road && { road }),
    ...(state && { state }),
    ...(gapBefore !== undefined && { gapBefore }),
  }
}
