// The two kinds of time, as ports. Monotonic time drives every timer and is always passed as an argument called
// `now`; wall time is only ever shown to people or stored, because it can jump.

/** Milliseconds that never go back, with an arbitrary origin; fractions allowed. */
export type MonotonicMs = number

/** Milliseconds since 1970 in UTC, as the machine believes. May jump either way. */
export type WallMs = number

export interface Clock {
  monotonicMs(): MonotonicMs
  wallMs(): WallMs
}
