// Conversations as words: one text for each, so that they may be keys of maps and of lists. Two spellings of a name are
// one conversation.

import { unreachable } from '../../../base/index.ts'
import type { ConversationKey } from '../../../api/index.ts'
import { foldName } from '../../../protocol/index.ts'

/** `person:alice`, `room:3`, `channel`. */
export function keyText(key: ConversationKey): string {
  switch (key.kind) {
    case 'person':
      return `person:${foldName(key.name)}`
    case 'room':
      return `room:${key.room}`
    case 'channel':
      return 'channel'
    default:
      return unreachable(key)
  }
}

export function sameKey(one: ConversationKey | undefined, other: ConversationKey | undefined): boolean {
  return one !== undefined && other !== undefined && keyText(one) === keyText(other)
}

export function sameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other)
}
