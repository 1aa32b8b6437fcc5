// How a guard says no: a status and one plain sentence. A refusal always ends its connection, so that nothing which was
// sent behind a bad request is looked at.

import type { Duplex } from 'node:stream'

/** What a guard answers with; undefined where it lets the request pass. */
export interface Refusal {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  426: 'Upgrade Required',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
}

export function refusal(status: number, text: string, headers?: Readonly<Record<string, string>>): Refusal {
  return headers === undefined ? { status, text } : { status, text, headers }
}

/**
 * Answers on a socket that has no response of node:http: before a request is read, and at an upgrade. What the other side
 * still sends is thrown away for `lingerMs`, as closing at once would reset the connection and lose the answer.
 */
export function refuseRaw(
  socket: Duplex,
  refused: Refusal,
  common: Readonly<Record<string, string>>,
  lingerMs: number,
): void {
  socket.end(rawAnswer(refused, common))
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

function rawAnswer({ status, text, headers = {} }: Refusal, common: Readonly<Record<string, string>>): string {
  const body = `${text}\n`
  const all = { ...common, ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`
}
