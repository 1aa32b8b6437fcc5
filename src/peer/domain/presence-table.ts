// Who is there, as the registry says it: a snapshot in pages after each login, then changes. Invariant: names that a whole
// new snapshot does not list any more are gone from the table; without a registry nobody is known to be there.
// docs/protocol/registry.md, "Presence".

import { foldName, type PresenceEntry } from '../../protocol/index.ts'

export type PresenceState = 'online' | 'away' | 'unknown'

/** Entries kept at most: a registry lists 2,000 and tells changes of others. */
const entriesMax = 20_000

export class PresenceTable {
  readonly #entries = new Map<string, PresenceEntry>()
  /** Names whose entry something else contradicts. */
  readonly #doubted = new Set<string>()
  #snapshot: Set<string> | undefined
  #isLive = false

  /** What is known of a name (folded) now. */
  stateOf(key: string): PresenceState {
    const entry = this.#isLive && !this.#doubted.has(key) ? this.#entries.get(key) : undefined
    return entry === undefined ? 'unknown' : entry.online ? 'online' : 'away'
  }

  /** Everybody that was listed, by name. */
  all(): readonly PresenceEntry[] {
    return [...this.#entries.values()].toSorted((a, b) => (foldName(a.name) < foldName(b.name) ? -1 : 1))
  }

  /** A login was accepted: a snapshot follows. */
  begin(): void {
    this.#isLive = true
    this.#snapshot = new Set()
  }

  /** The session ended: what the table says is old news. */
  end(): void {
    this.#isLive = false
    this.#snapshot = undefined
  }

  /** Takes one page; the entries that tell something new, and whether the snapshot is whole with it. */
  take(page: { snapshot: boolean; last: boolean; entries: readonly PresenceEntry[] }): {
    changed: readonly PresenceEntry[]
    isWhole: boolean
  } {
    const changed = page.entries.filter((entry) => this.#takeEntry(entry))
    const snapshot = this.#snapshot
    const isWhole = page.snapshot && page.last && snapshot !== undefined
    if (isWhole) {
      for (const key of this.#entries.keys()) if (!snapshot.has(key)) this.#entries.delete(key)
      this.#snapshot = undefined
    }
    return { changed, isWhole }
  }

  /** A name was seen to be there, or not to be: its entry, which is told with a delay, says nothing until the next one. */
  doubt(key: string): void {
    if (this.#entries.has(key)) this.#doubted.add(key)
  }

  /** The registry said of one name that it is away. */
  setAway(key: string): void {
    this.#doubted.delete(key)
    const entry = this.#entries.get(key)
    if (entry) this.#entries.set(key, { ...entry, online: false })
  }

  #takeEntry(entry: PresenceEntry): boolean {
    const key = foldName(entry.name)
    this.#snapshot?.add(key)
    this.#doubted.delete(key)
    const before = this.#entries.get(key)
    if (!before && this.#entries.size >= entriesMax) return false
    this.#entries.set(key, entry)
    return before?.online !== entry.online || (before.busy ?? false) !== (entry.busy ?? false)
  }
}
