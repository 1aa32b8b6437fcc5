import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineReader } from './line-reader.ts'

function reading(bytesMax = 64) {
  const lines: string[] = []
  let tooLong = 0
  const reader = new LineReader({ bytesMax, onLine: (line) => lines.push(line), onTooLong: () => tooLong++ })
  return { reader, lines, tooLong: () => tooLong }
}

test('lines come out as they went in, however the stream cuts them', () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\n'))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), (texts, cuts) => {
      const { reader, lines } = reading(1_000)
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
      let from = 0
      for (const cut of [...cuts, bytes.length]) {
        reader.push(bytes.subarray(from, from + cut))
        from += cut
      }
      assert.deepEqual(lines, texts)
    }),
  )
})

test('a line over the limit is told once, and nothing is read after it; half a line is none', () => {
  const { reader, lines, tooLong } = reading(8)
  reader.push(Buffer.from('12345678\n\n1234'))
  assert.deepEqual([lines, tooLong()], [['12345678'], 0])
  reader.push(Buffer.from('5678'))
  reader.push(Buffer.from('9\nnext\n'))
  reader.push(Buffer.from('more\n'))
  assert.deepEqual([lines, tooLong()], [['12345678'], 1])
})

test('what is no UTF-8 becomes no JSON, and no text of anybody', () => {
  const { reader, lines } = reading()
  reader.push(Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a]))
  assert.throws(() => JSON.parse(lines[0] as string))
})
