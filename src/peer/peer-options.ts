// What is asked of a running peer and what it answers with.

import type { WallMs } from '../base/index.ts'
import type { AccountName } from '../protocol/index.ts'
import type { MessageId, MessageState, Road } from './domain/index.ts'

export interface PeerOptions {
  /** The account to log in as. */
  readonly name: string
  /** One folder for everything, instead of PARLEY_HOME or the XDG ones; each account has a folder of its own in it. */
  readonly home?: string | undefined
  /** An invite link or HOST:PORT; without it, the profile's last registry. */
  readonly registry?: string | undefined
  /** Own UDP port; 0 or absent for any that is free. */
  readonly port?: number | undefined
  /** The literal to bind; absent: every address of the machine. */
  readonly host?: string | undefined
  /** What calls itself so at the registry and in the profile's lock; `parley` when absent. */
  readonly agent?: string | undefined
  /** Asked once when a registry is met whose key is not known: whether to trust it for good. Absent: no. */
  readonly onRegistryKey?: ((fingerprint: string) => Promise<boolean>) | undefined
  /** For the first login of a new name, where the registry asks for one. */
  readonly inviteCode?: string | undefined
  /** Whether one may send to oneself; absent: yes. Otherwise `send` rejects with `selfRefused`. */
  readonly selfNotes?: boolean | undefined
}

export interface KnownClient {
  readonly name: AccountName
  readonly online: boolean
  /** When that began, as the registry says it. */
  readonly since: WallMs
  /** In a private session. */
  readonly busy?: boolean
  /** How a message to them would go now, where that is known. */
  readonly road?: Road
}

/** One message of the history. Times are wall milliseconds, as the senders' clocks had them: they may be nonsense. */
export interface HistoryMessage {
  readonly id: MessageId
  readonly from: string
  readonly to: string
  readonly text: string
  readonly sentAt: WallMs
  /** Absent on own messages. */
  readonly receivedAt?: WallMs
  readonly road?: Road
  /** Only on own messages. */
  readonly state?: MessageState
  /** How many messages of this sender, just before this one, will never come. */
  readonly gapBefore?: number
}
