// Frames: the language-neutral vectors both ways, and every frame read back as it was written.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { AckTracker } from './ack-tracker.ts'
import { LinkErrorCode, linkErrorName } from './error-code.ts'
import * as frame from './frame.ts'
import { FrameReader, FrameType } from './frame.ts'
import { ReceiveStream } from './receive-stream.ts'
import { defaultTransportLimits } from './connection-config.ts'
import { ByteCursor, writeVarint } from './varint.ts'

type FrameName = keyof typeof FrameType
interface Fields {
  delayUnits?: number
  ranges?: [number, number][]
  stream?: number
  offset?: number
  limit?: number
  epoch?: number
  code?: number
  reason?: string
  data?: string
}
interface Vectors {
  varints: { value: number; hex: string }[]
  badVarints: string[]
  frames: { name: string; type: FrameName; hex: string; fields: Fields }[]
  streams: { messages: string[]; hex: string }[]
  packets: { name: string; hex: string; types: FrameName[]; ackEliciting?: boolean }[]
  acknowledgements: { received: number[]; hex: string }[]
  bad: { name: string; hex: string; code: number }[]
}

const path = new URL('../../docs/protocol/vectors/frames.json', import.meta.url)
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function encode(type: FrameName, fields: Fields): Uint8Array | undefined {
  const out = new Uint8Array(300)
  const data = bytesOf(fields.data ?? '')
  const { stream = 0, limit = 0, offset = 0, epoch = 0 } = fields
  switch (type) {
    case 'stream': {
      const at = frame.writeStreamHeader(out, 0, stream, offset)
      frame.writeUint16(out, at - 2, data.length)
      out.set(data, at)
      return out.subarray(0, at + data.length)
    }
    case 'maxData':
      return out.subarray(0, frame.writeMaxData(out, 0, limit))
    case 'maxStreamData':
      return out.subarray(0, frame.writeMaxStreamData(out, 0, stream, limit))
    case 'pathChallenge':
    case 'pathResponse':
      return out.subarray(0, frame.writeControlFrame(out, 0, { type, data }))
    case 'rekey':
    case 'rekeyAck':
      assert.equal(frame.controlFrameLength({ type, epoch, publicKey: data }), 1 + 32 + (epoch < 64 ? 1 : 2))
      return out.subarray(0, frame.writeControlFrame(out, 0, { type, epoch, publicKey: data }))
    case 'close':
      return out.subarray(0, frame.writeClose(out, 0, fields.code ?? 0, fields.reason ?? ''))
    case 'ping':
    case 'ack':
    case 'datagram':
    case 'padding':
      break
  }
  return undefined
}

function decode(reader: FrameReader, type: FrameName, wanted: Fields): Fields {
  const fields: Fields = {}
  if (type === 'ack') {
    fields.delayUnits = Math.round(reader.ackDelayMs / frame.ackDelayUnitMs)
    fields.ranges = Array.from({ length: reader.ackRangeCount }, (_, i) => [
      reader.ackRanges[2 * i]!,
      reader.ackRanges[2 * i + 1]!,
    ])
    return fields
  }
  if (wanted.data !== undefined) fields.data = hexOf(reader.data())
  for (const name of ['stream', 'offset', 'limit', 'epoch', 'code'] as const) {
    if (wanted[name] !== undefined) fields[name] = reader[name]
  }
  if (wanted.reason !== undefined) fields.reason = reader.reason
  return fields
}

test('vectors: integers', () => {
  const cursor = new ByteCursor()
  for (const { value, hex } of vectors.varints) {
    const out = new Uint8Array(8)
    assert.equal(hexOf(out.subarray(0, writeVarint(out, 0, value))), hex)
    cursor.open(bytesOf(hex))
    assert.equal(cursor.varint(), value)
  }
  for (const hex of vectors.badVarints) {
    cursor.open(bytesOf(hex))
    cursor.varint()
    assert.equal(cursor.failed, true, hex)
  }
})

test('vectors: every frame, read and written', () => {
  const reader = new FrameReader()
  const seen = new Set<string>()
  for (const { name, type, hex, fields } of vectors.frames) {
    seen.add(type)
    reader.open(bytesOf(hex))
    assert.equal(reader.next(), FrameType[type], name)
    assert.deepEqual(decode(reader, type, fields), fields, name)
    assert.equal(reader.next(), frame.endOfFrames, name)
    assert.equal(reader.ackEliciting, type !== 'ack', name)
    const written = encode(type, fields)
    if (written !== undefined) assert.equal(hexOf(written), hex, name)
  }
  assert.deepEqual(
    [...seen].toSorted(),
    Object.keys(FrameType)
      .filter((type) => type !== 'padding')
      .toSorted(),
  )
})

test('vectors: packets, acknowledgements, messages in a stream, refusals', () => {
  const reader = new FrameReader()
  for (const { name, hex, types, ackEliciting } of vectors.packets) {
    reader.open(bytesOf(hex))
    for (const type of types) assert.equal(reader.next(), FrameType[type], name)
    assert.equal(reader.next(), frame.endOfFrames, name)
    assert.equal(reader.ackEliciting, ackEliciting ?? true, name)
  }
  for (const { received, hex } of vectors.acknowledgements) {
    const acks = new AckTracker()
    for (const number of received) acks.record(0, number)
    const out = new Uint8Array(100)
    assert.equal(hexOf(out.subarray(0, acks.write(out, 0, 100, 0))), hex)
  }
  for (const { messages, hex } of vectors.streams) {
    const got: string[] = []
    const bytes = bytesOf(hex)
    const sink = { deliver: (_stream: number, view: Uint8Array): void => void got.push(hexOf(view)) }
    new ReceiveStream(1, defaultTransportLimits).receive(0, bytes, 0, bytes.length, sink)
    assert.deepEqual(got, messages)
  }
  for (const { name, hex, code } of vectors.bad) {
    reader.open(bytesOf(hex))
    let type: number = reader.next()
    while (type >= 0) type = reader.next()
    assert.equal(type, frame.badFrames, name)
    assert.equal(reader.error, code, name)
  }
})

test('any bytes end as a read packet or as a named error, within as many steps as bytes', () => {
  const reader = new FrameReader()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      reader.open(bytes)
      let steps = 0
      let type: number = reader.next()
      while (type >= 0 && steps++ <= bytes.length) type = reader.next()
      assert(type === frame.endOfFrames || reader.error !== LinkErrorCode.none)
    }),
    { numRuns: 5_000 },
  )
})

test('a reason too long is cut between characters', () => {
  const out = new Uint8Array(300)
  const end = frame.writeClose(out, 0, 1, `${'a'.repeat(127)}é`)
  const reader = new FrameReader()
  reader.open(out.subarray(0, end))
  assert.equal(reader.next(), FrameType.close)
  assert.equal(reader.reason, 'a'.repeat(127))
})

test('codes have names', () => {
  assert.equal(linkErrorName(5), 'dataMismatch')
  assert.equal(linkErrorName(0x123), '0x123')
})
