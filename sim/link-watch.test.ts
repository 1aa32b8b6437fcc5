import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkId, LinkStats } from '../src/link/index.ts'
import { LinkWatch } from './link-watch.ts'
import { type InvariantName, Violation } from './violation.ts'
import { WireWatch } from './wire-watch.ts'

const link = 1 as LinkId

function watched() {
  const stats = { packetsReceived: 0, windowExcess: 0, probes: 0, earlyCopies: 0, bytesInFlight: 0, window: 12_000 }
  const sizes = { halfOpen: 0, addresses: 0, timestamps: 0, answers: 0 }
  const wire = new WireWatch()
  const address = { host: '10.0.0.1', port: 1 }
  // What one datagram may be too much is the largest that was ever sent: here an initiation.
  wire.sent({ at: 0, from: address, to: address, bytes: new Uint8Array(1_200).fill(1), number: 0, sender: 'a' })
  const watch = new LinkWatch('a', { stats: () => stats as unknown as LinkStats, sizes }, wire)
  return { stats, sizes, look: () => watch.inspect([link]) }
}

function breaks(invariant: InvariantName, run: () => void): void {
  assert.throws(run, (error) => error instanceof Violation && error.invariant === invariant)
}

test('S8: more packets accepted than arrived', () => {
  const { stats, look } = watched()
  look()
  stats.packetsReceived = 1
  breaks('S8', look)
})

test('S11: growing beyond the window without probes or copies', () => {
  const { stats, look } = watched()
  stats.bytesInFlight = 13_000
  look()
  stats.bytesInFlight = 15_000
  breaks('S11', look)
})

test('S11: probes and copies may leave beside the window, and a window that shrinks calls nothing back', () => {
  const { stats, look } = watched()
  stats.bytesInFlight = 12_000
  look()
  stats.window = 2_400
  look()
  stats.probes = 2
  stats.bytesInFlight = 14_400
  look()
  stats.windowExcess = 1
  breaks('S11', look)
})

test('S12: tables that strangers fill have a limit', () => {
  const { sizes, look } = watched()
  sizes.halfOpen = 257
  breaks('S12', look)
})
