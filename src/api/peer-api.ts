// What a face may ask of a peer and what it hears from it: the one interface between people's side and the rest. Faces
// never see keys, links or stores. Events come in the order in which they became true: `sent` of a message before any
// `state` of it, and a `state` never goes back. docs/json.md lists the same events as a program reads them.

import type { AccountApi, SessionEvent } from './account-api.ts'
import type { ArchiveApi, ArchiveEvent, KeyWords } from './archive-api.ts'
import type { RoomApi, RoomEvent } from './room-api.ts'

/** How far an own message came: committed here, committed by the registry, committed by the recipient; or given up. */
export const messageStates = ['kept', 'mailbox', 'stored', 'expired', 'failed'] as const
export type MessageState = (typeof messageStates)[number]

/** How a message went: over the link between the two peers, or through the registry's mailbox. */
export const roads = ['direct', 'mailbox'] as const
export type Road = (typeof roads)[number]

export const presenceStates = ['online', 'away'] as const
export type PresenceState = (typeof presenceStates)[number]

/**
 * Where the peer stands with its registry. Those after `unreachable` do not mend by themselves; `loggedOut` waits for
 * `login`, and its reason says why: `byRequest`, `passwordNeeded`, `inviteNeeded`.
 */
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

export interface Client {
  readonly name: string
  readonly status: PresenceState
  /** In a private session. */
  readonly busy?: boolean
  /** How a message to them would go now, where that is known. */
  readonly road?: Road
}

/** One message of the history. Times are wall milliseconds, as the senders' clocks had them: they may be nonsense. */
export interface HistoryEntry {
  /** 32 hexadecimal digits. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly sentAt: number
  /** Absent on own messages. */
  readonly receivedAt?: number
  readonly road?: Road
  /** Only on own messages. */
  readonly state?: MessageState
}

export interface SentEvent {
  readonly type: 'sent'
  readonly id: string
  readonly to: string
  readonly text: string
  readonly at: number
}

export interface MessageEvent {
  readonly type: 'message'
  readonly id: string
  readonly from: string
  /** The conversation it belongs to: the other person's name. */
  readonly conversation: string
  readonly text: string
  readonly road: Road
  readonly sentAt: number
  readonly receivedAt: number
  /** How many messages of this sender, just before this one, will never come. */
  readonly gapBefore?: number
}

export interface StateEvent {
  readonly type: 'state'
  readonly id: string
  readonly to: string
  readonly state: MessageState
  readonly road?: Road
  /** Milliseconds from `send` to this state, where they were measured in one run of the program. */
  readonly ms?: number
  readonly reason?: Reason
}

export type PeerEvent =
  | SentEvent
  | MessageEvent
  | StateEvent
  | { readonly type: 'presence'; readonly name: string; readonly status: PresenceState; readonly busy?: boolean }
  /** After a login the table of who is known and who is there is whole; until then no `presence` comes. */
  | { readonly type: 'directory'; readonly count: number }
  | { readonly type: 'registry'; readonly state: RegistryState; readonly reason?: Reason }
  /** A contact now shows another identity: nothing is sent to it until `acceptIdentity`. Both are fingerprints. */
  | { readonly type: 'identityChanged'; readonly name: string; readonly pinned: string; readonly offered: string }
  | { readonly type: 'warning'; readonly reason: Reason }
  /** `login` brought another account: whatever was known of the former one is not true of this one. */
  | { readonly type: 'account'; readonly name: string }
  | SessionEvent
  | RoomEvent
  | ArchiveEvent

/** What a face that comes later must know to stand where the others stand. */
export interface PeerStatus {
  readonly name: string
  readonly key: KeyWords
  /** HOST:PORT. */
  readonly registry: string
  /** The registry as an invite link, once its key is known. */
  readonly invite: string
  /** What people call the registry, once it said so. */
  readonly registryName?: string
  readonly port: number
  readonly state: RegistryState
  /** Why, for the states that have a reason. */
  readonly reason?: Reason
  /** How the registry gives names, once it said so. */
  readonly accounts?: 'open' | 'password' | 'invite'
  readonly version: string
  /** Own messages that wait here or in a mailbox. */
  readonly waiting: number
  /** Who asks for a private session. */
  readonly requests: readonly string[]
  /** Whom we asked for one. */
  readonly asked?: string
  /** With whom one is open. */
  readonly session?: string
  /** Contacts that show another identity than the pinned one. */
  readonly changedIdentities: readonly { readonly name: string; readonly pinned: string; readonly offered: string }[]
}

export interface SendOptions {
  /**
   * The message's id, 32 hexadecimal digits of the caller's own chance. The same id again is the same message: who does
   * not know whether a call arrived may repeat it.
   */
  readonly id?: string
}

export interface PeerApi extends AccountApi, RoomApi, ArchiveApi, AsyncDisposable {
  /** The own account's name. */
  readonly name: string
  /** The own identity, for people. */
  readonly fingerprint: string
  /** The registry as HOST:PORT. */
  readonly registry: string
  /** The own UDP port. */
  readonly port: number
  registryState(): RegistryState
  status(): Promise<PeerStatus>
  /**
   * Keeps a message and sets it on its way; resolves with its id once it is committed here. Messages to one person keep
   * the order of the calls. Rejects with a ParleyError (`unknownName`, `textTooLong`, `identityChanged`, ...) when
   * nothing was kept.
   */
  send(to: string, text: string, options?: SendOptions): Promise<string>
  /** Who is known at the registry, ourselves not among them. */
  clients(): Promise<readonly Client[]>
  /** The last `count` messages with one person, oldest first. */
  history(name: string, count: number): Promise<readonly HistoryEntry[]>
  /** Accepts the identity that a contact shows now; sending to it goes on. */
  acceptIdentity(name: string): Promise<void>
  /** Hears every event from now on; the answer ends it. Listeners must not throw. */
  subscribe(listener: (event: PeerEvent) => void): () => void
  /** Says goodbye, flushes for a bounded time and lets go of socket, store and lock. What is not delivered stays kept. */
  close(): Promise<void>
}
