// Verbs about rooms: numbered chats of several.

import { roomNumber, type Verb, type VerbFamily, verb } from './verb.ts'

function answer(name: 'ok-group' | 'reject-group', summary: string): Verb {
  const words = name.replace('-', ' ').toUpperCase()
  return verb({
    name,
    bare: [words],
    parameters: ['room'],
    usage: `/${name} N`,
    summary,
    examples: [`${words} 3`, `/${name} 3`],
    read: ([room]) => ({ verb: name, room: roomNumber(room as string) as number }),
  })
}

function ofRoomOrOpen(name: 'members' | 'leave', summary: string, bare: readonly string[]): Verb {
  return verb({
    name,
    bare,
    parameters: ['room'],
    required: 0,
    usage: `/${name} [N]`,
    summary,
    examples: [`/${name} 3`, ...bare],
    read: ([room]) => (room === undefined ? { verb: name } : { verb: name, room: roomNumber(room) as number }),
  })
}

export const roomVerbs: VerbFamily = {
  title: 'Rooms',
  verbs: [
    verb({
      name: 'group',
      aliases: ['make-room'],
      bare: ['GROUP CHAT'],
      parameters: ['names'],
      usage: '/group NAME [NAME ...]',
      summary: 'make a room and invite people',
      examples: ['GROUP CHAT bob carol', '/group bob carol'],
      read: (names) => ({ verb: 'group', names }),
    }),
    answer('ok-group', 'join the room you are invited to'),
    answer('reject-group', 'refuse the invitation'),
    verb({
      name: 'rooms',
      bare: ['rooms'],
      usage: '/rooms',
      summary: 'your rooms and invitations',
      read: () => ({ verb: 'rooms' }),
    }),
    ofRoomOrOpen('members', 'who is in a room', []),
    verb({
      name: 'room',
      parameters: ['room'],
      usage: '/room N',
      summary: 'open a room: plain lines go to it',
      examples: ['/room 3'],
      read: ([room]) => ({ verb: 'room', room: roomNumber(room as string) as number }),
    }),
    verb({
      name: 'invite',
      parameters: ['room', 'names'],
      usage: '/invite N NAME [NAME ...]',
      summary: 'invite more people',
      examples: ['/invite 3 dave'],
      read: ([room, ...names]) => ({ verb: 'invite', room: roomNumber(room as string) as number, names }),
    }),
    ofRoomOrOpen('leave', 'leave a room for good', ['EXIT GROUP']),
    verb({
      name: 'kick',
      parameters: ['room', 'name'],
      usage: '/kick N NAME',
      summary: 'remove somebody from a room you made',
      examples: ['/kick 3 dave'],
      read: ([room, name]) => ({ verb: 'kick', room: roomNumber(room as string) as number, name: name as string }),
    }),
    verb({
      name: 'rename-room',
      parameters: ['room', 'label'],
      usage: '/rename-room N name',
      summary: 'name a room you made',
      examples: ['/rename-room 3 the boat'],
      read: ([room, name]) => ({
        verb: 'rename-room',
        room: roomNumber(room as string) as number,
        name: name as string,
      }),
    }),
  ],
}
