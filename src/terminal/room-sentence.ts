// What happened in a room, as a sentence: invitations, joins, refusals, leavings.

import { unreachable } from '../base/index.ts'
import type { RoomEntry } from '../api/index.ts'
import { foldName } from '../protocol/index.ts'
import type { FaceEvent } from './face-event.ts'
import type { Notice } from './notice.ts'
import { visibleLine } from './visible-text.ts'

/** `room 3 (the boat)`. */
export function roomTitle(room: number, name: string | undefined): string {
  return name === undefined || name === '' ? `room ${room}` : `room ${room} (${visibleLine(name)})`
}

/** The notice of a change; none where the answer to the own command has told it, or for a message. */
export function roomSentence(event: Extract<FaceEvent, { type: 'room' }>, self: string): Notice | undefined {
  const { room, entry } = event
  const isOwn = foldName(entry.name) === foldName(self)
  const isByUs = entry.by !== undefined && foldName(entry.by) === foldName(self)
  if (entry.kind === 'made' && isOwn) return undefined
  if (entry.kind === 'invited' && isByUs) return undefined
  const title = roomTitle(room.room, room.name)
  if (entry.kind === 'invited' && isOwn) {
    const by = visibleLine(entry.by ?? room.maker)
    return {
      tone: 'alert',
      lines: [
        `${by} would like to add you to group chat ${title}? (OK/REJECT GROUP ${room.room})`,
        `type OK GROUP ${room.room} or REJECT GROUP ${room.room}`,
      ],
    }
  }
  if (entry.kind === 'joined' && isOwn) {
    const others = room.members.filter(({ name }) => foldName(name) !== foldName(self))
    const joined = others.filter(({ state }) => state === 'joined').map(({ name }) => visibleLine(name))
    const company = joined.length === 0 ? '' : ` with ${joined.join(', ')}`
    return {
      tone: 'ack',
      lines: [
        `you have entered group chat ${title}${company}. You can send your message now! Type EXIT GROUP to leave.`,
      ],
    }
  }
  const text = entryText(entry, title, isOwn)
  return text === undefined ? undefined : { tone: isOwn ? 'quiet' : 'alert', lines: [text] }
}

/** One entry of a transcript that is no message. */
export function entryText(entry: RoomEntry, title: string, isOwn: boolean): string | undefined {
  const name = visibleLine(entry.name)
  const by = visibleLine(entry.by ?? '')
  switch (entry.kind) {
    case 'made':
      return `${isOwn ? 'you' : name} made group chat ${title}`
    case 'invited':
      return `${by === '' ? 'somebody' : by} invited ${isOwn ? 'you' : name} to ${title}`
    case 'joined':
      return `${isOwn ? 'you' : name} joined the group chat ${title}`
    case 'refused':
      return isOwn ? 'you have rejected the group chat request!' : `${name} rejected the group chat request! (${title})`
    case 'left':
      return `${isOwn ? 'you' : name} left the chat room. (${title})`
    case 'removed':
      return `${isOwn ? 'you were' : `${name} was`} removed from ${title}${by === '' ? '' : ` by ${by}`}`
    case 'named':
      return `${isOwn ? 'you' : name} named the room: ${visibleLine(entry.text ?? '')} (room ${/\d+/.exec(title)?.[0]})`
    case 'message':
      return undefined
    default:
      return unreachable(entry.kind)
  }
}
