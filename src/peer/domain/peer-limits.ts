// Every number that bounds a table, a queue or a time of the peer, in one place; docs/limits.md lists them. What a peer
// shares with its registry (budget, expiry, sizes) is the protocol's and arrives with the welcome.

import { defaultPolicy } from '../../protocol/index.ts'

export interface PeerLimits {
  /** Own messages that wait for a receipt; more are refused with `tooManyWaiting`. */
  readonly waitingMax: number
  /** Messages of one sender that are stored and wait for an earlier one; more are not acknowledged, so they come again. */
  readonly heldPerSenderMax: number
  readonly heldBytesPerSenderMax: number
  /** Received messages whose commit is under way; more are not acknowledged. */
  readonly arrivalsMax: number
  readonly arrivalBytesMax: number
  /** Changes in one transaction. */
  readonly changesPerCommitMax: number
  /** Requests to the registry without an answer; more wait here. */
  readonly requestsMax: number
  /** An answer that takes longer is lost; if nothing at all came meanwhile, so is the link. */
  readonly answerMs: number
  /** Answers that no correct registry gives, after which the link is closed. */
  readonly junkMax: number
  readonly backOffFirstMs: number
  readonly backOffMaxMs: number
  /** A session that lasted so long was a good one: back-off starts anew after it. */
  readonly goodSessionMs: number
  /** Deposits for one recipient without an answer, and deposits per second in all (the registry allows 100). */
  readonly depositsMax: number
  readonly depositsPerSecond: number
  readonly depositBurst: number
  /** Before a deposit that was refused for lack of room or of a prekey is tried again. */
  readonly depositRetryMs: number
  /** How often a message may come back as unreadable before it has failed. */
  readonly unreadableMax: number
  /** One prekey serves one sender's messages of one absence, at most so long. */
  readonly sealingSessionMs: number
  /** One-time prekeys left at the registry, and the number under which they are replenished. */
  readonly prekeyPool: number
  readonly prekeyRefillUnder: number
  readonly lastResortMs: number
  /** How long a used one-time prekey lives on, for mail under it that is still on its way. */
  readonly usedPrekeyMs: number
  /** How long a replaced last-resort prekey lives on: a mailbox's time and the same grace. */
  readonly oldLastResortMs: number
  /** Own one-time secrets in all; the oldest go first. */
  readonly prekeySecretsMax: number
  /** Links to peers. */
  readonly peerLinksMax: number
  /** Messages of somebody who is being looked up. */
  readonly strangerMessagesMax: number
  /** How long a link may take to say who is there. */
  readonly helloMs: number
  /** How long a connection after an introduction may take. */
  readonly introductionMs: number
  /** First pause after a failed introduction; doubles up to `backOffMaxMs`. */
  readonly introductionRetryMs: number
  readonly peerKeepaliveMs: number
  /** A link without messages for so long is closed. */
  readonly quietLinkMs: number
  /** How often what still waits is looked at again, and after how long it is sent again on a link. */
  readonly sweepMs: number
  readonly resendMs: number
  readonly resendsPerSweep: number
  /** How often keys are renewed and erased and old messages expire. */
  readonly housekeepingMs: number
  /** How long the wall clock must have run evenly before anything expires by it. */
  readonly clockSteadyMs: number
  /** Requests for a private session that wait for our answer, one a person; more are answered `busy`. */
  readonly chatRequestsMax: number
  /** How long an unanswered request for a private session stands, on both sides. */
  readonly chatRequestMs: number
  /** How long the other side of a session may be away before it is over: they may only have reconnected. */
  readonly chatAbsenceMs: number
  /** People on the own list, with those that are blocked. */
  readonly friendsMax: number
  /** Copies of rooms' messages that wait until the registry said who is in the room; more are not acknowledged. */
  readonly strangerCopiesMax: number
  /** Least time between two fetches of the list of rooms for a room that we do not know. */
  readonly roomListMs: number
  /** How long an entry of a room waits for the one before it before it is shown. */
  readonly roomWaitMs: number
  /** Own messages for everybody that the registry does not have yet. */
  readonly channelDraftsMax: number
  /** How long the word that messages for everybody came gathers before the registry hears it. */
  readonly channelHeardMs: number
  /** Events that nobody takes; `message` and `state` events are never dropped for this, the others are. */
  readonly eventsMax: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const defaultPeerLimits: PeerLimits = {
  waitingMax: 100_000,
  heldPerSenderMax: 1_024,
  heldBytesPerSenderMax: 8 * 1_024 * 1_024,
  arrivalsMax: 16_384,
  arrivalBytesMax: 32 * 1_024 * 1_024,
  changesPerCommitMax: 8_000,
  requestsMax: 32,
  answerMs: 10_000,
  junkMax: 5,
  backOffFirstMs: 250,
  backOffMaxMs: 60_000,
  goodSessionMs: 10_000,
  depositsMax: 16,
  depositsPerSecond: 80,
  depositBurst: 300,
  depositRetryMs: 10_000,
  unreadableMax: 3,
  sealingSessionMs: dayMs,
  prekeyPool: 100,
  prekeyRefillUnder: 50,
  lastResortMs: 7 * dayMs,
  usedPrekeyMs: 2 * dayMs,
  oldLastResortMs: 32 * dayMs,
  prekeySecretsMax: 2_000,
  peerLinksMax: 256,
  strangerMessagesMax: 64,
  helloMs: 10_000,
  introductionMs: 10_000,
  introductionRetryMs: 1_000,
  peerKeepaliveMs: 22_500,
  quietLinkMs: 300_000,
  sweepMs: 5_000,
  resendMs: 5_000,
  resendsPerSweep: 256,
  housekeepingMs: 60_000,
  clockSteadyMs: hourMs,
  chatRequestsMax: 32,
  chatRequestMs: defaultPolicy.chatRequestMs,
  chatAbsenceMs: 10_000,
  friendsMax: 5_000,
  strangerCopiesMax: 1_024,
  roomListMs: 1_000,
  roomWaitMs: 2_500,
  channelDraftsMax: 1_000,
  channelHeardMs: 50,
  eventsMax: 100_000,
}
