// The one timer table of an endpoint: its links ordered by when they want to be called. A binary heap whose items know
// their place. Moving a deadline further away is left for when it fires (an active link moves its own with every packet),
// so `next` may be early but is never late.

import type { MonotonicMs } from '../base/index.ts'

/** What can stand in a {@link DeadlineQueue}; both fields belong to the queue. */
export interface Deadlined {
  deadline: MonotonicMs
  /** Place in the heap, or -1. */
  deadlineAt: number
}

export class DeadlineQueue<Item extends Deadlined> {
  readonly #heap: Item[] = []

  /** The earliest instant at which an item may want to be called. */
  next(): MonotonicMs | undefined {
    return this.#heap[0]?.deadline
  }

  /** Sees to it that the item is called at `deadline` at the latest; undefined: no more. */
  schedule(item: Item, deadline: MonotonicMs | undefined): void {
    if (deadline === undefined) {
      this.remove(item)
      return
    }
    if (item.deadlineAt < 0) {
      item.deadline = deadline
      item.deadlineAt = this.#heap.push(item) - 1
      this.#rise(item.deadlineAt)
    } else if (deadline < item.deadline) {
      item.deadline = deadline
      this.#rise(item.deadlineAt)
    }
  }

  /** Takes out an item whose instant has come. */
  take(now: MonotonicMs): Item | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.deadline > now) return undefined
    this.remove(first)
    return first
  }

  remove(item: Item): void {
    const at = item.deadlineAt
    if (at < 0) return
    item.deadlineAt = -1
    const last = this.#heap.pop() as Item
    if (last === item) return
    this.#place(last, at)
    this.#rise(at)
    this.#sink(last.deadlineAt)
  }

  #rise(from: number): void {
    const item = this.#heap[from] as Item
    let at = from
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = this.#heap[parentAt] as Item
      if (parent.deadline <= item.deadline) break
      this.#place(parent, at)
      at = parentAt
    }
    this.#place(item, at)
  }

  #sink(from: number): void {
    const item = this.#heap[from] as Item
    let at = from
    for (;;) {
      let childAt = 2 * at + 1
      let child = this.#heap[childAt]
      if (child === undefined) break
      const right = this.#heap[childAt + 1]
      if (right !== undefined && right.deadline < child.deadline) {
        child = right
        childAt++
      }
      if (child.deadline >= item.deadline) break
      this.#place(child, at)
      at = childAt
    }
    this.#place(item, at)
  }

  #place(item: Item, at: number): void {
    this.#heap[at] = item
    item.deadlineAt = at
  }
}

/** The earlier of two instants, of which either may be none. */
export function earlier(a: MonotonicMs | undefined, b: MonotonicMs | undefined): MonotonicMs | undefined {
  if (a === undefined) return b
  return b === undefined || a <= b ? a : b
}
