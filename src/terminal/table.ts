// Tables that faces show: clients, friends, rooms, members. Cells are safe to show; each face aligns them in its own way.

import { unreachable } from '../base/index.ts'
import type { Friend, PresenceState, Road, Room } from '../api/index.ts'
import type { TableEvent } from './event-kind.ts'
import type { ClientRow, FaceEvent } from './face-event.ts'
import { roomTitle } from './room-sentence.ts'
import { visibleLine } from './visible-text.ts'

export interface TableRow {
  /** Absent where nobody can say. */
  readonly isOnline?: boolean
  readonly cells: readonly string[]
}

export interface Table {
  /** A line before it. */
  readonly title?: string
  readonly head: readonly string[]
  readonly rows: readonly TableRow[]
  /** Shown where there are no rows. */
  readonly empty: string
}

export function tableOf(event: TableEvent): Table {
  switch (event.type) {
    case 'clients':
      return clientTable(event)
    case 'friends':
      return friendTable(event.friends)
    case 'rooms':
      return roomTable(event.rooms)
    case 'members':
      return memberTable(event.room)
    default:
      return unreachable(event)
  }
}

function clientTable({ clients, onlineOnly, refreshed }: Extract<FaceEvent, { type: 'clients' }>): Table {
  const rows = clients.map((client: ClientRow) => {
    const { name, status, busy, road, address } = client
    const cells = [visibleLine(name), statusText(status, busy), roadText(road)]
    return { isOnline: status === 'online', cells: address === undefined ? cells : [...cells, visibleLine(address)] }
  })
  return {
    ...(refreshed === true ? { title: '[Client table updated.]' } : {}),
    head: ['Clients:', 'Status:', 'Road:'],
    rows,
    empty: onlineOnly === true ? 'nobody else is online' : 'nobody else is known here yet',
  }
}

function statusText(status: PresenceState | undefined, busy?: boolean): string {
  if (status === undefined) return '?'
  return busy === true ? `${status}, busy` : status
}

function roadText(road: Road | undefined): string {
  return road ?? '-'
}

function friendTable(friends: readonly Friend[]): Table {
  const rows = friends.map(({ name, alias, isBlocked, status, road, address }) => ({
    ...(status === undefined ? {} : { isOnline: status === 'online' }),
    cells: [
      visibleLine(name),
      alias === undefined || alias === '' ? '-' : visibleLine(alias),
      isBlocked ? 'blocked' : statusText(status),
      roadText(road),
      address === undefined ? '-' : visibleLine(address),
    ],
  }))
  return { head: ['Friends:', 'Alias:', 'Status:', 'Road:', 'Address:'], rows, empty: 'your list is empty: /add NAME' }
}

/** Members that a row names; the rest is a number. */
const membersNamedMax = 6

function roomTable(rooms: readonly Room[]): Table {
  const rows = rooms.map(({ room, name, state, maker, members }) => {
    const joined = members.filter((member) => member.state === 'joined').map((member) => visibleLine(member.name))
    const more = joined.length > membersNamedMax ? `, ${joined.length - membersNamedMax} more` : ''
    const what = state === 'invited' ? `invited: OK/REJECT GROUP ${room}` : state
    return {
      cells: [
        String(room),
        name === '' ? '-' : visibleLine(name),
        what,
        visibleLine(maker),
        joined.slice(0, membersNamedMax).join(', ') + more,
      ],
    }
  })
  const empty = 'you are in no room: GROUP CHAT NAME NAME makes one'
  return { head: ['Room:', 'Name:', 'You:', 'Maker:', 'Members:'], rows, empty }
}

function memberTable({ room, name, maker, members }: Room): Table {
  const rows = members.map((member) => ({
    cells: [visibleLine(member.name), member.state, member.name === maker ? 'maker' : ''],
  }))
  const title = `members of ${roomTitle(room, name)}`
  return { title, head: ['Member:', 'State:', ''], rows, empty: `nobody is in ${roomTitle(room, name)}` }
}
