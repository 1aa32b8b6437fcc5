// The text of a message out of a pipe, with bounded memory: one byte over the limit is enough to know that it is too long,
// and then the pipe is closed, because what writes into it may never end.

import type { Readable } from 'node:stream'
import { ParleyError } from '../base/index.ts'
import { textBytesMax } from '../protocol/index.ts'

/**
 * Everything in `input` up to its end, without the newline that ends its last line. Rejects with `textTooLong`, or with
 * `notText` where it is no UTF-8.
 */
export async function readMessageText(input: Readable): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of input as AsyncIterable<Uint8Array | string>) {
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      chunks.push(piece)
      bytes += piece.length
      // Two more may still be the end of its last line.
      if (bytes > textBytesMax + 2) break
    }
  } finally {
    input.destroy()
  }
  const text = decode(withoutLastEnd(Buffer.concat(chunks)))
  return text
}

function withoutLastEnd(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1)
}

function decode(bytes: Buffer): string {
  if (bytes.length > textBytesMax) {
    throw new ParleyError('textTooLong', { details: { bytes: `more than ${textBytesMax}`, limit: textBytesMax } })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new ParleyError('notText', { cause })
  }
}
