import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compareBytes, concatBytes, equalBytes, fromHex, toHex } from './bytes.ts'

const anyBytes = fc.uint8Array({ maxLength: 64 })
/** Short and of few values, so that equal arrays and prefixes come up. */
const similarBytes = fc.uint8Array({ max: 2, maxLength: 4 })

describe('concatBytes', () => {
  test('joins in order into an array of its own', () => {
    fc.assert(
      fc.property(fc.array(anyBytes), (parts) => {
        const joined = concatBytes(...parts)
        assert.deepEqual(
          [...joined],
          parts.flatMap((part) => [...part]),
        )
        for (const part of parts) assert.notEqual(joined.buffer, part.buffer)
      }),
    )
  })
})

describe('equalBytes', () => {
  test('is equality of the contents', () => {
    fc.assert(
      fc.property(similarBytes, similarBytes, (a, b) => {
        assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0)
        assert.equal(equalBytes(a, a.slice()), true)
      }),
    )
  })

  test('sees any one changed bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), fc.nat(7), (bytes, at, bit) => {
        const other = bytes.slice()
        const index = at % bytes.length
        other[index] = (other[index] as number) ^ (1 << bit)
        assert.equal(equalBytes(bytes, other), false)
      }),
    )
  })
})

describe('compareBytes', () => {
  test('orders as the platform does', () => {
    fc.assert(
      fc.property(fc.oneof(similarBytes, anyBytes), fc.oneof(similarBytes, anyBytes), (a, b) => {
        assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b))
      }),
    )
  })
})

describe('hexadecimal', () => {
  test('says what the platform says and reads it back in both cases', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toHex(bytes)
        assert.equal(text, Buffer.from(bytes).toString('hex'))
        assert.deepEqual(fromHex(text), bytes)
        assert.deepEqual(fromHex(text.toUpperCase()), bytes)
      }),
    )
  })

  test('is undefined where the text is none, and never throws', () => {
    for (const text of ['0', '0g', ' 0', '0x', '+1', '-1', '1.', 'äb', '00\n'])
      assert.equal(fromHex(text), undefined, text)
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = fromHex(text)
        if (bytes !== undefined) assert.equal(toHex(bytes), text.toLowerCase())
      }),
    )
  })
})
