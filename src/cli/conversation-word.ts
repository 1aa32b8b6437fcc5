// Which conversation a word of the command line means: NAME, #ROOM (its number or its name) or `everyone`.

import type { ConversationKey, PeerApi } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { foldName, nameProblem } from '../protocol/index.ts'

/** Rejects with `badName`, or `unknownRoom` where no room has the name. */
export async function conversationOf(peer: Pick<PeerApi, 'rooms'>, word: string): Promise<ConversationKey> {
  if (foldName(word) === 'everyone') return { kind: 'channel' }
  const number = /^#([0-9]{1,15})$/.exec(word)?.[1]
  if (number !== undefined) return { kind: 'room', room: Number(number) }
  if (word.startsWith('#')) return { kind: 'room', room: await roomNamed(peer, word.slice(1)) }
  return { kind: 'person', name: accountNameOf(word) }
}

/** The word, where it can be somebody's name; throws `badName` else. */
export function accountNameOf(word: string): string {
  const problem = nameProblem(word)
  if (problem !== undefined) throw new ParleyError('badName', { details: { name: word, problem } })
  return word
}

/** What to type for it. */
export function wordOf(key: ConversationKey): string {
  if (key.kind === 'person') return key.name
  return key.kind === 'room' ? `#${key.room}` : 'everyone'
}

/** Two spellings of a name are one person. */
export function isSameConversation(one: ConversationKey, other: ConversationKey): boolean {
  return foldName(wordOf(one)) === foldName(wordOf(other))
}

async function roomNamed(peer: Pick<PeerApi, 'rooms'>, name: string): Promise<number> {
  const rooms = (await peer.rooms()).filter((room) => foldName(room.name) === foldName(name))
  const open = rooms.filter(({ state }) => state === 'joined')
  const [found, ...others] = open.length > 0 ? open : rooms
  if (found === undefined) throw new ParleyError('noRoomNamed', { details: { name } })
  if (others.length > 0) {
    const numbers = [found, ...others].map(({ room }) => `#${room}`)
    throw new ParleyError('whichRoom', { details: { name, rooms: numbers } })
  }
  return found.room
}
