import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeUtf8, encodeUtf8 } from '../../base/index.ts'
import { textBytesMax } from '../../protocol/index.ts'
import { readText } from './message-text.ts'

test('refuses nothing at all and more than 64 KiB of UTF-8, and names the limit', () => {
  assert.deepEqual(readText(''), { ok: false, error: { code: 'emptyText', details: {} } })
  assert.equal(readText('x'.repeat(textBytesMax)).ok, true)
  assert.equal(readText('ä'.repeat(textBytesMax / 2)).ok, true)
  assert.deepEqual(readText('€'.repeat(21_846)), {
    ok: false,
    error: { code: 'textTooLong', details: { bytes: 65_538, limit: 65_536 } },
  })
  // A lone surrogate counts as what it becomes: three bytes.
  assert.equal(readText('\ud800'.repeat(21_846)).ok, false)
})

test('what is kept has a UTF-8 form that reads back as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), (text, at) => {
      const broken = `${text.slice(0, at % text.length)}\udc00${text.slice(at % text.length)}`
      const read = readText(broken)
      assert.ok(read.ok)
      assert.equal(decodeUtf8(encodeUtf8(read.value)), read.value)
      assert.equal(read.value, broken.toWellFormed())
    }),
  )
})
