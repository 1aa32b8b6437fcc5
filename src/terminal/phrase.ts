// The few words in which every face tells how far a message came and how the registry is. Words always, so that nothing
// depends on colour or on a glyph.

import { unreachable } from '../base/index.ts'
import type { MessageState, RegistryState, Road } from '../api/index.ts'
import type { FaceState } from './face-event.ts'
import { reasonText } from './error-text.ts'
import { duration } from './moment.ts'
import type { Reason } from '../api/index.ts'
import { visibleLine } from './visible-text.ts'

interface Progress {
  readonly state: MessageState
  readonly road?: Road
  readonly ms?: number
  readonly reason?: Reason
}

/** `stored, direct 0.8 ms`; `in the mailbox`; `not sent: ...`. */
export function statePhrase({ state, road, ms, reason }: Progress): string {
  const why = reason === undefined ? '' : `: ${reasonText(reason).text}`
  switch (state) {
    case 'kept':
      return `kept here${why}`
    case 'mailbox':
      return 'in the mailbox'
    case 'stored':
      return `stored${roadPhrase(road, ms)}`
    case 'expired':
      return `expired, never collected${why}`
    case 'failed':
      return `not sent${why}`
    default:
      return unreachable(state)
  }
}

/** What the sender is told when a message came somewhere; undefined where it has come nowhere yet. */
export function receiptSentence({
  state,
  to,
  noAnswer,
}: Pick<FaceState, 'state' | 'to' | 'noAnswer'>): string | undefined {
  if (state === 'stored') return `[Message received by ${visibleLine(to)}.]`
  if (state !== 'mailbox') return undefined
  return noAnswer === true
    ? `[No ACK from ${visibleLine(to)}, message sent to server.]`
    : '[Message received by the server and saved]'
}

export function registryPhrase(state: RegistryState): string {
  switch (state) {
    case 'connecting':
      return 'connecting'
    case 'online':
      return 'on line'
    case 'unreachable':
      return 'does not answer; messages are kept here until it does'
    case 'loggedOut':
      return 'has logged us out'
    case 'refused':
      return 'does not let us in'
    case 'wrongKey':
      return 'shows a wrong key'
    case 'replaced':
      return 'serves this account somewhere else now'
    default:
      return unreachable(state)
  }
}

function roadPhrase(road: Road | undefined, ms: number | undefined): string {
  if (road === undefined) return ''
  return `, ${road}${ms === undefined ? '' : ` ${duration(ms)}`}`
}
