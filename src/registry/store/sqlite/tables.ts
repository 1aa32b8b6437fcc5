// The rows as the queries see them; the tables themselves are made by ../migrations.

import type { Generated } from 'kysely'
import type { AccountName } from '../../../protocol/index.ts'
import type { NoticeOutcome } from '../../domain/index.ts'

export interface RegistryTables {
  identity: { key: Uint8Array; version: number; body: Uint8Array; signature: Uint8Array }
  account: {
    folded: string
    /** `folded` backwards, to find names that share an ending. */
    reversed: string
    name: AccountName
    identity: Uint8Array
    created: number
    seen: number
  }
  prekey: {
    row: Generated<number>
    identity: Uint8Array
    device: Uint8Array
    id: number
    /** `used` keeps the number of a prekey that was handed out, without its content. */
    kind: 'once' | 'last' | 'used'
    body: Uint8Array
    signature: Uint8Array
  }
  mail: {
    row: Generated<number>
    /** Folded. */
    recipient: string
    sender: AccountName
    id: Uint8Array
    at: number
    expires: number
    envelope: Uint8Array
  }
  notice: {
    row: Generated<number>
    /** Folded name of the sender whom it tells. */
    account: string
    recipient: AccountName
    id: Uint8Array
    outcome: NoticeOutcome
    proof: Uint8Array | null
    at: number
  }
  link: { ours: Uint8Array; host: string; port: number }
}
