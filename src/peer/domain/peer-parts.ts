// Makes the parts of a peer over the state that the store gave. Nothing happens here; who tells whom is in peer-core.ts,
// which gives the hooks.

import { type Address, fail, type MonotonicMs, ok, type Random, type WallMs } from '../../base/index.ts'
import type { IdentityKeyPair } from '../../crypto/index.ts'
import { defaultPolicy } from '../../protocol/index.ts'
import { AccountDesk } from './account-desk.ts'
import { ChannelDesk } from './channel-desk.ts'
import { type Contact, Contacts } from './contacts.ts'
import { Delivery } from './delivery.ts'
import { Directory } from './directory.ts'
import { ExpiryClock } from './expiry.ts'
import { FriendList } from './friend-list.ts'
import { Intake } from './intake.ts'
import { type IntroductionFailure, Introductions } from './introductions.ts'
import { Journal } from './journal.ts'
import { MailDesk } from './mail-desk.ts'
import { MailboxRoad } from './mailbox-road.ts'
import { NoticeDesk } from './notice-desk.ts'
import { LastAddresses } from './last-addresses.ts'
import { Outbox, type Outgoing, type RecipientQueue } from './outbox.ts'
import type { PasswordClient } from './password-client.ts'
import type { PeerEvent } from './peer-event.ts'
import { reasonOf } from './password-exchange.ts'
import type { PeerLimits } from './peer-limits.ts'
import { PeerLinks } from './peer-links.ts'
import type { PeerState, PeerStore, StoreFailure } from './peer-store.ts'
import { RoomBook } from './room-book.ts'
import { RoomDesk } from './room-desk.ts'
import { RoomOrder } from './room-order.ts'
import { RoomSending } from './room-sending.ts'
import { RoomSync } from './room-sync.ts'
import { PrekeyDesk } from './prekey-desk.ts'
import { PrekeyPool } from './prekey-pool.ts'
import { PresenceTable } from './presence-table.ts'
import { PrivateSession } from './private-session.ts'
import { type PeerEndpoint, type RegistryAccess, RegistrySession, type SessionOwner } from './registry-session.ts'
import type { OwnDevice } from './sealed-mail.ts'
import { Sending } from './sending.ts'
import { Settlement } from './settlement.ts'
import type { StoredRoom, StoredRoomEntry } from './stored-room.ts'

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
  /** Absent where nobody logs in with a password. */
  readonly passwords?: PasswordClient | undefined
  /** For the first login of a new name. */
  readonly inviteCode?: string | undefined
  /** Whether one may send to oneself. */
  readonly selfNotes: boolean
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
  linkGone(now: MonotonicMs, key: string, wasGood: boolean): void
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
  const { session, contacts, outbox, directory, prekeys, prekeyDesk, friends, addresses } = ground
  const all = { ...options, ...ground }
  const onReply = (later: MonotonicMs): void => hooks.flush(later)
  const onRoom = (later: MonotonicMs): void => hooks.roomMade(later)
  const isBlocked = (key: string): boolean => friends.isBlocked(key)
  const { rooms, ...roomParts } = makeRooms(all, state, isBlocked)
  const intake = new Intake({ ...all, rooms, isBlocked, onReply, onRoom }, state)
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
    onReached: (later, key, address) => addresses.reached(later, key, address),
    onReady: (later, key) => hooks.linkReady(later, key),
    onGone: (later, key, wasGood) => hooks.linkGone(later, key, wasGood),
    onSent: (later, message) => hooks.messageSent(later, message),
  })
  const mailbox = new MailboxRoad(now, { ...all, onUnknownName: (later, key) => hooks.nameUnknown(later, key) })
  const onUnresolved = (later: MonotonicMs, queue: RecipientQueue): void => hooks.resolve(later, queue)
  const roads = { session, contacts, outbox, presence, links, introductions, mailbox, addresses, onUnresolved }
  const delivery = new Delivery(roads, defaultPolicy.directBudgetMs)
  const privateSession = makePrivateSession(all, isBlocked)
  const account = new AccountDesk({ ...all, ownName: own.name, presence, links, privateSession })
  return {
    ...ground,
    ...roomParts,
    rooms,
    roomSending: new RoomSending({ ...all, ...roomParts, delivery }, state),
    privateSession,
    account,
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

/** Rooms, but for own messages, and the channel. */
function makeRooms(
  all: CoreOptions & Pick<Ground, 'session' | 'journal' | 'book'>,
  state: PeerState,
  isBlocked: (key: string) => boolean,
) {
  const order = new RoomOrder(all.limits.roomWaitMs, state.roomTops)
  const isUnwanted = (now: MonotonicMs, room: StoredRoom, entry: StoredRoomEntry): boolean =>
    rooms.isUnwanted(now, room, entry)
  const sync = new RoomSync({ ...all, order, isUnwanted })
  const rooms: RoomDesk = new RoomDesk({ ...all, order, sync, isBlocked })
  return { order, sync, rooms, channel: new ChannelDesk({ ...all, isBlocked }, state) }
}

/** Private sessions, over the signals of the registry. */
function makePrivateSession(
  { session, random, limits, emit }: Pick<CoreOptions, 'random' | 'limits' | 'emit'> & { session: RegistrySession },
  isBlocked: (key: string) => boolean,
): PrivateSession {
  return new PrivateSession({
    limits,
    newId: () => random.bytes(16),
    signal: (now, to, kind, id, done) =>
      session.request(now, { t: 'signal', to, kind, id }, (later, outcome) => {
        done?.(later, outcome.kind === 'answer' ? ok(undefined) : fail(reasonOf(outcome, { name: to })))
      }),
    setBusy: (now, busy) => session.request(now, { t: 'setBusy', busy }, () => {}),
    isBlocked,
    emit,
  })
}

type Ground = ReturnType<typeof makeGround>

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
    login: state.login,
    onLogin: (later, login) => journal.note(later, [{ kind: 'login', login }]),
  })
  const friends = new FriendList(state.friends)
  const addresses = new LastAddresses({ journal }, state.addresses)
  const onSeen = (later: MonotonicMs, contact: Contact): void => hooks.contactSeen(later, contact)
  const directory = new Directory({ contacts, journal, session, emit, onSeen })
  const book = new RoomBook(own.name, state)
  const settlement = new Settlement({ journal, outbox, book, wallMs, emit })
  const prekeys = new PrekeyPool({ identity, device: own.linkKey.publicKey, random, limits }, state)
  const prekeyDesk = new PrekeyDesk({ session, journal, pool: prekeys, wallMs })
  return { friends, addresses, book, journal, contacts, outbox, session, directory, settlement, prekeys, prekeyDesk }
}
