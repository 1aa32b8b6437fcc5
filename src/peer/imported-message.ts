// Messages of another place, checked before the store gets them: a file may say anything.

import { encodeUtf8, ParleyError, type WallMs } from '../base/index.ts'
import { type AccountName, foldName, isAccountName, textBytesMax } from '../protocol/index.ts'
import type { ConversationKey, ImportedRow, MessageState, RoomKey, Road, TalkKey } from './domain/index.ts'

export interface ImportedMessage {
  readonly key: ConversationKey
  readonly id: string
  readonly from?: string
  readonly isOwn: boolean
  readonly text: string
  readonly sentAt: number
  readonly receivedAt?: number
  readonly road?: Road
  readonly state?: MessageState
}

export const importedMax = 1_000
const messageId = /^[0-9a-f]{32}$/
/** What a `Date` can show. */
const timeMax = 8.64e15

/**
 * As the store takes them, without those of rooms that are not known (`keys` has the room's key of each). `own`: the own
 * name. Throws ParleyError `tooManyMessages` {limit}, `badImport` {index, problem}.
 */
export function readImport(
  messages: readonly ImportedMessage[],
  keys: readonly (RoomKey | undefined)[],
  own: string,
): ImportedRow[] {
  if (messages.length > importedMax) throw new ParleyError('tooManyMessages', { details: { limit: importedMax } })
  return messages.flatMap((message, index) => {
    const problem = problemOf(message)
    if (problem) throw new ParleyError('badImport', { details: { index, problem } })
    const room = keys[index]
    if (message.key.kind === 'room' && room === undefined) return []
    const key: TalkKey = message.key.kind === 'room' ? { kind: 'room', room: room ?? '' } : message.key
    return [rowOf(message, key, own)]
  })
}

function problemOf({ key, id, from, isOwn, text, sentAt, receivedAt }: ImportedMessage): string | undefined {
  if (!messageId.test(id)) return 'id'
  if (key.kind === 'person' && !isAccountName(key.name)) return 'key'
  if (from !== undefined && !isAccountName(from)) return 'from'
  if (from === undefined && !isOwn && key.kind === 'room') return 'from'
  if (text === '' || !text.isWellFormed() || encodeUtf8(text).length > textBytesMax) return 'text'
  return isTime(sentAt) && (receivedAt === undefined || isTime(receivedAt)) ? undefined : 'time'
}

function isTime(at: number): boolean {
  return Number.isFinite(at) && Math.abs(at) <= timeMax
}

/** Of what waited there nothing is claimed here: it is not sent from here, and may arrive from there. */
function rowOf(message: ImportedMessage, key: TalkKey, own: string): ImportedRow {
  const { id, from, isOwn, text, sentAt, receivedAt, road, state } = message
  const isEnd = state === 'stored' || state === 'expired' || state === 'failed'
  const writer = isOwn ? own : key.kind === 'person' ? key.name : from
  return {
    key,
    id,
    ...(writer !== undefined && { from: writer as AccountName }),
    isOwn: isOwn || (key.kind !== 'person' && writer !== undefined && foldName(writer) === foldName(own)),
    text,
    sentAt: wallOf(sentAt),
    ...(receivedAt !== undefined && { receivedAt: wallOf(receivedAt) }),
    ...(road && { road }),
    ...(isOwn && key.kind === 'person' && isEnd && { state }),
  }
}

function wallOf(at: number): WallMs {
  return Math.floor(at)
}
