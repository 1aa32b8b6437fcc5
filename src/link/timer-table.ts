// The deadlines of one connection, one slot a purpose. Invariant: a slot holds a time or Infinity; nothing is allocated
// after the constructor. Spec: docs/protocol/frames.md section 6.

/** The purposes. */
export const TimerName = {
  /** Loss by time, or the probe timeout. */
  recovery: 0,
  /** The pacer lets the next packets go. */
  pace: 1,
  /** An early copy is due. */
  copy: 2,
  idle: 3,
  keepalive: 4,
  /** Flushing before a close, or a CLOSE repeated. */
  close: 5,
} as const

export type TimerName = (typeof TimerName)[keyof typeof TimerName]

const timerCount = 6

export class TimerTable {
  readonly #deadlines = new Float64Array(timerCount).fill(Number.POSITIVE_INFINITY)

  /** Sets a deadline, ms on the monotonic clock; Infinity clears it. */
  set(name: TimerName, deadline: number): void {
    this.#deadlines[name] = deadline
  }

  clear(name: TimerName): void {
    this.#deadlines[name] = Number.POSITIVE_INFINITY
  }

  clearAll(): void {
    this.#deadlines.fill(Number.POSITIVE_INFINITY)
  }

  at(name: TimerName): number {
    return this.#deadlines[name] as number
  }

  /** Whether the deadline has come. */
  expired(name: TimerName, now: number): boolean {
    return (this.#deadlines[name] as number) <= now
  }

  /** The earliest deadline, or undefined. */
  earliest(): number | undefined {
    let least = Number.POSITIVE_INFINITY
    for (const deadline of this.#deadlines) if (deadline < least) least = deadline
    return least === Number.POSITIVE_INFINITY ? undefined : least
  }
}
