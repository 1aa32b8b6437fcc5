// When an entry of a room is shown: in the order of the numbers. Invariants: what comes after its place is shown is shown
// at once and said to be late; one whose predecessor is missing waits a bounded time and no longer; nothing is shown
// twice or forgotten. docs/protocol/peer.md, "Rooms".

import type { MonotonicMs } from '../../base/index.ts'
import { BudgetQueue } from './budget-queue.ts'
import type { RoomKey } from './stored-room.ts'

/** Shows an entry; `isLate` where later ones were shown before. */
export type Show = (isLate: boolean) => void

interface Waiting {
  readonly number: number
  readonly show: Show
}

interface Line {
  /** The number that is due. */
  next: number
  /** When it last rose. */
  movedAt: MonotonicMs
  /** By number. */
  waiting: Waiting[]
}

interface Patience {
  readonly line: Line
  readonly number: number
  readonly since: MonotonicMs
}

/** While a room moves on, an entry is waited for so many times longer: links are being made, and its turn will come. */
const patienceWhileMoving = 4

export class RoomOrder {
  readonly #waitMs: number
  readonly #lines = new Map<RoomKey, Line>()
  readonly #patience = new BudgetQueue<Patience>()

  /** `waitMs`: how long an entry waits for the one before it. */
  constructor(waitMs: number, tops: readonly { readonly room: RoomKey; readonly number: number }[]) {
    this.#waitMs = waitMs
    for (const { room, number } of tops) this.#lines.set(room, { next: number + 1, movedAt: -Infinity, waiting: [] })
  }

  /** An entry that is on the disk. */
  add(now: MonotonicMs, room: RoomKey, number: number, show: Show): void {
    const line = this.#line(room)
    if (number < line.next) return show(true)
    const at = line.waiting.findLastIndex((other) => other.number <= number)
    line.waiting.splice(at + 1, 0, { number, show })
    this.#release(now, line, line.next)
    if (line.next <= number) this.#patience.add(now + this.#waitMs, { line, number, since: now })
  }

  /** A number that nobody has to be shown, such as an own message's. */
  pass(now: MonotonicMs, room: RoomKey, number: number): void {
    this.add(now, room, number, () => {})
  }

  /** Nothing before this number will come to us; where we are no member, messages do not. */
  jump(now: MonotonicMs, room: RoomKey, number: number): void {
    this.#release(now, this.#line(room), number)
  }

  handleTimeout(now: MonotonicMs): void {
    for (let due = this.#patience.take(now); due; due = this.#patience.take(now)) {
      const { line, number, since } = due
      if (number < line.next) continue
      const until = Math.min(line.movedAt + this.#waitMs, since + patienceWhileMoving * this.#waitMs)
      if (until > now) this.#patience.add(until, due)
      else this.#giveUp(now, line, number)
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#patience.pollTimeout()
  }

  /** Shows what waited too long; that is no sign that what is missing will come. */
  #giveUp(now: MonotonicMs, line: Line, number: number): void {
    const { movedAt } = line
    this.#release(now, line, number)
    line.movedAt = movedAt
  }

  #line(room: RoomKey): Line {
    let line = this.#lines.get(room)
    if (!line) this.#lines.set(room, (line = { next: 1, movedAt: -Infinity, waiting: [] }))
    return line
  }

  /** Shows all that waits up to `reach`, and what follows it without a gap. */
  #release(now: MonotonicMs, line: Line, reach: number): void {
    const before = line.next
    for (;;) {
      const first = line.waiting[0]
      if (!first || first.number > Math.max(line.next, reach)) break
      line.waiting.shift()
      // Two may claim one number: the second is not late.
      line.next = Math.max(line.next, first.number + 1)
      first.show(false)
    }
    line.next = Math.max(line.next, reach)
    if (line.next > before) line.movedAt = now
  }
}
