// The real loop: one socket, one endpoint, one program, one timer. Invariants: after everything that may have changed
// something, events are handed on at once and datagrams leave at the latest at the end of the turn; they leave at once
// where nothing is in flight that could wait for them. docs/protocol/link.md 9.

import type { Address, Clock, MonotonicMs } from '../base/index.ts'
import { LinkErrorCode, type Endpoint, type Program } from '../link/index.ts'
import { LoopLag } from './loop-lag.ts'
import { UdpSocket } from './udp-socket.ts'
import { WakeUp } from './wake-up.ts'

export interface LinkDriverOptions {
  readonly endpoint: Endpoint
  readonly program: Program
  /** The literal to bind; absent: every address of the machine. */
  readonly host?: string | undefined
  /** 0: any free one. */
  readonly port: number
  readonly clock: Clock
}

/** How long closing links may take to say goodbye, in ms. */
const goodbyeMs = 1_500

export class LinkDriver implements AsyncDisposable {
  readonly #endpoint: Endpoint
  readonly #program: Program
  readonly #clock: Clock
  readonly #socket: UdpSocket
  readonly #wakeUp: WakeUp
  readonly #lag = new LoopLag()
  #immediate: NodeJS.Immediate | undefined
  #turnAt: MonotonicMs = 0
  /** The clock as read last: reading it costs as much as sending a small message. */
  #lastNow: MonotonicMs = 0
  #isInTurn = false
  #onEmpty: (() => void) | undefined
  #closing: Promise<void> | undefined

  private constructor(options: LinkDriverOptions, socket: UdpSocket) {
    this.#endpoint = options.endpoint
    this.#program = options.program
    this.#clock = options.clock
    this.#socket = socket
    this.#wakeUp = new WakeUp(options.clock, (due) => this.#wake(due))
    socket.listen((bytes, from) => {
      this.#run(this.#readClock(), (now) => this.#endpoint.handleDatagram(now, from, bytes))
    })
  }

  /** Binds the socket and starts. @throws ParleyError as {@link UdpSocket.open} does. */
  static async open(options: LinkDriverOptions): Promise<LinkDriver> {
    const driver = new LinkDriver(options, await UdpSocket.open(options))
    driver.turn(() => undefined)
    return driver
  }

  /** Where the socket is bound. */
  get address(): Address {
    return this.#socket.address
  }

  /** Runs something that calls into the endpoint or the program, and sees to what follows from it. */
  turn<T>(run: (now: MonotonicMs) => T): T {
    // Within one turn of the loop time stands still for callers; what leaves at its end is stamped then.
    return this.#run(this.#immediate === undefined ? this.#readClock() : this.#lastNow, run)
  }

  /** Closes every link in order, lets the goodbyes leave, and closes the socket. */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    this.turn((now) => this.#endpoint.closeAll(now, LinkErrorCode.shuttingDown, ''))
    const empty = Promise.withResolvers<void>()
    const timer = setTimeout(empty.resolve, goodbyeMs)
    this.#onEmpty = empty.resolve
    this.#flush(this.#readClock())
    await empty.promise
    clearTimeout(timer)
    this.#wakeUp.cancel()
    clearImmediate(this.#immediate)
    await this.#socket.close()
  }

  #readClock(): MonotonicMs {
    this.#lastNow = this.#clock.monotonicMs()
    return this.#lastNow
  }

  #run<T>(now: MonotonicMs, run: (now: MonotonicMs) => T): T {
    if (this.#isInTurn) return run(now)
    this.#isInTurn = true
    try {
      return run(now)
    } finally {
      this.#afterwards(now)
    }
  }

  #wake(due: MonotonicMs): void {
    this.#run(this.#readClock(), (now) => {
      this.#lag.sample(now, due)
      this.#endpoint.handleTimeout(now)
      const at = this.#program.pollTimeout()
      if (at !== undefined && at <= now) this.#program.handleTimeout(now)
    })
    this.#flush(this.#readClock())
  }

  #afterwards(now: MonotonicMs): void {
    for (let event = this.#endpoint.pollEvent(); event !== undefined; event = this.#endpoint.pollEvent()) {
      this.#program.handleLinkEvent(now, event)
    }
    this.#isInTurn = false
    if (this.#endpoint.wantsFlushNow) {
      this.#flush(this.#readClock())
    } else if (this.#immediate === undefined) {
      this.#turnAt = now
      this.#immediate = setImmediate(() => this.#endTurn())
    }
  }

  #endTurn(): void {
    this.#immediate = undefined
    const now = this.#readClock()
    this.#lag.sample(now, this.#turnAt)
    this.#endpoint.setUnderLoad(this.#lag.isLate(now))
    this.#flush(now)
  }

  #flush(now: MonotonicMs): void {
    while (!this.#socket.isBlocked) {
      const outgoing = this.#endpoint.pollTransmit(now)
      if (outgoing === undefined) {
        this.#rest()
        return
      }
      this.#socket.send(outgoing.to, outgoing.bytes)
    }
    // The kernel is full: the last datagram's bytes still stand in the endpoint's buffer, so wait before the next.
    this.#wakeUp.arm(now + 1)
  }

  /** Everything has left that may: sleep until the next instant. */
  #rest(): void {
    this.#wakeUp.arm(this.#endpoint.pollTimeout())
    this.#wakeUp.arm(this.#program.pollTimeout())
    if (this.#onEmpty !== undefined && this.#endpoint.sizes.links === 0) this.#onEmpty()
  }
}
