// The verbs about rooms and the public channel, with promises. Each rejects with a ParleyError made of the rules' reason,
// or `closed`; the codes are listed in domain/room-desk.ts, room-sending.ts and channel-desk.ts.

import { fail, ok } from '../base/index.ts'
import type {
  Answer,
  MessageId,
  NotInvited,
  RoomVerbs,
  RoomView,
  StoredChannelRow,
  StoredRoomEntry,
} from './domain/index.ts'
import type { Peer } from './peer.ts'

type Verb<T> = (verbs: RoomVerbs, now: number, done: Answer<T>) => void

export class PeerRooms {
  readonly #peer: Pick<Peer, 'command' | 'sends'>

  constructor(peer: Pick<Peer, 'command' | 'sends'>) {
    this.#peer = peer
  }

  /** Makes a room and invites. Resolves when the room is on the disk here. */
  makeRoom(
    invite: readonly string[],
    name = '',
  ): Promise<{ readonly room: RoomView; readonly notInvited: readonly NotInvited[] }> {
    return this.#do(({ desk }, now, done) => desk.make(now, invite, name, done))
  }

  inviteToRoom(room: number, invite: readonly string[]): Promise<readonly NotInvited[]> {
    return this.#do(({ desk }, now, done) => desk.invite(now, room, invite, done))
  }

  answerRoom(room: number, isAccepted: boolean): Promise<void> {
    return this.#do(({ desk }, now, done) => desk.answer(now, room, isAccepted, done))
  }

  leaveRoom(room: number): Promise<void> {
    return this.#do(({ desk }, now, done) => desk.leave(now, room, done))
  }

  removeFromRoom(room: number, name: string): Promise<void> {
    return this.#do(({ desk }, now, done) => desk.remove(now, room, name, done))
  }

  nameRoom(room: number, name: string): Promise<void> {
    return this.#do(({ desk }, now, done) => desk.rename(now, room, name, done))
  }

  rooms(): Promise<readonly RoomView[]> {
    return this.#do(({ desk }, now, done) => done(now, ok(desk.rooms())))
  }

  /** The last `limit` entries of a transcript, oldest first. */
  roomHistory(room: number, limit: number): Promise<readonly StoredRoomEntry[]> {
    return this.#do(({ desk }, now, done) => desk.history(now, room, limit, done))
  }

  /** Resolves with the message's id when it is on the disk here. `id`: the caller's; the same again is the same message. */
  async sendToRoom(room: number, text: string, id?: MessageId): Promise<MessageId> {
    return this.#sendOnce(id, () => this.#do(({ sending }, now, done) => sending.send(now, room, text, done, id)))
  }

  /** The same, for everybody. */
  async sendToAll(text: string, id?: MessageId): Promise<MessageId> {
    return this.#sendOnce(id, () => this.#do(({ channel }, now, done) => channel.send(now, text, done, id)))
  }

  async #sendOnce(id: MessageId | undefined, send: () => Promise<{ readonly id: MessageId }>): Promise<MessageId> {
    return (await (id === undefined ? send() : this.#peer.sends.once(id, send))).id
  }

  /** The last `limit` messages of the channel, oldest first. */
  channelHistory(limit: number): Promise<readonly StoredChannelRow[]> {
    return this.#do(({ channel }, now, done) => channel.history(now, limit, done))
  }

  #do<T>(verb: Verb<T>): Promise<T> {
    return this.#peer.command<T>((program, now, done) => {
      const verbs = program.roomVerbs
      if (!verbs) return done(fail({ code: 'notRunning', details: {} }))
      verb(verbs, now, (_later, outcome) => done(outcome))
    })
  }
}
