// Passwords by OPAQUE: the password never crosses the wire, and a name that nobody has, a name of another identity and a
// wrong password are answered alike, in form and in what is done for it. Invariants: an exchange serves one proof; a proof
// counts only against the record it was made with. docs/protocol/registry.md, "Passwords".

import { equalBytes, type MonotonicMs, toHex } from '../../../base/index.ts'
import { decodeDeviceList, foldName, isAccountName, type RegistryRequest } from '../../../protocol/index.ts'
import type { Credential } from '../account-store.ts'
import type { Admission } from '../admission.ts'
import { inviteCodeBytes } from '../invite-code.ts'
import type { PasswordPort } from '../password-port.ts'
import type { PasswordExchange, Session } from '../session.ts'
import type { AccountHandler, Handler, HandlerContext, RequestHead } from './handler-context.ts'

type Login = Extract<RegistryRequest, { t: 'login' }>

export const startPassword: Handler<'startPassword'> = (context, now, session, request) => {
  const { passwords, guesses, limits } = context
  if (!passwords) return context.refuse(now, session, request, 'unknownRequest')
  const hostWaitMs = guesses.takeOfHost(now, session.address.host)
  if (hostWaitMs > 0) return refuseGuess(context, now, session, request, hostWaitMs)
  const name = foldName(request.name)
  context.store.credential(
    name,
    context.afterCommit(session, request, (read, credential) => {
      const isOwner = credential !== undefined && isOfHolder(session, credential)
      const waitMs = guesses.takeOfName(read, name, isOwner)
      if (waitMs > 0) return refuseGuess(context, read, session, request, waitMs)
      const record = isOwner ? credential.record : undefined
      const started = passwords.startLogin(name, record, request.message)
      if (!started) return context.refuse(read, session, request, 'badRequest')
      const { message, state } = started
      session.passwordExchange = { name, record, state, until: read + limits.passwordExchangeMs }
      context.answer(read, session, { t: 'opaque', r: request.q, message })
    }),
  )
}

function refuseGuess(
  context: HandlerContext,
  now: MonotonicMs,
  session: Session,
  request: RequestHead,
  retryMs: number,
): void {
  context.figures.hit('passwordGuesses')
  context.refuse(now, session, request, 'rateLimited', { retryMs })
}

/** Says nothing about the name: whether it is taken shows at the login. */
export const startRecord: Handler<'startRecord'> = (context, now, session, request) => {
  const { passwords } = context
  if (!passwords) return context.refuse(now, session, request, 'unknownRequest')
  if (!isAccountName(request.name)) return context.refuse(now, session, request, 'nameRefused')
  const hostWaitMs = context.takeHostLogin(now, session.address)
  if (hostWaitMs > 0) return context.refuse(now, session, request, 'rateLimited', { retryMs: hostWaitMs })
  const message = passwords.registrationResponse(foldName(request.name), request.message)
  if (!message) return context.refuse(now, session, request, 'badRequest')
  context.answer(now, session, { t: 'opaque', r: request.q, message })
}

export const changePassword: AccountHandler<'changePassword'> = (context, now, session, request) => {
  const { passwords } = context
  if (!passwords) return context.refuse(now, session, request, 'unknownRequest')
  const { key: name, identity } = session.account
  const { record } = request
  if (!passwords.isRecord(record)) return context.refuse(now, session, request, 'badRequest')
  const exchange = session.takePasswordExchange(now, name)
  const before = exchange && recordProvenBy(passwords, exchange, request.proof)
  if (!before) return context.refuse(now, session, request, 'passwordWrong')
  context.store.changeRecord(
    { name, identity, device: session.device, before, record },
    context.afterCommit(session, request, (committed, outcome) => {
      if (outcome === 'wrong') return context.refuse(committed, session, request, 'passwordWrong')
      context.answer(committed, session, { t: 'done', r: request.q })
    }),
  )
}

/** What this login brings for the registry's mode, or why it cannot be used. */
export function readAdmission(
  context: HandlerContext,
  now: MonotonicMs,
  session: Session,
  { name, proof, record, inviteCode }: Login,
): Admission | 'badRequest' | 'passwordWrong' | 'passwordNeeded' {
  const { passwords, verifier } = context
  if (context.accounts === 'invite') {
    return { kind: 'invite', ...(inviteCode && { codeHash: verifier.digest(inviteCodeBytes(inviteCode)) }) }
  }
  if (context.accounts === 'open' || !passwords) return { kind: 'open' }
  if (record) {
    return proof || !passwords.isRecord(record) ? 'badRequest' : { kind: 'password', record }
  }
  if (!proof) return { kind: 'password' }
  // A proof that is too late says nothing about the password.
  const exchange = session.takePasswordExchange(now, foldName(name))
  if (!exchange) return 'passwordNeeded'
  const provenRecord = recordProvenBy(passwords, exchange, proof)
  return provenRecord ? { kind: 'password', provenRecord } : 'passwordWrong'
}

/** The record that the proof is right for. */
function recordProvenBy(
  passwords: PasswordPort,
  { state, record }: PasswordExchange,
  proof: Uint8Array,
): Uint8Array | undefined {
  // Also for a false answer: it takes the same time.
  const isRight = passwords.finishLogin(state, proof)
  return isRight ? record : undefined
}

/** Whether the session's device acts for the identity that holds the name, as far as it has shown by now. */
function isOfHolder(session: Session, { identity, devices }: Credential): boolean {
  if (session.shownIdentity === toHex(identity)) return true
  const list = decodeDeviceList(devices.body)
  return list.ok && list.value.devices.some((device) => equalBytes(device.key, session.device))
}
