// The own list of people, where they were reached last, and what this profile's logins have come to.

import type { DatabaseSync } from 'node:sqlite'
import { unreachable } from '../../../base/index.ts'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import { type AccountName, foldName } from '../../../protocol/index.ts'
import type { PeerChange, PeerState, StoredFriend } from '../../domain/index.ts'
import type { PeerTables } from './tables.ts'

type PeopleChange = Extract<PeerChange, { kind: 'friend' | 'address' | 'login' }>

export class PeopleWriter {
  readonly #statements: ReturnType<typeof statements>

  constructor(database: DatabaseSync) {
    this.#statements = statements(database)
  }

  write(change: PeopleChange): void {
    const run = this.#statements
    switch (change.kind) {
      case 'friend':
        return this.#putFriend(change.friend)
      case 'address': {
        const { to: folded, address } = change
        if (!address) return void run.eraseAddress.run({ folded })
        return void run.putAddress.run({ folded, host: address.host, port: address.port })
      }
      case 'login': {
        const { hasLoggedIn, hasPassword } = change.login
        return void run.putLogin.run({ hasLoggedIn: Number(hasLoggedIn), hasPassword: Number(hasPassword) })
      }
      default:
        return unreachable(change)
    }
  }

  #putFriend({ name, alias, isFriend, isBlocked }: StoredFriend): void {
    const folded = foldName(name)
    if (!isFriend && !isBlocked && alias === undefined) return void this.#statements.eraseFriend.run({ folded })
    const values = { folded, name, alias: alias ?? null, isFriend: Number(isFriend), isBlocked: Number(isBlocked) }
    this.#statements.putFriend.run(values)
  }
}

export function peopleReader(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const friends = prepare(database, db.selectFrom('friend').selectAll().orderBy('folded'))
  const addresses = prepare(database, db.selectFrom('address').selectAll().orderBy('folded'))
  const login = prepare(database, db.selectFrom('login').selectAll())
  return {
    load: (): Pick<PeerState, 'friends' | 'addresses' | 'login'> => {
      const at = login.get()
      return {
        friends: friends.all().map(friendOf),
        addresses: addresses.all().map(({ folded: to, host, port }) => ({ to, address: { host, port } })),
        login: { hasLoggedIn: at?.has_logged_in === 1, hasPassword: at?.has_password === 1 },
      }
    },
  }
}

function friendOf({ name, alias, is_friend, is_blocked }: PeerTables['friend']): StoredFriend {
  const friend = { name: name as AccountName, isFriend: is_friend === 1, isBlocked: is_blocked === 1 }
  return alias === null ? friend : { ...friend, alias }
}

function statements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const folded = param<string>('folded')
  return {
    putFriend: prepare(
      database,
      db.replaceInto('friend').values({
        folded,
        name: param('name'),
        alias: param('alias'),
        is_friend: param('isFriend'),
        is_blocked: param('isBlocked'),
      }),
    ),
    eraseFriend: prepare(database, db.deleteFrom('friend').where('folded', '=', folded)),
    putAddress: prepare(
      database,
      db.replaceInto('address').values({ folded, host: param('host'), port: param('port') }),
    ),
    eraseAddress: prepare(database, db.deleteFrom('address').where('folded', '=', folded)),
    putLogin: prepare(
      database,
      db
        .replaceInto('login')
        .values({ one: 1, has_logged_in: param('hasLoggedIn'), has_password: param('hasPassword') }),
    ),
  }
}
