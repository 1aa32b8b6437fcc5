// The rooms of the fake peer: numbered from 1, everybody joined or invited as tests say.

import { ParleyError } from '../../src/base/index.ts'
import type { NotInvited, PeerEvent, Room, RoomChange, RoomEntry, RoomMember } from '../../src/api/index.ts'
import { FakeArchive } from './fake-archive.ts'

const at = 1_700_000_000_000

export abstract class FakeRooms extends FakeArchive {
  abstract name: string
  roomList: Room[] = []
  readonly entries = new Map<number, RoomEntry[]>()
  readonly roomTexts: { id: string; room: number; text: string }[] = []
  #ids = 0

  abstract emit(event: PeerEvent): void
  protected abstract isKnown(name: string): boolean

  protected nextId(): string {
    return (++this.#ids).toString(16).padStart(32, '0')
  }

  /** Something happens in a room, by somebody. */
  change(room: number, kind: RoomChange, name: string, by?: string, text?: string): void {
    const before = this.roomList.find((each) => each.room === room)
    const maker = before?.maker ?? by ?? name
    const others = (before?.members ?? []).filter((member) => member.name !== name)
    const isIn = kind === 'made' || kind === 'joined' || kind === 'invited' || kind === 'named'
    const state = kind === 'invited' ? 'invited' : 'joined'
    const members: RoomMember[] = isIn ? [...others, { name, state }] : others
    const own = members.find((member) => member.name === this.name)
    const roomName = kind === 'named' ? (text ?? '') : (before?.name ?? '')
    const after: Room = { room, name: roomName, maker, state: own?.state ?? 'left', members }
    this.roomList = [...this.roomList.filter((each) => each.room !== room), after]
    const log = this.entries.get(room) ?? []
    const entry: RoomEntry = {
      number: log.length + 1,
      kind,
      name,
      at,
      ...(by === undefined ? {} : { by }),
      ...(text === undefined ? {} : { text }),
    }
    this.entries.set(room, [...log, entry])
    this.emit({ type: 'room', room: after, entry })
  }

  async makeRoom(invite: readonly string[]): Promise<{ room: Room; notInvited: readonly NotInvited[] }> {
    const room = this.roomList.length + 1
    this.change(room, 'made', this.name)
    const notInvited = await this.inviteToRoom(room, invite)
    return { room: this.#room(room), notInvited }
  }

  async inviteToRoom(room: number, invite: readonly string[]): Promise<readonly NotInvited[]> {
    this.#room(room)
    for (const name of invite) if (this.isKnown(name)) this.change(room, 'invited', name, this.name)
    return invite.filter((name) => !this.isKnown(name)).map((name) => ({ name, problem: 'unknownName' }))
  }

  async answerRoom(room: number, join: boolean): Promise<void> {
    const state = this.roomList.find((each) => each.room === room)?.state
    if (state !== 'invited') throw new ParleyError('noInvitation', { details: { room } })
    this.change(room, join ? 'joined' : 'refused', this.name)
  }

  async leaveRoom(room: number): Promise<void> {
    this.#room(room)
    this.change(room, 'left', this.name)
  }

  async removeFromRoom(room: number, name: string): Promise<void> {
    const { maker, members } = this.#room(room)
    if (maker !== this.name) throw new ParleyError('notMaker', { details: { room } })
    if (!members.some((member) => member.name === name)) throw new ParleyError('notInRoom', { details: { name } })
    this.change(room, 'removed', name, this.name)
  }

  async nameRoom(room: number, name: string): Promise<void> {
    this.#room(room)
    this.change(room, 'named', this.name, this.name, name)
  }

  async rooms(): Promise<readonly Room[]> {
    return this.roomList
  }

  async roomHistory(room: number, count: number): Promise<readonly RoomEntry[]> {
    this.#room(room)
    return (this.entries.get(room) ?? []).slice(-count)
  }

  /** Kept, placed and stored by every other member at once. */
  async sendToRoom(room: number, text: string): Promise<string> {
    const { members } = this.#room(room)
    const id = this.nextId()
    this.roomTexts.push({ id, room, text })
    this.emit({ type: 'roomSent', room, id, text, at })
    const others = members.filter(({ name, state }) => state === 'joined' && name !== this.name).map(({ name }) => name)
    queueMicrotask(() => {
      this.emit({ type: 'roomPlaced', room, id, number: (this.entries.get(room)?.length ?? 0) + 1, members: others })
      for (const to of others) this.emit({ type: 'roomState', room, id, to, state: 'stored', road: 'direct', ms: 0.8 })
    })
    return id
  }

  #room(room: number): Room {
    const found = this.roomList.find((each) => each.room === room && each.state !== 'left')
    if (found === undefined) throw new ParleyError('unknownRoom', { details: { room } })
    return found
  }
}
