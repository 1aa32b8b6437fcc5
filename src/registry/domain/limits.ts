// Every limit of the registry in one place: what it keeps in memory, what it accepts, and how fast. A limit that is
// reached is answered with an error or closes one link; nothing is dropped in silence. docs/limits.md lists them.

/** How many requests of one class are accepted: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** The classes of requests that share a bucket; one set of buckets for each identity (before login: for each device). */
export const rateClasses = [
  'session',
  'life',
  'directory',
  'introduction',
  'prekey',
  'upload',
  'deposit',
  'mailbox',
  'signal',
  'channel',
  'room',
  'numbering',
  'password',
] as const
export type RateClass = (typeof rateClasses)[number]

export interface RegistryLimits {
  /** Links that are up, logged in or not. */
  readonly sessionsMax: number
  /** Time from the start of a link (or a logout) to a login. */
  readonly loginTimeoutMs: number
  /** Requests of one session without an answer yet. */
  readonly requestsInWorkPerSessionMax: number
  /** The same for all sessions together: what the store may have waiting. */
  readonly requestsInWorkMax: number
  /** Bytes and messages kept for a peer whose link does not take them at once; beyond them the link closes. */
  readonly outboundBytesPerSessionMax: number
  readonly outboundMessagesPerSessionMax: number
  readonly rates: Readonly<Record<RateClass, Rate>>
  /** Logins from one host, whatever the device. */
  readonly loginsPerHost: Rate
  /** Sets of buckets kept; full buckets are forgotten first, as forgetting them changes nothing. */
  readonly rateHoldersMax: number
  /** Unreadable or wrong requests of a session before its link closes. */
  readonly junk: Rate
  /** Requests refused for their rate before the link closes. */
  readonly flood: Rate
  /** Accounts that are away and still listed in a snapshot: those seen last. */
  readonly awayListedMax: number
  /** Entries of a snapshot: who is on line first, then who is away. */
  readonly snapshotEntriesMax: number
  /** Accounts whose changes wait for one peer that reads slowly; beyond them the link closes. */
  readonly presenceBehindMax: number
  /** How long presence changes are gathered: at least this, and longer by the share of each session, at most the last. */
  readonly presenceGatherMs: number
  readonly presenceGatherPerSessionMs: number
  readonly presenceGatherMaxMs: number
  readonly accountsMax: number
  readonly namesPerIdentityMax: number
  /** One-time prekeys of one device. */
  readonly prekeysPerDeviceMax: number
  /** Messages in all mailboxes together, and their bytes. */
  readonly mailRowsMax: number
  readonly mailBytesMax: number
  /** Messages of one sender that wait anywhere, together with notices that he has not taken yet. */
  readonly outstandingPerSenderMax: number
  /** How often expired mail is looked for, and how many rows are removed in one step. */
  readonly expireEveryMs: number
  readonly expireRowsMax: number
  /** How long the wall clock must have run evenly before mail may expire by it. */
  readonly clockSteadyMs: number
  /** Candidates that are compared to find a name that is near. */
  readonly nearestCandidatesMax: number
  /** How long a drain waits for answers that the store still owes. */
  readonly drainMs: number
  /** How long a login by password that was begun may be ended. */
  readonly passwordExchangeMs: number
  /** Guesses at the password of one name: by strangers all together, and by devices of its holder. */
  readonly guessesByStrangers: Rate
  readonly guessesByOwner: Rate
  /** Guesses from one host, at whatever names. */
  readonly guessesPerHost: Rate
  /** Invite codes that are neither used nor out of date, and how long one serves. */
  readonly invitesMax: number
  readonly inviteKeepMs: number
  /** How often an account that mail was left for is asked whether it is there, and how many checks must fail. */
  readonly checkEveryMs: number
  readonly checks: number
  /** Rooms of the registry; rooms that one account has joined; and, counted apart, rooms it is invited to. */
  readonly roomsMax: number
  readonly roomsPerAccountMax: number
  readonly invitationsPerAccountMax: number
  /** Entries of one room's log, and how long they are kept. */
  readonly roomLogEntriesMax: number
  readonly roomLogKeepMs: number
  /** Messages of the channel whose ids are remembered, with or without their texts, so that none is said twice. */
  readonly channelRememberedMax: number
  /** The latest messages of the channel whose senders are told who heard them, and how long that is gathered. */
  readonly channelHeardMax: number
  readonly channelGatherMs: number
  /** Events kept for a log that does not read them; more are counted and dropped. */
  readonly eventsMax: number
}

export const defaultRegistryLimits: RegistryLimits = {
  sessionsMax: 20_000,
  loginTimeoutMs: 10_000,
  requestsInWorkPerSessionMax: 64,
  requestsInWorkMax: 16_384,
  outboundBytesPerSessionMax: 1_048_576,
  outboundMessagesPerSessionMax: 1_024,
  rates: {
    session: { perSecond: 1, burst: 10 },
    life: { perSecond: 2, burst: 20 },
    directory: { perSecond: 20, burst: 200 },
    introduction: { perSecond: 5, burst: 50 },
    prekey: { perSecond: 5, burst: 50 },
    // Each upload may cost a hundred signature checks.
    upload: { perSecond: 0.2, burst: 10 },
    deposit: { perSecond: 100, burst: 500 },
    mailbox: { perSecond: 100, burst: 500 },
    // Each of these interrupts a person.
    signal: { perSecond: 1, burst: 30 },
    // Each of these goes to everybody.
    channel: { perSecond: 20, burst: 200 },
    room: { perSecond: 5, burst: 50 },
    numbering: { perSecond: 100, burst: 500 },
    // The limits of guessing are below; this one bounds the work.
    password: { perSecond: 1, burst: 20 },
  },
  loginsPerHost: { perSecond: 100, burst: 1_000 },
  rateHoldersMax: 65_536,
  junk: { perSecond: 0.2, burst: 10 },
  flood: { perSecond: 10, burst: 200 },
  awayListedMax: 1_000,
  snapshotEntriesMax: 2_000,
  presenceBehindMax: 4_096,
  presenceGatherMs: 50,
  presenceGatherPerSessionMs: 0.25,
  presenceGatherMaxMs: 5_000,
  accountsMax: 1_000_000,
  namesPerIdentityMax: 8,
  prekeysPerDeviceMax: 200,
  mailRowsMax: 500_000,
  mailBytesMax: 8 * 1024 * 1024 * 1024,
  outstandingPerSenderMax: 10_000,
  expireEveryMs: 60_000,
  expireRowsMax: 1_000,
  clockSteadyMs: 3_600_000,
  nearestCandidatesMax: 200,
  drainMs: 2_000,
  passwordExchangeMs: 60_000,
  guessesByStrangers: { perSecond: 1 / 30, burst: 5 },
  guessesByOwner: { perSecond: 1 / 3, burst: 10 },
  guessesPerHost: { perSecond: 1, burst: 20 },
  invitesMax: 1_000,
  inviteKeepMs: 7 * 24 * 3_600_000,
  checkEveryMs: 500,
  checks: 5,
  roomsMax: 100_000,
  roomsPerAccountMax: 100,
  invitationsPerAccountMax: 100,
  roomLogEntriesMax: 10_000,
  roomLogKeepMs: 30 * 24 * 3_600_000,
  channelRememberedMax: 100_000,
  channelHeardMax: 10_000,
  channelGatherMs: 100,
  eventsMax: 1_024,
}
