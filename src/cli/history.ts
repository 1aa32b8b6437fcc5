// `parley history`: what was said with somebody, in a room or to everyone, oldest first.

import { ParleyError } from '../base/index.ts'
import type { CommandDesk, Outcome } from './command-desk.ts'
import { conversationOf } from './conversation-word.ts'
import { entryLine, entryObject } from './entry.ts'
import { lastEntries } from './transcript-pages.ts'

export interface HistoryRequest {
  /** NAME, #ROOM or `everyone`. */
  readonly with: string
  readonly count: number
  /** Wall milliseconds: only what was said before. */
  readonly beforeMs?: number
}

export async function history(desk: CommandDesk, { with: word, count, beforeMs }: HistoryRequest): Promise<Outcome> {
  const { peer, results, nowMs, warn } = desk
  const key = await conversationOf(peer, word)
  if (key.kind === 'room') await ensureRoom(desk, key.room)
  const entries = await lastEntries(peer, key, count, ({ sentAt }) => beforeMs === undefined || sentAt < beforeMs)
  for (const entry of entries) {
    if (results.form === 'json') results.object(entryObject({ key, entry }))
    else results.line(entryLine({ key, entry }, nowMs(), false))
    await results.drained()
    if (results.closed.aborted) return undefined
  }
  if (entries.length === 0 && results.form === 'plain') warn('nothing was said there yet')
  return undefined
}

/** Rejects with `unknownRoom` where we never were in it. */
export async function ensureRoom({ peer }: Pick<CommandDesk, 'peer'>, room: number): Promise<void> {
  const rooms = await peer.rooms()
  if (!rooms.some((each) => each.room === room)) throw new ParleyError('unknownRoom', { details: { room } })
}
