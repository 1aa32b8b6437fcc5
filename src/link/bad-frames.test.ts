// Bad input after authentication: items 21 to 30 of the catalogue of bad input, each by its number.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockPool } from './block-pool.ts'
import { ConnectionPair, seededRandom } from './connection-pair.test.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { defaultDatagramBytes } from './connection-config.ts'
import { Connection } from './connection.ts'
import { LinkErrorCode } from './error-code.ts'
import { writeStreamHeader, writeUint16 } from './frame.ts'
import { writeVarint } from './varint.ts'

function fresh(): Connection {
  return new Connection(0, {
    random: seededRandom(1),
    datagramBytes: defaultDatagramBytes,
    maxAckDelayMs: 25,
    idleTimeoutMs: 60_000,
    keepaliveMs: undefined,
    pool: new BlockPool(),
  })
}

function events(connection: Connection): ConnectionEvent[] {
  const list: ConnectionEvent[] = []
  for (let event = connection.pollEvent(); event !== undefined; event = connection.pollEvent()) list.push(event)
  return list
}

/** The packet closes a fresh connection with `code`: outcome, event and a CLOSE frame that says so. */
function assertCloses(code: LinkErrorCode, packets: readonly Uint8Array[], name = ''): void {
  const connection = fresh()
  let number = 0
  for (const packet of packets.slice(0, -1)) {
    assert.deepEqual(connection.receive(0, number++, packet.slice()), { ok: true }, name)
  }
  assert.deepEqual(connection.receive(0, number, packets.at(-1)!.slice()), { ok: false, violation: code }, name)
  const closed = events(connection).filter((event) => event.type === 'closed')
  assert.equal(closed.length, 1)
  assert.equal(closed[0]!.code, code)
  const out = new Uint8Array(1_200)
  const packet = connection.transmit(0, out)
  assert.deepEqual([...out.subarray(0, 2)], [0x14, code], name)
  assert(packet!.ackEliciting)
  assert.equal(connection.send(0, 1, Uint8Array.of(1)), 'closed')
}

function streamFrame(stream: number, offset: number, data: Uint8Array | readonly number[]): Uint8Array {
  const out = new Uint8Array(13 + data.length)
  const at = writeStreamHeader(out, 0, stream, offset)
  writeUint16(out, at - 2, data.length)
  out.set(data, at)
  return out.subarray(0, at + data.length)
}

function ackFrame(...fields: number[]): Uint8Array {
  const out = new Uint8Array(9 * fields.length + 1)
  out[0] = 0x04
  let at = 1
  for (const field of fields) at = writeVarint(out, at, field)
  return out.subarray(0, at)
}

test('item 21: lengths beyond the end, lengths of zero, long and non-minimal varints close', () => {
  const bad: Record<string, readonly number[]> = {
    'an empty packet': [],
    'a stream frame longer than the packet': [0x06, 1, 0, 0, 5, 1, 2],
    'a stream frame of no bytes': [0x06, 1, 0, 0, 0],
    'a datagram of no bytes': [0x16, 0, 0],
    'a datagram longer than the packet': [0x16, 0, 9, 1],
    'a cut length': [0x06, 1, 0, 0],
    'a non-minimal type': [0x40, 0x02],
    'a non-minimal stream': [0x06, 0x40, 0x01, 0, 0, 1, 1],
    'a cut varint': [0x08, 0xc0, 1, 2, 3],
    'a key cut short': [0x10, 1, ...Array.from({ length: 31 }, () => 7)],
    'a path challenge cut short': [0x0c, 1, 2, 3],
    'a close reason too long': [0x14, 0, 0x40, 0x81, ...Array.from({ length: 129 }, () => 65)],
    'a close reason that is no text': [0x14, 0, 2, 0xff, 0xff],
    'a skipped frame longer than the packet': [0x01, 5, 1],
  }
  for (const [name, bytes] of Object.entries(bad)) assertCloses(LinkErrorCode.badFrame, [Uint8Array.from(bytes)], name)
})

test('item 22: an unknown even type closes, an unknown odd one is skipped', () => {
  assertCloses(LinkErrorCode.unknownFrame, [Uint8Array.of(0x18)])
  assertCloses(LinkErrorCode.unknownFrame, [Uint8Array.of(0x7f, 0xfe)])
  const connection = fresh()
  const grease = Uint8Array.of(0x1b, 3, 9, 9, 9, ...streamFrame(1, 0, [2, 5, 6]))
  assert.deepEqual(connection.receive(0, 0, grease), { ok: true })
  assert.deepEqual(
    events(connection).map((event) => event.type === 'message' && [...event.bytes]),
    [[5, 6]],
  )
})

test('item 23: an acknowledgement of a packet never sent closes', () => {
  assertCloses(LinkErrorCode.protocolViolation, [ackFrame(0, 0, 0, 0)])
  const connection = fresh()
  connection.send(0, 1, Uint8Array.of(1))
  connection.transmit(0, new Uint8Array(1_200))
  assert.deepEqual(connection.receive(0, 0, ackFrame(0, 0, 0, 0)), { ok: true })
  assert.deepEqual(connection.receive(0, 1, ackFrame(1, 0, 0, 0)), {
    ok: false,
    violation: LinkErrorCode.protocolViolation,
  })
})

test('item 24: too many ranges, and ranges below zero, close; none is ever worked through number by number', () => {
  assertCloses(LinkErrorCode.badFrame, [ackFrame(100_000, 0, 10_000, ...Array.from({ length: 20_001 }, () => 0))])
  assertCloses(LinkErrorCode.badFrame, [ackFrame(100_000, 0, 32, ...Array.from({ length: 65 }, () => 0))])
  assertCloses(LinkErrorCode.badFrame, [ackFrame(5, 0, 0, 6)])
  assertCloses(LinkErrorCode.badFrame, [ackFrame(5, 0, 1, 0, 4, 0)])
  const connection = fresh()
  for (let i = 0; i < 10; i++) connection.takePacketNumber()
  assert.deepEqual(connection.receive(0, 0, ackFrame(9, 0, 1, 1, 2, 2)), { ok: true })
})

test('item 25: a claimed delay of 2^62 counts as the agreed 25 ms', () => {
  const pair = new ConnectionPair({ delayMs: 50 })
  pair.a.send(pair.now, 1, Uint8Array.of(1))
  pair.run(40)
  const huge = Uint8Array.of(0x04, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0)
  assert.deepEqual(pair.a.receive(pair.now, 0, huge), { ok: true })
  pair.a.send(pair.now, 1, Uint8Array.of(1))
  const { rttMs, ptoMs } = pair.a.stats()
  assert.equal(rttMs, 40)
  assert(ptoMs < 40 + 4 * 20 + 25 + 0.001)
})

test('item 26: data beyond the limit of the stream or of the link closes', () => {
  assertCloses(LinkErrorCode.flowControl, [streamFrame(1, 2_097_152, [1])])
  assertCloses(LinkErrorCode.flowControl, [streamFrame(1, 2 ** 53 - 2, [1])])
  assertCloses(
    LinkErrorCode.flowControl,
    [1, 2, 3].map((stream) => streamFrame(stream, 2_097_151, [1])),
  )
})

test('item 27: 100,000 streams are refused at the limit, and the link lives', () => {
  const connection = fresh()
  for (let i = 0; i < 100_000; i++) {
    assert.deepEqual(connection.receive(0, i, streamFrame(i, 0, [1, 7])), { ok: true })
    events(connection)
  }
  assert.equal(connection.state, 'open')
  assert.equal(connection.stats().messagesReceived, 256)
  assert.equal(connection.stats().refusedFrames, 100_000 - 256)
})

test('item 28: the same offset with different bytes closes', () => {
  assertCloses(LinkErrorCode.dataMismatch, [streamFrame(1, 10, [1, 2, 3]), streamFrame(1, 12, [4, 5])])
  assertCloses(LinkErrorCode.dataMismatch, [streamFrame(1, 10, [1, 2, 3]), streamFrame(1, 0, new Uint8Array(20))])
})

test('item 29: single bytes at every second offset close at 1,024 pieces', () => {
  const frames = Array.from({ length: 1_025 }, (_, i) => streamFrame(1, 2 * i + 2, [1]))
  assertCloses(LinkErrorCode.tooManyPieces, frames)
})

test('item 30: a message that claims 4 GB is refused before it is reserved', () => {
  assertCloses(LinkErrorCode.messageTooLarge, [streamFrame(1, 0, [0xc0, 0, 0, 1, 0, 0, 0, 0])])
  assertCloses(LinkErrorCode.messageTooLarge, [streamFrame(1, 0, [0x80, 0x01, 0x20, 0x01])])
})

test('a connection that closed takes nothing in and acknowledges nothing but a CLOSE', () => {
  const connection = fresh()
  connection.receive(0, 0, Uint8Array.of(0x18))
  const out = new Uint8Array(1_200)
  connection.transmit(0, out)
  connection.receive(0, 1, streamFrame(1, 0, [1, 7]))
  assert.equal(connection.transmit(0, out), undefined)
  assert.equal(connection.stats().messagesReceived, 0)
  connection.receive(0, 2, Uint8Array.of(0x14, 0, 0))
  assert.equal(connection.state, 'draining')
  connection.transmit(0, out)
  assert.equal(out[0], 0x04)
})
