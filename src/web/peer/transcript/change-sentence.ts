// What happened in a room, as a quiet line of its transcript.

import { unreachable } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type { ShownEntry } from './shown-entry.ts'

/** The sentence of a change, `You` for `self`; empty for a message. */
export function changeSentence(entry: ShownEntry, self: string): string {
  const isSelf = (name: string | undefined): boolean => name !== undefined && foldName(name) === foldName(self)
  const who = isSelf(entry.from) ? 'You' : (entry.from ?? 'Somebody')
  const whom = isSelf(entry.from) ? 'you' : (entry.from ?? 'somebody')
  const by = isSelf(entry.by) ? 'You' : (entry.by ?? 'Somebody')
  switch (entry.kind) {
    case 'made':
      return `${who} made the room`
    case 'invited':
      return `${by} invited ${whom}`
    case 'joined':
      return `${who} joined`
    case 'refused':
      return `${who} declined the invitation`
    case 'left':
      return `${who} left`
    case 'removed':
      return entry.by === undefined ? `${who} ${isSelf(entry.from) ? 'were' : 'was'} removed` : `${by} removed ${whom}`
    case 'named':
      return entry.text === '' ? `${who} took the room's name away` : `${who} named the room “${entry.text ?? ''}”`
    case 'message':
      return ''
    default:
      return unreachable(entry.kind)
  }
}

/** `2 messages before this one never came`. */
export function gapSentence(count: number): string {
  return count === 1 ? 'One message before this one never came' : `${count} messages before this one never came`
}
