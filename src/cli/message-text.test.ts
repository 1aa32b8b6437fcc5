import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { textBytesMax } from '../protocol/index.ts'
import { readMessageText } from './message-text.ts'

test('a pipe that never ends is closed as soon as it is sure that the text is too long', async () => {
  let given = 0
  let isClosed = false
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        given++
        yield Buffer.from('y\n'.repeat(512))
      }
    } finally {
      isClosed = true
    }
  }
  const input = Readable.from(endless(), { objectMode: false, highWaterMark: 1_024 })
  await assert.rejects(readMessageText(input), { code: 'textTooLong' })
  assert.ok(isClosed)
  assert.ok(given < 80, `${given} KiB were read`)
})

test('the longest text goes through with the end of its line, and one byte more does not', async () => {
  const longest = 'é'.repeat(textBytesMax / 2)
  assert.equal(await readMessageText(Readable.from([Buffer.from(longest)])), longest)
  assert.equal(await readMessageText(Readable.from([Buffer.from(`${longest}\n`)])), longest)
  assert.equal(await readMessageText(Readable.from([Buffer.from(`${longest}\r\n`)])), longest)
  await assert.rejects(readMessageText(Readable.from([Buffer.from(`${longest}a`)])), { code: 'textTooLong' })
  await assert.rejects(readMessageText(Readable.from([Buffer.from(`${longest}\n\n`)])), { code: 'textTooLong' })
})

test('bytes that are no text are refused, not mangled', async () => {
  await assert.rejects(readMessageText(Readable.from([Buffer.from([0x68, 0xff, 0x69])])), { code: 'notText' })
})

test('whatever the chunks, the text is what was written, without its last newline', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 1, max: 7 }),
      async (text, size) => {
        const bytes = Buffer.from(`${text}\n`)
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        )
        const expected = text.endsWith('\r') ? text.slice(0, -1) : text
        assert.equal(await readMessageText(Readable.from(chunks)), expected)
      },
    ),
  )
})
