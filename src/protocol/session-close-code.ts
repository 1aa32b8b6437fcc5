// Why a registry closes the link of a session: the application's codes of the link's CLOSE frame, from 0x100 up. The two
// that the link knows itself keep its numbers. docs/protocol/registry.md, "How a session ends".

export const sessionCloseCodes = {
  /** A newer login of the same device took over, or the account's device list names the device no more. */
  replaced: 0x0a,
  shuttingDown: 0x0c,
  /** Requests that have no readable form, again and again. */
  junk: 0x100,
  /** Requests beyond the rates, again and again. */
  flood: 0x101,
  /** What was sent to this peer was not taken, and the buffer for it is full. */
  tooSlow: 0x102,
  /** No login within the time for it. */
  noLogin: 0x103,
  /** No life sign for the expiry time. */
  silent: 0x104,
  /** The registry holds as many sessions as it may. */
  registryFull: 0x105,
  /** The administrator freed the account's name. */
  removed: 0x106,
  /** The administrator ended the session; the peer may come back. */
  disconnected: 0x107,
  /** The administrator suspended the account. */
  suspended: 0x108,
} as const

export type SessionCloseReason = keyof typeof sessionCloseCodes

const reasonOfCode = new Map(
  Object.entries(sessionCloseCodes).map(([reason, code]) => [code as number, reason as SessionCloseReason]),
)

/** The reason behind a close code, or undefined for one that this version does not know. */
export function sessionCloseReason(code: number): SessionCloseReason | undefined {
  return reasonOfCode.get(code)
}
