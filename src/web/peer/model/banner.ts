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

/** `unsent`: how many messages of this window the peer has not taken. */
export function bannerOf(
  { lineState, status }: Pick<PageState, 'lineState' | 'status'>,
  unsent = 0,
): Banner | undefined {
  if (lineState === 'refused') {
    const left = `${counted(unsent, 'message here is', 'messages here are')} not sent`
    const text = `This window belongs to an earlier start of Parley${unsent === 0 ? '' : `, and ${left}`}`
    return { tone: 'bad', text: `${text}: open the new address ${unsent === 0 ? 'instead' : 'in this same window'}.` }
  }
  if (lineState === 'lost') return peerLost
  return status === undefined ? undefined : registryBanner(status)
}

const peerLost: Banner = { tone: 'warn', text: 'The connection to your own peer is lost; trying again.' }

const changeAccount = { kind: 'account', text: 'Change name or registry' } as const

function registryBanner(status: PeerStatus): Banner | undefined {
  const { state, reason, waiting } = status
  switch (state) {
    case 'online':
    case 'connecting':
      return undefined
    case 'unreachable': {
      if (reason?.code === 'peerLost') return peerLost
      const wait = waiting === 0 ? '' : `; ${counted(waiting, 'message waits', 'messages wait')}`
      const text = `Registry unreachable: people you have met can still be reached${wait}.`
      // Since the start nobody answered there: its address may be wrong.
      const isUnmet = status.registryName === undefined
      return { tone: 'warn', text, ...(isUnmet && { action: changeAccount }) }
    }
    case 'loggedOut':
      return loggedOutBanner(status)
    case 'refused':
    case 'wrongKey': {
      const { text, hint } = reasonWords(reason ?? { code: 'wrongRegistryKey', details: {} })
      return { tone: 'bad', text: hint === undefined ? text : `${text} ${hint}`, action: changeAccount }
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
