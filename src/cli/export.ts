// `parley export`: transcripts as a file for programs (JSONL), for people's notes (Markdown) or for a browser (HTML).
// Invariants: it streams, page by page; every format shows what was written and nothing else; a file of JSONL can be
// imported again.

import type { ConversationKey } from '../api/index.ts'
import type { CommandDesk, Outcome } from './command-desk.ts'
import { conversationOf, wordOf } from './conversation-word.ts'
import type { Saying } from './entry.ts'
import { htmlForm } from './export-html.ts'
import { jsonlForm } from './export-jsonl.ts'
import { markdownForm } from './export-markdown.ts'
import { ensureRoom } from './history.ts'
import { pagesForwards } from './transcript-pages.ts'

export interface ExportHead {
  /** Whose export it is. */
  readonly name: string
  readonly fingerprint: string
  /** Wall milliseconds. */
  readonly at: number
}

export interface ConversationHead {
  readonly key: ConversationKey
  /** NAME, `#3 (the boat)`, `everyone`; as others named it. */
  readonly title: string
}

/** How a format begins, goes on and ends; each part is text with its line ends. */
export interface ExportForm {
  begin(head: ExportHead): string
  conversation(head: ConversationHead): string
  entry(saying: Saying): string
  conversationEnd(): string
  end(): string
}

export type ExportFormat = 'jsonl' | 'md' | 'html'

export interface ExportRequest {
  /** NAME, #ROOM or `everyone`; absent: all. */
  readonly of?: string
  readonly format: ExportFormat
}

export async function exportTranscripts(desk: CommandDesk, request: ExportRequest): Promise<Outcome> {
  const { peer, results, nowMs, signal, warn } = desk
  const heads = await headsOf(desk, request.of)
  const form = { jsonl: jsonlForm, md: markdownForm, html: htmlForm }[request.format]()
  const over = AbortSignal.any([signal, results.closed])
  let messages = 0
  results.text(form.begin({ name: peer.name, fingerprint: peer.fingerprint, at: nowMs() }))
  for (const head of heads) {
    results.text(form.conversation(head))
    for await (const entries of pagesForwards(peer, head.key)) {
      results.text(entries.map((entry) => form.entry({ key: head.key, entry })).join(''))
      messages += entries.filter(({ kind }) => kind === 'message').length
      await results.drained()
      if (over.aborted) return signal.aborted ? 'interrupted' : undefined
    }
    results.text(form.conversationEnd())
  }
  results.text(form.end())
  await results.drained()
  warn(`${messages} ${messages === 1 ? 'message' : 'messages'} of ${heads.length} conversations`)
  return undefined
}

async function headsOf(desk: CommandDesk, word: string | undefined): Promise<readonly ConversationHead[]> {
  const rooms = new Map((await desk.peer.rooms()).map(({ room, name }) => [room, name]))
  const headOf = (key: ConversationKey): ConversationHead => {
    const name = key.kind === 'room' ? (rooms.get(key.room) ?? '') : ''
    return { key, title: name === '' ? wordOf(key) : `${wordOf(key)} (${name})` }
  }
  if (word === undefined) return (await desk.peer.conversations()).map(({ key }) => headOf(key))
  const key = await conversationOf(desk.peer, word)
  if (key.kind === 'room') await ensureRoom(desk, key.room)
  return [headOf(key)]
}
