// Rooms: making, answering, opening, looking at, leaving.

import { unreachable } from '../../base/index.ts'
import type { Room } from '../../api/index.ts'
import { type ChatDesk, refusal } from '../chat-desk.ts'
import type { RoomCommand } from '../verb/verb.ts'

export async function doRoomCommand(desk: ChatDesk, command: RoomCommand): Promise<void> {
  const { peer } = desk
  switch (command.verb) {
    case 'group': {
      const made = await peer.makeRoom(command.names)
      desk.show({ type: 'roomMade', ...made })
      return desk.open({ kind: 'room', room: made.room.room, name: made.room.name })
    }
    case 'ok-group': {
      await peer.answerRoom(command.room, true)
      const room = (await peer.rooms()).find(({ room: number }) => number === command.room)
      return desk.open({ kind: 'room', room: command.room, name: room?.name ?? '' })
    }
    case 'reject-group':
      return await peer.answerRoom(command.room, false)
    case 'rooms':
      return desk.show({ type: 'rooms', rooms: await peer.rooms() })
    case 'members':
      return desk.show({ type: 'members', room: await roomOf(desk, command.room ?? openRoom(desk)) })
    case 'room':
      return await open(desk, command.room)
    case 'invite': {
      const { room, names } = command
      return desk.show({ type: 'roomInvited', room, names, notInvited: await peer.inviteToRoom(room, names) })
    }
    case 'leave':
      return await leave(desk, command.room ?? openRoom(desk))
    case 'kick':
      return await peer.removeFromRoom(command.room, command.name)
    case 'rename-room':
      return await peer.nameRoom(command.room, command.name)
    default:
      return unreachable(command)
  }
}

async function roomOf({ peer }: ChatDesk, number: number): Promise<Room> {
  const room = (await peer.rooms()).find((each) => each.room === number)
  if (room === undefined) throw refusal('unknownRoom', { room: number })
  return room
}

async function open(desk: ChatDesk, number: number): Promise<void> {
  const { state, name } = await roomOf(desk, number)
  if (state === 'invited') throw refusal('onlyInvited', { room: number })
  if (state === 'left') throw refusal('unknownRoom', { room: number })
  desk.open({ kind: 'room', room: number, name })
}

async function leave(desk: ChatDesk, number: number): Promise<void> {
  await desk.peer.leaveRoom(number)
  if (desk.opened?.kind === 'room' && desk.opened.room === number) desk.open(undefined)
}

function openRoom({ opened }: ChatDesk): number {
  if (opened?.kind !== 'room') throw refusal('noRoomOpen')
  return opened.room
}
