// Reads the body of a request up to a limit. A body that says it is longer is refused before a byte of it is read; one
// that does not say so is refused at the byte that is too much. How long it may take is the server's own clock (408).

import type { IncomingMessage } from 'node:http'
import { type Refusal, refusal } from './refusal.ts'

export type BodyOutcome = { readonly body: Buffer } | { readonly refused: Refusal } | 'gone'

/** `invite` is called when the body is wanted: the answer to `Expect: 100-continue`. Resolves, never rejects. */
export async function readBody(request: IncomingMessage, bytesMax: number, invite: () => void): Promise<BodyOutcome> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return { refused: tooLarge(bytesMax) }
  invite()
  return new Promise<BodyOutcome>((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) {
        request.off('data', take)
        resolve({ refused: tooLarge(bytesMax) })
      } else chunks.push(chunk)
    }
    request.on('data', take)
    request.once('end', () => resolve({ body: Buffer.concat(chunks) }))
    request.once('error', () => resolve('gone'))
    request.once('close', () => resolve('gone'))
  })
}

function tooLarge(bytesMax: number): Refusal {
  return refusal(413, `At most ${bytesMax} bytes.`)
}
