// Every request the registry knows: one row each, and nowhere else. docs/protocol/registry.md, "Requests" (a test compares).

import type { RegistryRequest, RegistryRequestType } from '../../protocol/index.ts'
import { addPrekeys, hello, login, logout, probe } from './handlers/account.ts'
import { fetchChannel, heard, say } from './handlers/channel.ts'
import { lookup, takePrekey } from './handlers/directory.ts'
import type { AccountHandler, Handler } from './handlers/handler-context.ts'
import { introduce } from './handlers/introduction.ts'
import { collect, deposit, fetchMail, fetchNotices, noticed } from './handlers/mailbox.ts'
import type { RateClass } from './limits.ts'
import { changePassword, startPassword, startRecord } from './handlers/password.ts'
import { refresh, setBusy, signal } from './handlers/presence.ts'
import {
  answerRoom,
  fetchRoomLog,
  fetchRooms,
  inviteToRoom,
  leaveRoom,
  makeRoom,
  nameRoom,
  numberMessage,
  removeFromRoom,
} from './handlers/room.ts'

type Row<T extends RegistryRequestType> =
  | { readonly needsLogin: false; readonly rate: RateClass; readonly handle: Handler<T> }
  | { readonly needsLogin: true; readonly rate: RateClass; readonly handle: AccountHandler<T> }

export const commandTable: { readonly [T in RegistryRequestType]: Row<T> } = {
  login: { needsLogin: false, rate: 'session', handle: login },
  logout: { needsLogin: true, rate: 'life', handle: logout },
  hello: { needsLogin: true, rate: 'life', handle: hello },
  probe: { needsLogin: false, rate: 'life', handle: probe },
  lookup: { needsLogin: true, rate: 'directory', handle: lookup },
  introduce: { needsLogin: true, rate: 'introduction', handle: introduce },
  addPrekeys: { needsLogin: true, rate: 'upload', handle: addPrekeys },
  takePrekey: { needsLogin: true, rate: 'prekey', handle: takePrekey },
  deposit: { needsLogin: true, rate: 'deposit', handle: deposit },
  fetchMail: { needsLogin: true, rate: 'mailbox', handle: fetchMail },
  collect: { needsLogin: true, rate: 'mailbox', handle: collect },
  fetchNotices: { needsLogin: true, rate: 'mailbox', handle: fetchNotices },
  noticed: { needsLogin: true, rate: 'mailbox', handle: noticed },
  startPassword: { needsLogin: false, rate: 'password', handle: startPassword },
  startRecord: { needsLogin: false, rate: 'password', handle: startRecord },
  changePassword: { needsLogin: true, rate: 'password', handle: changePassword },
  setBusy: { needsLogin: true, rate: 'life', handle: setBusy },
  refresh: { needsLogin: true, rate: 'life', handle: refresh },
  signal: { needsLogin: true, rate: 'signal', handle: signal },
  say: { needsLogin: true, rate: 'channel', handle: say },
  fetchChannel: { needsLogin: true, rate: 'mailbox', handle: fetchChannel },
  heard: { needsLogin: true, rate: 'mailbox', handle: heard },
  makeRoom: { needsLogin: true, rate: 'room', handle: makeRoom },
  inviteToRoom: { needsLogin: true, rate: 'room', handle: inviteToRoom },
  answerRoom: { needsLogin: true, rate: 'room', handle: answerRoom },
  leaveRoom: { needsLogin: true, rate: 'room', handle: leaveRoom },
  removeFromRoom: { needsLogin: true, rate: 'room', handle: removeFromRoom },
  nameRoom: { needsLogin: true, rate: 'room', handle: nameRoom },
  fetchRooms: { needsLogin: true, rate: 'mailbox', handle: fetchRooms },
  fetchRoomLog: { needsLogin: true, rate: 'mailbox', handle: fetchRoomLog },
  numberMessage: { needsLogin: true, rate: 'numbering', handle: numberMessage },
}

/** The row of one request, whose type the compiler cannot tie to it by itself. */
export function commandOf<T extends RegistryRequestType>(request: Extract<RegistryRequest, { t: T }>): Row<T> {
  return commandTable[request.t]
}
