// Where the list stands: it is placed where it was asked to open, follows its end while that is on the screen, and settles
// after each change: older and newer pages are asked for before they are seen, what is far is let go of, and what was on
// the screen of somebody who looked is read. The scrolling itself is the list's.

import type { VirtualizerHandle } from 'virtua'
import type { Opening } from './opening.ts'
import type { ReadMarker } from './read-marker.ts'
import type { Row } from './rows.ts'
import type { TranscriptModel } from './transcript-model.ts'
import type { Drawn } from './use-transcript.ts'

/** A scroll so soon after a key, wheel or touch is the reader's; any other is the list's own. */
const intentMs = 1_000
/** What stands above the line of what is new when the conversation opens. */
const aboveUnreadPixels = 96
/** So near to the end counts as the end. */
const endPixels = 32
/** Pages are asked for when so few rows are left. */
const nearRows = 40

export interface StandOptions {
  readonly list: { readonly current: VirtualizerHandle | null }
  /** What is drawn now. */
  readonly latest: { readonly current: Drawn }
  readonly model: TranscriptModel
  readonly marker: ReadMarker
  readonly opening: Opening
  readonly setAway: (isAway: boolean) => void
  readonly setFound: (key: string | undefined) => void
}

interface Look {
  /** Indexes of rows on the screen. */
  readonly first: number
  readonly last: number
  readonly isAtEnd: boolean
}

/** Its functions are bound: they are handed to effects and handlers. */
export class ListStand {
  readonly #options: StandOptions
  #isFollowing: boolean
  #intentAt = -Infinity
  /** Which window was placed last. */
  #placed = 0
  /** The first row on the screen, and how far its beginning is above it. */
  #anchor: { readonly key: string; readonly above: number } | undefined
  #wanted: number | undefined

  constructor(options: StandOptions) {
    this.#options = options
    const { opening } = options
    this.#isFollowing = opening.at === 'end'
    this.#wanted = opening.at === 'position' ? opening.position : undefined
  }

  /** The reader is about to scroll. */
  readonly intend = (): void => {
    this.#intentAt = performance.now()
  }

  /** After something was drawn, before it is painted. */
  place({ rows, resets, view }: Drawn): void {
    if (rows.length === 0) return
    if (resets !== this.#placed) this.#placeAnew(rows, resets)
    else if (this.#isFollowing && !view.hasAfter) this.#scrollToEnd()
  }

  /** Takes note of where the list stands, and asks for what is missing there. */
  readonly settle = (): void => {
    const seen = this.#look()
    if (seen === undefined) return
    const { model, marker, setAway } = this.#options
    const { rows, view } = this.#options.latest.current
    const isLooking = document.visibilityState === 'visible' && document.hasFocus()
    if (seen.isAtEnd) this.#isFollowing = true
    else if (performance.now() - this.#intentAt < intentMs) this.#isFollowing = false
    this.#anchorAt(seen.first, rows)
    setAway(!seen.isAtEnd && !this.#isFollowing)
    model.look(seen.isAtEnd || this.#isFollowing, isLooking)
    if (isLooking && marker.see(rows, seen.last)) model.lineWasRead()
    if (view.loading !== undefined) return
    if (seen.first < nearRows && view.hasBefore) void model.loadBefore()
    else if (rows.length - seen.last < nearRows && view.hasAfter) void model.loadAfter()
  }

  /** Once nothing moves: lets go of what is far. */
  readonly letGo = (): void => {
    const seen = this.#look()
    if (seen !== undefined) this.#options.model.trim(seen.first, seen.last)
  }

  /** The sizes of rows are other than thought, or the box is: the end stays where it is. */
  readonly measured = (): void => {
    if (this.#isFollowing && !this.#options.latest.current.view.hasAfter) this.#scrollToEnd()
    // Where all fits, nothing scrolls that would tell where the list stands.
    requestAnimationFrame(this.settle)
  }

  readonly toEnd = (): void => {
    this.#isFollowing = true
    this.#wanted = undefined
    this.#anchor = undefined
    this.#intentAt = -Infinity
    if (this.#options.latest.current.view.hasAfter) void this.#options.model.toEnd()
    else this.#scrollToEnd()
  }

  /** Shows the entry of a position, loaded or not. */
  readonly goTo = (position: number): void => {
    const { model, latest } = this.#options
    if (model.keyAt(position) !== undefined) {
      this.#show(latest.current.rows, position)
      return
    }
    this.#wanted = position
    void model.open({ at: 'position', position })
  }

  /** Index of the last row on the screen. */
  readonly lastShown = (): number => this.#look()?.last ?? 0

  /** Another window: at what was wanted, at the line of what is new, where it was, or at the end. */
  #placeAnew(rows: readonly Row[], resets: number): void {
    const list = this.#options.list.current
    const isOpening = this.#placed === 0
    this.#placed = resets
    const unread = isOpening ? rows.findIndex((row) => row.isUnreadStart) : -1
    const anchor = this.#isFollowing ? undefined : this.#anchor
    const kept = anchor === undefined ? -1 : rows.findIndex(({ key }) => key === anchor.key)
    if (this.#wanted !== undefined) this.#show(rows, this.#wanted)
    else if (unread >= 0) list?.scrollToIndex(unread, { align: 'start', offset: -aboveUnreadPixels })
    else if (kept >= 0) list?.scrollToIndex(kept, { align: 'start', offset: anchor?.above ?? 0 })
    else this.#scrollToEnd()
    this.#wanted = undefined
  }

  #show(rows: readonly Row[], position: number): void {
    const at = rows.findIndex(({ entry }) => (entry.position ?? Infinity) >= position)
    if (at < 0) return
    this.#isFollowing = false
    this.#options.list.current?.scrollToIndex(at, { align: 'center' })
    this.#options.setFound(rows[at]?.key)
  }

  #scrollToEnd(): void {
    const { rows } = this.#options.latest.current
    if (rows.length > 0) this.#options.list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
  }

  #anchorAt(first: number, rows: readonly Row[]): void {
    const row = rows[first]
    const list = this.#options.list.current
    if (row === undefined || list === null) return
    this.#anchor = { key: row.key, above: list.scrollOffset - list.getItemOffset(first) }
  }

  #look(): Look | undefined {
    const list = this.#options.list.current
    const { rows, view } = this.#options.latest.current
    if (list === null || rows.length === 0 || list.viewportSize === 0) return undefined
    const bottom = list.scrollOffset + list.viewportSize
    return {
      first: list.findItemIndex(list.scrollOffset),
      last: Math.min(rows.length - 1, list.findItemIndex(Math.max(0, bottom - 4))),
      isAtEnd: bottom >= list.scrollSize - endPixels && !view.hasAfter,
    }
  }
}
