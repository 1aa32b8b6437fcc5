// What the thread that owns the registry's database file is asked: each operation of the store over one open database.

import type { OnRollback, StoreService } from '../../../disk/sqlite/index.ts'
import type {
  ChannelQuery,
  Collection,
  Deposit,
  FreedName,
  Hearing,
  NameClaim,
  NewInvite,
  Numbering,
  PageQuery,
  PrekeyUpload,
  RecordChange,
  RememberedLink,
  RoomChange,
  RoomLogQuery,
  RoomMaking,
  RoomsQuery,
  Saying,
  StoreFigures,
} from '../../domain/index.ts'
import { registryMigrations } from '../migrations/index.ts'
import { AccountOperations } from './account-operations.ts'
import { ChannelOperations } from './channel-operations.ts'
import { CredentialOperations } from './credential-operations.ts'
import { LinkOperations } from './link-operations.ts'
import { MailOperations } from './mail-operations.ts'
import { PrekeyOperations } from './prekey-operations.ts'
import { RoomOperations } from './room-operations.ts'

interface Named {
  readonly name: string
}

export const registryStoreService: StoreService = {
  migrations: registryMigrations,
  operations: (database) => {
    const mail = new MailOperations(database)
    const links = new LinkOperations(database)
    const rooms = new RoomOperations(database)
    const channel = new ChannelOperations(database)
    const prekeys = new PrekeyOperations(database)
    const credentials = new CredentialOperations(database)
    const accounts = new AccountOperations(database, prekeys, credentials, (account) => ({
      ...mail.waiting(account),
      channel: channel.enter(account),
      rooms: rooms.waiting(account),
    }))
    const freeName = ({ name, at }: Named & { at: number }, onRollback: OnRollback): FreedName => {
      const to = accounts.nameOf(name)
      if (!to) return { freed: false, senders: [], rooms: [] }
      const senders = mail.clear(to, at, onRollback)
      const steps = rooms.forgetAccount(name, at, onRollback)
      channel.forgetAccount(name)
      accounts.remove(name, onRollback)
      return { freed: true, senders, rooms: steps }
    }
    return {
      claimName: (claim: NameClaim, onRollback: OnRollback) => accounts.claimName(claim, onRollback),
      account: ({ name }: Named) => accounts.account(name),
      credential: ({ name }: Named) => accounts.credential(name),
      changeRecord: (change: RecordChange) => accounts.changeRecord(change),
      forgetDevice: ({ name, device }: Named & { device: Uint8Array }) => credentials.forgetDevice(name, device),
      addInvite: (invite: NewInvite) => credentials.addInvite(invite),
      freeName,
      suspend: (argument: Named & { at: number }) => accounts.suspend(argument),
      resume: ({ name }: Named) => accounts.resume(name),
      suspendedAccounts: ({ count }: { count: number }) => accounts.suspendedAccounts(count),
      figures: (): StoreFigures => ({ ...accounts.figures(), ...mail.figures(), rooms: rooms.count() }),
      namesLike: ({ name, count }: Named & { count: number }) => accounts.namesLike(name, count),
      recentAccounts: ({ count }: { count: number }) => accounts.recentAccounts(count),
      markSeen: ({ name, at }: Named & { at: number }) => accounts.markSeen(name, at),
      addPrekeys: (upload: PrekeyUpload) => prekeys.add(upload),
      takePrekey: ({ name }: Named) => accounts.takePrekey(name),
      deposit: (deposit: Deposit, onRollback: OnRollback) => mail.deposit(deposit, onRollback),
      fetchMail: (query: PageQuery) => mail.fetchMail(query),
      collect: (collection: Collection, onRollback: OnRollback) => mail.collect(collection, onRollback),
      fetchNotices: (query: PageQuery) => mail.fetchNotices(query),
      removeNotices: (argument: { account: string; rows: readonly number[] }, onRollback: OnRollback) =>
        mail.removeNotices(argument, onRollback),
      expire: (argument: { before: number; rowsMax: number }, onRollback: OnRollback) =>
        mail.expire(argument, onRollback),
      rememberLink: (argument: { link: RememberedLink; linksMax: number }, onRollback: OnRollback) =>
        links.remember(argument, onRollback),
      forgetLink: (argument: { ours: Uint8Array }, onRollback: OnRollback) => links.forget(argument, onRollback),
      takeLinks: (_argument: unknown, onRollback: OnRollback) => links.takeAll(onRollback),
      ...roomServices(rooms),
      ...channelServices(channel),
    }
  },
}

interface Aging {
  readonly before: number
  readonly rowsMax: number
}

function roomServices(rooms: RoomOperations) {
  return {
    makeRoom: (making: RoomMaking, onRollback: OnRollback) => rooms.makeRoom(making, onRollback),
    changeRoom: (change: RoomChange, onRollback: OnRollback) => rooms.changeRoom(change, onRollback),
    fetchRooms: (query: RoomsQuery) => rooms.fetchRooms(query),
    fetchRoomLog: (query: RoomLogQuery) => rooms.fetchRoomLog(query),
    numberMessage: (numbering: Numbering, onRollback: OnRollback) => rooms.numberMessage(numbering, onRollback),
    expireRoomLogs: (aging: Aging) => rooms.expire(aging),
  }
}

function channelServices(channel: ChannelOperations) {
  return {
    say: (saying: Saying, onRollback: OnRollback) => channel.say(saying, onRollback),
    fetchChannel: (query: ChannelQuery) => channel.fetch(query),
    markHeard: (hearing: Hearing) => channel.markHeard(hearing),
    channelHeads: (argument: { count: number }) => channel.heads(argument),
    expireChannel: (aging: Aging, onRollback: OnRollback) => channel.expire(aging, onRollback),
  }
}
