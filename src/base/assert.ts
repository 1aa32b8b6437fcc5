// Assertions for bugs of ours, on in production: a broken invariant must stop the program where it broke,
// before it writes something untrue. Never used for input: bad input is a value, see result.ts.

/** Thrown by {@link assert}: always a bug of Parley's own, never caused by input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws {@link AssertionError} unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** The end of an exhaustive switch: the compiler proves that it cannot be reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`)
}
