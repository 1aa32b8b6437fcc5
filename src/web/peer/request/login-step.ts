// Logging in where a registry asks for more than a name: which question comes next. The password and its repetition live
// in the form and in the peer's call, and nowhere else.

import { unreachable } from '../../../base/index.ts'
import type { LoginOptions, PeerStatus } from '../../../api/index.ts'

/** `signUp`: the password once more, as nobody has the name with it. */
export type LoginStep =
  | { readonly kind: 'password'; readonly isKnown: boolean }
  | { readonly kind: 'signUp' }
  | { readonly kind: 'invite'; readonly withPassword: boolean }
  /** Nothing but a press of the button. */
  | { readonly kind: 'plain' }

export interface LoginFields {
  readonly name: string
  readonly password: string
  readonly inviteCode: string
}

/** What the registry asked for when it did not let us in. */
export function firstLoginStep(status: Pick<PeerStatus, 'reason'>): LoginStep {
  const { code, details } = status.reason ?? { code: '', details: {} }
  if (code === 'inviteNeeded' || code === 'inviteWrong') return { kind: 'invite', withPassword: false }
  if (code === 'passwordNeeded' || code === 'passwordWrong') {
    return { kind: 'password', isKnown: details['known'] === true }
  }
  return { kind: 'plain' }
}

/** Where an error leads: to another question, or undefined where it is to be shown and the question stays. */
export function nextLoginStep(step: LoginStep, code: string, isKnown: boolean): LoginStep | undefined {
  if (code === 'passwordNeeded') return { kind: 'password', isKnown }
  if (code === 'inviteNeeded' && step.kind !== 'invite') return { kind: 'invite', withPassword: step.kind === 'signUp' }
  return undefined
}

/** Whether to offer to sign up: the registry does not say whether nobody has the name or the password is wrong. */
export function offersSignUp(step: LoginStep, code: string, isKnown: boolean): boolean {
  return step.kind === 'password' && code === 'passwordWrong' && !isKnown
}

export function loginOptions(step: LoginStep, { name, password, inviteCode }: LoginFields): LoginOptions {
  switch (step.kind) {
    case 'plain':
      return { name }
    case 'password':
      return { name, password }
    case 'signUp':
      return { name, password, signUp: true }
    case 'invite': {
      const code = { name, signUp: true, inviteCode: inviteCode.trim() }
      return step.withPassword ? { ...code, password } : code
    }
    default:
      return unreachable(step)
  }
}
