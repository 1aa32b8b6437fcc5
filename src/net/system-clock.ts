// The machine's clocks as the port that everything above is given. Nothing else in Parley reads the time of the platform.

import type { Clock } from '../base/index.ts'

/** Monotonic time from the start of the process; wall time as the machine believes. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
}
