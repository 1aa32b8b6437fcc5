// All links that are up. Invariant: a session is a stranger (with a deadline for its login) or has an account, never both.

import type { MonotonicMs } from '../../base/index.ts'
import type { Session, SessionAccount, SessionId } from './session.ts'

export class SessionTable {
  readonly #loginTimeoutMs: number
  readonly #sessions = new Map<SessionId, Session>()
  /** Until when each stranger must log in; all have equally long, so the first in is the first due. */
  readonly #strangers = new Map<SessionId, MonotonicMs>()
  readonly #ofIdentity = new Map<string, Set<Session>>()

  constructor(loginTimeoutMs: number) {
    this.#loginTimeoutMs = loginTimeoutMs
  }

  get size(): number {
    return this.#sessions.size
  }

  get(id: SessionId): Session | undefined {
    return this.#sessions.get(id)
  }

  /** A copy, as what is done to the sessions may end some of them. */
  all(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  ofIdentity(identityText: string): readonly Session[] {
    return [...(this.#ofIdentity.get(identityText) ?? [])]
  }

  open(now: MonotonicMs, session: Session): void {
    this.#sessions.set(session.id, session)
    this.#strangers.set(session.id, now + this.#loginTimeoutMs)
  }

  /** A stranger is at it: a password takes a person's time and an Argon2's. Bounded, as each link costs memory. */
  postpone(now: MonotonicMs, session: Session): void {
    if (!this.#strangers.has(session.id) || session.loginPatience === 0) return
    session.loginPatience -= 1
    this.#strangers.delete(session.id)
    this.#strangers.set(session.id, now + this.#loginTimeoutMs)
  }

  /** The session has logged in. */
  enter(session: Session, account: SessionAccount): void {
    this.#strangers.delete(session.id)
    session.account = account
    const sessions = this.#ofIdentity.get(account.identityText)
    if (sessions) sessions.add(session)
    else this.#ofIdentity.set(account.identityText, new Set([session]))
  }

  /** The session has no account any more and may log in anew. */
  leave(now: MonotonicMs, session: Session): void {
    const { account } = session
    if (!account) return
    const sessions = this.#ofIdentity.get(account.identityText)
    sessions?.delete(session)
    if (sessions?.size === 0) this.#ofIdentity.delete(account.identityText)
    session.account = undefined
    session.behind.clear()
    this.#strangers.set(session.id, now + this.#loginTimeoutMs)
  }

  remove(now: MonotonicMs, session: Session): void {
    this.leave(now, session)
    this.#strangers.delete(session.id)
    this.#sessions.delete(session.id)
    session.end()
  }

  pollTimeout(): MonotonicMs | undefined {
    const [first] = this.#strangers.values()
    return first
  }

  /** One stranger whose time for a login is over. A login that is with the store counts as in time. */
  overdueStranger(now: MonotonicMs): Session | undefined {
    for (const [id, deadline] of this.#strangers) {
      if (deadline > now) return undefined
      const session = this.#sessions.get(id)
      if (session && !session.isEntering) return session
      this.#strangers.delete(id)
      this.#strangers.set(id, now + this.#loginTimeoutMs)
    }
    return undefined
  }
}
