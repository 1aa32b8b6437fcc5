// What a responder remembers of first messages: handshakes answered but not yet proven live (half-open), and the greatest
// timestamp of each remote key. Invariants: both tables are bounded (S12); a timestamp not greater than the last one that
// proved live is refused (replays change nothing); one remote key has at most one half-open handshake.
// docs/protocol/link.md 3.6.

import type { MonotonicMs, Random } from '../base/index.ts'
import { byteKey } from './byte-key.ts'
import { connectionKey } from './packet.ts'

/** The part of a half-open handshake that this table needs. */
export interface HalfOpen {
  /** Our connection id in it. */
  readonly localId: Uint8Array
  /** MAC1 of the first message: what makes a repetition the same message. */
  readonly mac1: Uint8Array
  /** The initiator's key where the first message carries it (IK). */
  readonly remoteKey: Uint8Array | undefined
  readonly timestamp: number
  readonly createdAt: MonotonicMs
}

export class InitiationTable<Entry extends HalfOpen> {
  readonly #limits: { readonly halfOpen: number; readonly halfOpenMs: number; readonly timestamps: number }
  readonly #random: Random
  readonly #byId = new Map<number, Entry>()
  readonly #byMac = new Map<string, Entry>()
  readonly #byKey = new Map<string, Entry>()
  readonly #timestamps = new Map<string, number>()
  /** Entries whose initiator's key is not known yet. */
  #firstContacts = 0

  constructor(limits: { halfOpen: number; halfOpenMs: number; timestamps: number }, random: Random) {
    this.#limits = limits
    this.#random = random
  }

  /** Half-open handshakes now. */
  get size(): number {
    return this.#byId.size
  }

  /** Remote keys whose timestamps are remembered now. */
  get timestamps(): number {
    return this.#timestamps.size
  }

  /**
   * Whether a newcomer gets a place, before anything was computed for it. From half of its part of the table on, newcomers
   * are refused with a chance that grows to 1 (random early drop): a flood then delays honest initiators, it does not lock
   * them out. First contacts have a quarter of the table: whoever is in doubt about a silent responder's key asks with one
   * and never ends it, and a thousand in doubt must not keep out those who know.
   */
  admits(isFirstContact: boolean): boolean {
    const quarter = this.#limits.halfOpen / 4
    const [size, places] = isFirstContact
      ? [this.#firstContacts, quarter]
      : [this.size - this.#firstContacts, this.#limits.halfOpen - quarter]
    const half = places / 2
    return size < half || this.#random.fraction() >= (size - half) / (places - half)
  }

  /** Whether a first message of this key is newer than everything known of it. */
  isNewer(remoteKey: Uint8Array, timestamp: number): boolean {
    const key = byteKey(remoteKey)
    return timestamp > (this.#timestamps.get(key) ?? -1) && timestamp > (this.#byKey.get(key)?.timestamp ?? -1)
  }

  byConnection(bytes: Uint8Array, at: number): Entry | undefined {
    return this.#byId.get(connectionKey(bytes, at))
  }

  byMac(mac1: Uint8Array): Entry | undefined {
    return this.#byMac.get(byteKey(mac1))
  }

  byKey(remoteKey: Uint8Array): Entry | undefined {
    return this.#byKey.get(byteKey(remoteKey))
  }

  /** Adds an admitted entry; an older one of the same key gives way. */
  add(entry: Entry): void {
    if (entry.remoteKey !== undefined) {
      const key = byteKey(entry.remoteKey)
      const older = this.#byKey.get(key)
      if (older !== undefined) this.remove(older)
      this.#byKey.set(key, entry)
    } else this.#firstContacts += 1
    this.#byId.set(connectionKey(entry.localId, 0), entry)
    this.#byMac.set(byteKey(entry.mac1), entry)
  }

  remove(entry: Entry): void {
    if (!this.#byId.delete(connectionKey(entry.localId, 0))) return
    if (entry.remoteKey === undefined) this.#firstContacts -= 1
    this.#byMac.delete(byteKey(entry.mac1))
    if (entry.remoteKey !== undefined) this.#byKey.delete(byteKey(entry.remoteKey))
  }

  /** The entry proved live: from now on its timestamp and older ones of its key are refused. */
  confirm(entry: Entry): void {
    this.remove(entry)
    if (entry.remoteKey === undefined) return
    const key = byteKey(entry.remoteKey)
    this.#timestamps.delete(key)
    this.#timestamps.set(key, entry.timestamp)
    if (this.#timestamps.size <= this.#limits.timestamps) return
    for (const oldest of this.#timestamps.keys()) {
      this.#timestamps.delete(oldest)
      return
    }
  }

  /** Forgets the greatest timestamp of a key whose owner's clock was wrong once. */
  forget(remoteKey: Uint8Array): void {
    this.#timestamps.delete(byteKey(remoteKey))
  }

  /** Drops what did not prove itself in time. */
  handleTimeout(now: MonotonicMs): void {
    for (const entry of this.#byId.values()) {
      if (now < entry.createdAt + this.#limits.halfOpenMs) return
      this.remove(entry)
    }
  }

  /** When the oldest half-open handshake expires. */
  pollTimeout(): MonotonicMs | undefined {
    for (const entry of this.#byId.values()) return entry.createdAt + this.#limits.halfOpenMs
    return undefined
  }
}
