// The few words that exports for people put around what was said.

import type { MessageState } from '../api/index.ts'
import { entryText } from '../terminal/index.ts'
import { wordOf } from './conversation-word.ts'
import type { Saying } from './entry.ts'

/** Who wrote it; no account can have the word for the registry's console. */
export function speakerOf({ from }: Saying['entry']): string {
  return from ?? 'SERVER'
}

/** What happened in a room. */
export function changeText({ key, entry }: Saying): string {
  const { number = 0, kind, from: name = '', by, text, sentAt: at, isOwn } = entry
  const told = { number, kind, name, at, ...(by === undefined ? {} : { by }), ...(text === undefined ? {} : { text }) }
  return entryText(told, `room ${wordOf(key)}`, isOwn) ?? ''
}

export function stateWord(state: MessageState): string {
  const words: Readonly<Record<MessageState, string>> = {
    kept: 'kept here',
    mailbox: 'in the mailbox',
    stored: 'stored',
    expired: 'expired, never collected',
    failed: 'not sent',
  }
  return words[state]
}
