// Random and mutated packets into `receive`: no exception, bounded memory, every connection still ends in a known state.
// 20,000 packets by default; PARLEY_FUZZ=1000000 runs a million.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockPool } from './block-pool.ts'
import { defaultDatagramBytes } from './connection-config.ts'
import { seededRandom } from './connection-pair.test.ts'
import { Connection } from './connection.ts'

const runs = Number(process.env['PARLEY_FUZZ'] ?? 20_000)
const random = seededRandom(Number(process.env['PARLEY_SEED'] ?? 4_747))
const int = (below: number): number => Math.floor(random.fraction() * below)
const pool = new BlockPool()
const out = new Uint8Array(2_048)

function fresh(now: number): Connection {
  const config = { maxAckDelayMs: 25, idleTimeoutMs: 60_000, keepaliveMs: undefined }
  return new Connection(now, { ...config, random, datagramBytes: defaultDatagramBytes, pool })
}

/** Real packets of every kind, as seeds of mutation. */
function corpus(): Uint8Array[] {
  const packets: Uint8Array[] = []
  const a = fresh(0)
  const b = fresh(0)
  for (let turn = 0; turn < 30; turn++) {
    a.send(turn, turn % 4, random.bytes(1 + int(3_000)))
    if (turn % 5 === 0) a.sendDatagram(turn, random.bytes(20))
    if (turn % 7 === 0) a.queueControl(turn, { type: 'rekey', epoch: turn, publicKey: random.bytes(32) })
    if (turn === 20) a.probe(turn, 1_300)
    if (turn === 29) a.close(turn, 0x123, 'enough', true)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (let p = from.transmit(turn, out); p !== undefined; p = from.transmit(turn, out)) {
        const bytes = out.slice(0, p.length)
        packets.push(bytes)
        if (int(5) > 0) to.receive(turn, p.packetNumber, bytes.slice())
      }
      while (to.pollEvent() !== undefined);
    }
  }
  for (const connection of [a, b]) connection.discard()
  packets.push(Uint8Array.of(0x0c, 1, 2, 3, 4, 5, 6, 7, 8), Uint8Array.of(0x08, 0x80, 1, 0, 0, 0x0a, 3, 0x80, 1, 0, 0))
  return packets
}

function mutate(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  switch (int(6)) {
    case 0:
      return random.bytes(int(40))
    case 1:
      return copy.slice(0, int(copy.length + 1))
    case 2:
      copy[int(Math.min(copy.length, 12))] = int(256)
      return copy
    case 3:
      for (let i = 0; i <= int(8); i++) copy[int(copy.length)] = int(256)
      return copy
    case 4:
      return Uint8Array.from([...copy.subarray(0, int(20)), ...other.subarray(0, int(60))])
    default:
      return copy
  }
}

test(`${runs} random and mutated packets: no exception, bounded memory`, () => {
  const seeds = corpus()
  const outcomes = new Map<string, number>()
  let connection = fresh(0)
  let now = 0
  let packetNumber = 0
  let violations = 0
  const lentBefore = pool.lent
  for (let i = 0; i < runs; i++) {
    now += random.fraction() * 4
    const bytes = mutate(seeds[int(seeds.length)]!, seeds[int(seeds.length)]!)
    const outcome = connection.receive(now, (packetNumber += int(30) === 0 ? int(5_000) : 1), bytes)
    const name = outcome.ok ? 'ok' : String(outcome.violation)
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
    while (connection.pollEvent() !== undefined);
    if (int(4) === 0) connection.send(now, int(256), random.bytes(int(100)))
    for (let n = 0; n < 50 && connection.transmit(now, out) !== undefined; n++);
    if (int(8) === 0) connection.handleTimeout(now)
    const { heldBytes, bytesInFlight } = connection.stats()
    assert(heldBytes <= 4_300_000 && heldBytes >= 0 && bytesInFlight >= 0)
    if (outcome.ok && int(400) > 0) continue
    if (!outcome.ok) violations++
    connection.discard()
    assert.equal(connection.pollTimeout(), undefined)
    connection = fresh(now)
    packetNumber = 0
  }
  connection.discard()
  assert.equal(pool.lent, lentBefore)
  assert(pool.freeBytes <= 4_194_304)
  assert(violations > runs / 10 && (outcomes.get('ok') ?? 0) > runs / 10, JSON.stringify([...outcomes]))
})
