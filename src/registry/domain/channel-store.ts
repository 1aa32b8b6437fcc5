// The port to the public channel, as `Store` has it. Invariants: a message is numbered once, also when it is said again;
// numbers of messages have no gap; an account's mark never goes back. docs/protocol/registry.md, "Channel".

import type { WallMs } from '../../base/index.ts'
import type { AccountName, ChannelRow } from '../../protocol/index.ts'
import type { Done, Page } from './store.ts'

export interface Saying {
  /** Absent where the registry's own console speaks. */
  readonly sender?: AccountName | undefined
  readonly id: Uint8Array
  readonly text: string
  readonly at: WallMs
  /** Messages kept; older texts go. */
  readonly messagesMax: number
  /** Messages whose ids are remembered, with or without their text, so that none is said twice. */
  readonly rememberedMax: number
}

export interface Said {
  readonly isNew: boolean
  readonly number: number
  readonly at: WallMs
}

export interface Hearing {
  /** Folded. */
  readonly account: string
  readonly upTo: number
}

/** The messages that the account has now and had not before: those above `after`, up to and with `upTo`. */
export interface Heard {
  readonly after: number
  readonly upTo: number
}

/** A message without its text, and how many accounts but its sender's have heard it. */
export interface ChannelHead {
  readonly number: number
  readonly id: Uint8Array
  readonly from?: AccountName | undefined
  readonly heardBy: number
}

export interface ChannelQuery {
  readonly after: number
  readonly rowsMax: number
  /** Of texts, in UTF-8; a single larger row still makes a page. */
  readonly bytesMax: number
}

export interface ChannelStore {
  /** Keeps a message; idempotent by sender and id. */
  say(saying: Saying, done: Done<Said>): void
  /** Messages above `after` whose texts are kept, oldest first. */
  fetchChannel(query: ChannelQuery, done: Done<Page<ChannelRow>>): void
  /** Moves the account's mark; an account without one has heard nothing anew. */
  markHeard(hearing: Hearing, done: Done<Heard>): void
  /** The latest messages, oldest first. */
  channelHeads(count: number, done: Done<readonly ChannelHead[]>): void
  /** Removes up to `rowsMax` texts of messages said at `before` or earlier. */
  expireChannel(before: WallMs, rowsMax: number, done: Done<{ readonly rows: number; readonly more: boolean }>): void
}
