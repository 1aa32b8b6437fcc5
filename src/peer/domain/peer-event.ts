// What a peer tells its owner. Events come in the order in which they became true: `kept` of a message before any `state`
// of it, a `state` never goes back, and a `message` only after it is on the disk. docs/protocol/peer.md, "Events".

import type { WallMs } from '../../base/index.ts'
import type { AccountName } from '../../protocol/index.ts'
import type { RoomEvent } from './room-event.ts'

/** A message's id: 128 random bits as 32 hexadecimal digits, the same on every road. */
export type MessageId = string

/** How a message went: over the link between the two peers, or through the registry's mailbox. */
export const roads = ['direct', 'mailbox'] as const
export type Road = (typeof roads)[number]

/** How far an own message came: committed here, committed by the registry, committed by the recipient; or given up. */
export const messageStates = ['kept', 'mailbox', 'stored', 'expired', 'failed'] as const
export type MessageState = (typeof messageStates)[number]

/** Where the peer stands with its registry. Those after `unreachable` do not mend by themselves; see `registry` below. */
export const registryStates = [
  'connecting',
  'online',
  'unreachable',
  'loggedOut',
  'refused',
  'wrongKey',
  'replaced',
] as const
export type RegistryState = (typeof registryStates)[number]

/** A reason as a code and what its text needs; the text itself is made by the face. */
export interface Reason {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
}

/**
 * Why nothing was kept of a `send`: `badName` {name, problem}, `unknownName` {name, nearest}, `textTooLong` {bytes, limit},
 * `emptyText`, `selfRefused`, `identityChanged` {name, pinned, offered}, `storeFailed` or `storeFull` {detail},
 * `tooManyWaiting` {limit}.
 */
export type SendProblem = Reason

export interface MessageEvent {
  readonly type: 'message'
  readonly id: MessageId
  readonly from: AccountName
  readonly text: string
  readonly road: Road
  /** As the sender's clock had it, clamped to what a `Date` can show: order never depends on it. */
  readonly sentAt: WallMs
  readonly receivedAt: WallMs
  /** How many messages of this sender, just before this one, will never come. */
  readonly gapBefore?: number
}

export interface StateEvent {
  readonly type: 'state'
  readonly id: MessageId
  readonly to: string
  readonly state: MessageState
  readonly road?: Road
  /** Milliseconds from `send` to this state, where they were measured in one run of the program. */
  readonly ms?: number
  /** Why it failed, or (state `kept`) why it has to wait, such as `mailboxFull`. */
  readonly reason?: Reason
}

/** How an own request for a private session ended without one. */
export type ChatRefusal = 'rejected' | 'busy' | 'withdrawn' | 'timedOut' | 'away'

/** Somebody on the own list, or blocked. */
export interface KnownFriend {
  readonly name: string
  /** What we call them ourselves. */
  readonly alias?: string
  readonly isFriend: boolean
  readonly isBlocked: boolean
  /** Undefined while the registry cannot say. */
  readonly status?: 'online' | 'away'
  readonly road?: Road
  /** HOST:PORT of the live link, or where they were reached last. */
  readonly address?: string
}

/** What happens between two people beside messages. docs/protocol/peer.md, "Private sessions". */
export type SessionEvent =
  | { readonly type: 'chatRequest'; readonly from: string }
  | { readonly type: 'chatRequestOver'; readonly from: string; readonly outcome: 'withdrawn' | 'timedOut' }
  | { readonly type: 'chatRefused'; readonly name: string; readonly outcome: ChatRefusal }
  | { readonly type: 'chatOpened'; readonly name: string; readonly asked: boolean }
  | { readonly type: 'chatClosed'; readonly name: string; readonly by: 'self' | 'peer' | 'absence' }
  | { readonly type: 'friend'; readonly friend: KnownFriend }

/** Which conversation: with one person, of a room by its number, or the registry's channel. */
export type ConversationKey =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'room'; readonly room: number }
  | { readonly kind: 'channel' }

/** What some face of this peer did to a conversation: it read up to there, or left what it typed. */
export type ArchiveEvent =
  | { readonly type: 'read'; readonly key: ConversationKey; readonly unread: number; readonly readTo: number }
  | { readonly type: 'draft'; readonly key: ConversationKey; readonly text: string }

export type PeerEvent =
  /**
   * `reason`: `wrongRegistryKey` {expected, offered}, `nameTaken` {name, fingerprint, own}, another registry error …; of
   * `loggedOut`: `byRequest`, `passwordNeeded` {name, known}, `inviteNeeded` {name, problem}.
   */
  | { readonly type: 'registry'; readonly state: RegistryState; readonly reason?: Reason }
  /** The registry's key is met for the first time: nothing goes on until `trustRegistry`. */
  | { readonly type: 'registryKey'; readonly key: Uint8Array; readonly fingerprint: string }
  /** The login was accepted; `name` as its first owner spelled it, `registry` what people call the registry. */
  | { readonly type: 'loggedIn'; readonly name: AccountName; readonly registry: string; readonly mail: number }
  | {
      readonly type: 'presence'
      readonly name: AccountName
      readonly online: boolean
      readonly since: WallMs
      /** In a private session. */
      readonly busy?: boolean
    }
  /** The presence table is whole after a login. */
  | { readonly type: 'clients'; readonly count: number }
  /** An own message is on the disk: it will be stored by the recipient, or its sender told otherwise. */
  | { readonly type: 'kept'; readonly id: MessageId; readonly to: string; readonly text: string; readonly at: WallMs }
  /** Nothing was kept of the `send` that answered with this id. */
  | { readonly type: 'refused'; readonly id: MessageId; readonly to: string; readonly reason: SendProblem }
  | MessageEvent
  | StateEvent
  | SessionEvent
  | RoomEvent
  | ArchiveEvent
  /** A contact shows another identity: nothing goes or comes until `acceptIdentity`. Both are fingerprints. */
  | { readonly type: 'identityChanged'; readonly name: AccountName; readonly pinned: string; readonly offered: string }
  /** `senderError` {name}, `badDeviceList` {name, problem}, `badPrekey` {name}, `wrongAccount` {name}, `junk` … */
  | { readonly type: 'warning'; readonly reason: Reason }
