// What became of invitations to a room.

import type { NotInvited } from '../../../api/index.ts'
import { plainText } from './plain-text.ts'

export function notInvitedWords({ name, problem }: NotInvited): string {
  const who = plainText(name)
  const texts: Readonly<Record<string, string>> = {
    unknownName: `${who} was not invited: nobody here has this name.`,
    memberAlready: `${who} is in the room, or invited, already.`,
    roomFull: `${who} was not invited: the room is full.`,
    busy: `${who} is busy; the invitation stays.`,
  }
  return Object.hasOwn(texts, problem) ? (texts[problem] as string) : `${who} was not invited: ${plainText(problem)}.`
}
