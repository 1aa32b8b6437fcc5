import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

test('says what the platform says, and reads it back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = encodeUtf8(text)
      assert.deepEqual([...bytes], [...Buffer.from(text, 'utf8')])
      assert.equal(decodeUtf8(bytes), text)
    }),
  )
})

test('replaces lone surrogates when it writes', () => {
  assert.equal(decodeUtf8(encodeUtf8('a\ud800b')), 'a\ufffdb')
})

test('keeps a byte order mark, so that two byte strings are never one text', () => {
  assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa')
})

test('is undefined where the bytes are not well-formed', () => {
  const wrong = {
    'a lone continuation': [0x80],
    'a cut sequence': [0xe2, 0x82],
    'an overlong slash': [0xc0, 0xaf],
    'a surrogate': [0xed, 0xa0, 0x80],
    'beyond the last code point': [0xf4, 0x90, 0x80, 0x80],
    'a byte of no sequence': [0xff],
  }
  for (const [name, bytes] of Object.entries(wrong)) assert.equal(decodeUtf8(Uint8Array.from(bytes)), undefined, name)
})

test('never throws, and accepts one spelling only of any text', () => {
  const nearBytes = fc.array(fc.constantFrom(0x61, 0x80, 0xa0, 0xbf, 0xc0, 0xe2, 0xed, 0xf0, 0xf4), { maxLength: 8 })
  fc.assert(
    fc.property(fc.oneof(nearBytes, fc.array(fc.nat(255))), (list) => {
      const text = decodeUtf8(Uint8Array.from(list))
      if (text !== undefined) assert.deepEqual([...encodeUtf8(text)], list)
    }),
  )
})
