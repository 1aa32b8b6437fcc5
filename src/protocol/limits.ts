// The limits and the visible policy that registry and peers share; docs/limits.md lists them. What an operator may change
// arrives in the `welcome`; these are the defaults.

/** Largest text of one message, in bytes of UTF-8. */
export const textBytesMax = 65_536
/** Largest sealed envelope: the text, its fields, the box and the sender's device list. */
export const envelopeBytesMax = 70_000
/** Largest protocol message in bytes; the link carries a little more (73,728). */
export const protocolMessageBytesMax = 72_000
/** Bytes of rows in one page of mail or notices (a single larger row still makes a page). */
export const pageBytesMax = 60_000
/** Entries in one page of presence, notices or directory answers. */
export const pageEntriesMax = 200
export const devicesPerAccountMax = 8
export const prekeysPerUploadMax = 100
export const addressesPerPeerMax = 8
export const nearestNamesMax = 3
/** Members of a room, joined and invited. Each message is sealed to each of them. */
export const roomMembersMax = 100
export const roomNameCharactersMax = 64

export interface Policy {
  /** Time without acknowledgement after which a message also goes to the mailbox: 500 ms x 5. */
  readonly directBudgetMs: number
  /** Longest time between two life signs of a peer to the registry. */
  readonly helloMs: number
  /** Silence after which a peer counts as gone. */
  readonly expiryMs: number
  /** How often a face that polls refreshes its table. */
  readonly refreshMs: number
  /** How long a mailbox keeps a message. */
  readonly mailboxKeepMs: number
  /** Quotas of one recipient's mailbox. */
  readonly mailboxMessagesMax: number
  readonly mailboxBytesMax: number
  /** How many messages of one sender may wait in one mailbox. */
  readonly mailboxMessagesPerSenderMax: number
  /** How long an unanswered request for a private session stands. */
  readonly chatRequestMs: number
  /** Messages of the public channel that are kept, and for how long. */
  readonly channelMessagesMax: number
  readonly channelKeepMs: number
}

export const defaultPolicy: Policy = {
  directBudgetMs: 2_500,
  helloMs: 60_000,
  expiryMs: 200_000,
  refreshMs: 30_000,
  mailboxKeepMs: 30 * 24 * 3_600_000,
  mailboxMessagesMax: 1_000,
  mailboxBytesMax: 8 * 1024 * 1024,
  mailboxMessagesPerSenderMax: 100,
  chatRequestMs: 60_000,
  channelMessagesMax: 1_000,
  channelKeepMs: 30 * 24 * 3_600_000,
}
