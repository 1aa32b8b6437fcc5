// The operating system's random generator behind the port of base. Only the edges make one; everything else is given it.

import { randomFillSync } from 'node:crypto'
import type { Random } from '../base/index.ts'

/** Ids are asked for one by one, and each question to the generator costs as much as all else that a message needs. */
const poolBytes = 4_096
/** As long as an id; keys are longer, and never lie in a pool. */
const pooledMax = 16

/** The production `Random`: bytes from the system's generator; fractions are for jitter and need not be secret. */
export function systemRandom(): Random {
  const pool = new Uint8Array(poolBytes)
  let at = poolBytes
  const pooled = (length: number): Uint8Array => {
    if (at + length > poolBytes) {
      randomFillSync(pool)
      at = 0
    }
    const bytes = pool.slice(at, at + length)
    // What was given out once lies here no more.
    pool.fill(0, at, at + length)
    at += length
    return bytes
  }
  return {
    bytes: (length) => (length <= pooledMax ? pooled(length) : randomFillSync(new Uint8Array(length))),
    fraction: () => Math.random(),
  }
}
