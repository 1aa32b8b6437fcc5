// What to do with a connection whose bytes are no request, or come too slowly: an answer is written only where nothing
// else is being answered on it, since the other side would take it for the answer to an earlier request.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { refuseRaw, type Refusal, refusal } from './refusal.ts'
import { securityHeaders } from './security-headers.ts'

export class OpenRequests {
  readonly #open = new WeakMap<Duplex, Set<IncomingMessage>>()
  readonly #refused = new WeakSet<Duplex>()
  readonly #lingerMs: number

  constructor(lingerMs: number) {
    this.#lingerMs = lingerMs
  }

  add(request: IncomingMessage, response: ServerResponse): void {
    const requests = this.#open.get(request.socket) ?? new Set()
    this.#open.set(request.socket, requests.add(request))
    response.once('close', () => requests.delete(request))
  }

  /** For `clientError` of node:http. */
  refuseUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
    // Each further byte of the same rubbish comes here again.
    if (this.#refused.has(socket)) return
    const requests = [...(this.#open.get(socket) ?? [])]
    const isFree = requests.length === 0 || (requests.length === 1 && requests[0]?.complete === false)
    if (!isFree || !socket.writable || error.code === 'ECONNRESET') socket.destroy()
    else {
      this.#refused.add(socket)
      refuseRaw(socket, refusalOf(error.code), securityHeaders(undefined), this.#lingerMs)
    }
  }
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusal(408, 'That took too long.')
  if (code === 'HPE_HEADER_OVERFLOW') return refusal(431, 'The head of the request is too long.')
  return refusal(400, 'This is no request of HTTP/1.1.')
}
