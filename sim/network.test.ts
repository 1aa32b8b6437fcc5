import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from '../src/base/index.ts'
import { Network } from './network.ts'
import { SeededRandom } from './seeded-random.ts'
import { VirtualTime } from './virtual-time.ts'

const addressA: Address = { host: '10.0.0.1', port: 1000 }
const addressB: Address = { host: '10.0.0.2', port: 1000 }

function pair() {
  const time = new VirtualTime()
  const network = new Network(time, new SeededRandom(1))
  const received: { by: string; at: number; from: string; bytes: number[] }[] = []
  const join = (by: string, address: Address) =>
    network.join(by, address, (at, from, bytes) => received.push({ by, at, from: from.host, bytes: [...bytes] }))
  const a = join('a', addressA)
  const b = join('b', addressB)
  a.up.set({ delayMs: 3 })
  b.down.set({ delayMs: 4 })
  return { time, network, received, a, b }
}

test('a datagram is copied, takes both cables, and arrives under the address of its sender', () => {
  const { time, network, received } = pair()
  const bytes = Uint8Array.of(1, 2, 3)
  network.send('a', addressB, bytes)
  bytes.fill(9)
  while (time.step());
  assert.deepEqual(received, [{ by: 'b', at: 7, from: '10.0.0.1', bytes: [1, 2, 3] }])
})

test('a one-way partition stops one way only, until it is mended', () => {
  const { time, network, received } = pair()
  network.cut('a', 'b')
  network.send('a', addressB, Uint8Array.of(1))
  network.send('b', addressA, Uint8Array.of(2))
  while (time.step());
  assert.deepEqual(
    received.map(({ bytes }) => bytes),
    [[2]],
  )
  network.mend('a', 'b')
  network.send('a', addressB, Uint8Array.of(3))
  while (time.step());
  assert.equal(received.length, 2)
})

test('a clogged host gets everything late and in order', () => {
  const { time, network, received } = pair()
  network.clog('b')
  for (const byte of [1, 2, 3]) network.send('a', addressB, Uint8Array.of(byte))
  time.runUntil(1_000)
  assert.equal(received.length, 0)
  network.unclog('b')
  assert.deepEqual(
    received.map(({ at, bytes }) => [at, bytes[0]]),
    [
      [1_000, 1],
      [1_000, 2],
      [1_000, 3],
    ],
  )
})

test('a host that moved away no longer gets what was sent to its old address, and speaks from the new one', () => {
  const { time, network, received } = pair()
  const moved: Address = { host: '10.0.0.9', port: 7 }
  network.send('a', addressB, Uint8Array.of(1))
  network.move('b', moved)
  network.send('b', addressA, Uint8Array.of(2))
  while (time.step());
  assert.deepEqual(
    received.map(({ from, bytes }) => [from, bytes[0]]),
    [['10.0.0.9', 2]],
  )
})

test('healing ends partitions, clogs and impairments, and keeps the delay', () => {
  const { time, network, received, a } = pair()
  a.up.set({ delayMs: 3, lossRate: 1 })
  network.cut('a', 'b')
  network.clog('b')
  network.heal()
  network.send('a', addressB, Uint8Array.of(1))
  while (time.step());
  assert.deepEqual(
    received.map(({ at }) => at),
    [7],
  )
})
