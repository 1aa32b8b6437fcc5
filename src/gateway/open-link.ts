// A link that shows the page once, for the program that opens the browser: what a program is given as an argument can be
// read by everybody on the machine, so that the token itself must not stand there. The link leads to the token for one
// request within a minute; whoever comes second gets nothing, and whoever started Parley is told.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const path = '/open/'
const lifeMs = 60_000

export class OpenLink {
  readonly #code = randomBytes(32).toString('base64url')
  readonly #until: number
  readonly #nowMs: () => number
  #isUsed = false

  /** `nowMs`: monotonic. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#until = nowMs() + lifeMs
  }

  get path(): string {
    return path + this.#code
  }

  /** What becomes of a request for `given`; undefined where it is not about this link. */
  take(given: string): 'shown' | 'used' | 'late' | undefined {
    if (!given.startsWith(path) || !timingSafeEqual(digestOf(given), digestOf(this.path))) return undefined
    if (this.#isUsed) return 'used'
    if (this.#nowMs() > this.#until) return 'late'
    this.#isUsed = true
    return 'shown'
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
