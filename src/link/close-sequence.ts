// How a connection ends: flush what was accepted, for a bounded time; send CLOSE, at most three times, until it is
// acknowledged; or acknowledge the other side's CLOSE for a while. Invariant: states only go forward, and every state but
// `open` has a deadline. Spec: docs/protocol/frames.md section 9.

/**
 * `open`; `flushing` = closed by us, still emptying; `closing` = our CLOSE is on its way; `draining` = the other side
 * closed, its CLOSE is being acknowledged; `finished` = nothing more will be sent: forget it.
 */
export type ConnectionState = 'open' | 'flushing' | 'closing' | 'draining' | 'finished'

const closeAttemptsMax = 3
/** A drained connection stays this many probe timeouts, to acknowledge repeated CLOSEs. */
const drainTimeouts = 3

export class CloseSequence {
  state: ConnectionState = 'open'
  code = 0
  reason = ''
  /** A CLOSE frame should leave now. */
  closeDue = false
  /** When {@link expire} must be called. */
  deadline = Number.POSITIVE_INFINITY
  #attempts = 0

  /** Begins to flush. */
  flush(code: number, reason: string, deadline: number): void {
    this.state = 'flushing'
    this.code = code
    this.reason = reason
    this.deadline = deadline
  }

  /** Sends CLOSE as soon as possible. */
  sendClose(code: number, reason: string): void {
    this.state = 'closing'
    this.code = code
    this.reason = reason
    this.closeDue = true
    this.deadline = Number.POSITIVE_INFINITY
  }

  /** A CLOSE left; it is repeated after `ptoMs`, doubled each time. */
  closeSent(now: number, ptoMs: number): void {
    this.closeDue = false
    this.deadline = now + ptoMs * 2 ** this.#attempts
    this.#attempts++
  }

  /** The other side closed. */
  peerClosed(now: number, ptoMs: number): void {
    this.state = 'draining'
    this.closeDue = false
    this.deadline = now + drainTimeouts * ptoMs
  }

  finish(): void {
    this.state = 'finished'
    this.closeDue = false
    this.deadline = Number.POSITIVE_INFINITY
  }

  /** The deadline passed. Answers true where flushing must give way to CLOSE, which is the caller's to begin. */
  expire(): boolean {
    this.deadline = Number.POSITIVE_INFINITY
    if (this.state === 'closing' && this.#attempts < closeAttemptsMax) this.closeDue = true
    else if (this.state === 'closing' || this.state === 'draining') this.finish()
    return this.state === 'flushing'
  }
}
