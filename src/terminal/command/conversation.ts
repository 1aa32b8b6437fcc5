// Talking: messages to a person, a room or everyone, opening and leaving conversations, and what was said.

import { unreachable } from '../../base/index.ts'
import { textBytesMax } from '../../protocol/index.ts'
import { type ChatDesk, refusal } from '../chat-desk.ts'
import type { ConversationCommand, HistoryTarget } from '../verb/verb.ts'

/** Messages that `/history NAME` shows when no number is given. */
export const historyCountDefault = 20

export async function doConversationCommand(desk: ChatDesk, command: ConversationCommand): Promise<void> {
  const { peer, roll } = desk
  switch (command.verb) {
    case 'send':
      checkLength(command.text)
      roll.meet(command.to)
      await peer.send(command.to, command.text)
      return
    case 'say':
      return await say(desk, command.text)
    case 'all':
      checkLength(command.text)
      await peer.sendToAll(command.text)
      return
    case 'open':
      return desk.open(command.name === undefined ? undefined : { kind: 'person', name: roll.spelling(command.name) })
    case 'history':
      return await showHistory(desk, command.target, command.count)
    case 'exit':
      return await exit(desk)
    case 'accept':
      await peer.acceptIdentity(command.name)
      return desk.show({ type: 'accepted', name: command.name })
    default:
      return unreachable(command)
  }
}

async function say({ peer, roll, opened }: ChatDesk, text: string): Promise<void> {
  checkLength(text)
  if (opened === undefined) throw refusal('noConversation')
  if (opened.kind === 'room') await peer.sendToRoom(opened.room, text)
  else {
    roll.meet(opened.name)
    await peer.send(opened.name, text)
  }
}

function checkLength(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > textBytesMax) throw refusal('textTooLong', { bytes, limit: textBytesMax })
}

async function exit(desk: ChatDesk): Promise<void> {
  const { opened, session, peer } = desk
  if (session !== undefined && (opened === undefined || (opened.kind === 'person' && opened.name === session))) {
    // The event that it is over closes it here.
    return await peer.leaveChat()
  }
  if (opened === undefined) throw refusal('nothingOpen')
  desk.open(undefined)
}

async function showHistory(desk: ChatDesk, target: HistoryTarget, given: number | undefined): Promise<void> {
  const { peer } = desk
  const [count, whole] = [given ?? historyCountDefault, given !== undefined]
  switch (target.kind) {
    case 'everyone':
      return desk.show({ type: 'channelHistory', entries: await peer.channelHistory(count), whole })
    case 'room': {
      const { room } = target
      return desk.show({ type: 'roomHistory', room, entries: await peer.roomHistory(room, count), whole })
    }
    case 'digits': {
      const room = Number(target.digits)
      const isRoom = (await peer.rooms()).some((each) => each.room === room)
      const known: HistoryTarget = isRoom ? { kind: 'room', room } : { kind: 'person', name: target.digits }
      return await showHistory(desk, known, given)
    }
    case 'person': {
      const { name } = target
      return desk.show({ type: 'history', name, messages: await peer.history(name, count), whole })
    }
    default:
      return unreachable(target)
  }
}
