// Where bugs can be planted: between the parts under test, never inside them. A history asks these at each seam; the
// campaigns' own plant changes nothing.

import type { Machine } from './host.ts'
import type { InvariantName } from './violation.ts'
import { MemoryPeerStore, type MemoryPeerStoreOptions } from './store/peer-store.ts'
import { MemoryRegistryStore, type MemoryStoreOptions } from './store/registry-store.ts'

export interface Plant {
  /** What runs in place of a machine that was just started. */
  machine(machine: Machine, host: string): Machine
  /** The store of a registry. */
  registryStore(options: MemoryStoreOptions): MemoryRegistryStore
  /** The store of a peer. */
  peerStore(options: MemoryPeerStoreOptions): MemoryPeerStore
}

export const noPlant: Plant = {
  machine: (machine) => machine,
  registryStore: (options) => new MemoryRegistryStore(options),
  peerStore: (options) => new MemoryPeerStore(options),
}

/** A bug, by what it is, and the invariants it breaks, of which the campaign must name one. */
export interface PlantedBug extends Partial<Plant> {
  readonly what: string
  readonly breaks: readonly InvariantName[]
}
