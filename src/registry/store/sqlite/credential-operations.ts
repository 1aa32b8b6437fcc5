// Password records, remembered devices and invites in SQLite. Invariants: a device is remembered only where there is a
// record, and no more of them than the signed device list names; an invite serves once.
// docs/protocol/registry.md, "Passwords", "Invites".

import type { DatabaseSync } from 'node:sqlite'
import { equalBytes } from '../../../base/index.ts'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import {
  admissionProblem,
  type AdmissionProblem,
  type NameClaim,
  type NewInvite,
  type RecordChange,
} from '../../domain/index.ts'
import type { RegistryTables } from './tables.ts'

export class CredentialOperations {
  readonly #statements: ReturnType<typeof statements>

  constructor(database: DatabaseSync) {
    this.#statements = statements(database)
  }

  record(folded: string): Uint8Array | undefined {
    return this.#statements.record.get({ folded })?.record
  }

  /** Why the claim is refused, if it is; `holder`: who has the name. */
  problemOf(folded: string, holder: Uint8Array | undefined, claim: NameClaim): AdmissionProblem | undefined {
    const { admission, identity, device, at } = claim
    const held = holder && {
      isOwn: equalBytes(holder, identity),
      record: this.record(folded),
      remembersDevice: this.#statements.isRemembered.get({ folded, device }) !== undefined,
    }
    const hash = admission.kind === 'invite' ? admission.codeHash : undefined
    return admissionProblem(admission, held, at, hash && this.#statements.invite.get({ hash })?.expires)
  }

  /** What an accepted claim changes. */
  admit(folded: string, isNew: boolean, { admission, device, deviceKeys }: NameClaim): void {
    if (admission.kind === 'invite' && admission.codeHash && isNew) {
      this.#statements.removeInvite.run({ hash: admission.codeHash })
    }
    if (admission.kind !== 'password') return
    const { record } = admission
    if (record) this.#statements.putRecord.run({ folded, record })
    this.#remember(folded, device)
    for (const known of this.#statements.remembered.all({ folded })) {
      if (!deviceKeys.some((key) => equalBytes(key, known.device))) this.forgetDevice(folded, known.device)
    }
  }

  change({ name: folded, device, before, record }: RecordChange): 'changed' | 'wrong' {
    const known = this.record(folded)
    if (!known || !equalBytes(known, before)) return 'wrong'
    this.#statements.putRecord.run({ folded, record })
    this.#statements.forgetAll.run({ folded })
    this.#remember(folded, device)
    return 'changed'
  }

  forgetDevice(folded: string, device: Uint8Array): void {
    this.#statements.forget.run({ folded, device })
  }

  /** Everything that is known of the name goes. */
  remove(folded: string): void {
    this.#statements.forgetAll.run({ folded })
    this.#statements.removeRecord.run({ folded })
  }

  addInvite({ hash, at, expires, invitesMax }: NewInvite): 'added' | 'full' {
    this.#statements.removeOldInvites.run({ at })
    if ((this.#statements.inviteCount.get()?.count ?? 0) >= invitesMax) return 'full'
    this.#statements.putInvite.run({ hash, expires })
    return 'added'
  }

  #remember(folded: string, device: Uint8Array): void {
    this.#statements.remember.run({ folded, device })
  }
}

function statements(database: DatabaseSync) {
  return { ...recordStatements(database), ...deviceStatements(database), ...inviteStatements(database) }
}

function recordStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const folded = param<string>('folded')
  const record = param<Uint8Array>('record')
  return {
    record: prepare(database, db.selectFrom('password').select('record').where('folded', '=', folded)),
    putRecord: prepare(
      database,
      db
        .insertInto('password')
        .values({ folded, record })
        .onConflict((conflict) =>
          conflict.column('folded').doUpdateSet((row) => ({ record: row.ref('excluded.record') })),
        ),
    ),
    removeRecord: prepare(database, db.deleteFrom('password').where('folded', '=', folded)),
  }
}

function deviceStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const folded = param<string>('folded')
  const device = param<Uint8Array>('device')
  const ofName = db.selectFrom('remembered_device').select('device').where('folded', '=', folded)
  const gone = db.deleteFrom('remembered_device').where('folded', '=', folded)
  return {
    remembered: prepare(database, ofName),
    isRemembered: prepare(database, ofName.where('device', '=', device)),
    remember: prepare(
      database,
      db
        .insertInto('remembered_device')
        .values({ folded, device })
        .onConflict((conflict) => conflict.columns(['folded', 'device']).doNothing()),
    ),
    forget: prepare(database, gone.where('device', '=', device)),
    forgetAll: prepare(database, gone),
  }
}

function inviteStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const hash = param<Uint8Array>('hash')
  const expires = param<number>('expires')
  return {
    invite: prepare(database, db.selectFrom('invite').select('expires').where('hash', '=', hash)),
    inviteCount: prepare(database, db.selectFrom('invite').select(db.fn.countAll<number>().as('count'))),
    putInvite: prepare(
      database,
      db
        .insertInto('invite')
        .values({ hash, expires })
        .onConflict((conflict) =>
          conflict.column('hash').doUpdateSet((row) => ({ expires: row.ref('excluded.expires') })),
        ),
    ),
    removeInvite: prepare(database, db.deleteFrom('invite').where('hash', '=', hash)),
    removeOldInvites: prepare(database, db.deleteFrom('invite').where('expires', '<=', param<number>('at'))),
  }
}
