// Prekeys in SQLite. Invariants: a one-time prekey is handed out once, and its number never counts as new again; prekeys of
// a device that its identity does not list any more are gone. docs/protocol/registry.md, "Prekeys".

import type { DatabaseSync } from 'node:sqlite'
import { equalBytes } from '../../../base/index.ts'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import type { PrekeyUpload, StoredAccount, TakenPrekey } from '../../domain/index.ts'
import type { RegistryTables } from './tables.ts'

/** Numbers of used prekeys that a device's record keeps: far more than its peer could still upload again. */
const usedKeptMax = 1_000

export class PrekeyOperations {
  readonly #statements: ReturnType<typeof statements>

  constructor(database: DatabaseSync) {
    this.#statements = statements(database)
  }

  left(identity: Uint8Array, device: Uint8Array): { prekeys: number; lastResortPrekey: boolean } {
    return {
      prekeys: this.#count(identity, device, 'once'),
      lastResortPrekey: this.#count(identity, device, 'last') > 0,
    }
  }

  /** The identity has a new device list: forgets what devices left that are not on it. */
  keepDevices(identity: Uint8Array, deviceKeys: readonly Uint8Array[]): void {
    for (const { device } of this.#statements.devices.all({ identity })) {
      const isListed = deviceKeys.some((key) => equalBytes(key, device))
      if (!isListed) this.#statements.removeDevice.run({ identity, device })
    }
  }

  add({ identity, device, prekeys, onceMax }: PrekeyUpload): 'added' | 'full' {
    const fresh = prekeys.filter(
      ({ id }, i) =>
        prekeys.findIndex((other) => other.id === id) === i && !this.#statements.known.get({ identity, device, id }),
    )
    const once = fresh.filter((prekey) => prekey.kind === 'once').length
    if (once > 0 && this.#count(identity, device, 'once') + once > onceMax) return 'full'
    for (const { id, kind, body, signature } of fresh) {
      if (kind === 'last') this.#statements.retireLast.run({ identity, device })
      this.#statements.insert.run({ identity, device, id, kind, body, signature })
    }
    this.#statements.forgetUsed.run({ identity, device, kept: usedKeptMax })
    return 'added'
  }

  take(account: StoredAccount): TakenPrekey {
    const { identity } = account
    const once = this.#statements.first.get({ identity, kind: 'once' })
    const found = once ?? this.#statements.first.get({ identity, kind: 'last' })
    if (!found) return { kind: 'noPrekey' }
    if (once) this.#statements.retire.run({ row: once.row })
    return { kind: 'taken', account, prekey: { body: found.body, signature: found.signature } }
  }

  #count(identity: Uint8Array, device: Uint8Array, kind: 'once' | 'last'): number {
    return this.#statements.countOfKind.get({ identity, device, kind })?.count ?? 0
  }
}

function statements(database: DatabaseSync) {
  return { ...readStatements(database), ...writeStatements(database) }
}

function readStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const identity = param<Uint8Array>('identity')
  const device = param<Uint8Array>('device')
  const kind = param<'once' | 'last'>('kind')
  return {
    known: prepare(
      database,
      db
        .selectFrom('prekey')
        .select('row')
        .where('identity', '=', identity)
        .where('device', '=', device)
        .where('id', '=', param<number>('id')),
    ),
    countOfKind: prepare(
      database,
      db
        .selectFrom('prekey')
        .select(db.fn.countAll<number>().as('count'))
        .where('identity', '=', identity)
        .where('device', '=', device)
        .where('kind', '=', kind),
    ),
    first: prepare(
      database,
      db
        .selectFrom('prekey')
        .select(['row', 'body', 'signature'])
        .where('identity', '=', identity)
        .where('kind', '=', kind)
        .orderBy('row')
        .limit(1),
    ),
  }
}

function writeStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const identity = param<Uint8Array>('identity')
  const device = param<Uint8Array>('device')
  const used = { kind: 'used' as const, body: new Uint8Array(), signature: new Uint8Array() }
  return {
    insert: prepare(
      database,
      db.insertInto('prekey').values({
        identity,
        device,
        id: param<number>('id'),
        kind: param<'once' | 'last'>('kind'),
        body: param<Uint8Array>('body'),
        signature: param<Uint8Array>('signature'),
      }),
    ),
    retire: prepare(database, db.updateTable('prekey').set(used).where('row', '=', param<number>('row'))),
    retireLast: prepare(
      database,
      db
        .updateTable('prekey')
        .set(used)
        .where('identity', '=', identity)
        .where('device', '=', device)
        .where('kind', '=', 'last'),
    ),
    forgetUsed: prepare(
      database,
      db
        .deleteFrom('prekey')
        .where(
          'row',
          'in',
          db
            .selectFrom('prekey')
            .select('row')
            .where('identity', '=', identity)
            .where('device', '=', device)
            .where('kind', '=', 'used')
            .orderBy('row', 'desc')
            .limit(-1)
            .offset(param<number>('kept')),
        ),
    ),
    devices: prepare(database, db.selectFrom('prekey').select('device').distinct().where('identity', '=', identity)),
    removeDevice: prepare(
      database,
      db.deleteFrom('prekey').where('identity', '=', identity).where('device', '=', device),
    ),
  }
}
