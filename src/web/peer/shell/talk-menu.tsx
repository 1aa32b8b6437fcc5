// The menu of a conversation: friendship and blocks of a person, the room's name and members.

import type { ReactNode } from 'react'
import type { ConversationKey, Friend, Room } from '../../../api/index.ts'
import { IconButton, Menu, type MenuEntry } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { type Shell, useShell } from './shell-context.tsx'
import { useDeed } from './use-deed.ts'

type Groups = readonly (readonly MenuEntry[])[]

export function TalkMenu({ conversation }: { readonly conversation: ConversationKey }): ReactNode {
  const page = usePage()
  const shell = useShell()
  const { run } = useDeed()
  const friends = useModel((state) => state.friends)
  const rooms = useModel((state) => state.rooms)
  const self = useModel((state) => state.status?.name ?? '')
  const read: MenuEntry = {
    text: 'Mark all as read',
    icon: 'check',
    onSelect: () => void run(() => page.peer.markRead(conversation)),
  }
  const groups = (): Groups => {
    if (conversation.kind === 'channel') return [[read]]
    if (conversation.kind === 'room') {
      const room = rooms.find((other) => other.room === conversation.room)
      return room === undefined ? [[read]] : [[read], ...roomGroups(room, self, shell)]
    }
    if (sameName(conversation.name, self)) return [[read]]
    const friend = friends.find(({ name }) => sameName(name, conversation.name))
    const remove = (): void => void run(() => page.peer.removeFriend(conversation.name))
    const unblock = (): void => void run(() => page.peer.setBlocked(conversation.name, false))
    return [[read], ...personGroups(conversation.name, friend, shell, { remove, unblock })]
  }
  return <Menu trigger={<IconButton icon="more" label="More" />} groups={groups()} />
}

function personGroups(
  name: string,
  friend: Friend | undefined,
  shell: Shell,
  deeds: { readonly remove: () => void; readonly unblock: () => void },
): Groups {
  const alias: MenuEntry = {
    text: friend?.isFriend === true ? 'Change alias' : 'Add as a friend',
    icon: friend?.isFriend === true ? 'draft' : 'add',
    onSelect: () => shell.open({ kind: 'addFriend', name }),
  }
  const remove: MenuEntry = { text: 'Remove from friends', icon: 'trash', onSelect: deeds.remove }
  const room: MenuEntry = { text: 'New room', icon: 'people', onSelect: () => shell.open({ kind: 'newRoom' }) }
  const block: MenuEntry =
    friend?.isBlocked === true
      ? { text: 'Unblock', icon: 'block', onSelect: deeds.unblock }
      : { text: 'Block…', icon: 'block', isDanger: true, onSelect: () => shell.open({ kind: 'block', name }) }
  return [friend?.isFriend === true ? [alias, remove, room] : [alias, room], [block]]
}

function roomGroups({ room, state, maker }: Room, self: string, shell: Shell): Groups {
  if (state !== 'joined') return []
  const invite: MenuEntry = {
    text: 'Invite people…',
    icon: 'add',
    onSelect: () => shell.open({ kind: 'inviteToRoom', room }),
  }
  const name: MenuEntry = {
    text: 'Name the room…',
    icon: 'draft',
    onSelect: () => shell.open({ kind: 'nameRoom', room }),
  }
  const leave: MenuEntry = {
    text: 'Leave the room…',
    icon: 'leave',
    isDanger: true,
    onSelect: () => shell.open({ kind: 'leaveRoom', room }),
  }
  return [sameName(maker, self) ? [invite, name] : [invite], [leave]]
}
