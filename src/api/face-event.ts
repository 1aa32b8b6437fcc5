// The peer's events in the words of faces: renamed, and without what a face does not need.

import { unreachable } from '../base/index.ts'
import type { PeerEvent as OwnEvent } from '../peer/index.ts'
import type { PeerEvent } from './peer-api.ts'

/** The same event for faces; undefined where it is answered otherwise (`refused` rejects the `send`). */
export function faceEventOf(event: OwnEvent): PeerEvent | undefined {
  switch (event.type) {
    case 'kept':
      return { ...event, type: 'sent' }
    case 'message':
      return { ...event, conversation: event.from }
    case 'presence': {
      const { name, online, busy } = event
      const status = online ? 'online' : 'away'
      return busy ? { type: 'presence', name, status, busy } : { type: 'presence', name, status }
    }
    case 'clients':
      return { type: 'directory', count: event.count }
    case 'loggedIn':
      return event.mail > 0 ? { type: 'mailWaiting', count: event.mail } : undefined
    case 'registry':
    case 'state':
    case 'identityChanged':
    case 'warning':
    case 'chatRequest':
    case 'chatRequestOver':
    case 'chatRefused':
    case 'chatOpened':
    case 'chatClosed':
    case 'friend':
    case 'room':
    case 'roomMessage':
    case 'roomSent':
    case 'roomPlaced':
    case 'roomState':
    case 'channelMessage':
    case 'channelSent':
    case 'channelState':
    case 'channelHeard':
    case 'read':
    case 'draft':
      return event
    case 'refused':
    case 'registryKey':
      return undefined
    default:
      return unreachable(event)
  }
}
