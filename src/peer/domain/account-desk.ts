// What a person may ask about the own account and about other people: each verb checked, done by the part that knows, and
// answered once. It keeps no state of its own. docs/protocol/peer.md, "Logging in and out", "Private sessions",
// "Blocked people".

import { fail, formatAddress, type MonotonicMs, ok, type Result } from '../../base/index.ts'
import { type AccountName, foldName, isAccountName, nameProblem } from '../../protocol/index.ts'
import type { Contacts } from './contacts.ts'
import type { Directory } from './directory.ts'
import { aliasCharactersMax, type FriendList } from './friend-list.ts'
import type { Journal } from './journal.ts'
import type { LastAddresses } from './last-addresses.ts'
import { type PasswordClient, readPassword } from './password-client.ts'
import { type Ask, makeRecord, provePassword, reasonOf } from './password-exchange.ts'
import type { KnownFriend, PeerEvent, Reason } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerLinks } from './peer-links.ts'
import type { StoredFriend } from './peer-store.ts'
import type { PresenceTable } from './presence-table.ts'
import type { PrivateSession } from './private-session.ts'
import type { RegistrySession } from './registry-session.ts'

/** The one answer to a verb. */
export type Answer<T> = (now: MonotonicMs, outcome: Result<T, Reason>) => void

/** What a person gives to log in. */
export interface LoginRequest {
  readonly password?: string | undefined
  readonly signUp?: boolean | undefined
  readonly inviteCode?: string | undefined
}

/** What the registry says of a name. `self`: it is one's own. */
export type Finding =
  | {
      readonly kind: 'found'
      readonly name: AccountName
      readonly status: 'online' | 'away'
      readonly busy: boolean
      readonly address?: string
    }
  | { readonly kind: 'unknown'; readonly name: string; readonly nearest: readonly AccountName[] }
  | { readonly kind: 'self' }

export interface AccountDeskOptions {
  readonly ownName: AccountName
  readonly session: Pick<RegistrySession, 'login' | 'logout' | 'request' | 'isOnline' | 'isLoggedOut' | 'accountMode'>
  readonly passwords?: PasswordClient | undefined
  readonly contacts: Contacts
  readonly directory: Directory
  readonly journal: Journal
  readonly presence: PresenceTable
  readonly links: PeerLinks
  readonly friends: FriendList
  readonly addresses: LastAddresses
  readonly privateSession: PrivateSession
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
}

export class AccountDesk {
  readonly #options: AccountDeskOptions
  readonly #ownKey: string

  constructor(options: AccountDeskOptions) {
    this.#options = options
    this.#ownKey = foldName(options.ownName)
  }

  /** See {@link RegistrySession.login}; also `badPassword` {problem, limit}. */
  login(now: MonotonicMs, { password: typed, signUp = false, inviteCode }: LoginRequest, done: Answer<void>): void {
    const password = typed === undefined ? ok(undefined) : readPassword(typed)
    if (!password.ok) return done(now, password)
    const wish = { password: password.value, isSignUp: signUp, inviteCode: inviteCode?.trim().slice(0, 64) }
    this.#options.session.login(now, wish, done)
  }

  /** Goodbye to the registry and to all peers; `isForgotten`: the password is asked again. */
  logout(now: MonotonicMs, isForgotten: boolean, done: Answer<void>): void {
    const { session, privateSession } = this.#options
    privateSession.endAll(now)
    session.logout(now, isForgotten, done)
  }

  /** Fails with `noPasswords`, `badPassword`, `passwordWrong`, `rateLimited` {retryMs}, `registryUnreachable`, `notLoggedIn`. */
  changePassword(now: MonotonicMs, before: string, after: string, done: Answer<void>): void {
    const { session, passwords: client, ownName: name } = this.#options
    const known = readPassword(before)
    const wanted = readPassword(after)
    if (!known.ok) return done(now, known)
    if (!wanted.ok) return done(now, wanted)
    if (!session.isOnline) return done(now, fail(this.#offLine()))
    if (session.accountMode !== 'password') return done(now, fail({ code: 'noPasswords', details: {} }))
    const ask: Ask = (later, body, asked) => session.request(later, body, asked)
    const exchange = { name, client, ask }
    provePassword(now, exchange, known.value, (proved, proof) => {
      if (!proof.ok) return done(proved, proof)
      makeRecord(proved, exchange, wanted.value, (made, record) => {
        if (!record.ok) return done(made, record)
        const body = { t: 'changePassword', proof: proof.value, record: record.value } as const
        this.#request(made, body, done, { name })
      })
    })
  }

  /** What the registry says of a name now. Fails with `badName` {name, problem}, `registryUnreachable`, `notLoggedIn`. */
  lookUp(now: MonotonicMs, name: string, done: Answer<Finding>): void {
    const { session, directory, presence } = this.#options
    const key = foldName(name)
    const problem = nameProblem(name)
    if (problem) return done(now, fail({ code: 'badName', details: { name, problem } }))
    if (key === this.#ownKey) return done(now, ok({ kind: 'self' }))
    if (!session.isOnline) return done(now, fail(this.#offLine()))
    session.request(now, { t: 'lookup', name }, (later, outcome) => {
      if (outcome.kind === 'error' && outcome.error === 'unknownName') {
        return done(later, ok({ kind: 'unknown', name, nearest: [...(outcome.answer.nearest ?? [])] }))
      }
      if (outcome.kind !== 'answer') return done(later, fail(reasonOf(outcome, { name })))
      const { answer } = outcome
      directory.seen(later, key, answer)
      if (foldName(answer.name) !== key) return done(later, fail({ code: 'registryJunk', details: {} }))
      if (!answer.online) presence.setAway(key)
      const address = this.#addressOf(key)
      const status = answer.online ? 'online' : 'away'
      const found = { kind: 'found', name: answer.name, status, busy: answer.busy ?? false } as const
      done(later, ok(address === undefined ? found : { ...found, address }))
    })
  }

  /** Asks for the whole presence table again; it comes as after a login. */
  refresh(now: MonotonicMs, done: Answer<void>): void {
    const { session, presence } = this.#options
    if (!session.isOnline) return done(now, fail(this.#offLine()))
    presence.begin()
    this.#request(now, { t: 'refresh' }, done)
  }

  /** Asks for a private session. Its end is an event; see {@link PrivateSession.request} for what it fails with. */
  requestChat(now: MonotonicMs, name: string, done: Answer<void>): void {
    const problem = nameProblem(name)
    if (problem) return done(now, fail({ code: 'badName', details: { name, problem } }))
    if (foldName(name) === this.#ownKey) return done(now, fail({ code: 'self', details: { name } }))
    if (!this.#options.session.isOnline) return done(now, fail(this.#offLine()))
    this.#options.privateSession.request(now, name, done)
  }

  answerChat(now: MonotonicMs, name: string, isAccepted: boolean, done: Answer<void>): void {
    this.#options.privateSession.answer(now, name, isAccepted, done)
  }

  withdrawChat(now: MonotonicMs, done: Answer<void>): void {
    done(now, this.#options.privateSession.withdraw(now) ? ok(undefined) : fail({ code: 'noRequest', details: {} }))
  }

  leaveChat(now: MonotonicMs, done: Answer<void>): void {
    done(now, this.#options.privateSession.leave(now) ? ok(undefined) : fail({ code: 'noSession', details: {} }))
  }

  /** The list, in the order of the names. */
  knownFriends(): readonly KnownFriend[] {
    return this.#options.friends.all().map((friend) => this.#shown(friend))
  }

  /** Fails with `badName`, `self`, `unknownName` {name, nearest}, `badAlias` {limit}, `tooManyFriends` {limit}. */
  addFriend(now: MonotonicMs, name: string, alias: string | undefined, done: Answer<void>): void {
    const shown = alias?.toWellFormed().normalize('NFC').trim()
    if (shown !== undefined && ([...shown].length > aliasCharactersMax || /\p{Cc}/u.test(shown))) {
      return done(now, fail({ code: 'badAlias', details: { limit: aliasCharactersMax } }))
    }
    this.#change(now, name, { isFriend: true, ...(shown !== undefined && { alias: shown }) }, done)
  }

  removeFriend(now: MonotonicMs, name: string, done: Answer<void>): void {
    this.#change(now, name, { isFriend: false, alias: '' }, done)
  }

  setBlocked(now: MonotonicMs, name: string, isBlocked: boolean, done: Answer<void>): void {
    this.#change(now, name, { isBlocked }, done)
  }

  #change(
    now: MonotonicMs,
    name: string,
    change: { alias?: string; isFriend?: boolean; isBlocked?: boolean },
    done: Answer<void>,
  ): void {
    const { contacts, friends, limits, session, directory } = this.#options
    const key = foldName(name)
    if (!isAccountName(name)) return done(now, fail({ code: 'badName', details: { name, problem: nameProblem(name) } }))
    if (key === this.#ownKey) return done(now, fail({ code: 'self', details: { name } }))
    const known = contacts.get(key)
    if (known || friends.get(key) || !session.isOnline) return this.#keep(now, known?.name ?? name, change, done)
    if (friends.size >= limits.friendsMax) {
      return done(now, fail({ code: 'tooManyFriends', details: { limit: limits.friendsMax } }))
    }
    // A slip of the pen is told now, and not by nobody ever coming.
    directory.lookUp(now, name, (later, outcome) => {
      if (outcome.kind === 'unknown') {
        return done(later, fail({ code: 'unknownName', details: { name, nearest: [...outcome.nearest] } }))
      }
      const spelled = outcome.kind === 'lost' ? name : outcome.contact.name
      this.#keep(later, spelled, change, done)
    })
  }

  #keep(
    now: MonotonicMs,
    name: AccountName,
    change: { alias?: string; isFriend?: boolean; isBlocked?: boolean },
    done: Answer<void>,
  ): void {
    const { friends, journal, privateSession, emit } = this.#options
    const { failure } = journal
    if (failure) return done(now, fail({ code: failure.code, details: { detail: failure.detail } }))
    const friend = friends.changed(name, change)
    friends.set(friend)
    if (friend.isBlocked) privateSession.endWith(now, foldName(name))
    journal.commit([{ kind: 'friend', friend }], (later, committed) => {
      if (!committed.ok) {
        return done(later, fail({ code: committed.error.code, details: { detail: committed.error.detail } }))
      }
      emit({ type: 'friend', friend: this.#shown(friend) })
      done(later, ok(undefined))
    })
  }

  #shown(friend: StoredFriend): KnownFriend {
    const { presence, links } = this.#options
    const key = foldName(friend.name)
    const state = presence.stateOf(key)
    const road = links.has(key) ? 'direct' : state === 'away' ? 'mailbox' : undefined
    const address = this.#addressOf(key)
    return {
      ...friend,
      ...(state !== 'unknown' && { status: state }),
      ...(road && { road }),
      ...(address !== undefined && { address }),
    }
  }

  #addressOf(key: string): string | undefined {
    const address = this.#options.links.addressOf(key) ?? this.#options.addresses.get(key)
    return address && formatAddress(address)
  }

  #request(
    now: MonotonicMs,
    body: Parameters<RegistrySession['request']>[1],
    done: Answer<void>,
    details: Readonly<Record<string, unknown>> = {},
  ): void {
    this.#options.session.request(now, body, (later, outcome) => {
      done(later, outcome.kind === 'answer' ? ok(undefined) : fail(reasonOf(outcome, details)))
    })
  }

  #offLine(): Reason {
    return { code: this.#options.session.isLoggedOut ? 'notLoggedIn' : 'registryUnreachable', details: {} }
  }
}
