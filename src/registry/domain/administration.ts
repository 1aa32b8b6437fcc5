// What only the registry's administrator may do: see who is there, let people in, end sessions, suspend an account, free a
// name. An administrator can take a name away, and can neither read nor set a key or a password. docs/operating.md, "Accounts".

import { fail, formatAddress, type MonotonicMs, ok, type Result, type WallMs } from '../../base/index.ts'
import { type AccountName, foldName } from '../../protocol/index.ts'
import type { Attendance } from './attendance.ts'
import type { HandlerContext } from './handlers/handler-context.ts'
import { tellSenders } from './handlers/mailbox.ts'
import { tellRooms } from './handlers/room.ts'
import { inviteCodeBytes, newInviteCode } from './invite-code.ts'
import type { SuspendedAccount } from './account-store.ts'
import type { LinkFigures, SessionPort } from './session.ts'
import type { Done, StoreFailure } from './store.ts'

const awayRow = { online: false, busy: false, devices: 0 } as const

/** A line of the table of clients. */
export interface AccountRow {
  readonly name: AccountName
  /** Where its newest session is seen, HOST:PORT; absent where it has none. */
  readonly address?: string
  readonly online: boolean
  /** When it came on line, or its last life sign. */
  readonly since: WallMs
  readonly busy: boolean
  /** Sessions it has. */
  readonly devices: number
}

/** A line of the table of peers: what the administrator's window shows of an account. */
export interface PeerRow extends AccountRow {
  /** Nobody may log in to it. */
  readonly suspended: boolean
  /** When a device of it last showed that it is there; absent where none is believed to be. */
  readonly lifeAt?: WallMs
  /** Bytes of messages on its sessions, from it and to it. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** The link of its newest session. */
  readonly link?: LinkFigures
}

export interface NewInviteCode {
  /** Told once; only its hash is kept. */
  readonly code: string
  readonly expires: WallMs
}

/** The codes are used up or the store failed. */
export type InviteFailure = StoreFailure | { readonly code: 'tooManyInvites'; readonly detail: string }

export class Administration {
  readonly #context: HandlerContext
  readonly #attendance: Attendance
  readonly #port: Pick<SessionPort, 'linkFigures'>
  /** By folded name; as many as are listed while they are away. */
  readonly #suspended = new Map<string, SuspendedAccount>()

  constructor(context: HandlerContext, attendance: Attendance, port: Pick<SessionPort, 'linkFigures'>) {
    this.#context = context
    this.#attendance = attendance
    this.#port = port
    context.store.suspendedAccounts(context.limits.awayListedMax, (_later, found) => {
      if (!found.ok) return context.noteFailure(found.error)
      for (const account of found.value) this.#suspended.set(foldName(account.name), account)
    })
  }

  /** Everybody who is on line, and those seen last. */
  clients(): readonly AccountRow[] {
    return this.#context.presence.entries().map(({ name, online, since, busy = false }) => {
      const sessions = this.#attendance.sessionsOf(foldName(name))
      const [newest] = sessions
      const address = newest && formatAddress(newest.address)
      return { name, online, since, busy, devices: sessions.length, ...(address && { address }) }
    })
  }

  /** The table of peers: everybody who is on line, those seen last, and who is suspended. */
  peers(now: MonotonicMs): readonly PeerRow[] {
    const rows = this.clients().map((row) => this.#withFigures(now, row))
    const listed = new Set(rows.map(({ name }) => foldName(name)))
    const others = [...this.#suspended].filter(([key]) => !listed.has(key))
    const suspended = others.map(([, { name, since }]): PeerRow => ({
      ...awayRow,
      name,
      since,
      suspended: true,
      bytesIn: 0,
      bytesOut: 0,
    }))
    return [...rows, ...suspended]
  }

  /** Ends the sessions of an account with a goodbye; its peers may come back. How many there were. */
  disconnect(now: MonotonicMs, name: string): number {
    const key = foldName(name)
    const sessions = this.#attendance.expel(now, key, 'disconnected')
    if (sessions > 0) this.#context.events.add({ type: 'disconnected', name: key, sessions })
    return sessions
  }

  /** Lets nobody log in to the account any more and ends its sessions; false where nobody has the name. */
  suspend(_now: MonotonicMs, name: string, done: Done<boolean>): void {
    const key = foldName(name)
    const since = this.#context.wallMs()
    this.#context.store.suspend(key, since, (later, outcome) => {
      if (!outcome.ok) return this.#fail(later, outcome, done)
      if (outcome.value !== undefined) {
        if (!this.#suspended.has(key)) this.#suspended.set(key, { name: outcome.value, since })
        this.#context.events.add({ type: 'suspended', name: key })
        this.#attendance.expel(later, key, 'suspended')
      }
      done(later, ok(outcome.value !== undefined))
    })
  }

  /** Lets people log in to the account again; false where nobody has the name. */
  unsuspend(_now: MonotonicMs, name: string, done: Done<boolean>): void {
    const key = foldName(name)
    this.#context.store.resume(key, (later, outcome) => {
      if (!outcome.ok) return this.#fail(later, outcome, done)
      this.#suspended.delete(key)
      if (outcome.value !== undefined) this.#context.events.add({ type: 'resumed', name: key })
      done(later, ok(outcome.value !== undefined))
    })
  }

  /** Takes a name from whoever has it, with all that is kept under it; `freed` false where nobody had it. */
  freeName(_now: MonotonicMs, name: string, done: Done<boolean>): void {
    const key = foldName(name)
    const { store } = this.#context
    store.freeName(key, this.#context.wallMs(), (later, outcome) => {
      if (!outcome.ok) return this.#fail(later, outcome, done)
      const { freed, senders, rooms } = outcome.value
      if (freed) {
        this.#suspended.delete(key)
        this.#attendance.remove(later, key)
        this.#context.events.add({ type: 'freed', name: key })
        tellSenders(this.#context, later, senders)
        tellRooms(this.#context, later, rooms)
      }
      done(later, ok(freed))
    })
  }

  /** Makes a code for one new name. */
  makeInvite(_now: MonotonicMs, done: (now: MonotonicMs, outcome: Result<NewInviteCode, InviteFailure>) => void): void {
    const { store, limits, random, verifier } = this.#context
    const code = newInviteCode(random)
    const at = this.#context.wallMs()
    const expires = at + limits.inviteKeepMs
    const hash = verifier.digest(inviteCodeBytes(code))
    store.addInvite({ hash, at, expires, invitesMax: limits.invitesMax }, (later, outcome) => {
      if (!outcome.ok) {
        this.#context.noteFailure(outcome.error)
        return done(later, outcome)
      }
      if (outcome.value === 'full') {
        return done(later, fail({ code: 'tooManyInvites', detail: `${limits.invitesMax} codes are unused` }))
      }
      this.#context.events.add({ type: 'inviteMade', expires })
      done(later, ok({ code, expires }))
    })
  }

  #withFigures(now: MonotonicMs, row: AccountRow): PeerRow {
    const key = foldName(row.name)
    const sessions = this.#attendance.sessionsOf(key)
    const [newest] = sessions
    const link = newest && this.#port.linkFigures(newest.id)
    const lifeAt = this.#attendance.lifeAt(key)
    return {
      ...row,
      suspended: this.#suspended.has(key),
      bytesIn: sessions.reduce((sum, session) => sum + session.bytesIn, 0),
      bytesOut: sessions.reduce((sum, session) => sum + session.bytesOut, 0),
      ...(lifeAt !== undefined && { lifeAt: Math.max(0, this.#context.wallMs() - Math.round(now - lifeAt)) }),
      ...(link && { link }),
    }
  }

  #fail(now: MonotonicMs, failure: { readonly ok: false; readonly error: StoreFailure }, done: Done<boolean>): void {
    this.#context.noteFailure(failure.error)
    done(now, failure)
  }
}
