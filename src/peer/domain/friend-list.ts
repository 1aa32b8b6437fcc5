// The own list of people: friends, the names that we give them, and whom we do not want to hear. It is nobody else's
// business and stays in this profile. Invariant: one entry a person, whatever the spelling; who is neither friend nor
// blocked and has no alias is not on it. docs/protocol/peer.md, "Blocked people".

import { type AccountName, foldName } from '../../protocol/index.ts'
import type { StoredFriend } from './peer-store.ts'

/** Longest alias in characters. */
export const aliasCharactersMax = 64

export class FriendList {
  readonly #friends = new Map<string, StoredFriend>()

  constructor(stored: readonly StoredFriend[]) {
    for (const friend of stored) this.set(friend)
  }

  get size(): number {
    return this.#friends.size
  }

  /** In the order of the names. */
  all(): readonly StoredFriend[] {
    return [...this.#friends].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, friend]) => friend)
  }

  /** What the list says of a name (folded). */
  get(key: string): StoredFriend | undefined {
    return this.#friends.get(key)
  }

  isBlocked(key: string): boolean {
    return this.#friends.get(key)?.isBlocked ?? false
  }

  /** What the entry of somebody is with these changes. */
  changed(name: AccountName, change: { alias?: string; isFriend?: boolean; isBlocked?: boolean }): StoredFriend {
    const before = this.#friends.get(foldName(name)) ?? { name, isFriend: false, isBlocked: false }
    const { alias = before.alias ?? '', isFriend = before.isFriend, isBlocked = before.isBlocked } = change
    return { name: before.name, isFriend, isBlocked, ...(alias !== '' && { alias }) }
  }

  set(friend: StoredFriend): void {
    const key = foldName(friend.name)
    if (friend.isFriend || friend.isBlocked || friend.alias !== undefined) this.#friends.set(key, friend)
    else this.#friends.delete(key)
  }
}
