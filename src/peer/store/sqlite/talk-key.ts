// Names of conversations in the tables.

import { unreachable } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type { TalkKey } from '../../domain/index.ts'

/** As in the column `key` of the table `talk`. */
export function talkKeyText(key: TalkKey): string {
  switch (key.kind) {
    case 'person':
      return `p${foldName(key.name)}`
    case 'room':
      return `r${key.room}`
    case 'channel':
      return 'c'
    default:
      return unreachable(key)
  }
}
