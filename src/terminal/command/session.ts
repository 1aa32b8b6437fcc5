// Private chats: asking for one, answering, taking back.

import { unreachable } from '../../base/index.ts'
import { type ChatDesk, refusal } from '../chat-desk.ts'
import type { SessionCommand } from '../verb/verb.ts'

export async function doSessionCommand(desk: ChatDesk, command: SessionCommand): Promise<void> {
  const { peer } = desk
  switch (command.verb) {
    case 'request':
      // First, because the answer may come before the promise does.
      await peer.requestChat(command.name)
      return desk.session === undefined ? desk.show({ type: 'done', deed: 'requested', name: command.name }) : undefined
    case 'ok':
      return await peer.answerChat(command.name ?? onlyAsker(desk), true)
    case 'reject': {
      const name = command.name ?? onlyAsker(desk)
      await peer.answerChat(name, false)
      return desk.show({ type: 'done', deed: 'rejected', name })
    }
    case 'withdraw':
      await peer.withdrawChat()
      return desk.show({ type: 'done', deed: 'withdrawn' })
    default:
      return unreachable(command)
  }
}

function onlyAsker({ askers }: ChatDesk): string {
  if (askers.length === 1) return askers[0] as string
  throw askers.length === 0 ? refusal('noRequest') : refusal('whichRequest', { names: askers })
}
