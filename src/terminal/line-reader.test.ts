import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type InputLine, LineCutter, readLines } from './line-reader.ts'

function cut(chunks: readonly Uint8Array[], limit: number): InputLine[] {
  const cutter = new LineCutter(limit)
  return [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.finish()]
}

describe('lines', () => {
  test('come out the same however the bytes are cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ä', '日', '😀', ' ') })
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 })), fc.boolean(), (lines, sizes, crlf) => {
        const bytes = Buffer.from(lines.map((each) => each + (crlf ? '\r\n' : '\n')).join(''))
        const chunks: Uint8Array[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % Math.max(1, sizes.length)] ?? 5
          chunks.push(bytes.subarray(at, at + size))
          at += size
        }
        assert.deepEqual(
          cut(chunks, 10_000),
          lines.map((text) => ({ text })),
        )
      }),
    )
  })

  test('need no end at the end, and may hold what is no UTF-8', () => {
    assert.deepEqual(cut([Buffer.from('one\ntwo')], 10), [{ text: 'one' }, { text: 'two' }])
    assert.deepEqual(cut([Buffer.from([0x61, 0xff, 0x0a])], 10), [{ text: 'a\ufffd' }])
  })

  test('are refused one byte over the limit, and only then', () => {
    for (const end of ['\n', '\r\n', '']) {
      assert.deepEqual(cut([Buffer.from(`12345${end}`)], 5), [{ text: '12345' }], JSON.stringify(end))
      assert.deepEqual(cut([Buffer.from(`123456${end}`)], 5), [{ tooLong: 5 }], JSON.stringify(end))
    }
    assert.deepEqual(cut([Buffer.from('12345678\nok\n')], 5), [{ tooLong: 5 }, { text: 'ok' }])
  })
})

test('a line of a gibibyte without an end is reported at once and never held', async () => {
  const chunk = Buffer.alloc(1_048_576, 0x78)
  let chunks = 0
  let reportedAt: number | undefined
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; chunks < 1_024; chunks++) yield chunk
    yield Buffer.from('\nquit\n')
  }
  const before = process.memoryUsage().arrayBuffers
  const lines: InputLine[] = []
  for await (const line of readLines(endless(), 65_536)) {
    reportedAt ??= chunks
    lines.push(line)
  }
  assert.deepEqual(lines, [{ tooLong: 65_536 }, { text: 'quit' }])
  assert.equal(reportedAt, 0)
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 1_048_576)
})
