import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeMessage } from './codec.ts'
import { decodePeerMessage, encodePeerMessage, decodePeerMessageSlowly } from './peer-message.ts'
import { readTemplate, writeTemplateMessage, writeTemplateReceipt } from './peer-message-template.ts'

const id = fc.uint8Array({ minLength: 16, maxLength: 16 })
const edge = fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 8.64e15, 2 ** 53 - 1)
const count = fc.oneof(edge, fc.maxSafeNat())
const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 40 }))
const message = fc.record({ t: fc.constant('message' as const), id, counter: count, floor: count, sentAt: count, text })
const entry = fc.record({ id, outcome: fc.constantFrom('stored' as const, 'refused' as const) })
const receipt = fc.record({
  t: fc.constant('receipt' as const),
  entries: fc.array(entry, { minLength: 1, maxLength: 256, size: 'max' }),
})
const any = fc.oneof(message, receipt)
const runs = { numRuns: 500 }

test('what the templates write is what the codec writes', () => {
  fc.assert(
    fc.property(any, (value) => {
      const written = value.t === 'message' ? writeTemplateMessage(value) : writeTemplateReceipt(value)
      if (written) assert.deepEqual(written, Uint8Array.from(encodeMessage(value)))
      assert.deepEqual(Uint8Array.from(encodePeerMessage(value)), Uint8Array.from(encodeMessage(value)))
    }),
    runs,
  )
})

test('ASCII messages and receipts do go by the templates', () => {
  const value = { t: 'message' as const, id: new Uint8Array(16), counter: 7, floor: 3, sentAt: 1.7e12, text: 'hi' }
  assert.deepEqual(readTemplate(writeTemplateMessage(value) as Uint8Array), value)
  const answer = { t: 'receipt' as const, entries: [{ id: new Uint8Array(16), outcome: 'refused' as const }] }
  assert.deepEqual(readTemplate(writeTemplateReceipt(answer) as Uint8Array), answer)
})

test('with or without the templates, the same is read from the same bytes', () => {
  const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })
  fc.assert(
    fc.property(any, change, fc.option(fc.nat(), { nil: undefined }), (value, changes, cut) => {
      const whole = Uint8Array.from(encodeMessage(value))
      for (const [at, byte] of changes) whole[at % whole.length] = byte
      const bytes = cut === undefined ? whole : whole.slice(0, cut % (whole.length + 1))
      assert.deepEqual(plain(decodePeerMessage(bytes)), plain(decodePeerMessageSlowly(bytes)))
    }),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 800) },
  )
})

test('a longer form of a number, or bytes behind the end, is no template', () => {
  const value = { t: 'message' as const, id: new Uint8Array(16), counter: 7, floor: 3, sentAt: 1.7e12, text: 'hi' }
  const bytes = writeTemplateMessage(value) as Uint8Array
  assert.equal(readTemplate(Uint8Array.from([...bytes, 0])), undefined)
  const longer = Uint8Array.from([...bytes.slice(0, -1), 0x18, 7])
  assert.equal(readTemplate(longer), undefined)
  assert.deepEqual(decodePeerMessage(longer), decodePeerMessageSlowly(longer))
})

test('receipts of nothing, or of too much, are as wrong as they are to the codec', () => {
  for (const length of [0, 257]) {
    const entries = Array.from({ length }, () => ({ id: new Uint8Array(16), outcome: 'stored' as const }))
    assert.equal(writeTemplateReceipt({ t: 'receipt', entries }), undefined)
    assert.deepEqual(decodePeerMessage(encodeMessage({ t: 'receipt', entries })), { ok: false, error: 'wrongShape' })
  }
})

/** Byte arrays of one kind, whoever made them. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map((each) => plain(each))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]))
}
