// The port to the client's part of OPAQUE (RFC 9807), which stretches the password for nearly half a second and so runs in
// a thread of its own, and the rule for passwords. Invariants: an adapter keeps no password after `done`; what it gives
// back says nothing of the password to whoever does not hold the registry's secret. docs/protocol/registry.md, "Passwords".

import { encodeUtf8, fail, type MonotonicMs, ok, type Result } from '../../base/index.ts'
import type { Reason } from './peer-event.ts'

/** The first half of an exchange: `state` for the second half, `message` for the registry. */
export interface PasswordStart {
  readonly state: string
  readonly message: Uint8Array
}

export interface PasswordFailure {
  readonly code: 'passwordFailed'
  /** What the library said; never the password. */
  readonly detail: string
}

/** Called once, in a later turn. */
export type PasswordDone<T> = (now: MonotonicMs, outcome: Result<T, PasswordFailure>) => void

export interface PasswordClient {
  startLogin(password: string, done: PasswordDone<PasswordStart>): void
  /** The proof for the registry; undefined where the password is not the account's. */
  finishLogin(password: string, state: string, answer: Uint8Array, done: PasswordDone<Uint8Array | undefined>): void
  startRecord(password: string, done: PasswordDone<PasswordStart>): void
  /** What the registry keeps instead of the password. */
  finishRecord(password: string, state: string, answer: Uint8Array, done: PasswordDone<Uint8Array>): void
}

/** Longest password in bytes of UTF-8. */
export const passwordBytesMax = 1_024

/**
 * The form of a password that is proved and recorded: one spelling of each letter, one of each blank (RFC 8265,
 * OpaqueString). Fails with `badPassword` {problem: `empty` | `tooLong`, limit}.
 */
export function readPassword(typed: string): Result<string, Reason> {
  const problem = (name: string): Result<string, Reason> =>
    fail({ code: 'badPassword', details: { problem: name, limit: passwordBytesMax } })
  // Before any work that grows with its length.
  if (typed.length > passwordBytesMax) return problem('tooLong')
  if (typed === '') return problem('empty')
  const text = typed
    .toWellFormed()
    .replace(/\p{Zs}/gu, ' ')
    .normalize('NFC')
  return encodeUtf8(text).length > passwordBytesMax ? problem('tooLong') : ok(text)
}
