// Who is in: sessions, leases, notes of links and presence, kept in step. Invariants: there is one session per device, the
// one whose login was asked last; an account is on line while one of its devices holds a lease, unless nobody answered for
// it (liveness.ts). docs/protocol/registry.md, "Login", "Presence".

import type { MonotonicMs } from '../../base/index.ts'
import type { HandlerContext } from './handlers/handler-context.ts'
import { type Lease, LeaseTable } from './lease-table.ts'
import { LinkNotes } from './link-notes.ts'
import type { LeaveCause } from './registry-event.ts'
import type { SessionTable } from './session-table.ts'
import type { Session, SessionAccount, SessionId, SessionPort } from './session.ts'
import type { StoreFailure } from './store.ts'

/** How a link ended without the registry's doing: at once for certain, or in silence. */
export type SessionEnd = 'gone' | 'silent'

export class Attendance {
  readonly #context: HandlerContext
  readonly #sessions: SessionTable
  readonly #leases: LeaseTable
  readonly #links: LinkNotes

  constructor(context: HandlerContext, sessions: SessionTable, port: SessionPort) {
    const { store, limits, presence } = context
    const noteFailure = (failure: StoreFailure): void => context.noteFailure(failure)
    this.#context = context
    this.#sessions = sessions
    this.#leases = new LeaseTable(context.policy.expiryMs)
    this.#links = new LinkNotes({ store, port, linksMax: limits.sessionsMax, noteFailure })
    this.#links.resetForgotten()
    store.recentAccounts(limits.awayListedMax, (later, found) => {
      if (found.ok) presence.learnAway(later, found.value)
      else noteFailure(found.error)
    })
  }

  /** A request came: its device is there, whatever was believed. */
  noteLife(now: MonotonicMs, session: Session): void {
    this.#leases.renew(now, session.deviceText, session.id)
    const { account } = session
    if (!account) return
    const { presence, liveness } = this.#context
    liveness.noteLife(account.key)
    if (presence.isOnline(account.key) || !this.#leases.holds(account.key)) return
    presence.setOnline(now, account.name, this.#context.wallMs())
    this.tellBusy(now, account.key)
  }

  /** The link has another address. */
  noteMove(session: Session): void {
    if (session.account) this.#links.remember(session.id)
  }

  /** Sessions of the account, the newest login first. */
  sessionsOf(account: string): readonly Session[] {
    return this.#leases
      .leasesOf(account)
      .map((lease) => this.#sessionOf(lease))
      .filter((session) => session !== undefined)
      .toSorted((a, b) => (b.account?.loginNumber ?? 0) - (a.account?.loginNumber ?? 0))
  }

  enter(now: MonotonicMs, session: Session, account: SessionAccount): boolean {
    if (session.hasEnded) return false
    const held = this.#leases.get(session.deviceText)
    const older = held && this.#sessionOf(held)
    if (older?.account && older !== session) {
      if (older.account.loginNumber > account.loginNumber) {
        this.#sayReplaced(now, session)
        return false
      }
      // The lease changes hands below, so that nobody sees the account away in between.
      this.#leases.detach(session.deviceText, older.id)
      this.#sayReplaced(now, older)
    }
    this.#sessions.enter(session, account)
    this.#links.remember(session.id)
    const { name, key } = account
    const taken = { device: session.deviceText, name, account: key, session: session.id, lifeAt: now }
    const before = this.#leases.grant(taken)
    this.#context.liveness.noteLife(key)
    this.#context.presence.setOnline(now, name, this.#context.wallMs())
    if (before && before.account !== key) this.#setAwayUnlessHeld(now, before)
    for (const other of this.#sessions.ofIdentity(account.identityText)) {
      if (!account.deviceKeys.has(other.deviceText)) this.#sayReplaced(now, other)
    }
    return true
  }

  leave(now: MonotonicMs, session: Session, cause: LeaveCause): void {
    const { account } = session
    if (!account) return
    this.#sessions.leave(now, session)
    this.#links.forget(session.id)
    const lease = this.#leases.end(session.deviceText, session.id)
    if (lease) this.#setAwayUnlessHeld(now, lease)
    session.isBusy = false
    this.tellBusy(now, account.key)
    this.#context.events.add({ type: 'left', name: account.name, cause })
  }

  /** The link ended, and not by us. */
  end(now: MonotonicMs, session: Session, end: SessionEnd): void {
    // Silence may be a crash and may be a tunnel: the lease decides when the account counts as away.
    if (end === 'silent') this.#leases.detach(session.deviceText, session.id)
    this.leave(now, session, end)
    this.#sessions.remove(now, session)
  }

  /** The account is no more: its sessions are told and closed, and nobody is shown it any longer. */
  remove(now: MonotonicMs, account: string): void {
    this.expel(now, account, 'removed')
    this.#context.liveness.noteLife(account)
    this.#context.presence.remove(now, account, this.#context.wallMs())
  }

  /** Ends every session of the account with a goodbye, and what it holds in silence; how many sessions there were. */
  expel(now: MonotonicMs, account: string, reason: 'removed' | 'suspended' | 'disconnected'): number {
    const sessions = this.sessionsOf(account)
    for (const session of sessions) {
      this.#context.push(now, session, { t: 'goodbye', reason })
      this.#context.close(now, session, reason)
    }
    const [silent] = this.#leases.leasesOf(account)
    this.#leases.endAll(account)
    if (silent) this.#setAwayUnlessHeld(now, silent)
    return sessions.length
  }

  /** When a device of the account last showed that it is there; undefined where none holds a lease. */
  lifeAt(account: string): MonotonicMs | undefined {
    const leases = this.#leases.leasesOf(account)
    return leases.length === 0 ? undefined : Math.max(...leases.map((lease) => lease.lifeAt))
  }

  /** Shows the account as busy if one of its sessions is. */
  tellBusy(now: MonotonicMs, account: string): void {
    const isBusy = this.sessionsOf(account).some((session) => session.isBusy)
    this.#context.presence.setBusy(now, account, isBusy)
  }

  /** Nobody answered for the account: others see it away, its leases stay. */
  believeAway(now: MonotonicMs, account: string): void {
    const leases = this.#leases.leasesOf(account)
    const [lease] = leases
    if (!lease) return
    const lifeAt = Math.max(...leases.map((held) => held.lifeAt))
    this.#context.presence.setAway(now, lease.name, this.#seenAt(now, lifeAt))
  }

  handleTimeout(now: MonotonicMs): void {
    for (let lease = this.#leases.takeExpired(now); lease; lease = this.#leases.takeExpired(now)) {
      this.#setAwayUnlessHeld(now, lease)
      const session = this.#sessionOf(lease)
      if (session) this.#context.close(now, session, 'silent')
    }
    let stranger = this.#sessions.overdueStranger(now)
    while (stranger) {
      this.#context.close(now, stranger, 'noLogin')
      stranger = this.#sessions.overdueStranger(now)
    }
    const flushAt = this.#context.presence.pollTimeout()
    if (flushAt !== undefined && flushAt <= now) this.#tellChanges(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    const instants = [this.#leases.pollTimeout(), this.#sessions.pollTimeout(), this.#context.presence.pollTimeout()]
    const known = instants.filter((instant) => instant !== undefined)
    return known.length === 0 ? undefined : Math.min(...known)
  }

  #sessionOf(lease: Lease): Session | undefined {
    return lease.session === undefined ? undefined : this.#sessions.get(lease.session as SessionId)
  }

  #sayReplaced(now: MonotonicMs, session: Session): void {
    this.#context.push(now, session, { t: 'goodbye', reason: 'replaced' })
    this.#context.close(now, session, 'replaced')
  }

  #setAwayUnlessHeld(now: MonotonicMs, lease: Pick<Lease, 'name' | 'account' | 'lifeAt'>): void {
    if (this.#leases.holds(lease.account)) return
    const seen = this.#seenAt(now, lease.lifeAt)
    this.#context.liveness.noteLife(lease.account)
    this.#context.presence.setAway(now, lease.name, seen)
    this.#context.store.markSeen(lease.account, seen, (_later, outcome) => {
      if (!outcome.ok) this.#context.noteFailure(outcome.error)
    })
  }

  #seenAt(now: MonotonicMs, lifeAt: MonotonicMs): number {
    return Math.max(0, this.#context.wallMs() - Math.round(now - lifeAt))
  }

  /** One batch of changes, encoded once, to everybody; who reads slowly gets the state of that account when it reads. */
  #tellChanges(now: MonotonicMs): void {
    const { presence, limits } = this.#context
    const changed = presence.takeChanges()
    if (this.#context.isDraining) return
    const pages = presence.encodeEntries(changed)
    for (const session of this.#sessions.all()) {
      if (!session.account) continue
      if (session.isSlow) {
        for (const key of changed) session.behind.add(key)
        if (session.behind.size > limits.presenceBehindMax) this.#context.close(now, session, 'tooSlow')
      } else {
        for (const page of pages) this.#context.sendBytes(now, session, page)
      }
    }
    this.#context.events.add({ type: 'tableUpdated', changes: changed.length, sessions: this.#sessions.size })
  }
}
