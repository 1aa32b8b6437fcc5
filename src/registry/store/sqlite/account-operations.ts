// Accounts and identities in SQLite. Invariants: a name never changes its identity nor its spelling, the device list of an
// identity never goes back, and nobody logs in to a suspended account. docs/protocol/registry.md, "Names", "Device list".

import type { DatabaseSync } from 'node:sqlite'
import { equalBytes } from '../../../base/index.ts'
import { kyselyOver, type OnRollback, param, prepare } from '../../../disk/sqlite/index.ts'
import { type AccountName, foldName } from '../../../protocol/index.ts'
import type {
  ClaimOutcome,
  Credential,
  NameClaim,
  RecordChange,
  SeenAccount,
  StoredAccount,
  StoreFigures,
  SuspendedAccount,
  TakenPrekey,
} from '../../domain/index.ts'
import type { CredentialOperations } from './credential-operations.ts'
import type { PrekeyOperations } from './prekey-operations.ts'
import type { RegistryTables } from './tables.ts'

/** What waits for an account; other tables know. */
type Waiting = (
  account: string,
) => Pick<Extract<ClaimOutcome, { kind: 'claimed' }>, 'mail' | 'notices' | 'channel' | 'rooms'>

export class AccountOperations {
  readonly #statements: ReturnType<typeof accountStatements>
  readonly #prekeys: PrekeyOperations
  readonly #credentials: CredentialOperations
  readonly #waiting: Waiting
  #accountCount: number

  constructor(database: DatabaseSync, prekeys: PrekeyOperations, credentials: CredentialOperations, waiting: Waiting) {
    this.#statements = accountStatements(database)
    this.#prekeys = prekeys
    this.#credentials = credentials
    this.#waiting = waiting
    this.#accountCount = this.#statements.count.get()?.count ?? 0
  }

  claimName(claim: NameClaim, onRollback: OnRollback): ClaimOutcome {
    const folded = foldName(claim.name)
    const { identity, at, device } = claim
    const held = this.#statements.one.get({ folded })
    const problem = this.#credentials.problemOf(folded, held?.identity, claim)
    if (problem === 'taken') return { kind: 'taken', holder: (held as { identity: Uint8Array }).identity }
    if (problem) return { kind: problem }
    if (typeof held?.suspended === 'number') return { kind: 'suspended' }
    if (!held && this.#isFull(claim)) return { kind: 'full' }
    if (!this.#takeDeviceList(claim)) return { kind: 'staleDeviceList' }
    if (held) this.markSeen(folded, at)
    else this.#insert(folded, claim, onRollback)
    this.#credentials.admit(folded, !held, claim)
    return {
      kind: 'claimed',
      isNew: !held,
      name: held?.name ?? claim.name,
      ...this.#prekeys.left(identity, device),
      ...this.#waiting(folded),
    }
  }

  account(folded: string): StoredAccount | undefined {
    const found = this.#statements.withDevices.get({ folded })
    if (!found) return undefined
    const { name, identity, body, signature } = found
    return { name, identity, devices: { body, signature } }
  }

  credential(folded: string): Credential | undefined {
    const account = this.account(folded)
    const record = this.#credentials.record(folded)
    return account && { identity: account.identity, devices: account.devices, ...(record && { record }) }
  }

  changeRecord(change: RecordChange): 'changed' | 'wrong' {
    const held = this.#statements.one.get({ folded: change.name })
    return held && equalBytes(held.identity, change.identity) ? this.#credentials.change(change) : 'wrong'
  }

  /** The name as it was spelled, or undefined. */
  nameOf(folded: string): AccountName | undefined {
    return this.#statements.one.get({ folded })?.name
  }

  /** The name is nobody's again; what other tables keep of it must be gone before. */
  remove(folded: string, onRollback: OnRollback): void {
    this.#credentials.remove(folded)
    this.#statements.remove.run({ folded })
    this.#accountCount -= 1
    onRollback(() => (this.#accountCount += 1))
  }

  /** The name as it is spelled; a suspension that holds already keeps its time. */
  suspend({ name: folded, at }: { name: string; at: number }): AccountName | undefined {
    this.#statements.suspend.run({ folded, at })
    return this.nameOf(folded)
  }

  resume(folded: string): AccountName | undefined {
    this.#statements.resume.run({ folded })
    return this.nameOf(folded)
  }

  suspendedAccounts(count: number): SuspendedAccount[] {
    const rows = this.#statements.suspended.all({ count })
    return rows.map(({ name, suspended }) => ({ name, since: suspended as number }))
  }

  figures(): Pick<StoreFigures, 'accounts' | 'suspended'> {
    return { accounts: this.#accountCount, suspended: this.#statements.suspendedCount.get()?.count ?? 0 }
  }

  takePrekey(folded: string): TakenPrekey {
    const account = this.account(folded)
    return account ? this.#prekeys.take(account) : { kind: 'unknownName' }
  }

  namesLike(folded: string, count: number): AccountName[] {
    // One edit, or one swap of neighbours, leaves one of these two halves as it was.
    const length = Math.max(1, Math.floor((folded.length - 1) / 2))
    const head = folded.slice(0, length)
    const tail = backwards(folded).slice(0, length)
    const found = [
      ...this.#statements.withHead.all({ from: head, to: `${head}\x7f`, count }),
      ...this.#statements.withTail.all({ from: tail, to: `${tail}\x7f`, count }),
    ]
    return [...new Set(found.map((row) => row.name))]
  }

  recentAccounts(count: number): SeenAccount[] {
    return this.#statements.recent.all({ count })
  }

  markSeen(folded: string, at: number): void {
    this.#statements.markSeen.run({ folded, at })
  }

  #isFull({ identity, accountsMax, namesPerIdentityMax }: NameClaim): boolean {
    if (this.#accountCount >= accountsMax) return true
    return (this.#statements.countOfIdentity.get({ identity })?.count ?? 0) >= namesPerIdentityMax
  }

  /** False where a newer list is known, or another one with the same number. */
  #takeDeviceList({ identity, version, devices, deviceKeys }: NameClaim): boolean {
    const known = this.#statements.identity.get({ key: identity })
    if (known && version < known.version) return false
    if (known?.version === version) return equalBytes(known.body, devices.body)
    this.#statements.putIdentity.run({ key: identity, version, body: devices.body, signature: devices.signature })
    this.#prekeys.keepDevices(identity, deviceKeys)
    return true
  }

  #insert(folded: string, { name, identity, at }: NameClaim, onRollback: OnRollback): void {
    const reversed = backwards(folded)
    this.#statements.insert.run({ folded, reversed, name, identity, created: at, seen: at })
    this.#accountCount += 1
    onRollback(() => (this.#accountCount -= 1))
  }
}

function accountStatements(database: DatabaseSync) {
  return {
    ...nameStatements(database),
    ...listStatements(database),
    ...writeStatements(database),
    ...suspensionStatements(database),
  }
}

function nameStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const count = db.fn.countAll<number>().as('count')
  return {
    one: prepare(
      database,
      db.selectFrom('account').select(['name', 'identity', 'suspended']).where('folded', '=', param<string>('folded')),
    ),
    withDevices: prepare(
      database,
      db
        .selectFrom('account')
        .innerJoin('identity', 'identity.key', 'account.identity')
        .select(['name', 'identity', 'body', 'signature'])
        .where('folded', '=', param<string>('folded')),
    ),
    count: prepare(database, db.selectFrom('account').select(count)),
    countOfIdentity: prepare(
      database,
      db.selectFrom('account').select(count).where('identity', '=', param<Uint8Array>('identity')),
    ),
    identity: prepare(
      database,
      db.selectFrom('identity').select(['version', 'body']).where('key', '=', param<Uint8Array>('key')),
    ),
  }
}

function listStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const names = db.selectFrom('account').select('name')
  return {
    recent: prepare(
      database,
      db.selectFrom('account').select(['name', 'seen']).orderBy('seen', 'desc').limit(param<number>('count')),
    ),
    withHead: prepare(
      database,
      names
        .where('folded', '>=', param<string>('from'))
        .where('folded', '<', param<string>('to'))
        .limit(param<number>('count')),
    ),
    withTail: prepare(
      database,
      names
        .where('reversed', '>=', param<string>('from'))
        .where('reversed', '<', param<string>('to'))
        .limit(param<number>('count')),
    ),
  }
}

function writeStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  return {
    putIdentity: prepare(
      database,
      db
        .insertInto('identity')
        .values({
          key: param<Uint8Array>('key'),
          version: param<number>('version'),
          body: param<Uint8Array>('body'),
          signature: param<Uint8Array>('signature'),
        })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet((row) => ({
            version: row.ref('excluded.version'),
            body: row.ref('excluded.body'),
            signature: row.ref('excluded.signature'),
          })),
        ),
    ),
    insert: prepare(
      database,
      db.insertInto('account').values({
        folded: param<string>('folded'),
        reversed: param<string>('reversed'),
        name: param<AccountName>('name'),
        identity: param<Uint8Array>('identity'),
        created: param<number>('created'),
        seen: param<number>('seen'),
      }),
    ),
    remove: prepare(database, db.deleteFrom('account').where('folded', '=', param<string>('folded'))),
    markSeen: prepare(
      database,
      db
        .updateTable('account')
        .set({ seen: param<number>('at') })
        .where('folded', '=', param<string>('folded')),
    ),
  }
}

function suspensionStatements(database: DatabaseSync) {
  const db = kyselyOver<RegistryTables>(database)
  const suspended = db.selectFrom('account').where('suspended', 'is not', null)
  const ofName = db.updateTable('account').where('folded', '=', param<string>('folded'))
  return {
    suspend: prepare(database, ofName.set({ suspended: param<number>('at') }).where('suspended', 'is', null)),
    resume: prepare(database, ofName.set({ suspended: null })),
    suspended: prepare(
      database,
      suspended.select(['name', 'suspended']).orderBy('suspended', 'desc').limit(param<number>('count')),
    ),
    suspendedCount: prepare(database, suspended.select(db.fn.countAll<number>().as('count'))),
  }
}

function backwards(text: string): string {
  return [...text].toReversed().join('')
}
