// The two exchanges of OPAQUE with the registry: proving a password, and making the record of a new one. Invariant: the
// password lives in the exchange and nowhere longer, and only what the client made of it is sent.
// docs/protocol/registry.md, "Passwords".

import { fail, type MonotonicMs, ok, type Result } from '../../base/index.ts'
import type { RegistryRequestType } from '../../protocol/index.ts'
import type { PasswordClient, PasswordDone, PasswordStart } from './password-client.ts'
import type { Reason } from './peer-event.ts'
import type { RequestBody, RequestOutcome } from './request-table.ts'

/** Asks the registry something on the present link, logged in or not. */
export type Ask = <B extends RequestBody>(
  now: MonotonicMs,
  body: B,
  done: (now: MonotonicMs, outcome: RequestOutcome<B['t']>) => void,
) => void

export interface PasswordExchange {
  readonly name: string
  readonly client: PasswordClient | undefined
  readonly ask: Ask
}

/** What an exchange came to, for the registry; or why not: `passwordWrong`, `rateLimited`, a registry error … */
export type Exchanged = (now: MonotonicMs, outcome: Result<Uint8Array, Reason>) => void

/** Proves the account's password: the `proof` of a login or of a change. */
export function provePassword(now: MonotonicMs, exchange: PasswordExchange, password: string, done: Exchanged): void {
  const { client, name } = exchange
  if (!client) return done(now, noClient())
  client.startLogin(password, (started, start) => {
    askRegistry(started, exchange, 'startPassword', start, done, (_answered, state, answer) => {
      client.finishLogin(password, state, answer, (finished, outcome) => {
        if (outcome.ok && outcome.value === undefined) {
          return done(finished, fail({ code: 'passwordWrong', details: { name } }))
        }
        finish(finished, outcome as Parameters<PasswordDone<Uint8Array>>[1], done)
      })
    })
  })
}

/** Makes what the registry keeps of a new password: the `record` of a sign-up or of a change. */
export function makeRecord(now: MonotonicMs, exchange: PasswordExchange, password: string, done: Exchanged): void {
  const { client } = exchange
  if (!client) return done(now, noClient())
  client.startRecord(password, (started, start) => {
    askRegistry(started, exchange, 'startRecord', start, done, (_answered, state, answer) => {
      client.finishRecord(password, state, answer, (finished, outcome) => finish(finished, outcome, done))
    })
  })
}

function askRegistry(
  now: MonotonicMs,
  { ask, name }: PasswordExchange,
  t: 'startPassword' | 'startRecord',
  start: Parameters<PasswordDone<PasswordStart>>[1],
  done: Exchanged,
  goOn: (now: MonotonicMs, state: string, answer: Uint8Array) => void,
): void {
  if (!start.ok) return done(now, fail({ code: start.error.code, details: { detail: start.error.detail } }))
  const { state, message } = start.value
  ask(now, { t, name, message }, (later, outcome) => {
    if (outcome.kind !== 'answer') return done(later, fail(reasonOf(outcome, { name })))
    // A view into the link's buffer, which is used again before the client has read it.
    goOn(later, state, outcome.answer.message.slice())
  })
}

function finish(now: MonotonicMs, outcome: Parameters<PasswordDone<Uint8Array>>[1], done: Exchanged): void {
  if (outcome.ok) return done(now, ok(outcome.value))
  done(now, fail({ code: outcome.error.code, details: { detail: outcome.error.detail } }))
}

function noClient(): Result<Uint8Array, Reason> {
  return fail({ code: 'passwordFailed', details: { detail: 'no client for passwords' } })
}

/** Why a request did not do what was asked, in the words of a face. */
export function reasonOf<T extends RegistryRequestType>(
  outcome: Exclude<RequestOutcome<T>, { kind: 'answer' }>,
  details: Readonly<Record<string, unknown>> = {},
): Reason {
  if (outcome.kind === 'lost') return { code: 'registryUnreachable', details }
  const { retryMs, nearest } = outcome.answer
  return {
    code: outcome.error,
    details: { ...details, ...(retryMs !== undefined && { retryMs }), ...(nearest && { nearest: [...nearest] }) },
  }
}
