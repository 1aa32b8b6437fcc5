// A short visit at a registry, by a key made for it alone and without an account: who answers, how fast, what it says of
// us and of the time, how large datagrams may be, and whether a second socket reaches the first. It changes nothing
// there. docs/protocol/registry.md, "probe".

import { type Address, encodeUtf8, type MonotonicMs } from '../base/index.ts'
import { hash, LinkKeyPair, systemRandom } from '../crypto/index.ts'
import {
  Endpoint,
  type LinkDownCause,
  type LinkEvent,
  type LinkId,
  type LinkStats,
  type Program,
} from '../link/index.ts'
import { LinkDriver, systemClock } from '../net/index.ts'
import { decodeRegistryMessage, encodeRegistryRequest, type RegistryAnswer, registryStream } from '../protocol/index.ts'

/** What the registry said to a probe. */
export type Probed = Extract<RegistryAnswer, { t: 'probed' }>

export interface Visit {
  /** Why there was no link. */
  readonly down?: LinkDownCause
  /** The key that was shown, where somebody answered. */
  readonly key?: Uint8Array
  readonly address?: Address
  /** Absent where it answered otherwise, or not at all. */
  readonly probed?: Probed
  /** It answered, and does not know the question. */
  readonly isOlder: boolean
  /** The machine's wall time, ms, as it was half a round trip after the registry looked at its own. */
  readonly askedAt?: number
  readonly stats?: LinkStats
}

const probesMax = 3
/** More than this makes a link look for larger datagrams. */
const mtuBytes = 80_000
const mtuPatienceMs = 2_500
const pollMs = 20

/** One socket at a registry. */
export class RegistryProbe implements Program, AsyncDisposable {
  readonly #endpoint: Endpoint
  #driver: LinkDriver | undefined
  #link: LinkId | undefined
  #up: Extract<LinkEvent, { type: 'up' }> | undefined
  #down: LinkDownCause | undefined
  #probed: Probed | undefined
  #isOlder = false
  #asked = 0
  #askedWallMs = 0
  #answeredWallMs = 0
  #stats: LinkStats | undefined
  #onChange: () => void = () => undefined
  readonly #heardFrom: Address[] = []

  constructor() {
    const random = systemRandom()
    this.#endpoint = new Endpoint(
      {
        staticKey: LinkKeyPair.generate(random),
        resetKey: hash(encodeUtf8(`probe ${Buffer.from(random.bytes(16)).toString('hex')}`)).subarray(0, 32),
        random,
        purpose: 'peer',
        limits: { attemptMs: 60_000, retryMaxMs: 500 },
        timestamp: () => systemClock.wallMs(),
        trace: ({ reason, from }) => {
          if (reason !== 'punch') return
          this.#heardFrom.push({ ...from })
          this.#onChange()
        },
      },
      systemClock.monotonicMs(),
    )
  }

  /** Where the socket is bound. */
  get local(): Address {
    return (this.#driver as LinkDriver).address
  }

  /** Binds a socket: the same way as a peer does. Throws what {@link LinkDriver.open} throws. */
  async open(host?: string): Promise<void> {
    this.#driver = await LinkDriver.open({ endpoint: this.#endpoint, program: this, host, port: 0, clock: systemClock })
  }

  /** Knocks, and asks; answers after `timeoutMs` at the latest. */
  async visit(addresses: readonly Address[], remoteKey: Uint8Array | undefined, timeoutMs: number): Promise<Visit> {
    const driver = this.#driver as LinkDriver
    driver.turn((now) => {
      this.#link = this.#endpoint.connect(now, { addresses, remoteKey, purpose: 'registry' })
    })
    await this.#until(() => this.#down !== undefined || this.#isAnswered, timeoutMs)
    this.#look()
    return {
      ...(this.#down && { down: this.#down }),
      ...(this.#up && { key: this.#up.remoteKey, address: this.#up.address }),
      ...(this.#probed && { probed: this.#probed, askedAt: (this.#askedWallMs + this.#answeredWallMs) / 2 }),
      ...(this.#stats && { stats: this.#stats }),
      isOlder: this.#isOlder,
    }
  }

  /** Sends enough for the link to look for larger datagrams; the size that came through, bytes of UDP payload. */
  async findDatagramBytes(enough: number): Promise<number> {
    const junk = new Uint8Array(1_000)
    const until = systemClock.monotonicMs() + mtuPatienceMs
    let sent = 0
    while (systemClock.monotonicMs() < until && !this.#down) {
      this.#driver?.turn((now) => {
        const link = this.#link as LinkId
        while (sent < mtuBytes && this.#endpoint.sendDatagram(now, link, junk)) sent += junk.length
      })
      this.#look()
      if ((this.#stats?.datagramBytes ?? 0) >= enough) break
      await this.#until(() => false, pollMs)
    }
    return this.#stats?.datagramBytes ?? 0
  }

  /** Knocks at another socket without having heard of it. */
  punch(address: Address): void {
    this.#driver?.turn((now) => this.#endpoint.punch(now, [address]))
  }

  /** Whether a knock of another socket with this port came within the time. */
  async hears(port: number, timeoutMs: number): Promise<boolean> {
    const heard = (): boolean => this.#heardFrom.some((from) => from.port === port)
    await this.#until(heard, timeoutMs)
    return heard()
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    if (event.type === 'up') {
      this.#up = { ...event, remoteKey: event.remoteKey.slice(), address: { ...event.address } }
      this.#ask(now)
    } else if (event.type === 'message') this.#hear(now, event.bytes)
    else if (event.type === 'down') this.#down ??= event.cause
    this.#onChange()
  }

  handleTimeout(): void {}

  pollTimeout(): undefined {
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver?.close()
  }

  get #isAnswered(): boolean {
    return this.#isOlder || (this.#probed !== undefined && this.#asked >= probesMax)
  }

  #ask(now: MonotonicMs): void {
    this.#asked += 1
    this.#askedWallMs = systemClock.wallMs()
    this.#endpoint.send(
      now,
      this.#link as LinkId,
      registryStream.control,
      encodeRegistryRequest({ t: 'probe', q: this.#asked }),
    )
  }

  #hear(now: MonotonicMs, bytes: Uint8Array): void {
    const message = decodeRegistryMessage(bytes)
    if (!message.ok) return
    if (message.value.t === 'error') this.#isOlder = true
    if (message.value.t !== 'probed') return
    this.#answeredWallMs = systemClock.wallMs()
    this.#probed = message.value
    // The first answer also waited for the handshake's end; a later one tells the clock better.
    if (this.#asked < probesMax) this.#ask(now)
  }

  #look(): void {
    const stats = this.#link === undefined ? undefined : this.#endpoint.stats(this.#link)
    if (stats !== undefined) this.#stats = stats
  }

  async #until(isDone: () => boolean, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => finish(), timeoutMs)
      const finish = (): void => {
        clearTimeout(timer)
        this.#onChange = () => undefined
        resolve()
      }
      this.#onChange = () => {
        if (isDone()) finish()
      }
      this.#onChange()
    })
  }
}
