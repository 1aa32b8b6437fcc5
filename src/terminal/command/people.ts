// Who is there, looking somebody up, and the friend list.

import { unreachable } from '../../base/index.ts'
import { foldName } from '../../protocol/index.ts'
import type { ChatDesk } from '../chat-desk.ts'
import type { ClientRow } from '../face-event.ts'
import type { PeopleCommand } from '../verb/verb.ts'

export async function doPeopleCommand(desk: ChatDesk, command: PeopleCommand): Promise<void> {
  const { peer } = desk
  switch (command.verb) {
    case 'clients':
      return desk.show({ type: 'clients', clients: await rows(desk) })
    case 'contacts': {
      const clients = (await rows(desk)).filter(({ status }) => status === 'online')
      return desk.show({ type: 'clients', clients, onlineOnly: true })
    }
    case 'refresh':
      await peer.refresh()
      return desk.show({ type: 'clients', clients: await rows(desk), refreshed: true })
    case 'search':
      return desk.show({ type: 'finding', name: command.name, finding: await peer.lookUp(command.name) })
    case 'friends':
      return desk.show({ type: 'friends', friends: await peer.friends() })
    case 'add':
      await peer.addFriend(command.name, command.alias)
      return desk.show({ type: 'done', deed: 'added', name: command.name })
    case 'alias':
      await peer.addFriend(command.name, command.alias)
      return desk.show({ type: 'done', deed: 'aliased', name: command.name, text: command.alias })
    case 'remove':
      await peer.removeFriend(command.name)
      return desk.show({ type: 'done', deed: 'removed', name: command.name })
    case 'block':
    case 'unblock':
      await peer.setBlocked(command.name, command.verb === 'block')
      return desk.show({ type: 'done', deed: `${command.verb}ed`, name: command.name })
    default:
      return unreachable(command)
  }
}

async function rows({ peer }: ChatDesk): Promise<readonly ClientRow[]> {
  const [clients, friends] = await Promise.all([peer.clients(), peer.friends()])
  const addresses = new Map(friends.map(({ name, address }) => [foldName(name), address]))
  return clients.map((client) => {
    const address = addresses.get(foldName(client.name))
    return address === undefined ? client : { ...client, address }
  })
}
