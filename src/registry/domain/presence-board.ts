// Who is on line, and how others hear of it. A new session gets a snapshot in pages; after it only changes travel,
// gathered for a moment and encoded once for all. Invariant: a snapshot and the changes that follow it add up to the
// truth, as a change stays in the next batch until that batch left. docs/protocol/registry.md, "Presence".

import type { MonotonicMs, WallMs } from '../../base/index.ts'
import {
  type AccountName,
  encodeRegistryMessage,
  foldName,
  pageEntriesMax,
  type PresenceEntry,
} from '../../protocol/index.ts'
import type { RegistryLimits } from './limits.ts'

export class PresenceBoard {
  readonly #limits: RegistryLimits
  readonly #online = new Map<string, PresenceEntry>()
  /** Those seen longest ago first, so that the first is the one to forget. */
  readonly #away = new Map<string, PresenceEntry>()
  /** Of these the accounts that are no more: told as away to who knew them, and to nobody else. */
  readonly #removed = new Set<string>()
  #changed = new Set<string>()
  #flushAt: MonotonicMs | undefined
  /** Pages as of some moment since the last batch; every later change is in the next batch. */
  #snapshot: readonly Uint8Array[] | undefined

  constructor(limits: RegistryLimits) {
    this.#limits = limits
  }

  isOnline(key: string): boolean {
    return this.#online.has(key)
  }

  isBusy(key: string): boolean {
    return this.#online.get(key)?.busy ?? false
  }

  /** Whoever is on line, and those away that a snapshot lists first. */
  entries(): readonly PresenceEntry[] {
    return [...this.#online.values(), ...this.#listedAway().toReversed()]
  }

  get onlineCount(): number {
    return this.#online.size
  }

  /** `since`: when it came on line; an account that is on line already keeps its own. */
  setOnline(now: MonotonicMs, name: AccountName, since: WallMs): void {
    const key = foldName(name)
    if (this.#online.has(key)) return
    this.#away.delete(key)
    this.#removed.delete(key)
    this.#online.set(key, { name, online: true, since })
    this.#change(now, key)
  }

  /** `since`: its last life sign. */
  setAway(now: MonotonicMs, name: AccountName, since: WallMs): void {
    const key = foldName(name)
    this.#online.delete(key)
    this.#away.delete(key)
    this.#away.set(key, { name, online: false, since })
    this.#forgetSurplus()
    this.#change(now, key)
  }

  /** Whether an account that is on line is in a private session. */
  setBusy(now: MonotonicMs, key: string, busy: boolean): void {
    const entry = this.#online.get(key)
    if (!entry || (entry.busy ?? false) === busy) return
    const { name, online, since } = entry
    this.#online.set(key, { name, online, since, ...(busy && { busy }) })
    this.#change(now, key)
  }

  /** The account is no more. */
  remove(now: MonotonicMs, key: string, since: WallMs): void {
    const entry = this.#online.get(key) ?? this.#away.get(key)
    if (!entry) return
    this.setAway(now, entry.name, since)
    this.#removed.add(key)
  }

  /** Adds what the store knows of accounts that have not been here since the start; `accounts` are latest first. */
  learnAway(now: MonotonicMs, accounts: readonly { readonly name: AccountName; readonly seen: WallMs }[]): void {
    const seenSinceStart = [...this.#away]
    this.#away.clear()
    for (const { name, seen } of accounts.toReversed()) {
      const key = foldName(name)
      if (this.#online.has(key)) continue
      this.#away.set(key, { name, online: false, since: seen })
      this.#change(now, key)
    }
    for (const [key, entry] of seenSinceStart) {
      this.#away.delete(key)
      this.#away.set(key, entry)
    }
    this.#forgetSurplus()
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#flushAt
  }

  /** Messages for a session that has just logged in; shared, not to be written to. */
  snapshot(): readonly Uint8Array[] {
    this.#snapshot ??= this.#encodeSnapshot()
    return this.#snapshot
  }

  /** The keys that changed since the last batch; from here on they count as told. */
  takeChanges(): readonly string[] {
    const changed = [...this.#changed]
    this.#changed = new Set()
    this.#flushAt = undefined
    this.#snapshot = undefined
    return changed
  }

  /** Messages that tell the present state of these accounts. */
  encodeEntries(keys: readonly string[]): readonly Uint8Array[] {
    const entries = keys
      .map((key) => this.#online.get(key) ?? this.#away.get(key))
      .filter((entry) => entry !== undefined)
    return pages(entries).map((page) =>
      encodeRegistryMessage({ t: 'presence', snapshot: false, last: false, entries: page }),
    )
  }

  #change(now: MonotonicMs, key: string): void {
    this.#changed.add(key)
    // Each change goes to everybody, so the more there are, the longer changes are gathered: the work per second stays level.
    const gatherMs = this.#limits.presenceGatherMs + this.#limits.presenceGatherPerSessionMs * this.#online.size
    this.#flushAt ??= now + Math.min(gatherMs, this.#limits.presenceGatherMaxMs)
  }

  #forgetSurplus(): void {
    for (const key of this.#away.keys()) {
      if (this.#away.size <= this.#limits.awayListedMax) return
      this.#away.delete(key)
      this.#removed.delete(key)
    }
  }

  #listedAway(): PresenceEntry[] {
    return [...this.#away].filter(([key]) => !this.#removed.has(key)).map(([, entry]) => entry)
  }

  #encodeSnapshot(): readonly Uint8Array[] {
    const room = this.#limits.snapshotEntriesMax
    const online = [...this.#online.values()].slice(-room)
    const away = online.length < room ? this.#listedAway().slice(online.length - room) : []
    const found = pages([...online, ...away.toReversed()])
    const all = found.length === 0 ? [[]] : found
    return all.map((entries, i) =>
      encodeRegistryMessage({ t: 'presence', snapshot: true, last: i === all.length - 1, entries }),
    )
  }
}

function pages(entries: readonly PresenceEntry[]): PresenceEntry[][] {
  const found: PresenceEntry[][] = []
  for (let i = 0; i < entries.length; i += pageEntriesMax) found.push(entries.slice(i, i + pageEntriesMax))
  return found
}
