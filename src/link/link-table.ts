// The links of one endpoint, found by what a datagram carries (connection id, reset token) or by what the owner knows
// (LinkId, remote key). Invariant: no two ids that an endpoint gave out share their map key.

import type { MonotonicMs } from '../base/index.ts'
import { byteKey } from './byte-key.ts'
import type { EstablishedLink } from './established-link.ts'
import { initiatesAgainst } from './handshake-initiator.ts'
import type { LinkId } from './link-event.ts'
import { connectionIdAt, connectionKey } from './packet.ts'

export class LinkTable {
  readonly #byConnection = new Map<number, EstablishedLink>()
  readonly #byId = new Map<LinkId, EstablishedLink>()
  readonly #byToken = new Map<string, EstablishedLink>()
  readonly #byRemoteKey = new Map<string, EstablishedLink>()

  get size(): number {
    return this.#byConnection.size
  }

  add(link: EstablishedLink): void {
    this.#byConnection.set(connectionKey(link.localId, 0), link)
    this.#byId.set(link.id, link)
    this.#byToken.set(byteKey(link.remoteToken), link)
    this.#byRemoteKey.set(byteKey(link.remoteKey), link)
  }

  /** Forgets a link; the maps by remote key and id may hold a newer one already. */
  remove(link: EstablishedLink): void {
    this.#byConnection.delete(connectionKey(link.localId, 0))
    removeIfSame(this.#byId, link.id, link)
    removeIfSame(this.#byToken, byteKey(link.remoteToken), link)
    removeIfSame(this.#byRemoteKey, byteKey(link.remoteKey), link)
  }

  /** Whether an id would collide with one in use. */
  isUsed(connectionId: Uint8Array): boolean {
    return this.#byConnection.has(connectionKey(connectionId, 0))
  }

  /** The link that the datagram's connection id at `at` names. */
  byConnection(bytes: Uint8Array, at: number): EstablishedLink | undefined {
    const link = this.#byConnection.get(connectionKey(bytes, at))
    return link !== undefined && connectionIdAt(bytes, at, link.localId) ? link : undefined
  }

  byId(id: LinkId): EstablishedLink | undefined {
    return this.#byId.get(id)
  }

  ids(): Iterable<LinkId> {
    return this.#byId.keys()
  }

  byToken(token: Uint8Array): EstablishedLink | undefined {
    return this.#byToken.get(byteKey(token))
  }

  /**
   * Whether we, the lower key, initiated a link with this key since `since` and heard nothing on it yet: a first message of
   * theirs then crossed our handshake, whose outcome they will see.
   */
  isSettling(since: MonotonicMs, ourKey: Uint8Array, remoteKey: Uint8Array): boolean {
    const link = this.byRemoteKey(remoteKey)
    if (link === undefined || link.role !== 'initiator' || link.isHeard || link.upAt < since) return false
    return initiatesAgainst(ourKey, remoteKey)
  }

  /** The newest link with the owner of this key. */
  byRemoteKey(remoteKey: Uint8Array): EstablishedLink | undefined {
    return this.#byRemoteKey.get(byteKey(remoteKey))
  }
}

/**
 * Of two links with one remote key, the one to close: the older, since its owner may have been restarted. But where both
 * sides dialled at once (`crossingMs`), both must choose alike whichever link came first to them: the lower key's stays.
 */
export function superfluousLink(
  now: MonotonicMs,
  ourKey: Uint8Array,
  older: EstablishedLink,
  newer: EstablishedLink,
  crossingMs: number,
): EstablishedLink {
  const isCrossing = older.role !== newer.role && now < older.upAt + crossingMs
  const lowerKeysRole = initiatesAgainst(ourKey, newer.remoteKey) ? 'initiator' : 'responder'
  return isCrossing && older.role === lowerKeysRole ? newer : older
}

function removeIfSame<Key>(map: Map<Key, EstablishedLink>, key: Key, link: EstablishedLink): void {
  if (map.get(key) === link) map.delete(key)
}
