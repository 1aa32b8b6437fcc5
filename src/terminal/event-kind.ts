// The kinds of face events, by how a face renders them. Every event is of one kind: a face that handles all kinds shows
// everything, and the compiler holds it to that.

import type { FaceEvent } from './face-event.ts'

type EventOf<Type extends FaceEvent['type']> = Extract<FaceEvent, { readonly type: Type }>

/** What was said, now or before. */
const talkTypes = [
  'sent',
  'roomSent',
  'channelSent',
  'message',
  'roomMessage',
  'channelMessage',
  'history',
  'roomHistory',
  'channelHistory',
] as const
export type TalkEvent = EventOf<(typeof talkTypes)[number]>

/** What became of an own message. */
const fateTypes = ['state', 'roomPlaced', 'roomState', 'channelState', 'channelHeard'] as const
export type FateEvent = EventOf<(typeof fateTypes)[number]>

const tableTypes = ['clients', 'friends', 'rooms', 'members'] as const
export type TableEvent = EventOf<(typeof tableTypes)[number]>

const sessionTypes = ['chatRequest', 'chatRequestOver', 'chatRefused', 'chatOpened', 'chatClosed'] as const
export type SessionNotice = EventOf<(typeof sessionTypes)[number]>

/** What is told in a sentence. */
const noticeTypes = [
  ...sessionTypes,
  'presence',
  'registry',
  'mailWaiting',
  'room',
  'roomMade',
  'roomInvited',
  'finding',
  'opened',
  'accepted',
  'done',
  'loggedIn',
  'notice',
  'exiting',
] as const
export type NoticeEvent = EventOf<(typeof noticeTypes)[number]>

const troubleTypes = ['identityChanged', 'warning', 'error'] as const
export type TroubleEvent = EventOf<(typeof troubleTypes)[number]>

/** What is left. */
export type OtherEvent = Exclude<FaceEvent, TalkEvent | FateEvent | TableEvent | NoticeEvent | TroubleEvent>

export const isTalk = (event: FaceEvent): event is TalkEvent => isOneOf(talkTypes, event)
export const isFate = (event: FaceEvent): event is FateEvent => isOneOf(fateTypes, event)
export const isTable = (event: FaceEvent): event is TableEvent => isOneOf(tableTypes, event)
export const isNotice = (event: FaceEvent): event is NoticeEvent => isOneOf(noticeTypes, event)

export const isTrouble = (event: FaceEvent): event is TroubleEvent => isOneOf(troubleTypes, event)

function isOneOf(types: readonly string[], event: FaceEvent): boolean {
  return types.includes(event.type)
}
