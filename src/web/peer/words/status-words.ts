// How things stand, in a word or two: people, the registry, roads.

import { unreachable } from '../../../base/index.ts'
import type { Client, PeerStatus, Road } from '../../../api/index.ts'
import type { LineState } from '../../line/index.ts'
import { counted } from './plain-text.ts'

export type PresenceSign = 'online' | 'away' | 'busy'

/** The sign of somebody's dot; undefined while nobody can say. */
export function presenceSign(client: Client | undefined): PresenceSign | undefined {
  if (client === undefined) return undefined
  return client.status === 'online' && client.busy === true ? 'busy' : client.status
}

export function presenceWord(client: Client | undefined): string {
  const words = { online: 'on line', busy: 'busy', away: 'away' } as const
  const sign = presenceSign(client)
  return sign === undefined ? 'not known' : words[sign]
}

/** How a message would go now; empty where that is not known. */
export function roadWord(road: Road | undefined): string {
  return road === undefined ? '' : road === 'direct' ? 'direct' : 'mailbox'
}

export function roadHint(road: Road): string {
  return road === 'direct'
    ? 'Messages go straight to this person, over an encrypted link between your two machines.'
    : "Messages are sealed and wait in this person's mailbox at the registry."
}

/** The own status, as it stands under the own name. */
export function ownStatus(status: PeerStatus, lineState: LineState): { readonly word: string; readonly isOn: boolean } {
  if (lineState !== 'open') return { word: 'peer lost', isOn: false }
  switch (status.state) {
    case 'online':
      return { word: 'on line', isOn: true }
    case 'connecting':
      return { word: 'connecting…', isOn: false }
    case 'unreachable':
      return { word: 'registry unreachable', isOn: false }
    case 'loggedOut':
      return { word: 'off line', isOn: false }
    case 'refused':
      return { word: 'not let in', isOn: false }
    case 'wrongKey':
      return { word: 'wrong registry key', isOn: false }
    case 'replaced':
      return { word: 'logged in elsewhere', isOn: false }
    default:
      return unreachable(status.state)
  }
}

/** `3 members, 1 invited`. */
export function membersWord(members: readonly { readonly state: 'joined' | 'invited' }[]): string {
  const joined = members.filter(({ state }) => state === 'joined').length
  const invited = members.length - joined
  return `${counted(joined, 'member')}${invited === 0 ? '' : `, ${invited} invited`}`
}
