// The operating system's random generator behind the port of base. Only the edges make one; everything else is given it.

import { randomFillSync } from 'node:crypto'
import type { Random } from '../base/index.ts'

/** The production `Random`: bytes from the system's generator; fractions are for jitter and need not be secret. */
export function systemRandom(): Random {
  return {
    bytes: (length) => randomFillSync(new Uint8Array(length)),
    fraction: () => Math.random(),
  }
}
