// The store port with promises, and small arguments for it, so that the suite reads as a story.

import assert from 'node:assert/strict'
import { type AccountName, foldName, isAccountName } from '../../src/protocol/index.ts'
import type {
  Admission,
  Collection,
  Deposit,
  Done,
  NameClaim,
  NewInvite,
  PageQuery,
  PrekeyUpload,
  RecordChange,
  RememberedLink,
  Store,
} from '../../src/registry/domain/index.ts'

/** Bytes that are told apart by one number. */
export function bytesOf(value: number, length = 32): Uint8Array {
  return new Uint8Array(length).fill(value)
}

export function nameOf(text: string): AccountName {
  assert.ok(isAccountName(text), text)
  return text
}

interface ClaimDetails {
  readonly identity: number
  readonly version?: number
  readonly body?: number
  readonly device?: number
  readonly deviceKeys?: readonly number[]
  readonly at?: number
  readonly admission?: Admission
}

export function claimOf(name: string, details: ClaimDetails): NameClaim {
  const { identity, version = 1, body = version, device = 1, deviceKeys = [device], at = 1 } = details
  const { admission = { kind: 'open' } } = details
  return {
    name: nameOf(name),
    identity: bytesOf(identity),
    device: bytesOf(device),
    devices: { body: bytesOf(body, 40), signature: bytesOf(body, 64) },
    version,
    deviceKeys: deviceKeys.map((key) => bytesOf(key)),
    at,
    accountsMax: 1_000,
    namesPerIdentityMax: 8,
    admission,
  }
}

export function depositOf(to: string, from: string, id: number): Deposit {
  return {
    recipient: foldName(to),
    sender: nameOf(from),
    id: bytesOf(id, 16),
    envelope: bytesOf(id, 20),
    at: 1,
    expires: 1_000,
    quota: {
      messagesMax: 1_000,
      bytesMax: 8_000_000,
      perSenderMax: 100,
      outstandingMax: 10_000,
      rowsMax: 100_000,
      totalBytesMax: 1e12,
    },
  }
}

export class StoreCaller {
  #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Goes on with this one, as after a restart. */
  use(store: Store): void {
    this.#store = store
  }

  claim(claim: NameClaim) {
    return promise<Parameters<Store['claimName']>[1]>((done) => this.#store.claimName(claim, done))
  }

  /** One identity each, numbered from 1. */
  async claimAll(...names: readonly string[]): Promise<void> {
    for (const [i, name] of names.entries()) await this.claim(claimOf(name, { identity: i + 1 }))
  }

  account(name: string) {
    return promise<Parameters<Store['account']>[1]>((done) => this.#store.account(name, done))
  }

  credential(name: string) {
    return promise<Parameters<Store['credential']>[1]>((done) => this.#store.credential(name, done))
  }

  suspend(name: string, at: number) {
    return promise<Parameters<Store['suspend']>[2]>((done) => this.#store.suspend(name, at, done))
  }

  resume(name: string) {
    return promise<Parameters<Store['resume']>[1]>((done) => this.#store.resume(name, done))
  }

  suspendedAccounts(count: number) {
    return promise<Parameters<Store['suspendedAccounts']>[1]>((done) => this.#store.suspendedAccounts(count, done))
  }

  figures() {
    return promise<Parameters<Store['figures']>[0]>((done) => this.#store.figures(done))
  }

  changeRecord(change: RecordChange) {
    return promise<Parameters<Store['changeRecord']>[1]>((done) => this.#store.changeRecord(change, done))
  }

  forgetDevice(name: string, device: number) {
    return promise<Parameters<Store['forgetDevice']>[2]>((done) =>
      this.#store.forgetDevice(name, bytesOf(device), done),
    )
  }

  addInvite(invite: NewInvite) {
    return promise<Parameters<Store['addInvite']>[1]>((done) => this.#store.addInvite(invite, done))
  }

  freeName(name: string, at: number) {
    return promise<Parameters<Store['freeName']>[2]>((done) => this.#store.freeName(name, at, done))
  }

  namesLike(name: string, count: number) {
    return promise<Parameters<Store['namesLike']>[2]>((done) => this.#store.namesLike(name, count, done))
  }

  recentAccounts(count: number) {
    return promise<Parameters<Store['recentAccounts']>[1]>((done) => this.#store.recentAccounts(count, done))
  }

  markSeen(name: string, at: number) {
    return promise<Parameters<Store['markSeen']>[2]>((done) => this.#store.markSeen(name, at, done))
  }

  addPrekeys(upload: PrekeyUpload) {
    return promise<Parameters<Store['addPrekeys']>[1]>((done) => this.#store.addPrekeys(upload, done))
  }

  takePrekey(name: string) {
    return promise<Parameters<Store['takePrekey']>[1]>((done) => this.#store.takePrekey(name, done))
  }

  deposit(deposit: Deposit) {
    return promise<Parameters<Store['deposit']>[1]>((done) => this.#store.deposit(deposit, done))
  }

  fetchMail(query: PageQuery) {
    return promise<Parameters<Store['fetchMail']>[1]>((done) => this.#store.fetchMail(query, done))
  }

  collect(collection: Collection) {
    return promise<Parameters<Store['collect']>[1]>((done) => this.#store.collect(collection, done))
  }

  fetchNotices(query: PageQuery) {
    return promise<Parameters<Store['fetchNotices']>[1]>((done) => this.#store.fetchNotices(query, done))
  }

  removeNotices(account: string, rows: readonly number[]) {
    return promise<Parameters<Store['removeNotices']>[2]>((done) => this.#store.removeNotices(account, rows, done))
  }

  expire(before: number, rowsMax: number) {
    return promise<Parameters<Store['expire']>[2]>((done) => this.#store.expire(before, rowsMax, done))
  }

  rememberLink(link: RememberedLink, linksMax: number) {
    return promise<Parameters<Store['rememberLink']>[2]>((done) => this.#store.rememberLink(link, linksMax, done))
  }

  forgetLink(ours: Uint8Array) {
    return promise<Parameters<Store['forgetLink']>[1]>((done) => this.#store.forgetLink(ours, done))
  }

  takeLinks() {
    return promise<Parameters<Store['takeLinks']>[0]>((done) => this.#store.takeLinks(done))
  }
}

type Kept<D> = D extends Done<infer T> ? T : never

/** What the call kept or read; a failure of the store fails the test, as does an answer inside the call. */
export function promise<D>(call: (done: Done<Kept<D>>) => void): Promise<Kept<D>> {
  return new Promise((resolve, reject) => {
    let hasReturned = false
    call((_now, outcome) => {
      if (!hasReturned) reject(new Error('answered inside the call'))
      else if (outcome.ok) resolve(outcome.value)
      else reject(new Error(`${outcome.error.code}: ${outcome.error.detail}`))
    })
    hasReturned = true
  })
}
