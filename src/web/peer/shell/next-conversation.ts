// Alt+Up and Alt+Down: which conversation comes next in the list, all around.

import type { ConversationKey, ConversationRow } from '../../../api/index.ts'
import { keyText } from '../model/index.ts'

/** Undefined where there is none. `step`: 1 down, -1 up. */
export function nextConversation(
  rows: readonly ConversationRow[],
  from: ConversationKey | undefined,
  step: 1 | -1,
  onlyUnread: boolean,
): ConversationKey | undefined {
  const text = from === undefined ? '' : keyText(from)
  const here = rows.findIndex(({ key }) => keyText(key) === text)
  const start = here < 0 && step < 0 ? 0 : here
  for (let turn = 1; turn <= rows.length; turn++) {
    const row = rows[(start + step * turn + rows.length * 2) % rows.length] as ConversationRow
    if (keyText(row.key) !== text && (!onlyUnread || row.unread > 0)) return row.key
  }
  return undefined
}
