// JSON-RPC 2.0 as both sides of a connection write it: the codes of its errors, its limits, and errors as objects on the
// wire and back. Platform-free: pages use it as well. Written down in docs/api.md.

import { ParleyError } from '../../base/index.ts'

/** Bytes of one request or notice, in UTF-8. */
export const requestBytesMax = 1_048_576
/** Bytes of one answer. A longer one is refused with `answerTooLong`; a transcript's page is shortened instead. */
export const answerBytesMax = 4 * 1_048_576
/** Calls of one connection that the serving side works on at once; one more is refused with `tooManyCalls`. */
export const callsInFlightMax = 256

/** The codes of JSON-RPC 2.0, section 5.1, and the one of every ParleyError. */
export const rpcCodes = {
  notJson: -32_700,
  notRequest: -32_600,
  unknownMethod: -32_601,
  badParams: -32_602,
  internal: -32_603,
  parley: -32_000,
} as const

/** The error object of an answer. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** A notice of the serving side: `event` with a PeerEvent, or `closed` with why the connection ends. */
export interface RpcNotice {
  readonly method: string
  readonly params: unknown
}

/** An error of a verb as an answer's error object. What is no ParleyError is a bug of ours; its text is for its finder. */
export function rpcErrorOf(error: unknown): RpcError {
  if (!(error instanceof ParleyError)) {
    const reason = error instanceof Error ? error.message : String(error)
    return { code: rpcCodes.internal, message: 'internal', data: { code: 'internal', details: { reason } } }
  }
  const { code, message, details, retryable } = error
  return { code: rpcCodes.parley, message, data: { code, details, retryable } }
}

const codeWords: ReadonlyMap<unknown, string> = new Map([
  [rpcCodes.notJson, 'notJson'],
  [rpcCodes.notRequest, 'notRequest'],
  [rpcCodes.unknownMethod, 'unknownMethod'],
  [rpcCodes.badParams, 'badParams'],
])

/** The error of an answer as the error that the verb itself would have rejected with. */
export function parleyErrorOf(error: unknown): ParleyError {
  const { code, message, data } = recordOf(error)
  const { code: word, details, retryable } = recordOf(data)
  return new ParleyError(typeof word === 'string' ? word : (codeWords.get(code) ?? 'internal'), {
    ...(typeof message === 'string' && { message }),
    details: { ...recordOf(details) },
    retryable: retryable === true,
  })
}

/** `value` where it is an object with fields; otherwise one without any. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? (value as Readonly<Record<string, unknown>>) : {}
}

/** Bytes of a text in UTF-8, not counted where it cannot be over `limit`. */
export function isOver(text: string, limit: number): boolean {
  if (text.length > limit) return true
  if (text.length * 3 <= limit) return false
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes > limit
}
