// The banner over the page: what is wrong as long as it is, and what the user can do about it. One at a time, the one
// that stands in the way of the others first; none for what mends itself without the user noticing.

import { unreachable } from '../../../base/index.ts'
import type { PeerStatus } from '../../../api/index.ts'
import { counted, reasonWords } from '../words/index.ts'
import type { PageState } from './page-state.ts'

/** `login`: the dialog that logs in; `account`: the request dialogue. */
export type BannerAction = 'login' | 'account'

export interface Banner {
  readonly tone: 'plain' | 'warn' | 'bad'
  readonly text: string
  readonly action?: { readonly kind: BannerAction; readonly text: string }
}

export function bannerOf({ lineState, status }: Pick<PageState, 'lineState' | 'status'>): Banner | undefined {
  if (lineState === 'refused') {
    return { tone: 'bad', text: 'This window belongs to an earlier start of Parley: open the new one.' }
  }
  if (lineState === 'lost') return peerLost
  return status === undefined ? undefined : registryBanner(status)
}

const peerLost: Banner = { tone: 'warn', text: 'The connection to your own peer is lost; trying again.' }

function registryBanner(status: PeerStatus): Banner | undefined {
  const { state, reason, waiting } = status
  switch (state) {
    case 'online':
    case 'connecting':
      return undefined
    case 'unreachable': {
      if (reason?.code === 'peerLost') return peerLost
      const wait = waiting === 0 ? '' : `; ${counted(waiting, 'message waits', 'messages wait')}`
      return { tone: 'warn', text: `Registry unreachable: people you have met can still be reached${wait}.` }
    }
    case 'loggedOut':
      return loggedOutBanner(status)
    case 'refused':
    case 'wrongKey': {
      const { text, hint } = reasonWords(reason ?? { code: 'wrongRegistryKey', details: {} })
      const action = { kind: 'account', text: 'Change name or registry' } as const
      return { tone: 'bad', text: hint === undefined ? text : `${text} ${hint}`, action }
    }
    case 'replaced': {
      const { text, hint = '' } = reasonWords({ code: 'replaced', details: {} })
      return { tone: 'bad', text: `${text} ${hint}`, action: { kind: 'login', text: 'Log in here' } }
    }
    default:
      return unreachable(state)
  }
}

function loggedOutBanner({ reason, waiting }: PeerStatus): Banner {
  const action = { kind: 'login', text: 'Log in' } as const
  const kept = waiting === 0 ? 'What you send is kept' : counted(waiting, 'message waits', 'messages wait')
  if (reason === undefined || reason.code === 'byRequest') {
    return { tone: 'plain', text: `You are off line. ${kept} until you log in.`, action }
  }
  return { tone: 'warn', text: reasonWords(reason).text, action }
}
