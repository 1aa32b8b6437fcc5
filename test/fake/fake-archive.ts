// The archive of the fake peer: what tests put into it, and a record of what faces marked and left there.

import { ParleyError } from '../../src/base/index.ts'
import type {
  ContactCard,
  ConversationKey,
  ConversationRow,
  ImportOutcome,
  JourneyStep,
  SearchHit,
  TranscriptEntry,
  TranscriptPage,
  TranscriptQuery,
} from '../../src/api/index.ts'

export abstract class FakeArchive {
  rows: ConversationRow[] = []
  /** All there is, of whichever conversation. */
  entryList: TranscriptEntry[] = []
  hits: SearchHit[] = []
  readonly marked: { key: ConversationKey; id?: string }[] = []
  readonly drafts: { key: ConversationKey; text: string }[] = []

  async conversations(): Promise<readonly ConversationRow[]> {
    return this.rows
  }

  async transcript({ count }: TranscriptQuery): Promise<TranscriptPage> {
    return { entries: this.entryList.slice(-count), hasBefore: this.entryList.length > count, hasAfter: false }
  }

  async search(): Promise<readonly SearchHit[]> {
    return this.hits
  }

  async markRead(key: ConversationKey, id?: string): Promise<void> {
    this.marked.push({ key, ...(id !== undefined && { id }) })
  }

  async setDraft(key: ConversationKey, text: string): Promise<void> {
    this.drafts.push({ key, text })
  }

  async journey(id: string): Promise<readonly JourneyStep[]> {
    throw new ParleyError('unknownMessage', { details: { id } })
  }

  async contact(name: string): Promise<ContactCard> {
    throw new ParleyError('unknownName', { details: { name, nearest: [] } })
  }

  async importMessages(): Promise<ImportOutcome> {
    return { added: 0, known: 0, skipped: 0 }
  }
}
