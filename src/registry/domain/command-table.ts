// Every request the registry knows: one row each, and nowhere else. docs/protocol/registry.md, "Requests" (a test compares).

import type { RegistryRequest, RegistryRequestType } from '../../protocol/index.ts'
import { addPrekeys, hello, login, logout } from './handlers/account.ts'
import { lookup, takePrekey } from './handlers/directory.ts'
import type { AccountHandler, Handler } from './handlers/handler-context.ts'
import { introduce } from './handlers/introduction.ts'
import { collect, deposit, fetchMail, fetchNotices, noticed } from './handlers/mailbox.ts'
import type { RateClass } from './limits.ts'

type Row<T extends RegistryRequestType> =
  | { readonly needsLogin: false; readonly rate: RateClass; readonly handle: Handler<T> }
  | { readonly needsLogin: true; readonly rate: RateClass; readonly handle: AccountHandler<T> }

export const commandTable: { readonly [T in RegistryRequestType]: Row<T> } = {
  login: { needsLogin: false, rate: 'session', handle: login },
  logout: { needsLogin: true, rate: 'life', handle: logout },
  hello: { needsLogin: true, rate: 'life', handle: hello },
  lookup: { needsLogin: true, rate: 'directory', handle: lookup },
  introduce: { needsLogin: true, rate: 'introduction', handle: introduce },
  addPrekeys: { needsLogin: true, rate: 'upload', handle: addPrekeys },
  takePrekey: { needsLogin: true, rate: 'prekey', handle: takePrekey },
  deposit: { needsLogin: true, rate: 'deposit', handle: deposit },
  fetchMail: { needsLogin: true, rate: 'mailbox', handle: fetchMail },
  collect: { needsLogin: true, rate: 'mailbox', handle: collect },
  fetchNotices: { needsLogin: true, rate: 'mailbox', handle: fetchNotices },
  noticed: { needsLogin: true, rate: 'mailbox', handle: noticed },
}

/** The row of one request, whose type the compiler cannot tie to it by itself. */
export function commandOf<T extends RegistryRequestType>(request: Extract<RegistryRequest, { t: T }>): Row<T> {
  return commandTable[request.t]
}
