import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeAnswer,
  decodeAnswerPayload,
  decodeFirstMessage,
  decodeInitiationPayload,
  encodeAnswer,
  encodeAnswerPayload,
  encodeFirstHeader,
  encodeFirstMessage,
  encodeInitiationPayload,
  handshakePrologue,
  noiseBytes,
} from './handshake-packet.ts'
import { minimumDatagramBytes } from './packet.ts'

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const kinds = ['response', 'firstContactAnswer', 'firstContactProof'] as const
const patterns = ['IK', 'XX'] as const
const purposes = ['registry', 'peer'] as const

test('first messages have 1,200 bytes and come back as they were', () => {
  const pattern = fc.constantFrom(...patterns)
  const noise = { IK: noiseBytes.initiation, XX: noiseBytes.firstContact }
  fc.assert(
    fc.property(pattern, fc.constantFrom(...purposes), bytes(8), fc.nat(255), (name, purpose, sender, filling) => {
      const inside = new Uint8Array(noise[name]).fill(filling)
      const message = encodeFirstMessage(encodeFirstHeader(name, purpose, sender), inside)
      assert.equal(message.length, minimumDatagramBytes)
      assert.deepEqual(decodeFirstMessage(message), { pattern: name, purpose, sender, noise: inside })
    }),
  )
})

test('first messages of other sizes, versions, purposes or reserved bytes are refused', () => {
  const message = encodeFirstMessage(encodeFirstHeader('IK', 'peer', new Uint8Array(8)), new Uint8Array(120))
  assert.ok(decodeFirstMessage(message))
  for (const length of [0, 1, 15, 1_199]) assert.equal(decodeFirstMessage(message.subarray(0, length)), undefined)
  assert.equal(decodeFirstMessage(new Uint8Array(1_201).fill(1)), undefined)
  for (const [at, value] of [
    [0, 2],
    [1, 0],
    [1, 2],
    [2, 0],
    [2, 3],
    [3, 1],
  ] as const) {
    const other = message.slice()
    other[at] = value
    assert.equal(decodeFirstMessage(other), undefined, `byte ${at} = ${value}`)
  }
})

test('answers are smaller than first messages, come back as they were, and have one length each', () => {
  for (const kind of kinds) {
    fc.assert(
      fc.property(bytes(8), bytes(noiseBytes[kind]), (receiver, noise) => {
        const answer = encodeAnswer(kind, receiver, noise)
        assert.ok(answer.length < minimumDatagramBytes)
        assert.deepEqual(decodeAnswer(kind, answer), { receiver, noise })
        assert.equal(decodeAnswer(kind, answer.subarray(1)), undefined)
        assert.equal(decodeAnswer(kind, Uint8Array.of(...answer, 0)), undefined)
        for (const other of kinds) if (other !== kind) assert.equal(decodeAnswer(other, answer), undefined)
      }),
    )
  }
})

test('payloads come back as they were; other lengths and impossible timestamps are refused', () => {
  fc.assert(
    fc.property(fc.nat(), bytes(16), (timestamp, resetToken) => {
      const encoded = encodeInitiationPayload(timestamp, resetToken)
      assert.deepEqual(decodeInitiationPayload(encoded), { timestamp, resetToken })
      assert.equal(decodeInitiationPayload(encoded.subarray(1)), undefined)
    }),
  )
  assert.equal(decodeInitiationPayload(new Uint8Array(24).fill(255)), undefined)
  fc.assert(
    fc.property(bytes(8), bytes(16), (sender, resetToken) => {
      const encoded = encodeAnswerPayload(sender, resetToken)
      assert.deepEqual(decodeAnswerPayload(encoded), { sender, resetToken })
      assert.equal(decodeAnswerPayload(encoded.subarray(1)), undefined)
    }),
  )
})

test('the prologue differs with every byte of the header', () => {
  const header = encodeFirstHeader('IK', 'peer', new Uint8Array(8))
  for (let at = 0; at < header.length; at++) {
    const other = header.slice()
    other[at] = (other[at] as number) ^ 1
    assert.notDeepEqual(handshakePrologue(other), handshakePrologue(header))
  }
})

test('no bytes make a decoder throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
      decodeFirstMessage(random)
      for (const kind of kinds) decodeAnswer(kind, random)
      decodeInitiationPayload(random)
      decodeAnswerPayload(random)
    }),
  )
  fc.assert(
    fc.property(bytes(minimumDatagramBytes), fc.constantFrom(1, 6), (random, type) => {
      random[0] = type
      decodeFirstMessage(random)
    }),
  )
})
