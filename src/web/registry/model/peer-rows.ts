// The table of peers as it is looked at: what a row's status is called, which rows a filter leaves, and their order.
// Invariant: whatever a table is sorted by, who is equal in it stands in the order of the names, so that rows do not jump.

import type { RegistryPeer } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'

export const peerStatuses = ['online', 'busy', 'offline', 'suspended'] as const
export type PeerStatus = (typeof peerStatuses)[number]

export const statusWords: Readonly<Record<PeerStatus, string>> = {
  online: 'on line',
  busy: 'busy',
  offline: 'away',
  suspended: 'suspended',
}

/** Suspended is told first: who is suspended cannot be on line. */
export function statusOf({ suspended, online, busy }: RegistryPeer): PeerStatus {
  if (suspended) return 'suspended'
  if (!online) return 'offline'
  return busy ? 'busy' : 'online'
}

export const peerColumns = ['name', 'status', 'address', 'since', 'life', 'rtt', 'loss', 'traffic'] as const
export type PeerColumn = (typeof peerColumns)[number]

export interface PeerOrder {
  readonly column: PeerColumn
  readonly isDescending: boolean
}

/** Who is there first, and of these who came last. */
export const firstOrder: PeerOrder = { column: 'status', isDescending: false }

/** A press on a column's head: sorts by it, and a second one the other way round. */
export function pressed(order: PeerOrder, column: PeerColumn): PeerOrder {
  if (order.column === column) return { column, isDescending: !order.isDescending }
  // Of times and sizes the latest and largest are looked for.
  return { column, isDescending: column === 'since' || column === 'life' || column === 'traffic' || column === 'loss' }
}

export interface PeerFilter {
  /** Part of a name or an address. */
  readonly words: string
  readonly status: PeerStatus | 'all' | 'here'
}

export const noFilter: PeerFilter = { words: '', status: 'all' }

/** The rows to show, in their order. */
export function shownPeers(peers: Iterable<RegistryPeer>, filter: PeerFilter, order: PeerOrder): RegistryPeer[] {
  const words = filter.words.trim().toLowerCase()
  const found = [...peers].filter((peer) => hasStatus(peer, filter.status) && hasWords(peer, words))
  const sign = order.isDescending ? -1 : 1
  return found.toSorted((a, b) => sign * compare(a, b, order.column) || a.name.localeCompare(b.name))
}

function hasStatus(peer: RegistryPeer, status: PeerFilter['status']): boolean {
  return status === 'all' || (status === 'here' ? peer.online : statusOf(peer) === status)
}

function hasWords({ name, address = '' }: RegistryPeer, words: string): boolean {
  return words === '' || name.toLowerCase().includes(words) || address.includes(words)
}

function compare(a: RegistryPeer, b: RegistryPeer, column: PeerColumn): number {
  switch (column) {
    case 'name':
      return a.name.localeCompare(b.name)
    case 'status':
      return peerStatuses.indexOf(statusOf(a)) - peerStatuses.indexOf(statusOf(b))
    case 'address':
      return (a.address ?? '\uffff').localeCompare(b.address ?? '\uffff', undefined, { numeric: true })
    case 'since':
      return a.since - b.since
    case 'life':
      return (a.lifeAt ?? 0) - (b.lifeAt ?? 0)
    case 'rtt':
      // Who has no link is not the fastest.
      return (a.link?.rttMs ?? 1e12) - (b.link?.rttMs ?? 1e12)
    case 'loss':
      return (a.link?.lossRate ?? -1) - (b.link?.lossRate ?? -1)
    case 'traffic':
      return a.bytesIn + a.bytesOut - (b.bytesIn + b.bytesOut)
    default:
      return unreachable(column)
  }
}
