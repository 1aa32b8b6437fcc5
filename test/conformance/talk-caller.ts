// The rooms and the channel of the store port with promises, and small arguments for them.

import type {
  ChannelQuery,
  RoomAction,
  RoomLogQuery,
  RoomOutcome,
  RoomQuota,
  RoomsQuery,
  Store,
} from '../../src/registry/domain/index.ts'
import { bytesOf, nameOf, promise } from './store-caller.ts'

export const roomQuota: RoomQuota = {
  membersMax: 100,
  joinedMax: 100,
  invitedMax: 100,
  roomsMax: 1_000,
  entriesMax: 1_000,
}

export interface MakeDetails {
  readonly key?: number
  readonly name?: string
  readonly at?: number
  readonly quota?: Partial<RoomQuota>
}

export interface SayDetails {
  readonly text?: string
  readonly at?: number
  readonly messagesMax?: number
  readonly rememberedMax?: number
}

export class TalkCaller {
  readonly #store: Store
  #keys = 0

  constructor(store: Store) {
    this.#store = store
  }

  makeRoom(maker: string, invite: readonly string[] = [], details: MakeDetails = {}) {
    const { key = ++this.#keys, name = '', at = 1, quota } = details
    const making = { key: bytesOf(key, 16), maker: nameOf(maker), name, invite, at, quota: { ...roomQuota, ...quota } }
    return promise<Parameters<Store['makeRoom']>[1]>((done) => this.#store.makeRoom(making, done))
  }

  change(room: number, by: string, action: RoomAction, details: Pick<MakeDetails, 'at' | 'quota'> = {}) {
    const { at = 1, quota } = details
    const change = { room, by: nameOf(by), action, at, quota: { ...roomQuota, ...quota } }
    return promise<Parameters<Store['changeRoom']>[1]>((done) => this.#store.changeRoom(change, done))
  }

  /** Makes a room in which all of these have joined, the first as its maker; its number. */
  async roomOf(...names: readonly [string, ...string[]]): Promise<number> {
    const [maker, ...others] = names
    const { record } = changed(await this.makeRoom(maker, others))
    for (const name of others) await this.change(record.room, name, { kind: 'join' })
    return record.room
  }

  numberMessage(room: number, sender: string, id: number, details: Pick<MakeDetails, 'at' | 'quota'> = {}) {
    const { at = 1, quota } = details
    const numbering = { room, sender: nameOf(sender), id: bytesOf(id, 16), at, quota: { ...roomQuota, ...quota } }
    return promise<Parameters<Store['numberMessage']>[1]>((done) => this.#store.numberMessage(numbering, done))
  }

  rooms(account: string, query: Partial<RoomsQuery> = {}) {
    const whole = { account, after: 0, rowsMax: 100, ...query }
    return promise<Parameters<Store['fetchRooms']>[1]>((done) => this.#store.fetchRooms(whole, done))
  }

  log(account: string, room: number, query: Partial<RoomLogQuery> = {}) {
    const whole = { account, room, after: 0, rowsMax: 1_000, ...query }
    return promise<Parameters<Store['fetchRoomLog']>[1]>((done) => this.#store.fetchRoomLog(whole, done))
  }

  expireRoomLogs(before: number, rowsMax = 1_000) {
    return promise<Parameters<Store['expireRoomLogs']>[2]>((done) => this.#store.expireRoomLogs(before, rowsMax, done))
  }

  say(sender: string | undefined, id: number, details: SayDetails = {}) {
    const { text = `text ${id}`, at = 1, messagesMax = 1_000, rememberedMax = 10_000 } = details
    const from = sender === undefined ? {} : { sender: nameOf(sender) }
    const saying = { ...from, id: bytesOf(id, 16), text, at, messagesMax, rememberedMax }
    return promise<Parameters<Store['say']>[1]>((done) => this.#store.say(saying, done))
  }

  channel(query: Partial<ChannelQuery> = {}) {
    const whole = { after: 0, rowsMax: 1_000, bytesMax: 1e6, ...query }
    return promise<Parameters<Store['fetchChannel']>[1]>((done) => this.#store.fetchChannel(whole, done))
  }

  heard(account: string, upTo: number) {
    return promise<Parameters<Store['markHeard']>[1]>((done) => this.#store.markHeard({ account, upTo }, done))
  }

  heads(count = 1_000) {
    return promise<Parameters<Store['channelHeads']>[1]>((done) => this.#store.channelHeads(count, done))
  }

  expireChannel(before: number, rowsMax = 1_000) {
    return promise<Parameters<Store['expireChannel']>[2]>((done) => this.#store.expireChannel(before, rowsMax, done))
  }
}

/** The outcome, which must be a change. */
export function changed(outcome: RoomOutcome): Extract<RoomOutcome, { kind: 'changed' }> {
  if (outcome.kind !== 'changed') throw new Error(`refused: ${outcome.kind}`)
  return outcome
}
