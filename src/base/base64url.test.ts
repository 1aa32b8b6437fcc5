import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64Url, toBase64Url } from './base64url.ts'

const anyBytes = fc.uint8Array({ maxLength: 200 })

test('says what the platform says', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      assert.equal(toBase64Url(bytes), Buffer.from(bytes).toString('base64url'))
    }),
  )
})

test('reads back what it wrote', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      assert.deepEqual(fromBase64Url(toBase64Url(bytes)), bytes)
    }),
  )
})

test('accepts one spelling only of any bytes, and never throws', () => {
  const nearText = fc.string({ unit: fc.constantFrom(...'ABab01-_+/= ä'), maxLength: 12 })
  fc.assert(
    fc.property(fc.oneof(nearText, fc.string()), (text) => {
      const bytes = fromBase64Url(text)
      if (bytes !== undefined) assert.equal(toBase64Url(bytes), text)
    }),
  )
})

test('refuses unused bits, padding, the other alphabet and a length that no bytes have', () => {
  for (const text of ['AB', 'AAB', 'AA==', '+/+/', 'A', 'AAAAA', ' AAA', 'AA\n']) {
    assert.equal(fromBase64Url(text), undefined, text)
  }
  assert.deepEqual(fromBase64Url(''), new Uint8Array())
})

test('agrees with RFC 4648 section 10', () => {
  const examples = { f: 'Zg', fo: 'Zm8', foo: 'Zm9v', foob: 'Zm9vYg', fooba: 'Zm9vYmE', foobar: 'Zm9vYmFy' }
  for (const [plain, encoded] of Object.entries(examples)) assert.equal(toBase64Url(Buffer.from(plain)), encoded)
})
