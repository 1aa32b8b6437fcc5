// What every part of one history shares: time, network, randomness, the watch on the wire, the trace, and the bugs that
// are planted.

import type { HistoryOptions } from './history.ts'
import { LinkBook } from './link-book.ts'
import { Network } from './network.ts'
import { type Plant, noPlant } from './plant.ts'
import { SeededRandom } from './seeded-random.ts'
import { Trace } from './trace.ts'
import { VirtualTime } from './virtual-time.ts'
import { WireWatch } from './wire-watch.ts'

export interface World {
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly network: Network
  readonly wire: WireWatch
  readonly links: LinkBook
  readonly trace: Trace
  readonly plant: Plant
  readonly tell: (what: string) => void
}

/** The world of one history, in which nothing has happened yet. */
export function createWorld(kind: string, seed: number, options: HistoryOptions): World {
  const random = new SeededRandom(`${kind}/${seed}`)
  const time = new VirtualTime()
  const network = new Network(time, random.branch('network'))
  const wire = new WireWatch()
  const trace = new Trace(() => time.now, options.listener)
  network.observe(wire)
  if (trace.isHeard) network.observe(trace)
  return {
    time,
    random,
    network,
    wire,
    links: new LinkBook(),
    trace,
    plant: { ...noPlant, ...options.plant },
    tell: (what) => trace.tell(what),
  }
}
