// What only the registry's administrator may do: free a name, let people in, see who is there. An administrator can take
// a name away, and can neither read nor set a key or a password. docs/operating.md, "Accounts".

import { fail, formatAddress, type MonotonicMs, ok, type Result, type WallMs } from '../../base/index.ts'
import { type AccountName, foldName } from '../../protocol/index.ts'
import type { Attendance } from './attendance.ts'
import type { HandlerContext } from './handlers/handler-context.ts'
import { tellSenders } from './handlers/mailbox.ts'
import { tellRooms } from './handlers/room.ts'
import { inviteCodeBytes, newInviteCode } from './invite-code.ts'
import type { Done, StoreFailure } from './store.ts'

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

  constructor(context: HandlerContext, attendance: Attendance) {
    this.#context = context
    this.#attendance = attendance
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

  /** Takes a name from whoever has it, with all that is kept under it; `freed` false where nobody had it. */
  freeName(_now: MonotonicMs, name: string, done: Done<boolean>): void {
    const key = foldName(name)
    const { store } = this.#context
    store.freeName(key, this.#context.wallMs(), (later, outcome) => {
      if (!outcome.ok) {
        this.#context.noteFailure(outcome.error)
        return done(later, outcome)
      }
      const { freed, senders, rooms } = outcome.value
      if (freed) {
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
      if (outcome.value === 'added') return done(later, ok({ code, expires }))
      done(later, fail({ code: 'tooManyInvites', detail: `${limits.invitesMax} codes are unused` }))
    })
  }
}
