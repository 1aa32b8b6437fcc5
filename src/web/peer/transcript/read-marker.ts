// Tells the peer how far was read: the last message of others that was on the screen while somebody looked, a moment
// later, so that scrolling through a hundred is one mark.

import type { ConversationKey } from '../../../api/index.ts'
import { type PageModel, sameKey } from '../model/index.ts'
import type { Row } from './rows.ts'

const afterMs = 250

export class ReadMarker {
  readonly #page: Pick<PageModel, 'peer' | 'state'>
  readonly #key: ConversationKey
  #readTo: number
  #marked: string | undefined
  #due: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(page: Pick<PageModel, 'peer' | 'state'>, key: ConversationKey) {
    this.#page = page
    this.#key = key
    this.#readTo = page.state.conversations.find((row) => sameKey(row.key, key))?.readTo ?? 0
  }

  /** All up to row `last` was on the screen. Answers whether nothing that is loaded is left to read. */
  see(rows: readonly Row[], last: number): boolean {
    let at = last
    while (at >= 0 && !isNews(rows[at] as Row)) at--
    const entry = rows[at]?.entry
    if (entry !== undefined && entry.id !== this.#marked && (entry.position ?? Infinity) > this.#readTo) {
      this.#marked = entry.id
      if (entry.position !== undefined) this.#readTo = entry.position
      this.#due = entry.id
      this.#timer ??= setTimeout(() => this.flush(), afterMs)
    }
    return !rows.slice(last + 1).some(isNews)
  }

  /** Tells it now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const id = this.#due
    this.#due = undefined
    if (id === undefined) return
    try {
      // Where it fails it is told with the next message, or after the line is back.
      this.#page.peer.markRead(this.#key, id).catch(() => void (this.#marked = undefined))
    } catch {
      this.#marked = undefined
    }
  }
}

function isNews({ entry }: Row): boolean {
  return entry.kind === 'message' && !entry.isOwn
}
