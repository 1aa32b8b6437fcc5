// The part of the store port about who may take or use a name: password records, devices that need no password again, and
// invite codes, of which only hashes are kept. Invariant: what admission.ts decides is decided in the transaction that
// claims the name, so that of two claims at one instant one is refused. Contract as in store.ts.

import type { WallMs } from '../../base/index.ts'
import type { AccountName, SignedDeviceList } from '../../protocol/index.ts'
import type { RoomStep } from './room-store.ts'
import type { Done } from './store.ts'

export interface Credential {
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
  /** OPAQUE's record; absent where no password was ever set. */
  readonly record?: Uint8Array
}

export interface RecordChange {
  /** Folded. */
  readonly name: string
  readonly identity: Uint8Array
  /** Link key of the device that knows the new password; all others are asked again. */
  readonly device: Uint8Array
  /** The record that the old password was proven against. */
  readonly before: Uint8Array
  readonly record: Uint8Array
}

export interface NewInvite {
  readonly hash: Uint8Array
  readonly at: WallMs
  readonly expires: WallMs
  /** Codes that are neither used nor out of date. */
  readonly invitesMax: number
}

export interface FreedName {
  /** False where nobody had the name. */
  readonly freed: boolean
  /** Folded names with a new notice: their mail to this name will not be collected. */
  readonly senders: readonly string[]
  /** What its leaving means in each of its rooms. */
  readonly rooms: readonly RoomStep[]
}

export interface SuspendedAccount {
  readonly name: AccountName
  readonly since: WallMs
}

/** How much the store holds. */
export interface StoreFigures {
  readonly accounts: number
  readonly suspended: number
  readonly mailRows: number
  readonly mailBytes: number
  /** When the oldest message that waits was deposited; absent where none waits. */
  readonly oldestMailAt?: WallMs
  readonly notices: number
  readonly rooms: number
}

export interface AccountStore {
  credential(name: string, done: Done<Credential | undefined>): void
  /** `wrong`: the name is another's, or its record is not `before` any more. */
  changeRecord(change: RecordChange, done: Done<'changed' | 'wrong'>): void
  /** The device needs the password at its next login. */
  forgetDevice(name: string, device: Uint8Array, done: Done<void>): void
  addInvite(invite: NewInvite, done: Done<'added' | 'full'>): void
  /**
   * The name is nobody's again: record, devices, mailbox (with notices `expired` to its senders), notices, and memberships of
   * rooms go.
   */
  freeName(name: string, at: WallMs, done: Done<FreedName>): void
  /** From now on nobody logs in to the account, until `resume`; the name as it is spelled, or undefined where nobody has it. */
  suspend(name: string, at: WallMs, done: Done<AccountName | undefined>): void
  resume(name: string, done: Done<AccountName | undefined>): void
  /** Up to `count` suspended accounts, latest first. */
  suspendedAccounts(count: number, done: Done<readonly SuspendedAccount[]>): void
  figures(done: Done<StoreFigures>): void
}
