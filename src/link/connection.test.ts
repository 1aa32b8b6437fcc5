// The whole connection on virtual time: everything once and in order at any loss, back-pressure, ends, path changes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BlockPool } from './block-pool.ts'
import { defaultTransportLimits } from './connection-config.ts'
import { ConnectionPair, messageNumber, numberedMessage } from './connection-pair.test.ts'
import type { PathOptions } from './connection-pair.test.ts'
import { LinkErrorCode } from './error-code.ts'

/** Sends `count` messages over `streams` streams in bursts and waits; each stream must deliver its own in order, once. */
function deliverAll(
  options: PathOptions,
  count: number,
  streams: number,
  sizeOf: (i: number) => number,
): ConnectionPair {
  const pool = new BlockPool()
  const pair = new ConnectionPair({ ...options, config: { pool, idleTimeoutMs: 600_000, ...options.config } })
  const next = new Map<number, number>()
  let received = 0
  pair.onMessage = (side, stream, bytes) => {
    const expected = next.get(side * 1_000 + stream) ?? stream
    assert.equal(messageNumber(bytes), expected)
    assert.deepEqual(bytes, numberedMessage(expected, sizeOf(expected)))
    next.set(side * 1_000 + stream, expected + streams)
    received++
  }
  for (let i = 0; i < count; i++) {
    for (const connection of pair.sides) {
      assert.equal(connection.send(pair.now, i % streams, numberedMessage(i, sizeOf(i))), 'queued')
    }
    if (i % 7 === 0) pair.run(i % 3)
  }
  assert(
    pair.run(() => received === 2 * count, 3_600_000),
    `${received} of ${2 * count} at ${pair.now}`,
  )
  const drained = (): boolean => pair.events.every((list) => list.at(-1)?.type === 'drained')
  assert(pair.run(drained, 120_000))
  assert(pair.run(() => pair.sides.every((connection) => connection.stats().bytesInFlight === 0)))
  assert.equal(received, 2 * count)
  assert.equal(pool.lent, 0)
  for (const connection of pair.sides) {
    const stats = connection.stats()
    assert.equal(stats.heldBytes, 0)
    assert.equal(stats.bytesInFlight, 0)
    assert.equal(stats.windowExcess, 0)
  }
  return pair
}

test('everything arrives once and in order, for any seed, at 0 to 50% loss, reordered and doubled', () => {
  const options = fc.record({
    seed: fc.nat(1_000_000),
    loss: fc.double({ min: 0, max: 0.5, noNaN: true }),
    delayMs: fc.constantFrom(0, 0.1, 5, 50, 400),
    jitterMs: fc.constantFrom(0, 1, 20),
    duplicate: fc.constantFrom(0, 0.1),
  })
  fc.assert(
    fc.property(options, fc.integer({ min: 1, max: 4 }), (path, streams) => {
      deliverAll(path, 60, streams, (i) => 4 + ((i * 613) % 3_000))
    }),
    { numRuns: Number(process.env['PARLEY_RUNS'] ?? 60) },
  )
})

test('a path that turns packets round: nothing doubled, and the thresholds learn', () => {
  const pair = deliverAll({ seed: 5, delayMs: 20, jitterMs: 30, rate: 2_000 }, 3_000, 1, () => 1_000)
  const { packetsLost, packetsSent, spuriousLosses } = pair.a.stats()
  assert(spuriousLosses > 0)
  assert(packetsLost < packetsSent * 0.15, `${packetsLost} of ${packetsSent}`)
})

test('messages of 0 and of the largest size; one byte more, a stream too many, and a closed link are refused', () => {
  const pair = new ConnectionPair()
  const sizes: number[] = []
  pair.onMessage = (_side, _stream, bytes) => sizes.push(bytes.length)
  const { messageBytesMax, streamsMax } = defaultTransportLimits
  assert.equal(pair.a.send(pair.now, 1, new Uint8Array(0)), 'queued')
  assert.equal(pair.a.send(pair.now, 1, new Uint8Array(messageBytesMax)), 'queued')
  assert.equal(pair.a.send(pair.now, 1, new Uint8Array(messageBytesMax + 1)), 'tooLarge')
  assert.throws(() => pair.a.send(pair.now, streamsMax, new Uint8Array(1)))
  assert(pair.run(() => sizes.length === 2))
  assert.deepEqual(sizes, [0, messageBytesMax])
  pair.a.close(pair.now, 0, '')
  assert.equal(pair.a.send(pair.now, 1, new Uint8Array(1)), 'closed')
})

test('back-pressure: full above the limit, writable again, nothing lost', () => {
  const limits = { ...defaultTransportLimits, sendBufferBytes: 50_000 }
  const pair = new ConnectionPair({ config: { limits }, loss: 0.1, seed: 3 })
  let received = 0
  let sent = 0
  pair.onMessage = () => received++
  const fill = (): void => {
    while (pair.a.send(pair.now, 2, numberedMessage(sent, 900)) === 'queued') sent++
  }
  fill()
  assert(sent > 40 && sent < 60)
  pair.onEvent = (side, event) => {
    if (side === 0 && event.type === 'writable' && sent < 500) fill()
  }
  assert(pair.run(() => received === sent && sent >= 500))
  assert(pair.a.stats().heldBytes <= 50_000 + 3)
})

test('small blocks of many streams share packets, and the last packet of a window does not exceed it (S11)', () => {
  const pair = new ConnectionPair({ delayMs: 50, config: { initialRttMs: 1 } })
  let received = 0
  pair.onMessage = () => received++
  for (let i = 0; i < 250; i++) pair.a.send(pair.now, i, numberedMessage(i, 200 + i))
  pair.turn()
  assert(pair.packets[0]! < 90)
  assert(pair.a.stats().queuedBytes > 0)
  assert(pair.run(() => received === 250))
  assert.equal(pair.a.stats().windowExcess, 0)
})

test('lost limits are told again: windows far smaller than what is sent, at 30% loss', () => {
  const limits = { ...defaultTransportLimits, streamWindowBytes: 8_192, linkWindowBytes: 16_384 }
  for (let seed = 1; seed <= 8; seed++) deliverAll({ seed, loss: 0.3, config: { limits } }, 120, 3, () => 1_500)
})

test('loss in one stream does not delay another', () => {
  let lost = false
  const pair = new ConnectionPair({
    delayMs: 50,
    drop: (from, _number, bytes) => {
      const first = from === 0 && bytes.length > 900 && !lost
      if (first) lost = true
      return first
    },
  })
  const order: number[] = []
  pair.onMessage = (_side, stream) => order.push(stream)
  pair.a.send(pair.now, 1, new Uint8Array(1_000))
  pair.turn()
  pair.a.send(pair.now, 2, new Uint8Array(100))
  assert(pair.run(() => order.length === 2))
  assert.deepEqual(order, [2, 1])
})

test('a lone message leaves at once and wants to; a second one waits for the end of the turn', () => {
  const pair = new ConnectionPair()
  assert.equal(pair.a.wantsFlushNow, false)
  pair.a.send(pair.now, 1, Uint8Array.of(1))
  assert.equal(pair.a.wantsFlushNow, true)
  pair.turn()
  pair.a.send(pair.now, 1, Uint8Array.of(2))
  assert.equal(pair.a.wantsFlushNow, false)
})

test('unreliable datagrams arrive, are never sent again, and are bounded in size', () => {
  const pair = new ConnectionPair({ drop: (from, number) => from === 0 && number === 0 })
  assert.equal(pair.a.sendDatagram(pair.now, new Uint8Array(1_200)), false)
  for (const byte of [1, 2]) {
    assert.equal(pair.a.sendDatagram(pair.now, Uint8Array.of(byte)), true)
    pair.turn()
  }
  pair.run(5_000)
  const got = pair.events[1].map((event) => event.type === 'datagram' && [...event.bytes])
  assert.deepEqual(got, [[2]])
})

test('control frames arrive despite loss', () => {
  const pair = new ConnectionPair({ seed: 8, loss: 0.5 })
  const publicKey = Uint8Array.from({ length: 32 }, (_, i) => i)
  pair.a.queueControl(pair.now, { type: 'rekey', epoch: 3, publicKey })
  assert(pair.run(() => pair.events[1].length > 0))
  assert.deepEqual(pair.events[1][0], { type: 'control', frame: { type: 'rekey', epoch: 3, publicKey } })
})

test('an orderly close flushes what was accepted, tells both sides, and ends', () => {
  const pool = new BlockPool()
  const pair = new ConnectionPair({ seed: 2, loss: 0.3, config: { pool } })
  let received = 0
  pair.onMessage = () => received++
  for (let i = 0; i < 20; i++) pair.a.send(pair.now, 1, numberedMessage(i, 500))
  pair.a.close(pair.now, 0x123, 'bye')
  assert.equal(pair.a.state, 'flushing')
  assert(pair.run(() => pair.a.state === 'finished' && pair.b.state === 'finished', 30_000))
  assert.equal(received, 20)
  const closed = { type: 'closed', cause: 'close', code: 0x123, reason: 'bye' }
  assert.deepEqual(
    pair.events[0].filter((event) => event.type === 'closed'),
    [{ ...closed, byPeer: false }],
  )
  assert.deepEqual(
    pair.events[1].filter((event) => event.type === 'closed'),
    [{ ...closed, byPeer: true }],
  )
  assert.equal(pool.lent, 0)
  assert.equal(pair.a.pollTimeout(), undefined)
})

test('a close to a side that is gone gives up after its time, without a flood', () => {
  const pair = new ConnectionPair({ loss: 1 })
  pair.a.send(pair.now, 1, new Uint8Array(100))
  pair.a.close(pair.now, 0, '')
  const begin = pair.now
  assert(pair.run(() => pair.a.state === 'finished', 30_000))
  assert(pair.now - begin < 12_000)
  assert(pair.packets[0]! < 20)
})

test('a CLOSE that is lost twice still arrives, and is acknowledged', () => {
  let closes = 0
  const pair = new ConnectionPair({ drop: (_from, _number, bytes) => bytes[0] === 0x14 && ++closes < 3 })
  pair.a.close(pair.now, 0, 'bye')
  assert(pair.run(() => pair.a.state === 'finished' && pair.b.state === 'finished', 20_000))
  assert.equal(closes, 3)
  assert.deepEqual(pair.events[1], [{ type: 'closed', cause: 'close', code: 0, reason: 'bye', byPeer: true }])
})

test('silence ends a link with one event; keepalives keep it', () => {
  const silent = new ConnectionPair({ config: { idleTimeoutMs: 5_000 } })
  silent.run(4_999)
  assert.equal(silent.a.state, 'open')
  silent.run(2)
  assert.deepEqual(silent.events[0], [
    { type: 'closed', cause: 'idle', code: LinkErrorCode.idleTimeout, reason: '', byPeer: false },
  ])
  const kept = new ConnectionPair({ configs: [{ idleTimeoutMs: 5_000, keepaliveMs: 2_000 }, { idleTimeoutMs: 5_000 }] })
  kept.run(60_000)
  assert.equal(kept.a.state, 'open')
  assert.equal(kept.b.state, 'open')
  assert(kept.packets[0]! >= 30 && kept.packets[0]! <= 39, String(kept.packets[0]))
  assert(kept.timeouts < 200)
})

test('a path that is gone is asked seldom: under one datagram in 3 s beyond 30 s (S10)', () => {
  const pair = new ConnectionPair({ loss: 1, config: { idleTimeoutMs: 200_000 } })
  for (let i = 0; i < 50; i++) pair.a.send(pair.now, 1, new Uint8Array(1_000))
  pair.run(30_000)
  const before = pair.packets[0]!
  pair.run(120_000)
  assert(pair.packets[0]! - before <= 40, String(pair.packets[0]! - before))
})

test('a break of 5 s heals: everything arrives, in order, soon after', () => {
  let down = false
  const pair = new ConnectionPair({ delayMs: 30, drop: () => down })
  let received = 0
  pair.onMessage = (_side, _stream, bytes) => assert.equal(messageNumber(bytes), received++)
  for (let i = 0; i < 400; i++) {
    down = i >= 100 && i < 200
    pair.a.send(pair.now, 1, numberedMessage(i, 300))
    pair.run(50)
  }
  assert(pair.run(() => received === 400, 5_000))
})

test('MTU probes: acknowledged or lost, told once, and a loss is no congestion', () => {
  const pair = new ConnectionPair({ drop: (_from, _number, bytes) => bytes.length > 1_400 })
  assert.equal(pair.a.probe(pair.now, 1_350), true)
  assert.equal(pair.a.probe(pair.now, 1_350), false)
  pair.run(1_000)
  assert.equal(pair.a.probe(pair.now, 1_452), true)
  pair.run(5_000)
  assert.deepEqual(pair.events[0], [
    { type: 'probeAcked', bytes: 1_350 },
    { type: 'probeLost', bytes: 1_452 },
  ])
  assert.equal(pair.a.stats().packetsLost, 0)
})

test('larger packets are used, and what waits is cut again when the path shrinks', () => {
  let most = 20_000
  let largest = 0
  const pair = new ConnectionPair({
    drop: (_from, _number, bytes) => {
      largest = Math.max(largest, bytes.length)
      return bytes.length > most
    },
  })
  let received = 0
  pair.onMessage = (_side, _stream, bytes) => assert.deepEqual(bytes, numberedMessage(received++, 30_000))
  pair.a.setDatagramBytes(pair.now, 16_000)
  for (let i = 0; i < 10; i++) pair.a.send(pair.now, 1, numberedMessage(i, 30_000))
  assert(pair.run(() => received === 10))
  assert(largest > 15_000)
  most = 1_200
  for (let i = 10; i < 20; i++) pair.a.send(pair.now, 1, numberedMessage(i, 30_000))
  pair.run(200)
  pair.a.setDatagramBytes(pair.now, 1_166)
  assert(pair.run(() => received === 20))
})

test('a new path starts anew; a new port on the same host does not', () => {
  const pair = new ConnectionPair({ delayMs: 40 })
  pair.a.send(pair.now, 1, new Uint8Array(10))
  pair.run(1_000)
  pair.a.pathChanged(pair.now, true)
  assert(Math.abs(pair.a.stats().rttMs - 80) < 1)
  pair.a.pathChanged(pair.now, false)
  assert.equal(pair.a.stats().rttMs, 333)
  let received = 0
  pair.onMessage = () => received++
  pair.a.send(pair.now, 1, new Uint8Array(10))
  assert(pair.run(() => received === 1))
})

test('nothing is sent on an idle link, and it sets no timer but the idle one', () => {
  const pair = new ConnectionPair()
  pair.a.send(pair.now, 1, new Uint8Array(10))
  pair.run(2_000)
  const packets = [...pair.packets]
  const timeouts = pair.timeouts
  pair.run(40_000)
  assert.deepEqual(pair.packets, packets)
  assert.equal(pair.timeouts, timeouts)
})
