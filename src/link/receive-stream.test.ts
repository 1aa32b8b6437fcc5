// Reassembly: however a stream of messages is cut, reordered and repeated, the messages come out once and in order.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultTransportLimits } from './connection-config.ts'
import { LinkErrorCode } from './error-code.ts'
import { ReceiveStream } from './receive-stream.ts'
import { ReceiveStreams } from './receive-streams.ts'
import { varintLength, writeVarint } from './varint.ts'

const limits = { ...defaultTransportLimits, streamWindowBytes: 8_192, linkWindowBytes: 16_384 }

function encode(messages: readonly Uint8Array[]): Uint8Array {
  const length = messages.reduce((sum, message) => sum + varintLength(message.length) + message.length, 0)
  const out = new Uint8Array(length)
  let at = 0
  for (const message of messages) {
    at = writeVarint(out, at, message.length)
    out.set(message, at)
    at += message.length
  }
  return out
}

class Collector {
  readonly messages: Uint8Array[] = []
  deliver(_stream: number, bytes: Uint8Array): void {
    this.messages.push(bytes.slice())
  }
}

test('any cutting and order gives the messages once, in order', () => {
  const message = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(10_000), { minLength: 200, maxLength: 200 }),
      (messages, noise) => {
        const bytes = encode(messages)
        const cuts: [number, number][] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const end = Math.min(bytes.length, at + 1 + (noise[i % 200]! % 97))
          cuts.push([at, end])
          at = end
        }
        const order = [...cuts, ...cuts.slice(0, 5)]
          .map((cut, i) => ({ cut, key: noise[(i * 7) % 200]! }))
          .toSorted((a, b) => a.key - b.key)
        const stream = new ReceiveStream(1, limits)
        const collector = new Collector()
        for (const { cut } of order) {
          assert.equal(stream.receive(cut[0], bytes, cut[0], cut[1], collector), LinkErrorCode.none)
        }
        assert.deepEqual(
          collector.messages.map((m) => [...m]),
          messages.map((m) => [...m]),
        )
        assert.equal(stream.pieceCount, 0)
      },
    ),
    { numRuns: 300 },
  )
})

test('a message that lies in one packet comes as a view of it', () => {
  const bytes = encode([Uint8Array.of(1, 2, 3)])
  let seen: Uint8Array | undefined
  new ReceiveStream(1, limits).receive(0, bytes, 0, bytes.length, { deliver: (_s, view) => (seen = view) })
  assert.equal(seen!.buffer, bytes.buffer)
})

test('a claim of 4 GB, or of one byte too many, is refused before anything is reserved (catalogue 30)', () => {
  for (const claim of [4 * 2 ** 30, limits.messageBytesMax + 1]) {
    const bytes = new Uint8Array(varintLength(claim))
    writeVarint(bytes, 0, claim)
    const stream = new ReceiveStream(1, limits)
    assert.equal(stream.receive(0, bytes, 0, bytes.length, new Collector()), LinkErrorCode.messageTooLarge)
  }
})

test('a length that is not minimal closes (catalogue 21)', () => {
  const stream = new ReceiveStream(1, limits)
  assert.equal(stream.receive(0, Uint8Array.of(0x40), 0, 1, new Collector()), LinkErrorCode.none)
  assert.equal(stream.receive(1, Uint8Array.of(0x05), 0, 1, new Collector()), LinkErrorCode.badFrame)
})

test('data beyond the limit of the stream or of the link closes (catalogue 26)', () => {
  const piece = new Uint8Array(100)
  const stream = new ReceiveStream(1, limits)
  assert.equal(stream.receive(8_093, piece, 0, 100, new Collector()), LinkErrorCode.flowControl)
  const streams = new ReceiveStreams(limits)
  let error: LinkErrorCode = LinkErrorCode.none
  for (let id = 0; id < 3; id++) error = streams.receive(id, 6_000, piece, 0, 100, new Collector())
  assert.equal(error, LinkErrorCode.flowControl)
})

test('limits are announced ahead of need, and again after a loss', () => {
  const streams = new ReceiveStreams(limits)
  const out = new Uint8Array(100)
  const bytes = encode(Array.from({ length: 60 }, () => new Uint8Array(50)))
  streams.receive(3, 0, bytes, 0, bytes.length, new Collector())
  assert.equal(streams.updateDue, true)
  assert(streams.writeUpdates(out, 0, 100) > 0)
  assert.equal(streams.updateDue, false)
  streams.repeatUpdates()
  assert.equal(streams.updateDue, true)
})

test('a stream number beyond the limit gets no state (catalogue 27)', () => {
  const streams = new ReceiveStreams(limits)
  for (let id = 256; id < 100_256; id++) {
    assert.equal(streams.receive(id, 0, Uint8Array.of(0), 0, 1, new Collector()), LinkErrorCode.none)
  }
  assert.equal(streams.refused, 100_000)
})
