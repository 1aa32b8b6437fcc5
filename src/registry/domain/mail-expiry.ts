// Looks now and then for mail whose time is over, removes it in steps, and tells the senders who are on line; and removes
// what is too old of the channel and of the logs of rooms. Invariant: nothing expires by a wall clock that has just
// jumped. docs/protocol/registry.md, "Mailbox", "Channel", "Rooms".

import type { MonotonicMs, WallMs } from '../../base/index.ts'
import { ExpiryClock } from './expiry-clock.ts'
import type { HandlerContext } from './handlers/handler-context.ts'
import { tellSenders } from './handlers/mailbox.ts'
import type { Done } from './store.ts'

export class MailExpiry {
  readonly #context: HandlerContext
  readonly #clock: ExpiryClock
  #nextAt: MonotonicMs | undefined
  #isStopped = false

  constructor(now: MonotonicMs, context: HandlerContext) {
    this.#context = context
    this.#clock = new ExpiryClock(now, context.wallMs(), context.limits.clockSteadyMs)
    this.#nextAt = now + context.limits.expireEveryMs
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#nextAt
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#nextAt === undefined || this.#nextAt > now) return
    const { store, events, limits } = this.#context
    this.#nextAt = now + limits.expireEveryMs
    const wall = this.#context.wallMs()
    const byMs = this.#clock.observe(now, wall)
    if (byMs !== 0) events.add({ type: 'clockJumped', byMs })
    if (!this.#clock.isSteady(now)) return
    store.expire(wall, limits.expireRowsMax, (later, outcome) => {
      if (!outcome.ok) return this.#context.noteFailure(outcome.error)
      const { rows, senders, more } = outcome.value
      if (rows > 0) events.add({ type: 'expired', rows })
      tellSenders(this.#context, later, senders)
      this.#goOn(later, more)
    })
    this.#expireTalk(wall)
  }

  #expireTalk(wall: WallMs): void {
    const { store, limits, policy } = this.#context
    const goOn: Done<{ readonly more: boolean }> = (later, outcome) => {
      if (outcome.ok) this.#goOn(later, outcome.value.more)
      else this.#context.noteFailure(outcome.error)
    }
    store.expireChannel(wall - policy.channelKeepMs, limits.expireRowsMax, goOn)
    store.expireRoomLogs(wall - limits.roomLogKeepMs, limits.expireRowsMax, goOn)
  }

  #goOn(now: MonotonicMs, more: boolean): void {
    if (more && !this.#isStopped) this.#nextAt = now
  }

  stop(): void {
    this.#isStopped = true
    this.#nextAt = undefined
  }
}
