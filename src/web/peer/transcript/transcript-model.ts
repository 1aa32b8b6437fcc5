// The open conversation: a window of its entries, loaded in pages and kept up to date by events. Kept: an entry is in it
// once, in the archive's order, whatever the order in which pages and events come; no state goes back; the window is
// bounded; an answer that was asked for before the window was replaced changes nothing. Plain, without React and timers:
// the view says when to `refresh`.

import type { ConversationKey, PeerEvent, TranscriptPage, TranscriptQuery } from '../../../api/index.ts'
import { FactBook } from './fact-book.ts'
import { liveEntry } from './live-entry.ts'
import { type Opening, openingQuery } from './opening.ts'
import { shownEntry, type ShownEntry, withFact } from './shown-entry.ts'

export const pageCount = 100
const refreshCount = 500
/** How far before the end a refresh begins: what is younger may still change its place; then further, then all. */
const refreshDepths = [60, 400, Infinity, Infinity] as const
/** More entries than this are let go of at the far end. */
export const windowMax = 1_000
export const windowKept = 700
/** Events whose entries have no place yet; more are found by paging. */
const liveMax = 1_000

/** Which end of the window the last change touched: a list must know to keep what is on the screen where it is. */
export type ChangeKind = 'reset' | 'start' | 'end'

export interface TranscriptSource {
  transcript(query: TranscriptQuery): Promise<TranscriptPage>
}

export interface TranscriptView {
  readonly entries: readonly ShownEntry[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
  /** `first`: nothing can be shown yet. */
  readonly loading: 'first' | 'before' | 'after' | undefined
  /** Why the last load failed. */
  readonly problem: unknown
  /** Above this entry stands the line of what is new. */
  readonly unreadKey: string | undefined
  /** Messages of others that came below what is on the screen. */
  readonly newBelow: number
}

export interface TranscriptOptions {
  readonly key: ConversationKey
  /** The own name. */
  readonly self: string
  readonly source: () => TranscriptSource
  /** Told after every change, in the order of the changes. */
  readonly onChange: (kind: ChangeKind) => void
  /** Events came whose entries have no place yet, or changed theirs: `refresh` soon. */
  readonly onStale: () => void
}

export class TranscriptModel {
  readonly #options: TranscriptOptions
  readonly #facts = new FactBook()
  /** Entries with a place, by place. */
  #placed: ShownEntry[] = []
  /** Entries that only events told of, in their order. */
  readonly #live = new Map<string, ShownEntry>()
  #hasBefore = false
  #hasAfter = false
  #loading: TranscriptView['loading'] = 'first'
  #problem: unknown
  #unreadKey: string | undefined
  #newBelow = 0
  /** Counts windows: what an earlier one asked for is not for this one. */
  #epoch = 0
  #isRefreshing = false
  /** How many refreshes did not find what events told. */
  #misses = 0
  #isAtEnd = true
  #isLooking = true
  #isLineRead = false
  #opening: Opening = { at: 'end' }
  #view: TranscriptView | undefined

  constructor(options: TranscriptOptions) {
    this.#options = options
  }

  get key(): ConversationKey {
    return this.#options.key
  }

  /** The same object until something changed. */
  get view(): TranscriptView {
    this.#view ??= {
      entries: this.#hasAfter ? this.#placed : [...this.#placed, ...this.#live.values()],
      hasBefore: this.#hasBefore,
      hasAfter: this.#hasAfter,
      loading: this.#loading,
      problem: this.#problem,
      unreadKey: this.#unreadKey,
      newBelow: this.#newBelow,
    }
    return this.#view
  }

  /** Whether the end is on the screen, and whether somebody looks: what comes else is counted, or gets the line. */
  look(isAtEnd: boolean, isLooking: boolean): void {
    this.#isAtEnd = isAtEnd
    this.#isLooking = isLooking
    if (isAtEnd && !this.#hasAfter && this.#newBelow > 0) {
      this.#newBelow = 0
      this.#changed('end')
    }
  }

  /** All under the line was on the screen: the next one that comes unseen gets a new line. */
  lineWasRead(): void {
    this.#isLineRead = true
  }

  /** Whether the entry at a position is in the window: it need not be loaded. */
  keyAt(position: number): string | undefined {
    return this.#placed.find((entry) => entry.position === position)?.key
  }

  /** Throws the window away and loads the one around `opening`. */
  async open(opening: Opening): Promise<void> {
    this.#opening = opening
    const epoch = ++this.#epoch
    this.#loading = 'first'
    this.#problem = undefined
    this.#changed('end')
    const page = await this.#ask(epoch, openingQuery(opening))
    if (page === undefined) return
    this.#placed = page.entries.map((entry) => this.#show(entry))
    this.#hasBefore = page.hasBefore
    this.#hasAfter = page.hasAfter
    this.#newBelow = 0
    this.#loading = undefined
    if (opening.at === 'unread') {
      this.#unreadKey = this.#placed.find((entry) => isNews(entry) && (entry.position as number) > opening.readTo)?.key
    }
    this.#settleLive()
    this.#changed('reset')
  }

  /** The latest, from wherever the window is. */
  async toEnd(): Promise<void> {
    if (this.#hasAfter || this.#loading === 'first') await this.open({ at: 'end' })
  }

  async loadBefore(): Promise<void> {
    const first = this.#placed[0]
    if (!this.#hasBefore || this.#loading !== undefined || first === undefined) return
    this.#loading = 'before'
    const page = await this.#ask(this.#epoch, { before: first.position as number, count: pageCount })
    if (page === undefined) return
    this.#loading = undefined
    this.#hasBefore = page.hasBefore
    this.#take({ ...page, hasAfter: true }, false)
    this.#changed('start')
  }

  async loadAfter(): Promise<void> {
    const last = this.#placed.at(-1)
    if (!this.#hasAfter || this.#loading !== undefined || last === undefined) return
    this.#loading = 'after'
    const page = await this.#ask(this.#epoch, { after: last.position as number, count: pageCount })
    if (page === undefined) return
    this.#loading = undefined
    this.#hasAfter = page.hasAfter
    this.#take(page, false)
    this.#settleLive()
    // It may have been read before the last of what events told, and was too much to hold.
    if (!this.#hasAfter) this.#options.onStale()
    this.#changed('end')
  }

  /** Asks for the end of the window again, so that what events told gets its place. */
  async refresh(): Promise<void> {
    if (this.#hasAfter || this.#loading === 'first' || this.#isRefreshing) return
    const depth = refreshDepths[Math.min(this.#misses, refreshDepths.length - 1)] as number
    const from = this.#placed.at(Math.max(-1 - depth, -this.#placed.length))
    const isShort = from === undefined || this.#placed.length <= depth
    const asked = [...this.#live.keys()]
    this.#isRefreshing = true
    const query = isShort && !this.#hasBefore ? { count: refreshCount } : { after: from?.position ?? 0, count: 1_000 }
    const page = await this.#ask(this.#epoch, query, false)
    this.#isRefreshing = false
    if (page === undefined) return
    if (query.after === undefined) {
      // Short as it was, the window was all there is: the page begins where there may be more now.
      if (page.hasBefore && !this.#overlaps(page)) return this.open({ at: 'end' })
      this.#hasBefore ||= page.hasBefore && this.#startsAtOrAfter(page)
    }
    this.#take(page, true)
    this.#hasAfter = page.hasAfter
    this.#countMisses(asked, page.hasAfter)
    this.#settleLive()
    this.#changed('end')
    if (page.hasAfter && this.#isAtEnd) await this.open({ at: 'end' })
  }

  /** After the line was lost: reads the window again, as events were missed. */
  async resume(): Promise<void> {
    const epoch = ++this.#epoch
    this.#isRefreshing = false
    if (this.#loading === 'first' || this.#placed.length === 0) return this.open(this.#opening)
    this.#loading = undefined
    const middle = this.#placed[this.#placed.length >> 1] as ShownEntry
    const count = Math.min(1_000, this.#placed.length + 2 * pageCount)
    const page = await this.#ask(epoch, { around: middle.position as number, count })
    if (page === undefined) return
    const [first, last] = [this.#placed[0]?.position ?? 0, this.#placed.at(-1)?.position ?? 0]
    this.#take(page, true)
    if ((page.entries[0]?.position ?? Infinity) <= first) this.#hasBefore = page.hasBefore
    if (!page.hasAfter || (page.entries.at(-1)?.position ?? 0) >= last) this.#hasAfter = page.hasAfter
    this.#settleLive()
    this.#options.onStale()
    this.#changed(this.#placed[0]?.position === first ? 'end' : 'reset')
    if (this.#hasAfter && this.#isAtEnd) await this.open({ at: 'end' })
  }

  /** Takes in what the peer tells. */
  apply(event: PeerEvent): void {
    const entry = liveEntry(event, this.#options.key, this.#options.self)
    if (entry !== undefined) this.#add(entry, isOutOfTurn(event))
    const id = this.#facts.take(event)
    if (id === undefined) return
    if (!this.#update(id)) return
    // A place in the room's order, which may be another one than the last.
    if (event.type === 'roomPlaced' || event.type === 'channelState') this.#options.onStale()
    this.#changed('end')
  }

  /**
   * Lets go of what is far from what is shown: `first` and `last` are indexes of `view.entries`. One end at a time, so
   * that the list can follow.
   */
  trim(first: number, last: number): void {
    const length = this.view.entries.length
    // While a page is on its way, what it joins must stay.
    if (length <= windowMax || this.#loading !== undefined || this.#isRefreshing) return
    const over = length - windowKept
    if (first > over && first > length - last) {
      this.#placed = this.#placed.slice(Math.min(over, this.#placed.length - 1))
      this.#hasBefore = true
      this.#changed('start')
    } else if (length - last > over) {
      this.#placed = this.#placed.slice(0, windowKept)
      this.#hasAfter = true
      this.#changed('end')
    }
  }

  #add(entry: ShownEntry, isLate: boolean): void {
    const isKnown = this.#live.has(entry.key) || this.#placed.some(({ key }) => key === entry.key)
    if (isKnown) return
    this.#live.set(entry.key, withFact(entry, this.#facts.of(entry.id)))
    if (this.#live.size > liveMax) this.#overflow()
    if (isLate) this.#misses = Math.max(this.#misses, 1)
    if (!this.#hasAfter) this.#options.onStale()
    this.#note(entry)
    this.#changed('end')
  }

  /** Too many to hold: from here on the archive tells what they are. */
  #overflow(): void {
    this.#live.clear()
    if (this.#loading === 'first') return
    this.#epoch++
    this.#loading = undefined
    this.#isRefreshing = false
    this.#hasAfter = true
    if (this.#isAtEnd) void this.open({ at: 'end' })
  }

  /** Counts what came unseen, and gives it the line where there is none above something unread. */
  #note(entry: ShownEntry): void {
    if (!isNews(entry)) {
      if (entry.isOwn && entry.kind === 'message') this.#unreadKey = undefined
      return
    }
    if (!this.#isAtEnd || this.#hasAfter) this.#newBelow++
    if (!this.#isLooking && (this.#unreadKey === undefined || this.#isLineRead)) {
      this.#unreadKey = entry.key
      this.#isLineRead = false
    }
  }

  #update(id: string): boolean {
    const live = this.#live.get(id)
    if (live !== undefined) {
      this.#live.set(id, withFact(live, this.#facts.of(id)))
      return true
    }
    const at = this.#placed.findLastIndex(({ key }) => key === id)
    if (at < 0) return false
    this.#placed = this.#placed.with(at, withFact(this.#placed[at] as ShownEntry, this.#facts.of(id)))
    return true
  }

  #show(entry: TranscriptPage['entries'][number]): ShownEntry {
    return shownEntry(entry, this.#facts.of(entry.id))
  }

  /** A page's entries at their places; what it says of its stretch is the whole of it. */
  #take(page: TranscriptPage, isNew: boolean): void {
    const first = page.entries[0]?.position
    const last = page.entries.at(-1)?.position
    if (first === undefined || last === undefined) return
    const end = this.#placed.at(-1)?.position ?? -Infinity
    const fresh = page.entries.map((entry) => this.#show(entry))
    const keys = new Set(fresh.map(({ key }) => key))
    const known = new Set(this.#placed.map(({ key }) => key))
    const others = this.#placed.filter(({ key }) => !keys.has(key))
    const below = others.filter(({ position }) => (position as number) < first)
    // Past the last page of all there is nothing.
    const above = page.hasAfter ? others.filter(({ position }) => (position as number) > last) : []
    this.#placed = [...below, ...fresh, ...above]
    if (!isNew) return
    for (const entry of fresh) {
      const isUnseen = !known.has(entry.key) && !this.#live.has(entry.key)
      if (isUnseen && (entry.position as number) > end) this.#note(entry)
    }
  }

  #overlaps(page: TranscriptPage): boolean {
    const first = page.entries[0]?.position ?? Infinity
    return (this.#placed.at(-1)?.position ?? -Infinity) >= first
  }

  #startsAtOrAfter(page: TranscriptPage): boolean {
    const first = page.entries[0]?.position ?? Infinity
    return (this.#placed[0]?.position ?? Infinity) >= first
  }

  /**
   * What has its place now waits for none; nor does what came before such a one, as its place is further up. For the
   * rest the view asks again.
   */
  #settleLive(): void {
    const placed = new Set(this.#placed.map(({ key }) => key))
    const live = [...this.#live.keys()]
    const last = live.findLastIndex((key) => placed.has(key))
    for (const key of live.slice(0, last + 1)) this.#live.delete(key)
    if (this.#live.size > 0 && !this.#hasAfter) this.#options.onStale()
  }

  /** What is in no page of the whole window is further up: it is found by who goes there. */
  #countMisses(asked: readonly string[], isCut: boolean): void {
    const placed = new Set(this.#placed.map(({ key }) => key))
    const missing = asked.filter((key) => !placed.has(key))
    if (missing.length === 0 || isCut) this.#misses = 0
    else if (++this.#misses >= refreshDepths.length) {
      for (const key of missing) this.#live.delete(key)
      this.#misses = 0
    }
  }

  async #ask(epoch: number, query: Omit<TranscriptQuery, 'key'>, isShown = true): Promise<TranscriptPage | undefined> {
    try {
      const page = await this.#options.source().transcript({ key: this.#options.key, ...query })
      return epoch === this.#epoch ? page : undefined
    } catch (error) {
      if (epoch !== this.#epoch) return undefined
      if (isShown) {
        this.#problem = error
        if (this.#loading !== 'first') this.#loading = undefined
        this.#changed('end')
      }
      return undefined
    }
  }

  #changed(kind: ChangeKind): void {
    this.#view = undefined
    this.#options.onChange(kind)
  }
}

/** Its place is not at the end. */
function isOutOfTurn(event: PeerEvent): boolean {
  return (event.type === 'roomMessage' && event.isLate === true) || (event.type === 'channelMessage' && event.missed)
}

function isNews(entry: ShownEntry): boolean {
  return entry.kind === 'message' && !entry.isOwn
}
