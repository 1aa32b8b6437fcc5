// The fake peer with an archive that pages as a real one does, and sends that keep the caller's ids.

import { foldName } from '../../src/protocol/index.ts'
import type {
  ConversationKey,
  ConversationRow,
  ImportedMessage,
  ImportOutcome,
  SendOptions,
  TranscriptEntry,
  TranscriptPage,
  TranscriptQuery,
} from '../../src/api/index.ts'
import { FakePeer } from './fake-peer.ts'

export const noon = Date.UTC(2026, 10, 21, 12)

/** What becomes of a message; by default it is stored at once. */
type Becomes = (id: string, peer: TalkPeer) => void

export class TalkPeer extends FakePeer {
  readonly talks = new Map<string, { readonly key: ConversationKey; readonly entries: TranscriptEntry[] }>()
  readonly pageSizes: number[] = []
  becomes: Becomes = (id, peer) => peer.emit({ type: 'state', id, to: 'bob', state: 'stored', road: 'direct', ms: 0.8 })
  refuses: ((text: string) => Error | undefined) | undefined

  override async send(to: string, text: string, { id = this.nextId() }: SendOptions = {}): Promise<string> {
    const error = this.refuses?.(text)
    if (error) throw error
    this.sent.push({ id, to, text })
    this.emit({ type: 'sent', id, to, text, at: noon })
    this.becomes(id, this)
    return id
  }

  override async sendToRoom(room: number, text: string, { id = this.nextId() }: SendOptions = {}): Promise<string> {
    this.roomTexts.push({ id, room, text })
    this.emit({ type: 'roomSent', room, id, text, at: noon })
    this.becomes(id, this)
    return id
  }

  override async sendToAll(text: string, { id = this.nextId() }: SendOptions = {}): Promise<string> {
    this.emit({ type: 'channelSent', id, text, at: noon })
    this.becomes(id, this)
    return id
  }

  /** Somebody's message, or an own one, in a conversation. */
  put(key: ConversationKey, entry: Partial<TranscriptEntry>): TranscriptEntry {
    const { entries } = this.#talk(key)
    const position = (entries.at(-1)?.position ?? 0) + 1
    const made: TranscriptEntry = {
      position,
      kind: 'message',
      id: (1_000_000 + this.talks.size * 100_000 + position).toString(16).padStart(32, '0'),
      isOwn: false,
      sentAt: noon + position * 1_000,
      ...entry,
    }
    entries.push(made)
    return made
  }

  override async conversations(): Promise<readonly ConversationRow[]> {
    return [...this.talks.values()].map(({ key, entries }) => {
      const last = entries.at(-1)
      const latest = last && { isOwn: last.isOwn, text: last.text ?? '', at: last.sentAt }
      return { key, title: '', unread: 0, readTo: 0, draft: '', ...(latest && { latest }) }
    })
  }

  override async transcript({ key, count, before, after }: TranscriptQuery): Promise<TranscriptPage> {
    const all = this.#talk(key).entries.toSorted((a, b) => a.position - b.position)
    this.pageSizes.push(count)
    if (after !== undefined) {
      const entries = all.filter(({ position }) => position > after).slice(0, count)
      const hasAfter = entries.at(-1) !== all.at(-1) && entries.length > 0
      return { entries, hasBefore: entries[0] !== all[0], hasAfter }
    }
    const entries = all.filter(({ position }) => before === undefined || position < before).slice(-count)
    return { entries, hasBefore: entries.length > 0 && entries[0] !== all[0], hasAfter: before !== undefined }
  }

  /** Before all that is there, in the given order. */
  override async importMessages(messages: readonly ImportedMessage[] = []): Promise<ImportOutcome> {
    let added = 0
    for (const { key } of messages) this.#talk(key)
    for (const { key, entries } of this.talks.values()) {
      const known = new Set(entries.map(({ id }) => id))
      const fresh = messages.filter((message) => nameOf(message.key) === nameOf(key) && !known.has(message.id))
      const first = (entries[0]?.position ?? 1) - fresh.length
      entries.unshift(
        ...fresh.map(({ key: _key, ...entry }, i) => ({ ...entry, kind: 'message' as const, position: first + i })),
      )
      added += fresh.length
    }
    return { added, known: messages.length - added, skipped: 0 }
  }

  #talk(key: ConversationKey): { readonly key: ConversationKey; readonly entries: TranscriptEntry[] } {
    const name = nameOf(key)
    const talk = this.talks.get(name) ?? { key, entries: [] }
    this.talks.set(name, talk)
    return talk
  }
}

function nameOf(key: ConversationKey): string {
  if (key.kind === 'person') return foldName(key.name)
  return key.kind === 'room' ? `#${key.room}` : 'everyone'
}
