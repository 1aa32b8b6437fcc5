// Virtual time: one heap of things to do, and a clock that jumps from one to the next. Two things for the same instant
// happen in the order in which they were scheduled, so that a seed gives the same history every time. Nothing in a
// simulation may take time or order from anywhere else.

import type { MonotonicMs, WallMs } from '../src/base/index.ts'

/** Something scheduled, which can still be called off. */
export interface Scheduled {
  /** Calls it off; without effect once it ran. */
  cancel(): void
}

/**
 * What a simulated store, or anything else that works for a program, may know of time. A store of a host gets the host's
 * own: whatever it schedules there is forgotten when the host crashes, and the host drains its program after each run. So a
 * store schedules its commit on it, applies the change when that runs (the disk survives a crash, what was not applied does
 * not), and schedules `done` as a second step, so that a crash can fall between commit and answer.
 */
export interface Scheduler {
  readonly now: MonotonicMs
  wallMs(): WallMs
  schedule(atMs: MonotonicMs, run: (now: MonotonicMs) => void): Scheduled
}

interface Entry extends Scheduled {
  readonly at: MonotonicMs
  readonly order: number
  run: ((now: MonotonicMs) => void) | undefined
}

/** 2026-11-21T00:00:00Z: where the wall clock of every history starts. */
const wallStartMs: WallMs = 1_795_219_200_000

export class VirtualTime implements Scheduler {
  readonly #heap: Entry[] = []
  #now: MonotonicMs = 0
  #orders = 0
  #wallOffsetMs = wallStartMs
  #steps = 0

  /** Monotonic milliseconds since the start of the history. */
  get now(): MonotonicMs {
    return this.#now
  }

  /** How many things have run. */
  get steps(): number {
    return this.#steps
  }

  /** The wall clock, a whole number of milliseconds. */
  wallMs(): WallMs {
    return Math.floor(this.#now) + this.#wallOffsetMs
  }

  /** Lets the wall clock jump, forwards or backwards; monotonic time does not notice. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += Math.round(byMs)
  }

  /** Runs `run` at `atMs`, or as the next thing of this instant where `atMs` has passed. */
  schedule(atMs: MonotonicMs, run: (now: MonotonicMs) => void): Scheduled {
    const entry: Entry = {
      at: Math.max(atMs, this.#now),
      order: this.#orders++,
      run,
      cancel() {
        this.run = undefined
      },
    }
    this.#push(entry)
    return entry
  }

  /** Runs the next thing. False where there is none. */
  step(): boolean {
    for (;;) {
      const entry = this.#pop()
      if (entry === undefined) return false
      const run = entry.run
      if (run === undefined) continue
      this.#now = entry.at
      this.#steps += 1
      entry.run = undefined
      run(this.#now)
      return true
    }
  }

  /** When the next thing is due, if there is one. */
  nextAt(): MonotonicMs | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) this.#pop()
    return this.#heap[0]?.at
  }

  /**
   * Runs everything due up to and including `untilMs`, then stands at `untilMs`; stops earlier, and returns true, as soon
   * as `done` holds.
   */
  runUntil(untilMs: MonotonicMs, done?: () => boolean): boolean {
    if (done?.() === true) return true
    for (let at = this.nextAt(); at !== undefined && at <= untilMs; at = this.nextAt()) {
      this.step()
      if (done?.() === true) return true
    }
    this.#now = Math.max(this.#now, untilMs)
    return false
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above] as Entry
      if (isBefore(parent, entry)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below += 1
      const child = heap[below] as Entry
      if (!isBefore(child, last)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
    return top
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
