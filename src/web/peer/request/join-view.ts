// What the request dialogue shows after it was sent, as the registry answers or does not: progress, a question, or what
// is wrong and where it can be mended.

import { unreachable } from '../../../base/index.ts'
import type { PeerStatus } from '../../../api/index.ts'
import { type ErrorWords, reasonWords } from '../words/index.ts'

export type JoinView =
  /** It works by itself; the user may wait, change what was asked for, or go on without. */
  | { readonly kind: 'waiting'; readonly title: string; readonly text: string; readonly isTrouble: boolean }
  /** The registry asks for a password or an invite code. */
  | { readonly kind: 'login' }
  /** It will not work like this: back to the form, at this field. */
  | { readonly kind: 'stopped'; readonly field: 'name' | 'registry'; readonly words: ErrorWords }
  /** Another key than the known one: both, to compare. */
  | { readonly kind: 'wrongKey'; readonly expected: string; readonly offered: string }

const nameCodes = ['nameTaken', 'nameRefused', 'badName', 'suspended']

/** `status` undefined: the peer itself is being opened. */
export function joinView(status: Pick<PeerStatus, 'state' | 'reason' | 'registry' | 'name'> | undefined): JoinView {
  if (status === undefined) {
    return { kind: 'waiting', title: 'Starting…', text: 'Opening your profile on this machine.', isTrouble: false }
  }
  const { state, reason, registry } = status
  switch (state) {
    case 'connecting':
    case 'online':
      return { kind: 'waiting', title: 'Joining…', text: `Calling the registry at ${registry}.`, isTrouble: false }
    case 'unreachable': {
      const text =
        `Nothing answers at ${registry}. Parley keeps trying and lets you in as soon as it does. ` +
        'Is the registry running, and is its address right?'
      return { kind: 'waiting', title: 'The registry does not answer', text, isTrouble: true }
    }
    case 'loggedOut':
      return { kind: 'login' }
    case 'wrongKey': {
      const { expected, offered } = reason?.details ?? {}
      return { kind: 'wrongKey', expected: textOf(expected), offered: textOf(offered) }
    }
    case 'refused':
    case 'replaced': {
      const code = reason?.code ?? state
      const words = reasonWords({ code, details: reason?.details ?? {} })
      return { kind: 'stopped', field: nameCodes.includes(code) ? 'name' : 'registry', words }
    }
    default:
      return unreachable(state)
  }
}

/** Which field an error of opening belongs to. */
export function fieldOf(code: string): 'name' | 'registry' | 'port' | undefined {
  if (['badName', 'nameTaken', 'nameRefused', 'folderLocked'].includes(code)) return 'name'
  if (['badRegistry', 'noRegistry', 'nameNotFound', 'registryNotTrusted'].includes(code)) return 'registry'
  return ['portInUse', 'portForbidden', 'hostNotLocal'].includes(code) ? 'port' : undefined
}

function textOf(detail: unknown): string {
  return typeof detail === 'string' ? detail : ''
}
