// Rooms: who is in them, and the numbers of what is said in them. Invariant: members hear of an entry only after it was
// committed, in the order of the numbers, and before the answer to the request that made it.
// docs/protocol/registry.md, "Rooms".

import type { MonotonicMs } from '../../../base/index.ts'
import {
  encodeRegistryMessage,
  foldName,
  type RegistryAnswer,
  type RegistryErrorName,
  roomMembersMax,
} from '../../../protocol/index.ts'
import type { RoomAction, RoomOutcome, RoomQuota, RoomRefusal, RoomStep } from '../room-store.ts'
import type { Session, SessionAccount } from '../session.ts'
import type { AccountHandler, HandlerContext, RequestHead } from './handler-context.ts'

type Changed = Extract<RoomOutcome, { kind: 'changed' }>
type AccountSession = Session & { readonly account: SessionAccount }

/** Rooms in one answer: each has up to a hundred members, whose names take up to 5 KiB. */
const roomsPerPageMax = 8
const roomLogEntriesPerPageMax = 200
/** Characters of a name that is no name, as far as they are said back. */
const typedCharactersMax = 64

export const makeRoom: AccountHandler<'makeRoom'> = (context, now, session, request) => {
  const { key, name, invite } = request
  if (!isRoomName(name)) return context.refuse(now, session, request, 'nameRefused')
  const maker = session.account.name
  context.store.makeRoom(
    { key, maker, name, invite, at: context.wallMs(), quota: roomQuota(context) },
    context.afterCommit(session, request, (committed, outcome) =>
      settle(context, committed, session, request, outcome, (changed) => roomAnswer(context, request, changed, invite)),
    ),
  )
}

export const inviteToRoom: AccountHandler<'inviteToRoom'> = (context, _now, session, request) => {
  const { room, invite } = request
  change(context, session, request, room, { kind: 'invite', names: invite }, (changed) =>
    roomAnswer(context, request, changed, invite),
  )
}

export const answerRoom: AccountHandler<'answerRoom'> = (context, _now, session, request) => {
  change(context, session, request, request.room, { kind: request.join ? 'join' : 'refuse' })
}

export const leaveRoom: AccountHandler<'leaveRoom'> = (context, _now, session, request) => {
  change(context, session, request, request.room, { kind: 'leave' })
}

export const removeFromRoom: AccountHandler<'removeFromRoom'> = (context, _now, session, request) => {
  change(context, session, request, request.room, { kind: 'remove', account: foldName(request.name) })
}

export const nameRoom: AccountHandler<'nameRoom'> = (context, now, session, request) => {
  if (!isRoomName(request.name)) return context.refuse(now, session, request, 'nameRefused')
  change(context, session, request, request.room, { kind: 'name', name: request.name })
}

export const fetchRooms: AccountHandler<'fetchRooms'> = (context, _now, session, request) => {
  context.store.fetchRooms(
    { account: session.account.key, after: request.after, rowsMax: roomsPerPageMax },
    context.afterCommit(session, request, (read, page) =>
      context.answer(read, session, { t: 'rooms', r: request.q, rooms: [...page.rows], more: page.more }),
    ),
  )
}

export const fetchRoomLog: AccountHandler<'fetchRoomLog'> = (context, _now, session, request) => {
  const { room, after } = request
  context.store.fetchRoomLog(
    { account: session.account.key, room, after, rowsMax: roomLogEntriesPerPageMax },
    context.afterCommit(session, request, (read, page) => {
      if (page === 'unknownRoom') return context.refuse(read, session, request, 'unknownRoom')
      context.answer(read, session, { t: 'roomLog', r: request.q, entries: [...page.rows], more: page.more })
    }),
  )
}

export const numberMessage: AccountHandler<'numberMessage'> = (context, _now, session, request) => {
  const { room, id } = request
  context.store.numberMessage(
    { room, sender: session.account.name, id, at: context.wallMs(), quota: roomQuota(context) },
    context.afterCommit(session, request, (committed, outcome) => {
      if (outcome.kind === 'unknownRoom') return context.refuse(committed, session, request, 'unknownRoom')
      const { number, members, isNew } = outcome
      if (isNew) context.figures.count('roomMessages')
      context.answer(committed, session, { t: 'numbered', r: request.q, number, members })
    }),
  )
}

/** Tells each entry to all who are in the room or invited after it, and to whom it put out. */
export function tellRooms(context: HandlerContext, now: MonotonicMs, steps: readonly RoomStep[]): void {
  for (const { record, entry } of steps) {
    const bytes = encodeRegistryMessage({ t: 'roomEntry', record, entry })
    const accounts = new Set([...record.members.map((member) => foldName(member.name)), foldName(entry.name)])
    for (const account of accounts) {
      for (const session of context.sessionsOf(account)) context.sendBytes(now, session, bytes)
    }
    context.events.add({ type: 'room', room: record.room, change: entry.kind, name: entry.name, by: entry.by })
  }
}

function change(
  context: HandlerContext,
  session: AccountSession,
  request: RequestHead,
  room: number,
  action: RoomAction,
  answerTo: (changed: Changed) => RegistryAnswer = () => ({ t: 'done', r: request.q }),
): void {
  context.store.changeRoom(
    { room, by: session.account.name, action, at: context.wallMs(), quota: roomQuota(context) },
    context.afterCommit(session, request, (committed, outcome) =>
      settle(context, committed, session, request, outcome, answerTo),
    ),
  )
}

function settle(
  context: HandlerContext,
  now: MonotonicMs,
  session: Session,
  request: RequestHead,
  outcome: RoomOutcome,
  answerTo: (changed: Changed) => RegistryAnswer,
): void {
  if (outcome.kind !== 'changed') return context.refuse(now, session, request, errors[outcome.kind])
  tellRooms(context, now, outcome.steps)
  context.answer(now, session, answerTo(outcome))
}

const errors = {
  foreignKey: 'badRequest',
  storeQuota: 'registryFull',
  unknownRoom: 'unknownRoom',
  notMaker: 'notMaker',
  notInRoom: 'notInRoom',
  roomFull: 'roomFull',
} as const satisfies Record<RoomRefusal, RegistryErrorName>

function roomAnswer(
  context: HandlerContext,
  { q }: RequestHead,
  { record, notInvited }: Changed,
  invite: readonly string[],
): RegistryAnswer {
  const refused = new Set(notInvited.map(({ name }) => name))
  const busy = invite
    .filter((name) => !refused.has(name) && context.presence.isBusy(foldName(name)))
    .map((name) => ({ name, problem: 'busy' as const }))
  // What was typed may be long, and a hundred of such would not fit into one answer.
  const told = [...notInvited, ...busy].map(({ name, problem }) => ({
    name: name.slice(0, typedCharactersMax),
    problem,
  }))
  return { t: 'room', r: q, room: record, notInvited: told.slice(0, roomMembersMax) }
}

function roomQuota({ limits }: HandlerContext): RoomQuota {
  return {
    membersMax: roomMembersMax,
    joinedMax: limits.roomsPerAccountMax,
    invitedMax: limits.invitationsPerAccountMax,
    roomsMax: limits.roomsMax,
    entriesMax: limits.roomLogEntriesMax,
  }
}

/** Controls, line ends, broken characters, and what turns the direction of the text around it or hides in it. */
const unfit = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u

/** Whether a room may have this name: it stands in other people's lines. Empty takes the name away. */
function isRoomName(name: string): boolean {
  return !unfit.test(name) && name === name.trim()
}
