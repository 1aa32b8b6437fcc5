// What is said on a new link to the registry until it lets us in: the plain login first, which is enough for a device that
// the registry remembers, then what it asks for, where a person gave it. Invariants: a password is used for one attempt
// and forgotten with its end; every attempt ends once; nothing that a registry answers makes it ask again by itself.
// docs/protocol/registry.md, "Login", and peer.md, "Logging in and out".

import { type Address, fail, type MonotonicMs, ok, type Result } from '../../base/index.ts'
import { fingerprint } from '../../crypto/index.ts'
import {
  type AccountMode,
  registryErrors,
  registryProtocolVersion,
  type SignedDeviceList,
} from '../../protocol/index.ts'
import type { PasswordClient } from './password-client.ts'
import { type Ask, makeRecord, provePassword } from './password-exchange.ts'
import type { Reason } from './peer-event.ts'
import type { StoredLogin } from './peer-store.ts'
import type { AnswerTo, RequestBody, RequestOutcome } from './request-table.ts'

/** What a person gave for one login. */
export interface LoginWish {
  /** In the form of `readPassword`. */
  readonly password?: string | undefined
  /** Makes the account, with this password where the registry wants one. */
  readonly isSignUp?: boolean
  readonly inviteCode?: string | undefined
}

export type LoggedIn = (now: MonotonicMs, outcome: Result<void, Reason>) => void

export type LoginEnd =
  | { readonly kind: 'welcome'; readonly welcome: AnswerTo<'login'> }
  /** The registry asks for what only a person has. */
  | { readonly kind: 'loggedOut'; readonly reason: Reason }
  /** It does not mend by itself. */
  | { readonly kind: 'refused'; readonly reason: Reason }
  | { readonly kind: 'later'; readonly waitMs: number; readonly reason: Reason }

export interface LoginDeskOptions {
  readonly name: string
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
  readonly agent: string
  readonly localAddresses: () => readonly Address[]
  readonly passwords?: PasswordClient | undefined
  /** For the first login of a new name. */
  readonly inviteCode?: string | undefined
  readonly login: StoredLogin
  /** What is to be remembered of logins changed. */
  readonly onLogin: (now: MonotonicMs, login: StoredLogin) => void
}

interface Attempt extends LoginWish {
  readonly done: LoggedIn
}

/** One link's way in. Another one takes its place with the next link, and what comes late is nobody's. */
interface Entrance {
  readonly ask: Ask
  readonly ended: (now: MonotonicMs, end: LoginEnd) => void
}

export class LoginDesk {
  readonly #options: LoginDeskOptions
  #login: StoredLogin
  #attempt: Attempt | undefined
  #entrance: Entrance | undefined
  #mode: AccountMode | undefined
  #wantsPassword = false

  constructor(options: LoginDeskOptions) {
    this.#options = options
    this.#login = options.login
  }

  /** How the registry gives names, as its last welcome said. */
  get mode(): AccountMode | undefined {
    return this.#mode
  }

  /** Takes what a person gives, for the next {@link enter} or the login that is under way. False where one is. */
  expect(wish: LoginWish, done: LoggedIn): boolean {
    if (this.#attempt) return false
    this.#attempt = { ...wish, done }
    return true
  }

  enter(now: MonotonicMs, ask: Ask, ended: Entrance['ended']): void {
    const entrance = { ask, ended }
    this.#entrance = entrance
    if (this.#wantsPassword && this.#attempt?.password !== undefined) this.#showPassword(now, entrance)
    else this.#logIn(now, entrance)
  }

  /** The link is gone, or we are not to log in any more: an attempt ends with this reason. */
  abandon(now: MonotonicMs, reason: Reason): void {
    this.#entrance = undefined
    const attempt = this.#attempt
    this.#attempt = undefined
    attempt?.done(now, fail(reason))
  }

  #showPassword(now: MonotonicMs, entrance: Entrance): void {
    const { password = '', isSignUp } = this.#attempt as Attempt
    const exchange = { name: this.#options.name, client: this.#options.passwords, ask: entrance.ask }
    const exchanged = (later: MonotonicMs, outcome: Result<Uint8Array, Reason>): void => {
      if (this.#entrance !== entrance) return
      if (!outcome.ok) return this.#fail(later, entrance, outcome.error)
      this.#logIn(later, entrance, isSignUp ? { record: outcome.value } : { proof: outcome.value })
    }
    if (isSignUp) makeRecord(now, exchange, password, exchanged)
    else provePassword(now, exchange, password, exchanged)
  }

  #logIn(now: MonotonicMs, entrance: Entrance, shown: { proof?: Uint8Array; record?: Uint8Array } = {}): void {
    const { name, devices, agent, localAddresses } = this.#options
    const inviteCode = this.#attempt?.inviteCode ?? this.#options.inviteCode
    const body = {
      t: 'login',
      version: registryProtocolVersion,
      agent,
      name,
      devices,
      addresses: [...localAddresses()],
      ...shown,
      ...(inviteCode !== undefined && { inviteCode }),
    } as const satisfies RequestBody
    entrance.ask(now, body, (later, outcome) => {
      if (this.#entrance !== entrance || outcome.kind === 'lost') return
      if (outcome.kind === 'answer') return this.#welcome(later, entrance, outcome.answer)
      const isPlain = shown.proof === undefined && shown.record === undefined
      if (outcome.error === 'passwordNeeded') {
        this.#wantsPassword = true
        if (isPlain && this.#attempt?.password !== undefined) return this.#showPassword(later, entrance)
      }
      this.#fail(later, entrance, this.#reasonOf(outcome))
    })
  }

  #welcome(now: MonotonicMs, entrance: Entrance, welcome: AnswerTo<'login'>): void {
    this.#mode = welcome.accounts
    this.#wantsPassword = welcome.accounts === 'password'
    const login = { hasLoggedIn: true, hasPassword: this.#wantsPassword }
    if (login.hasLoggedIn !== this.#login.hasLoggedIn || login.hasPassword !== this.#login.hasPassword) {
      this.#login = login
      this.#options.onLogin(now, login)
    }
    this.#end(now, entrance, { kind: 'welcome', welcome }, ok(undefined))
  }

  #fail(now: MonotonicMs, entrance: Entrance, reason: Reason): void {
    const { name } = this.#options
    const known = this.#login.hasLoggedIn
    switch (reason.code) {
      case 'passwordWrong':
      case 'passwordNeeded':
      case 'passwordFailed': {
        const asked = { code: 'passwordNeeded', details: { name, known } }
        const given = { code: reason.code, details: { ...reason.details, name, known } }
        return this.#end(now, entrance, { kind: 'loggedOut', reason: asked }, fail(given))
      }
      case 'inviteNeeded':
      case 'inviteWrong': {
        const asked = { code: 'inviteNeeded', details: { name, problem: reason.code } }
        return this.#end(now, entrance, { kind: 'loggedOut', reason: asked }, fail(reason))
      }
      default:
        return this.#failOtherwise(now, entrance, reason)
    }
  }

  #failOtherwise(now: MonotonicMs, entrance: Entrance, reason: Reason): void {
    const { name } = this.#options
    const retryMs = reason.details['retryMs']
    const waitMs = typeof retryMs === 'number' ? retryMs : 0
    const row = Object.entries(registryErrors).find(([code]) => code === reason.code)?.[1]
    // Guesses are slowed per name: the person who typed one waits, and nothing is tried without them.
    if (reason.code === 'rateLimited' && this.#attempt?.password !== undefined) {
      const asked = { code: 'passwordNeeded', details: { name, known: this.#login.hasLoggedIn } }
      return this.#end(now, entrance, { kind: 'loggedOut', reason: asked }, fail(reason))
    }
    if (row && !row.retryable) return this.#end(now, entrance, { kind: 'refused', reason }, fail(reason))
    this.#end(now, entrance, { kind: 'later', waitMs, reason }, fail(reason))
  }

  #end(now: MonotonicMs, entrance: Entrance, end: LoginEnd, outcome: Result<void, Reason>): void {
    const attempt = this.#attempt
    this.#attempt = undefined
    this.#entrance = undefined
    entrance.ended(now, end)
    attempt?.done(now, outcome)
  }

  #reasonOf({ error, answer }: Extract<RequestOutcome<'login'>, { kind: 'error' }>): Reason {
    const { name, identity } = this.#options
    const { holder, retryMs } = answer
    const shown = holder && { fingerprint: fingerprint(holder), own: fingerprint(identity) }
    return { code: error, details: { name, ...shown, ...(retryMs !== undefined && { retryMs }) } }
  }
}
