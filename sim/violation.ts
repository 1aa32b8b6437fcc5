// A broken invariant: what a history ends with when the programs under test did something they promise never to do.

/** Invariants by their number in the table of docs/protocol; the words are what a run prints. */
export const invariants = {
  S1: 'a message reported stored or in the mailbox is there',
  S2: 'no message twice',
  S3: 'no message that was not sent, or altered, or under another sender',
  S4: 'order of one sender kept, a gap shown as a gap',
  S5: 'a mailbox row goes only when stored, expired or deleted by its owner',
  S7: 'no key and packet number seal twice',
  S8: 'no packet number is accepted twice',
  S10: 'bytes to an address that is not validated stay within those that came from it',
  S11: 'bytes in flight stay within the window and the probes',
  S12: 'state held for strangers is bounded',
  S14: 'presence is true within its grace time',
  S15: 'the members of a room have one transcript',
  S19: 'a pinned key never changes by itself',
  L1: 'after the faults every pending message arrives within 30 s',
  L2: 'after the faults every wanted link is up within 10 s',
  L5: 'no busy loop',
  crash: 'no exception leaves the core',
} as const

export type InvariantName = keyof typeof invariants

export class Violation extends Error {
  override readonly name = 'Violation'
  readonly invariant: InvariantName

  constructor(invariant: InvariantName, what: string, cause?: unknown) {
    super(`${invariant} (${invariants[invariant]}): ${what}`, cause === undefined ? undefined : { cause })
    this.invariant = invariant
  }
}

/** Throws a {@link Violation} unless `condition` holds. */
export function check(condition: unknown, invariant: InvariantName, what: () => string): asserts condition {
  if (!condition) throw new Violation(invariant, what())
}
