// Invariants of one endpoint's links, looked at after every drain: bytes in flight stay within the window and what may
// leave beside it (S11), no more packets were accepted than different ones arrived (S8), and what strangers can fill stays bounded (S12).

import { type LinkId, type LinkStats, defaultLinkLimits } from '../src/link/index.ts'
import { check } from './violation.ts'
import type { WireWatch } from './wire-watch.ts'

export interface WatchedEndpoint {
  stats(link: LinkId): LinkStats | undefined
  readonly sizes: Readonly<Record<'halfOpen' | 'addresses' | 'timestamps' | 'answers', number>>
}

const { halfOpen, addresses, timestamps, queuedDatagrams } = defaultLinkLimits
const strangersLimits = { halfOpen, addresses, timestamps, answers: queuedDatagrams }

/** A window counts what a datagram costs the path: the headers of IPv4 and UDP too. */
const ipHeaderBytes = 28

/** Tables grow one by one, so that a look now and then sees one that is too large. */
const tablesEvery = 8

interface Before {
  bytesInFlight: number
  extras: number
}

export class LinkWatch {
  readonly #host: string
  readonly #endpoint: WatchedEndpoint
  readonly #wire: WireWatch
  readonly #before = new Map<LinkId, Before>()
  #looks = -1

  constructor(host: string, endpoint: WatchedEndpoint, wire: WireWatch) {
    this.#host = host
    this.#endpoint = endpoint
    this.#wire = wire
  }

  /** Looks at the links that are up. */
  inspect(links: Iterable<LinkId>): void {
    let received = 0
    for (const id of links) {
      const stats = this.#endpoint.stats(id)
      if (stats === undefined) continue
      received += stats.packetsReceived
      this.#checkFlight(id, stats)
    }
    this.#looks += 1
    if (this.#looks % tablesEvery === 0) this.#checkTables()
    const arrived = this.#wire.packetsArrived(this.#host)
    check(received <= arrived, 'S8', () => `${this.#host} accepted ${received} packets of ${arrived} that arrived`)
  }

  #checkTables(): void {
    const { sizes } = this.#endpoint
    for (const [table, limit] of Object.entries(strangersLimits) as [keyof typeof strangersLimits, number][]) {
      check(sizes[table] <= limit, 'S12', () => `${this.#host} keeps ${sizes[table]} ${table} for strangers`)
    }
  }

  #checkFlight(id: LinkId, stats: LinkStats): void {
    const where = `${this.#host} link ${id}`
    check(stats.windowExcess === 0, 'S11', () => `${where}: ${stats.windowExcess} B beyond the window`)
    let before = this.#before.get(id)
    if (before === undefined) this.#before.set(id, (before = { bytesInFlight: 0, extras: 0 }))
    const extras = stats.probes + stats.earlyCopies
    // A window may shrink below what is on its way already; then nothing new may leave but probes and copies. The last
    // datagram may reach over the window's edge.
    const datagrams = extras - before.extras + 1
    const bound =
      Math.max(stats.window, before.bytesInFlight) + datagrams * (this.#wire.largestSent(this.#host) + ipHeaderBytes)
    check(stats.bytesInFlight <= bound, 'S11', () => `${where}: ${stats.bytesInFlight} B in flight, bound ${bound}`)
    before.bytesInFlight = stats.bytesInFlight
    before.extras = extras
  }
}
