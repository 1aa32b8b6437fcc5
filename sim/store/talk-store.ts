// The part of the registry's store in memory that is about rooms and the channel, and the queue that all its calls share.

import type { AccountName, ChannelRow, RoomEntry, RoomRecord } from '../../src/protocol/index.ts'
import type {
  ChannelHead,
  ChannelQuery,
  ChannelStore,
  Done,
  Heard,
  Hearing,
  Numbering,
  NumberingOutcome,
  Page,
  RoomChange,
  RoomLogQuery,
  RoomMaking,
  RoomOutcome,
  RoomsQuery,
  RoomStore,
  Said,
  Saying,
} from '../../src/registry/domain/index.ts'
import { MemoryChannel } from './channel-store.ts'
import { CommitQueue, type MemoryStoreOptions } from './commit-queue.ts'
import { MemoryRooms } from './room-store.ts'

export class MemoryTalkStore implements RoomStore, ChannelStore {
  protected readonly queue: CommitQueue
  protected readonly rooms: MemoryRooms
  protected readonly channel = new MemoryChannel()

  /** `nameOf`: how an account (folded) is spelled, if it is there. */
  constructor(options: MemoryStoreOptions, nameOf: (account: string) => AccountName | undefined) {
    this.queue = new CommitQueue(options)
    this.rooms = new MemoryRooms(nameOf)
  }

  makeRoom(making: RoomMaking, done: Done<RoomOutcome>): void {
    this.queue.commit(() => this.rooms.make(making), done)
  }

  changeRoom(change: RoomChange, done: Done<RoomOutcome>): void {
    this.queue.commit(() => this.rooms.change(change), done)
  }

  fetchRooms(query: RoomsQuery, done: Done<Page<RoomRecord>>): void {
    this.queue.commit(() => this.rooms.fetchRooms(query), done)
  }

  fetchRoomLog(query: RoomLogQuery, done: Done<Page<RoomEntry> | 'unknownRoom'>): void {
    this.queue.commit(() => this.rooms.fetchLog(query), done)
  }

  numberMessage(numbering: Numbering, done: Done<NumberingOutcome>): void {
    this.queue.commit(() => this.rooms.number(numbering), done)
  }

  expireRoomLogs(before: number, rowsMax: number, done: Done<{ rows: number; more: boolean }>): void {
    this.queue.commit(() => this.rooms.expire(before, rowsMax), done)
  }

  say(saying: Saying, done: Done<Said>): void {
    this.queue.commit(() => this.channel.say(saying), done)
  }

  fetchChannel(query: ChannelQuery, done: Done<Page<ChannelRow>>): void {
    this.queue.commit(() => this.channel.fetch(query), done)
  }

  markHeard(hearing: Hearing, done: Done<Heard>): void {
    this.queue.commit(() => this.channel.markHeard(hearing), done)
  }

  channelHeads(count: number, done: Done<readonly ChannelHead[]>): void {
    this.queue.commit(() => this.channel.heads(count), done)
  }

  expireChannel(before: number, rowsMax: number, done: Done<{ rows: number; more: boolean }>): void {
    this.queue.commit(() => this.channel.expire(before, rowsMax), done)
  }
}
