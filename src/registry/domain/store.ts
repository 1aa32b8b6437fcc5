// The port to what the registry must never forget. Invariant: `done` is called once, in a later turn, and only after what
// it reports is on the disk; after a failure nothing of the call was kept. Names are given folded (`foldName`) unless they
// are an AccountName. One conformance suite (test/conformance) holds every adapter to this text.

import type { Address, MonotonicMs, Result, WallMs } from '../../base/index.ts'
import type { AccountName, collectOutcomes, SignedDeviceList, SignedPrekey } from '../../protocol/index.ts'
import type { ChannelStore } from './channel-store.ts'
import type { RoomStore } from './room-store.ts'
import type { AccountStore } from './account-store.ts'
import type { Admission, AdmissionProblem } from './admission.ts'

/** Why a store did not do what it was asked; nothing of the call was kept. */
export interface StoreFailure {
  readonly code: 'storeFailed' | 'storeFull' | 'storeClosed'
  /** What the database said, for the log. */
  readonly detail: string
}

export type Done<T> = (now: MonotonicMs, outcome: Result<T, StoreFailure>) => void

export interface NameClaim {
  /** As the claimant spells it. */
  readonly name: AccountName
  readonly identity: Uint8Array
  /** Link key of the device that logs in. */
  readonly device: Uint8Array
  readonly devices: SignedDeviceList
  /** What the signed list says: its number and the link keys in it. */
  readonly version: number
  readonly deviceKeys: readonly Uint8Array[]
  readonly at: WallMs
  readonly accountsMax: number
  readonly namesPerIdentityMax: number
  readonly admission: Admission
}

export type ClaimOutcome =
  | {
      readonly kind: 'claimed'
      readonly isNew: boolean
      /** As the first claimant spelled it. */
      readonly name: AccountName
      /** One-time prekeys of the device, and whether its last-resort one is there. */
      readonly prekeys: number
      readonly lastResortPrekey: boolean
      readonly mail: number
      readonly notices: number
      /** Number of the channel's latest message; a new account counts as having heard it. */
      readonly channel: number
      /** Rooms that it is in or invited to. */
      readonly rooms: number
    }
  | { readonly kind: 'taken'; readonly holder: Uint8Array }
  /** A list with a higher number, or another list with the same number, is known of this identity. */
  | { readonly kind: 'staleDeviceList' }
  | { readonly kind: 'full' }
  /** The administrator suspended the account: nothing was changed. */
  | { readonly kind: 'suspended' }
  /** The admission does not suffice: nothing was changed. */
  | { readonly kind: Exclude<AdmissionProblem, 'taken'> }

export interface StoredAccount {
  readonly name: AccountName
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
}

export interface SeenAccount {
  readonly name: AccountName
  readonly seen: WallMs
}

export interface NewPrekey extends SignedPrekey {
  readonly id: number
  readonly kind: 'once' | 'last'
}

export interface PrekeyUpload {
  readonly identity: Uint8Array
  readonly device: Uint8Array
  readonly prekeys: readonly NewPrekey[]
  readonly onceMax: number
}

export type TakenPrekey =
  | { readonly kind: 'taken'; readonly account: StoredAccount; readonly prekey: SignedPrekey }
  | { readonly kind: 'unknownName' }
  | { readonly kind: 'noPrekey' }

export interface MailQuota {
  readonly messagesMax: number
  readonly bytesMax: number
  readonly perSenderMax: number
  /** Of one sender in all mailboxes, with its notices. */
  readonly outstandingMax: number
  /** Of all mailboxes. */
  readonly rowsMax: number
  readonly totalBytesMax: number
}

export interface Deposit {
  /** Folded name of the recipient. */
  readonly recipient: string
  readonly sender: AccountName
  readonly id: Uint8Array
  readonly envelope: Uint8Array
  readonly at: WallMs
  readonly expires: WallMs
  readonly quota: MailQuota
}

export type DepositOutcome =
  /** `isNew` is false where the message was there already: the first envelope stays. */
  | { readonly kind: 'kept'; readonly isNew: boolean; readonly expires: WallMs }
  | { readonly kind: 'unknownName' | 'mailboxFull' | 'senderQuota' | 'storeQuota' }

/** Rows above `after`, oldest first: at most `rowsMax`, and no more than `bytesMax` unless it is a single row. */
export interface PageQuery {
  readonly account: string
  readonly after: number
  readonly rowsMax: number
  readonly bytesMax: number
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly more: boolean
}

export interface MailRow {
  /** Grows with every deposit and is never given twice, not even after a removal. */
  readonly row: number
  readonly from: AccountName
  readonly id: Uint8Array
  readonly at: WallMs
  readonly envelope: Uint8Array
}

export type CollectOutcome = (typeof collectOutcomes)[number]
export type NoticeOutcome = CollectOutcome | 'expired'

export interface Collection {
  /** The collecting account. */
  readonly name: AccountName
  readonly rows: readonly {
    readonly row: number
    readonly outcome: CollectOutcome
    readonly proof?: Uint8Array | undefined
  }[]
  readonly at: WallMs
}

export type CollectionOutcome =
  /** Rows that are gone already do not count. `senders` (folded) have a new notice. */
  | { readonly kind: 'collected'; readonly rows: number; readonly senders: readonly string[] }
  /** One of the rows is another's: nothing was removed. */
  | { readonly kind: 'foreignRow' }

export interface NoticeRow {
  readonly row: number
  readonly id: Uint8Array
  readonly to: AccountName
  readonly outcome: NoticeOutcome
  readonly proof?: Uint8Array
  readonly at: WallMs
}

/** A link that is up, as the next life of the registry needs it to reset the link. */
export interface RememberedLink {
  /** Where the peer was reached last. */
  readonly address: Address
  /** The connection id on which we received, 8 bytes. */
  readonly ours: Uint8Array
}

export interface Store extends AccountStore, RoomStore, ChannelStore {
  /** Gives the name to the identity unless another has it, and takes its device list: all or nothing. */
  claimName(claim: NameClaim, done: Done<ClaimOutcome>): void
  account(name: string, done: Done<StoredAccount | undefined>): void
  /** Names that may be near: all that share a half of `name` (up to `count` of each), more is the adapter's choice. */
  namesLike(name: string, count: number, done: Done<readonly AccountName[]>): void
  /** The accounts seen last, latest first. */
  recentAccounts(count: number, done: Done<readonly SeenAccount[]>): void
  markSeen(name: string, at: WallMs, done: Done<void>): void
  /** Adds what was never there: a number that was used once stays used, even after its prekey was taken. */
  addPrekeys(upload: PrekeyUpload, done: Done<'added' | 'full'>): void
  /** Takes a one-time prekey for good, or hands out the last-resort one. */
  takePrekey(name: string, done: Done<TakenPrekey>): void
  /** Keeps a message; idempotent by recipient, sender and id. */
  deposit(deposit: Deposit, done: Done<DepositOutcome>): void
  fetchMail(query: PageQuery, done: Done<Page<MailRow>>): void
  /** Removes rows of the collector and writes a notice to each sender in the same transaction; idempotent. */
  collect(collection: Collection, done: Done<CollectionOutcome>): void
  fetchNotices(query: PageQuery, done: Done<Page<NoticeRow>>): void
  removeNotices(account: string, rows: readonly number[], done: Done<'removed' | 'foreignRow'>): void
  /** Removes up to `rowsMax` rows whose time was over `before` or at it, and writes notices `expired`. */
  expire(
    before: WallMs,
    rowsMax: number,
    done: Done<{ readonly rows: number; readonly senders: readonly string[]; readonly more: boolean }>,
  ): void
  /** Keeps a link, or its new address; a further one than `linksMax` is not kept. */
  rememberLink(link: RememberedLink, linksMax: number, done: Done<void>): void
  forgetLink(ours: Uint8Array, done: Done<void>): void
  /** Hands out all links and forgets them. */
  takeLinks(done: Done<readonly RememberedLink[]>): void
}
