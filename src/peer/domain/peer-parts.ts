// Makes the parts of a peer over the state that the store gave. Nothing happens here; who tells whom is in peer-core.ts,
// which gives the hooks.

import type { Address, MonotonicMs, Random, WallMs } from '../../base/index.ts'
import type { IdentityKeyPair } from '../../crypto/index.ts'
import { defaultPolicy } from '../../protocol/index.ts'
import { type Contact, Contacts } from './contacts.ts'
import { Delivery } from './delivery.ts'
import { Directory } from './directory.ts'
import { ExpiryClock } from './expiry.ts'
import { Intake } from './intake.ts'
import { type IntroductionFailure, Introductions } from './introductions.ts'
import { Journal } from './journal.ts'
import { MailDesk } from './mail-desk.ts'
import { MailboxRoad } from './mailbox-road.ts'
import { NoticeDesk } from './notice-desk.ts'
import { Outbox, type Outgoing, type RecipientQueue } from './outbox.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import { PeerLinks } from './peer-links.ts'
import type { PeerState, PeerStore, StoreFailure } from './peer-store.ts'
import { PrekeyDesk } from './prekey-desk.ts'
import { PrekeyPool } from './prekey-pool.ts'
import { PresenceTable } from './presence-table.ts'
import { type PeerEndpoint, type RegistryAccess, RegistrySession, type SessionOwner } from './registry-session.ts'
import type { OwnDevice } from './sealed-mail.ts'
import { Sending } from './sending.ts'
import { Settlement } from './settlement.ts'

export interface CoreOptions {
  readonly endpoint: PeerEndpoint
  readonly store: PeerStore
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly own: OwnDevice
  readonly identity: IdentityKeyPair
  readonly registry: RegistryAccess
  readonly agent: string
  readonly localAddresses: () => readonly Address[]
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
}

/** What happens in one part and concerns others. */
export interface PartHooks extends SessionOwner {
  storeFailed(now: MonotonicMs, failure: StoreFailure): void
  /** Receipts and collected rows that have gathered may be sent. */
  flush(now: MonotonicMs): void
  contactSeen(now: MonotonicMs, contact: Contact): void
  consider(now: MonotonicMs, key: string): void
  introductionFailed(now: MonotonicMs, key: string, failure: IntroductionFailure): void
  linkReady(now: MonotonicMs, key: string): void
  messageSent(now: MonotonicMs, message: Outgoing): void
  mailReturned(now: MonotonicMs, message: Outgoing): void
  roomMade(now: MonotonicMs): void
  nameUnknown(now: MonotonicMs, key: string): void
  resolve(now: MonotonicMs, queue: RecipientQueue): void
}

export type PeerParts = ReturnType<typeof makeParts>

export function makeParts(now: MonotonicMs, options: CoreOptions, state: PeerState, hooks: PartHooks) {
  const ground = makeGround(now, options, state, hooks)
  const { own, limits, wallMs, random, localAddresses } = options
  const { session, contacts, outbox, directory, prekeys, prekeyDesk } = ground
  const all = { ...options, ...ground }
  const onReply = (later: MonotonicMs): void => hooks.flush(later)
  const onRoom = (later: MonotonicMs): void => hooks.roomMade(later)
  const intake = new Intake({ ...all, onReply, onRoom }, state)
  const presence = new PresenceTable()
  const introductions = new Introductions({
    ...all,
    ownKey: own.linkKey.publicKey,
    random,
    limits,
    localAddresses,
    onFailure: (later, key, failure) => hooks.introductionFailed(later, key, failure),
    onRetry: (later, key) => hooks.consider(later, key),
  })
  const links = new PeerLinks({
    ...all,
    intake,
    onReady: (later, key) => hooks.linkReady(later, key),
    onGone: (later, key) => hooks.consider(later, key),
    onSent: (later, message) => hooks.messageSent(later, message),
  })
  const mailbox = new MailboxRoad(now, { ...all, onUnknownName: (later, key) => hooks.nameUnknown(later, key) })
  const onUnresolved = (later: MonotonicMs, queue: RecipientQueue): void => hooks.resolve(later, queue)
  const roads = { session, contacts, outbox, presence, links, introductions, mailbox, onUnresolved }
  const delivery = new Delivery(roads, defaultPolicy.directBudgetMs)
  return {
    ...ground,
    intake,
    presence,
    introductions,
    links,
    mailbox,
    delivery,
    directory,
    sending: new Sending({ ...all, ownName: own.name, delivery }),
    mailDesk: new MailDesk({ ...all, intake, prekeys, onPrekeyUsed: () => prekeyDesk.used() }),
    noticeDesk: new NoticeDesk({ ...all, mailbox, onReturned: (later, message) => hooks.mailReturned(later, message) }),
    expiryClock: new ExpiryClock(now, wallMs(), limits.clockSteadyMs),
  }
}

/** What the roads stand on. */
function makeGround(now: MonotonicMs, options: CoreOptions, state: PeerState, hooks: PartHooks) {
  const { store, own, identity, random, limits, wallMs, emit } = options
  const journal = new Journal({
    store,
    changesPerCommitMax: limits.changesPerCommitMax,
    onBatch: (later) => hooks.flush(later),
    onFailure: (later, failure) => hooks.storeFailed(later, failure),
  })
  const contacts = new Contacts(state.contacts)
  const outbox = new Outbox(now, state)
  const session = new RegistrySession({
    ...options,
    owner: hooks,
    name: own.name,
    identity: own.identity,
    devices: own.devices,
  })
  const onSeen = (later: MonotonicMs, contact: Contact): void => hooks.contactSeen(later, contact)
  const directory = new Directory({ contacts, journal, session, emit, onSeen })
  const settlement = new Settlement({ journal, outbox, emit })
  const prekeys = new PrekeyPool({ identity, device: own.linkKey.publicKey, random, limits }, state)
  const prekeyDesk = new PrekeyDesk({ session, journal, pool: prekeys, wallMs })
  return { journal, contacts, outbox, session, directory, settlement, prekeys, prekeyDesk }
}
