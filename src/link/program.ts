// What a loop drives: a registry, a peer, a test. A program gets its endpoint as a constructor argument and calls
// connect, send and close on it; the loops are src/net (real time) and sim (virtual time).

import type { MonotonicMs } from '../base/index.ts'
import type { LinkEvent } from './link-event.ts'

export interface Program {
  /** One event of the program's endpoint. Views inside it are valid until the program's next call into the endpoint. */
  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void
  /** Called when the instant of {@link pollTimeout} has come. */
  handleTimeout(now: MonotonicMs): void
  /** The next instant at which the program wants to be called, or undefined. */
  pollTimeout(): MonotonicMs | undefined
}
