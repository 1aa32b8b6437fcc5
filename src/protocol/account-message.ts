// Messages about accounts and about a private session between two people: passwords by OPAQUE (RFC 9807), whose own
// messages travel as opaque bytes; who is busy; and the signals by which two people agree to talk.
// docs/protocol/registry.md, "Passwords", "Signals".

import * as v from 'valibot'
import { accountName, bytesUpTo, count, messageId, typedName } from './field.ts'

/** Who may take a new name: anybody; anybody who sets a password; or who has an invite code. */
export const accountModes = ['open', 'password', 'invite'] as const
export type AccountMode = (typeof accountModes)[number]

/** One message of OPAQUE (RFC 9807), not read here. */
export const opaqueMessage = bytesUpTo(1_024)
export const inviteCode = v.pipe(v.string(), v.maxLength(64))

/** What one person may tell another about a private session; the registry only carries it between two who are on line. */
export const signalKinds = ['request', 'accept', 'reject', 'busy', 'withdraw', 'leave'] as const
export type SignalKind = (typeof signalKinds)[number]

const q = count
const signalKind = v.picklist(signalKinds)

export const accountRequests = [
  /** First message of a login by password. Answered alike for every name. */
  v.object({ t: v.literal('startPassword'), q, name: typedName, message: opaqueMessage }),
  /** First message of setting a password: of a new account, or of one's own. */
  v.object({ t: v.literal('startRecord'), q, name: typedName, message: opaqueMessage }),
  /** Sets a new record; `proof` ends a `startPassword` with the old password. */
  v.object({ t: v.literal('changePassword'), q, proof: opaqueMessage, record: opaqueMessage }),
  /** Whether the account is in a private session, for all to see. */
  v.object({ t: v.literal('setBusy'), q, busy: v.boolean() }),
  /** Asks for the presence snapshot again. */
  v.object({ t: v.literal('refresh'), q }),
  v.object({ t: v.literal('signal'), q, to: typedName, kind: signalKind, id: messageId }),
] as const

export const accountAnswers = [
  /** Answers `startPassword` and `startRecord`. */
  v.object({ t: v.literal('opaque'), r: q, message: opaqueMessage }),
] as const

export const accountPushes = [
  v.object({ t: v.literal('signal'), from: accountName, kind: signalKind, id: messageId }),
  /** The registry asks for a life sign: any request is one. */
  v.object({ t: v.literal('check') }),
] as const
