// What may happen in a room, as pure functions over the room as it was loaded: every adapter keeps what they return, in the
// transaction that it loaded the room in. Invariants: entries are numbered without a gap; a room with members has one
// maker, who has joined; members stand in the order of their entries; a room that nobody has joined is gone. docs/protocol/registry.md, "Rooms".

import { unreachable } from '../../base/index.ts'
import { type AccountName, foldName, type RoomEntry, type RoomRecord } from '../../protocol/index.ts'
import type {
  KeptRoom,
  NotInvited,
  RoomAction,
  RoomChange,
  RoomMaking,
  RoomMember,
  RoomQuota,
  RoomRefusal,
  RoomStep,
} from './room-store.ts'

/** What the rules ask about accounts, which other tables know. */
export interface RoomGround {
  /** The spelling of an account, or undefined where there is none. */
  nameOf(account: string): AccountName | undefined
  /** How many rooms the account (folded) has joined, and is invited to. */
  roomsOf(account: string): { readonly joined: number; readonly invited: number }
  /** Rooms of the registry. */
  roomCount(): number
}

/** What a change does: `after` is kept, or forgotten with its log where nobody has joined it. */
export interface RoomTurn {
  readonly kind: 'changed'
  readonly after: KeptRoom
  readonly steps: readonly RoomStep[]
  readonly notInvited: readonly NotInvited[]
}

export type RuleOutcome = RoomTurn | { readonly kind: RoomRefusal }

/** Why a new room may not be made, or undefined where it may. */
export function makingRefusal({ maker, quota }: RoomMaking, ground: RoomGround): RoomRefusal | undefined {
  if (ground.roomsOf(foldName(maker)).joined >= quota.joinedMax) return 'roomFull'
  return ground.roomCount() >= quota.roomsMax ? 'storeQuota' : undefined
}

/** A room that nothing refused, under the number that the adapter gives. */
export function makeRoom(making: RoomMaking, room: number, ground: RoomGround): RoomTurn {
  const { key, maker, name, at, quota } = making
  const draft = new Draft({ key, room, name, maker, last: 0, members: [] }, at)
  draft.add({ kind: 'made', name: maker }, (members, since) => [...members, { name: maker, state: 'joined', since }])
  return draft.turn(invite(draft, maker, making.invite, quota, ground))
}

/** The answer to a repeated request for a room that is there: nobody is invited twice. */
export function makeRoomAgain(room: KeptRoom, making: RoomMaking, ground: RoomGround): RuleOutcome {
  if (memberOf(room, foldName(making.maker))?.state !== 'joined') return { kind: 'foreignKey' }
  const notInvited: NotInvited[] = []
  for (const name of making.invite) {
    if (!ground.nameOf(foldName(name))) notInvited.push({ name, problem: 'unknownName' })
  }
  return { kind: 'changed', after: room, steps: [], notInvited }
}

export function changeRoom(room: KeptRoom, change: RoomChange, ground: RoomGround): RuleOutcome {
  const { by, action, at, quota } = change
  const member = memberOf(room, foldName(by))
  // Who is not in it learns nothing about a room, not even that it is there.
  if (!member) return { kind: 'unknownRoom' }
  const draft = new Draft(room, at)
  if (action.kind === 'join' || action.kind === 'refuse') {
    return answerInvitation(draft, member, action.kind, change, ground)
  }
  if (member.state === 'invited') return action.kind === 'leave' ? refuse(draft, member) : { kind: 'unknownRoom' }
  switch (action.kind) {
    case 'invite':
      return draft.turn(invite(draft, by, action.names, quota, ground))
    case 'leave':
      return leave(draft, member)
    case 'remove':
      return remove(draft, member, action.account)
    case 'name':
      return rename(draft, member, action)
    default:
      return unreachable(action)
  }
}

/** The entry that gives a message its place, and the room after it; `unknownRoom` for who has not joined it. */
export function numberMessage(
  room: KeptRoom,
  sender: AccountName,
  id: Uint8Array,
  at: number,
):
  | { readonly kind: 'numbered'; readonly after: KeptRoom; readonly entry: RoomEntry }
  | { readonly kind: 'unknownRoom' } {
  if (memberOf(room, foldName(sender))?.state !== 'joined') return { kind: 'unknownRoom' }
  const number = room.last + 1
  return {
    kind: 'numbered',
    after: { ...room, last: number },
    entry: { number, kind: 'message', name: sender, id, at },
  }
}

/** The account is gone from the registry: it leaves, or its invitation goes. */
export function forgetMember(room: KeptRoom, account: string, at: number): RoomTurn {
  const draft = new Draft(room, at)
  const member = memberOf(room, account)
  if (!member) return draft.turn([])
  return member.state === 'joined' ? leave(draft, member) : refuse(draft, member)
}

export function memberOf(room: KeptRoom, account: string): RoomMember | undefined {
  return room.members.find((member) => foldName(member.name) === account)
}

/** Who has joined, in the order of the record. */
export function joinedNames(room: RoomRecord): AccountName[] {
  return room.members.filter((member) => member.state === 'joined').map((member) => member.name)
}

/** A room goes, with its log, when nobody is in it. */
export function isDeserted(room: RoomRecord): boolean {
  return !room.members.some((member) => member.state === 'joined')
}

/** Whether an entry of this kind may change who has joined. */
export function changesJoined(kind: RoomEntry['kind']): boolean {
  return kind === 'made' || kind === 'joined' || kind === 'left' || kind === 'removed'
}

export function recordOf({ key, room, name, maker, last, members }: KeptRoom): RoomRecord {
  return {
    key,
    room,
    name,
    maker,
    last,
    members: members.map((member) => ({ name: member.name, state: member.state })),
  }
}

function answerInvitation(
  draft: Draft,
  member: RoomMember,
  answer: 'join' | 'refuse',
  { quota }: RoomChange,
  ground: RoomGround,
): RuleOutcome {
  // A repeated request after a lost answer; and a refusal of what was accepted is no way to leave.
  if (member.state === 'joined') return answer === 'join' ? draft.turn([]) : { kind: 'unknownRoom' }
  if (answer === 'refuse') return refuse(draft, member)
  if (ground.roomsOf(foldName(member.name)).joined >= quota.joinedMax) return { kind: 'roomFull' }
  const { name } = member
  draft.add({ kind: 'joined', name }, (members, since) => [
    ...without(name)(members, since),
    { name, state: 'joined', since },
  ])
  return draft.turn([])
}

function invite(
  draft: Draft,
  by: AccountName,
  names: readonly string[],
  quota: RoomQuota,
  ground: RoomGround,
): NotInvited[] {
  const notInvited: NotInvited[] = []
  for (const typed of names) {
    const account = foldName(typed)
    const name = ground.nameOf(account)
    const problem = !name
      ? 'unknownName'
      : memberOf(draft.room, account)
        ? 'memberAlready'
        : draft.room.members.length >= quota.membersMax || ground.roomsOf(account).invited >= quota.invitedMax
          ? 'roomFull'
          : undefined
    if (problem) notInvited.push({ name: typed, problem })
    else if (name) {
      draft.add({ kind: 'invited', name, by }, (members, since) => [...members, { name, state: 'invited', since }])
    }
  }
  return notInvited
}

function refuse(draft: Draft, { name }: RoomMember): RoomTurn {
  draft.add({ kind: 'refused', name }, without(name))
  return draft.turn([])
}

function leave(draft: Draft, { name }: RoomMember): RoomTurn {
  draft.add({ kind: 'left', name }, without(name))
  // Nobody is left who could let the others in.
  if (isDeserted(draft.room)) {
    for (const invited of draft.room.members) {
      draft.add({ kind: 'removed', name: invited.name, by: name }, without(invited.name))
    }
  }
  return draft.turn([])
}

function remove(draft: Draft, by: RoomMember, account: string): RuleOutcome {
  if (draft.room.maker !== by.name) return { kind: 'notMaker' }
  const member = memberOf(draft.room, account)
  if (!member) return { kind: 'notInRoom' }
  if (member.name === by.name) return leave(draft, by)
  draft.add({ kind: 'removed', name: member.name, by: by.name }, without(member.name))
  return draft.turn([])
}

function rename(draft: Draft, by: RoomMember, { name }: Extract<RoomAction, { kind: 'name' }>): RuleOutcome {
  if (draft.room.maker !== by.name) return { kind: 'notMaker' }
  if (draft.room.name !== name) draft.rename(by.name, name)
  return draft.turn([])
}

type Membership = (members: readonly RoomMember[], since: number) => RoomMember[]

function without(name: AccountName): Membership {
  return (members) => members.filter((member) => member.name !== name)
}

/** A room in the course of one change. */
class Draft {
  room: KeptRoom
  readonly #at: number
  readonly #steps: RoomStep[] = []

  constructor(room: KeptRoom, at: number) {
    this.room = room
    this.#at = at
  }

  add(entry: Omit<RoomEntry, 'number' | 'at'>, membership: Membership): void {
    const number = this.room.last + 1
    const members = membership(this.room.members, number)
    this.#put({ ...this.room, last: number, members, maker: makerOf(this.room, members) }, entry)
  }

  rename(by: AccountName, name: string): void {
    this.#put({ ...this.room, last: this.room.last + 1, name }, { kind: 'named', name: by, text: name })
  }

  turn(notInvited: readonly NotInvited[]): RoomTurn {
    return { kind: 'changed', after: this.room, steps: this.#steps, notInvited }
  }

  #put(room: KeptRoom, entry: Omit<RoomEntry, 'number' | 'at'>): void {
    this.room = room
    this.#steps.push({ record: recordOf(room), entry: { number: room.last, ...entry, at: this.#at } })
  }
}

/** The maker while he is in it, after him the one who joined first of those who are in it. */
function makerOf({ maker }: KeptRoom, members: readonly RoomMember[]): AccountName {
  const joined = members.filter((member) => member.state === 'joined')
  return joined.some((member) => member.name === maker) ? maker : (joined[0]?.name ?? maker)
}
