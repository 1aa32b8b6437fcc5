// A search as one types: asked a moment after the last key, page by page. Kept: what is shown are hits of what stands in
// the field, or of what stood there before it was answered; an answer that came too late changes nothing. Without React.

import type { ConversationKey, SearchHit, SearchQuery } from '../../../api/index.ts'
import { ParleyError } from '../../../base/index.ts'

export const hitsPerPage = 50
const afterMs = 140

export interface SearchView {
  readonly words: string
  readonly hits: readonly SearchHit[]
  /** The words that `hits` are of; empty where nothing was searched for. */
  readonly answered: string
  readonly isBusy: boolean
  readonly hasMore: boolean
  readonly problem: unknown
}

export interface SearchOptions {
  /** Absent: everywhere. */
  readonly scope: ConversationKey | undefined
  readonly search: (query: SearchQuery) => Promise<readonly SearchHit[]>
  /** Runs it after so many ms, unless the answer is called before. */
  readonly later: (ms: number, run: () => void) => () => void
  readonly onChange: () => void
}

const nothing = { hits: [], answered: '', isBusy: false, hasMore: false, problem: undefined } as const

export class SearchModel {
  readonly #options: SearchOptions
  #view: SearchView = { words: '', ...nothing }
  #turn = 0
  #stop: (() => void) | undefined

  constructor(options: SearchOptions) {
    this.#options = options
  }

  /** The same object until something changed. */
  get view(): SearchView {
    return this.#view
  }

  /** The field holds this now. */
  type(words: string): void {
    this.#stop?.()
    this.#turn++
    if (words.trim() === '') return this.#become({ words, ...nothing })
    this.#become({ ...this.#view, words, isBusy: true })
    this.#stop = this.#options.later(afterMs, () => void this.#ask(undefined))
  }

  /** Enter: at once. */
  now(): void {
    if (this.#stop === undefined) return
    this.#stop()
    void this.#ask(undefined)
  }

  async more(): Promise<void> {
    const last = this.#view.hits.at(-1)
    if (!this.#view.hasMore || this.#view.isBusy || last === undefined) return
    this.#become({ ...this.#view, isBusy: true })
    await this.#ask(last.cursor)
  }

  /** Nothing is wanted any more. */
  end(): void {
    this.#stop?.()
    this.#turn++
  }

  async #ask(cursor: string | undefined): Promise<void> {
    this.#stop = undefined
    const turn = ++this.#turn
    const words = this.#view.words.trim()
    const { scope } = this.#options
    const query = { words, count: hitsPerPage, ...(scope && { key: scope }), ...(cursor !== undefined && { cursor }) }
    try {
      const hits = await this.#options.search(query)
      if (turn !== this.#turn) return
      const all = cursor === undefined ? hits : [...this.#view.hits, ...hits]
      const hasMore = hits.length === hitsPerPage
      this.#become({ ...this.#view, hits: all, answered: words, isBusy: false, hasMore, problem: undefined })
    } catch (problem) {
      if (turn !== this.#turn) return
      // Signs alone, while one is still typing: nothing is found, and nothing is wrong.
      const isEmpty = problem instanceof ParleyError && problem.code === 'badSearch'
      this.#become({ ...this.#view, ...nothing, answered: words, problem: isEmpty ? undefined : problem })
    }
  }

  #become(view: SearchView): void {
    this.#view = view
    this.#options.onChange()
  }
}
