// The thread that owns the registry's database file. Loaded as a worker, never imported.

import { type OnRollback, serveStore } from '../../../disk/sqlite/index.ts'
import type { Collection, Deposit, NameClaim, PageQuery, PrekeyUpload, RememberedLink } from '../../domain/index.ts'
import { registryMigrations } from '../migrations/index.ts'
import { AccountOperations } from './account-operations.ts'
import { LinkOperations } from './link-operations.ts'
import { MailOperations } from './mail-operations.ts'
import { PrekeyOperations } from './prekey-operations.ts'

interface Named {
  readonly name: string
}

void serveStore({
  migrations: registryMigrations,
  operations: (database) => {
    const mail = new MailOperations(database)
    const links = new LinkOperations(database)
    const prekeys = new PrekeyOperations(database)
    const accounts = new AccountOperations(database, prekeys, (account) => mail.waiting(account))
    return {
      claimName: (claim: NameClaim, onRollback: OnRollback) => accounts.claimName(claim, onRollback),
      account: ({ name }: Named) => accounts.account(name),
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
    }
  },
})
