// Who may take a name, and who may log in to it, by the registry's mode. One rule for every store, applied within the
// transaction of the claim. Invariant: the identity comes first. A right password of another identity opens nothing, and
// who shows neither password nor record learns nothing about a name. docs/protocol/registry.md, "Passwords", "Invites".

import { equalBytes, unreachable, type WallMs } from '../../base/index.ts'

/** What the login brings beside its signed device list. */
export type Admission =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'password'
      /** Of a new account, or the first one of an account without a password. */
      readonly record?: Uint8Array
      /** The record that the password was proven against. */
      readonly provenRecord?: Uint8Array
    }
  | { readonly kind: 'invite'; readonly codeHash?: Uint8Array }

/** What the store knows of the name; undefined where nobody has it. */
export interface HeldName {
  readonly isOwn: boolean
  readonly record: Uint8Array | undefined
  /** This device showed the password before. */
  readonly remembersDevice: boolean
}

export type AdmissionProblem = 'taken' | 'passwordNeeded' | 'passwordWrong' | 'inviteNeeded' | 'inviteWrong'

/** Why the claim is refused, if it is. `inviteExpires`: of the unused invite that the code belongs to. */
export function admissionProblem(
  admission: Admission,
  held: HeldName | undefined,
  at: WallMs,
  inviteExpires: WallMs | undefined,
): AdmissionProblem | undefined {
  switch (admission.kind) {
    case 'open':
      return held && !held.isOwn ? 'taken' : undefined
    case 'password':
      return passwordProblem(admission, held)
    case 'invite':
      if (held) return held.isOwn ? undefined : 'taken'
      if (!admission.codeHash) return 'inviteNeeded'
      return inviteExpires !== undefined && inviteExpires > at ? undefined : 'inviteWrong'
    default:
      return unreachable(admission)
  }
}

function passwordProblem(
  { record, provenRecord }: Extract<Admission, { kind: 'password' }>,
  held: HeldName | undefined,
): AdmissionProblem | undefined {
  const needed = provenRecord ? 'passwordWrong' : 'passwordNeeded'
  if (!held) return record ? undefined : needed
  if (!held.isOwn) return record ? 'taken' : needed
  if (!held.record) return record ? undefined : needed
  // The same sign-up once more: its answer was lost. A record is never replaced by a login.
  if (record) return equalBytes(record, held.record) ? undefined : needed
  // The password may have been changed since it was proven.
  if (provenRecord) return equalBytes(provenRecord, held.record) ? undefined : needed
  return held.remembersDevice ? undefined : needed
}
