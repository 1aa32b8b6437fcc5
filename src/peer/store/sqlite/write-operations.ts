// How each change is written. Invariant: what a device has sent once, by id or by counter, is never written again; the ids
// of what was left out for that are given back. docs/protocol/peer.md, "Receiving".

import type { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { unreachable } from '../../../base/index.ts'
import { kyselyOver, param, prepare } from '../../../disk/sqlite/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type {
  CommitOutcome,
  MessageId,
  NewOutgoing,
  PeerChange,
  Received,
  RoomPlace,
  StoredContact,
} from '../../domain/index.ts'
import { bytesOfHex as bytes } from './hexadecimal.ts'
import { PeopleWriter } from './people-operations.ts'
import { RoomWriter } from './room-operations.ts'
import type { PeerTables } from './tables.ts'

export class PeerWriter {
  readonly #statements: ReturnType<typeof statements>
  readonly #people: PeopleWriter
  readonly #rooms: RoomWriter

  /** False as long as there is surely no such row: then a burst looks for none. */
  #mayHold: boolean
  #mayHaveKeys: boolean

  constructor(database: DatabaseSync) {
    this.#statements = statements(database)
    this.#mayHold = this.#statements.anyHeld.get() !== undefined
    this.#mayHaveKeys = this.#statements.anyKey.get() !== undefined
    this.#people = new PeopleWriter(database)
    this.#rooms = new RoomWriter(database)
  }

  commit(changes: readonly PeerChange[]): CommitOutcome {
    const doubled: MessageId[] = []
    for (const change of changes) {
      if (change.kind === 'received') this.#receive(change.message, change.gapBefore, doubled)
      else this.#write(change)
    }
    return { doubled }
  }

  #write(change: Exclude<PeerChange, { kind: 'received' }>): void {
    const run = this.#statements
    switch (change.kind) {
      case 'outgoing':
        return this.#insertOwn(change.message, 'kept')
      case 'note':
        return this.#insertOwn(change.message, 'stored')
      case 'nextCounter':
        return void run.nextCounter.run({ folded: change.to, next: change.next })
      case 'renumbered':
        run.renumber.run({ id: bytes(change.id), counter: change.counter })
        return this.#forgetKeys(change.id)
      case 'sealed':
        this.#mayHaveKeys = true
        return void run.addKey.run({ id: bytes(change.id), key: change.receiptKey })
      case 'deposited':
        return void run.deposit.run({ id: bytes(change.id), at: change.at })
      case 'unreadable':
        return void run.unreadable.run({ id: bytes(change.id), times: change.times })
      case 'settled': {
        const { id, state, at, road = null, reason = null } = change
        run.settle.run({ id: bytes(id), state, at, road, reason })
        return this.#forgetKeys(id)
      }
      case 'contact':
        return this.#putContact(change.contact)
      case 'inbox': {
        const { device, from: name, next, floor, gap } = change.inbox
        return void run.putInbox.run({ device, name, next, floor, gap })
      }
      case 'held':
        this.#mayHold = true
        return void run.hold.run(receivedValues(change.message))
      case 'prekey': {
        const { id, kind, secret, made, used = null } = change.prekey
        return void run.putPrekey.run({ id, kind, secret, made, used })
      }
      case 'prekeyErased':
        return void run.erasePrekey.run({ id: change.id })
      case 'friend':
      case 'address':
      case 'login':
        return this.#people.write(change)
      case 'room':
      case 'roomEntry':
      case 'roomDraft':
      case 'roomDraftErased':
      case 'channelRow':
      case 'channelMark':
      case 'channelDraft':
      case 'channelDraftErased':
        return this.#rooms.write(change)
      default:
        return unreachable(change)
    }
  }

  #receive(message: Received, gapBefore: number, doubled: MessageId[]): void {
    const { device, counter, from } = message
    if (this.#mayHold) this.#statements.release.run({ device, counter })
    const values = { ...receivedValues(message), folded: foldName(from), gapBefore }
    if (this.#statements.insertReceived.run(values).changes === 0) return void doubled.push(message.id)
    const { room, text, sentAt: at } = message
    if (!room) return
    const entry = { number: room.number, kind: 'message', name: from, id: room.id, text, at } as const
    this.#rooms.write({ kind: 'roomEntry', room: room.key, entry })
  }

  #forgetKeys(id: MessageId): void {
    if (this.#mayHaveKeys) this.#statements.forgetKeys.run({ id: bytes(id) })
  }

  #insertOwn({ id, to, counter, text, sentAt, room }: NewOutgoing, state: 'kept' | 'stored'): void {
    const end = state === 'stored' ? { road: 'direct', settledAt: sentAt } : { road: null, settledAt: null }
    const values = { folded: foldName(to), name: to, id: bytes(id), counter, text, sentAt, state, ...end }
    this.#statements.insertOwn.run({ ...values, ...placeValues(room) })
  }

  #putContact({ name, identity, devices, offered }: StoredContact): void {
    this.#statements.putContact.run({
      folded: foldName(name),
      name,
      identity,
      body: devices.body,
      signature: devices.signature,
      offeredIdentity: offered?.identity ?? null,
      offeredBody: offered?.devices.body ?? null,
      offeredSignature: offered?.devices.signature ?? null,
    })
  }
}

function receivedValues({ device, counter, id, from, text, sentAt, receivedAt, road, room }: Received) {
  return { device, counter, id: bytes(id), name: from, text, sentAt, receivedAt, road, ...placeValues(room) }
}

function placeValues(place: RoomPlace | undefined) {
  if (!place) return { room: null, roomNumber: null, roomId: null }
  return { room: bytes(place.key), roomNumber: place.number, roomId: bytes(place.id) }
}

function statements(database: DatabaseSync) {
  return { ...messageStatements(database), ...waitingStatements(database), ...stateStatements(database) }
}

function messageStatements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const own = db.updateTable('message').where('id', '=', param<Uint8Array>('id')).where('device', 'is', null)
  const fields = {
    name: param<string>('name'),
    id: param<Uint8Array>('id'),
    counter: param<number>('counter'),
    text: param<string>('text'),
    sent_at: param<number>('sentAt'),
    room: param<Uint8Array>('room'),
    room_number: param<number>('roomNumber'),
    room_id: param<Uint8Array>('roomId'),
  }
  const received = {
    ...fields,
    device: param<Uint8Array>('device'),
    received_at: param<number>('receivedAt'),
    road: param<'direct' | 'mailbox'>('road'),
  }
  const state = param<'stored'>('state')
  const road = param<'direct'>('road')
  const folded = param<string>('folded')
  return {
    insertOwn: prepare(
      database,
      db.insertInto('message').values({
        ...fields,
        folded,
        state,
        road,
        gap_before: 0,
        unreadable: 0,
        settled_at: param<number>('settledAt'),
      }),
    ),
    insertReceived: prepare(
      database,
      db
        .insertInto('message')
        .values({ ...received, folded, gap_before: param('gapBefore'), unreadable: 0 })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    hold: prepare(database, db.insertInto('held').values(received)),
    renumber: prepare(database, own.set({ counter: param<number>('counter'), state: 'kept' })),
    deposit: prepare(database, own.set({ state: 'mailbox', mailbox_at: param<number>('at') })),
    unreadable: prepare(database, own.set({ state: 'kept', unreadable: param<number>('times') })),
    // The text of a copy is in the room's transcript: with many members it is kept there only.
    settle: prepare(
      database,
      own.set({
        state,
        road,
        reason: param<string>('reason'),
        settled_at: param<number>('at'),
        text: sql`iif(room IS NULL, text, '')`,
      }),
    ),
  }
}

function waitingStatements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  return {
    release: prepare(
      database,
      db
        .deleteFrom('held')
        .where('device', '=', param<Uint8Array>('device'))
        .where('counter', '=', param<number>('counter')),
    ),
    addKey: prepare(
      database,
      db.insertInto('receipt_key').values({ message: param<Uint8Array>('id'), key: param<Uint8Array>('key') }),
    ),
    anyKey: prepare(database, db.selectFrom('receipt_key').select('row').limit(1)),
    anyHeld: prepare(database, db.selectFrom('held').select('counter').limit(1)),
    forgetKeys: prepare(database, db.deleteFrom('receipt_key').where('message', '=', param<Uint8Array>('id'))),
  }
}

function stateStatements(database: DatabaseSync) {
  const db = kyselyOver<PeerTables>(database)
  const contact = {
    folded: param<string>('folded'),
    name: param<string>('name'),
    identity: param<Uint8Array>('identity'),
    body: param<Uint8Array>('body'),
    signature: param<Uint8Array>('signature'),
    offered_identity: param<Uint8Array>('offeredIdentity'),
    offered_body: param<Uint8Array>('offeredBody'),
    offered_signature: param<Uint8Array>('offeredSignature'),
  }
  const inbox = {
    device: param<Uint8Array>('device'),
    name: param<string>('name'),
    next: param<number>('next'),
    floor: param<number>('floor'),
    gap: param<number>('gap'),
  }
  const prekey = {
    id: param<number>('id'),
    kind: param<'once'>('kind'),
    secret: param<Uint8Array>('secret'),
    made: param<number>('made'),
    used: param<number>('used'),
  }
  return {
    nextCounter: prepare(
      database,
      db.replaceInto('recipient').values({ folded: param('folded'), next_counter: param('next') }),
    ),
    putContact: prepare(database, db.replaceInto('contact').values(contact)),
    putInbox: prepare(database, db.replaceInto('inbox').values(inbox)),
    putPrekey: prepare(database, db.replaceInto('prekey').values(prekey)),
    erasePrekey: prepare(database, db.deleteFrom('prekey').where('id', '=', param<number>('id'))),
  }
}
