// How the page's state follows one event of the peer. Pure: the same events give the same state.

import { unreachable } from '../../../base/index.ts'
import type { PeerEvent, Room } from '../../../api/index.ts'
import type { PageState } from './page-state.ts'
import { reduceFriend, reduceIdentity, reducePresence, reduceRoad, reduceSession, withStatus } from './reduce-people.ts'
import {
  emptyRow,
  findRow,
  reduceDraft,
  reduceRead,
  reduceSaying,
  replaceRow,
  sayingOf,
  type TalkEvent,
} from './reduce-talk.ts'

/** `now`: wall ms. */
export function reduceEvent(state: PageState, event: PeerEvent, now: number): PageState {
  switch (event.type) {
    case 'sent':
    case 'roomSent':
    case 'channelSent':
    case 'roomMessage':
    case 'channelMessage':
    case 'message':
      return reduceTalk(state, event)
    case 'state':
      return event.state === 'stored' && event.road !== undefined ? reduceRoad(state, event.to, event.road) : state
    case 'read':
      return reduceRead(state, event)
    case 'draft':
      return reduceDraft(state, event)
    case 'presence':
      return reducePresence(state, event)
    case 'friend':
      return reduceFriend(state, event)
    case 'chatRequest':
    case 'chatRequestOver':
    case 'chatRefused':
    case 'chatOpened':
    case 'chatClosed':
      return reduceSession(state, event, now)
    case 'room':
      return reduceRoom(state, event.room)
    case 'identityChanged':
      return reduceIdentity(state, event)
    case 'registry': {
      const changed = withStatus(state, { state: event.state, reason: event.reason })
      return event.state === 'online' ? { ...changed, joining: undefined } : changed
    }
    case 'directory':
    case 'account':
    case 'warning':
    case 'mailWaiting':
    case 'roomPlaced':
    case 'roomState':
    case 'channelState':
    case 'channelHeard':
      return state
    default:
      return unreachable(event)
  }
}

function reduceTalk(state: PageState, event: TalkEvent): PageState {
  const said = reduceSaying(state, sayingOf(event, state.status?.name ?? ''))
  return event.type === 'message' ? reduceRoad(said, event.from, event.road) : said
}

function reduceRoom(state: PageState, room: Room): PageState {
  const others = state.rooms.filter((other) => other.room !== room.room)
  const rooms = [...others, room].toSorted((one, other) => one.room - other.room)
  const key = { kind: 'room', room: room.room } as const
  const row = findRow(state, key)
  if (row !== undefined) return { ...replaceRow(state, { ...row, title: room.name }), rooms }
  if (room.state !== 'joined') return { ...state, rooms }
  return { ...state, rooms, conversations: [{ ...emptyRow(key), title: room.name }, ...state.conversations] }
}
