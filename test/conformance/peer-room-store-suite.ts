// What every store of a peer must do for people, rooms and the channel: the text of the port as tests.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AccountName } from '../../src/protocol/index.ts'
import type {
  PeerChange,
  PeerState,
  PeerStore,
  Received,
  StoredChannelRow,
  StoredRoom,
  StoredRoomEntry,
} from '../../src/peer/domain/index.ts'
import { answerOf, type PeerStoreSubject } from './peer-store-suite.ts'

const commit = (store: PeerStore, changes: readonly PeerChange[]) =>
  answerOf<{ readonly doubled: readonly string[] }>((done) => store.commit(changes, done))
const load = (store: PeerStore): Promise<PeerState> => answerOf((done) => store.load(done))
const transcript = (store: PeerStore, room: string, limit = 100): Promise<readonly StoredRoomEntry[]> =>
  answerOf((done) => store.roomHistory({ room, limit }, done))
const channel = (store: PeerStore, limit = 100): Promise<readonly StoredChannelRow[]> =>
  answerOf((done) => store.channelHistory({ limit }, done))

const named = (name: string): AccountName => name as AccountName
const idOf = (number: number): string => number.toString(16).padStart(32, '0')
const key = idOf(0xaa)
const otherKey = idOf(0xbb)
const alice = named('Alice')
const bob = named('bob')

const room: StoredRoom = {
  key,
  room: 7,
  name: 'tea',
  maker: alice,
  state: 'joined',
  members: [
    { name: alice, state: 'joined' },
    { name: bob, state: 'invited' },
  ],
  last: 3,
}

function copy(number: number, fields: Partial<Received> = {}): Received {
  const place = { key, number, id: idOf(0x1_000 + number) }
  const fixed = { device: new Uint8Array(32).fill(7), from: alice, sentAt: 5, receivedAt: 6, road: 'direct' } as const
  return { id: idOf(0x2_000 + number), counter: number, text: `copy ${number}`, room: place, ...fixed, ...fields }
}

export function testPeerRoomStore(name: string, open: () => Promise<PeerStoreSubject>): void {
  const each = (what: string, run: (subject: PeerStoreSubject) => Promise<void>): void => {
    test(what, async () => {
      const subject = await open()
      try {
        await run(subject)
      } finally {
        await subject.close()
      }
    })
  }

  describe(`peer store, rooms and people: ${name}`, () => {
    each('friends are replaced whole, and who is nothing to us is gone', async ({ store, reopen }) => {
      await commit(store, [
        { kind: 'friend', friend: { name: alice, alias: 'Al', isFriend: true, isBlocked: false } },
        { kind: 'friend', friend: { name: bob, isFriend: false, isBlocked: true } },
        { kind: 'friend', friend: { name: named('ALICE'), isFriend: true, isBlocked: false } },
      ])
      const again = await reopen()
      assert.deepEqual((await load(again)).friends, [
        { name: 'ALICE', isFriend: true, isBlocked: false },
        { name: 'bob', isFriend: false, isBlocked: true },
      ])
      await commit(again, [{ kind: 'friend', friend: { name: named('Bob'), isFriend: false, isBlocked: false } }])
      await commit(again, [
        { kind: 'friend', friend: { name: named('carol'), alias: 'C', isFriend: false, isBlocked: false } },
      ])
      assert.deepEqual(
        (await load(again)).friends.map((friend) => friend.name),
        ['ALICE', 'carol'],
      )
    })

    each('addresses and the login are kept', async ({ store, reopen }) => {
      await commit(store, [
        { kind: 'address', to: 'bob', address: { host: '192.0.2.7', port: 5_000 } },
        { kind: 'address', to: 'carol', address: { host: '2001:db8::1', port: 1 } },
        { kind: 'address', to: 'bob', address: { host: '192.0.2.8', port: 5_001 } },
        { kind: 'address', to: 'carol' },
        { kind: 'login', login: { hasLoggedIn: true, hasPassword: false } },
        { kind: 'login', login: { hasLoggedIn: true, hasPassword: true } },
      ])
      const state = await load(await reopen())
      assert.deepEqual(state.addresses, [{ to: 'bob', address: { host: '192.0.2.8', port: 5_001 } }])
      assert.deepEqual(state.login, { hasLoggedIn: true, hasPassword: true })
    })

    each('a room is replaced whole, and its transcript stays', async ({ store, reopen }) => {
      const made = { number: 1, kind: 'made', name: alice, at: 10 } as const
      const invited = { number: 2, kind: 'invited', name: bob, by: alice, at: 11 } as const
      const renamed = { number: 4, kind: 'named', name: alice, text: 'coffee \u0000\u{1f600}', at: 12 } as const
      await commit(store, [
        { kind: 'room', room },
        { kind: 'roomEntry', room: key, entry: renamed },
        { kind: 'roomEntry', room: key, entry: made },
        { kind: 'roomEntry', room: otherKey, entry: { ...made, number: 9 } },
        { kind: 'roomEntry', room: key, entry: invited },
        { kind: 'roomEntry', room: key, entry: invited },
      ])
      const left = { ...room, name: '', state: 'left', members: [], last: 4 } as const
      await commit(store, [{ kind: 'room', room: left }])
      const again = await reopen()
      const state = await load(again)
      assert.deepEqual(state.rooms, [left])
      assert.deepEqual(await transcript(again, key), [made, invited, renamed])
      assert.deepEqual(await transcript(again, key, 2), [invited, renamed])
      assert.deepEqual(await transcript(again, key, 0), [])
      assert.deepEqual(state.roomTops, [
        { room: key, number: 4 },
        { room: otherKey, number: 9 },
      ])
      assert.deepEqual(
        state.roomChanges.map((change) => [change.room, change.entry.number]),
        [
          [key, 1],
          [key, 2],
          [key, 4],
          [otherKey, 9],
        ],
      )
    })

    each('a received copy is in the transcript at its number and in no conversation', async ({ store, reopen }) => {
      await commit(store, [
        { kind: 'received', message: copy(5), gapBefore: 0 },
        { kind: 'received', message: copy(3), gapBefore: 0 },
        { kind: 'held', message: copy(8) },
      ])
      // Another one with the same counter is a double, and must not get into the transcript either.
      const forged = copy(5, { id: idOf(0x99), text: 'another', room: { key, number: 6, id: idOf(0x98) } })
      assert.deepEqual((await commit(store, [{ kind: 'received', message: forged, gapBefore: 0 }])).doubled, [
        forged.id,
      ])
      const again = await reopen()
      const entry = (number: number): StoredRoomEntry => {
        const { from, text, sentAt } = copy(number)
        return { number, kind: 'message', name: from, id: idOf(0x1_000 + number), text, at: sentAt }
      }
      assert.deepEqual(await transcript(again, key), [entry(3), entry(5)])
      assert.deepEqual((await load(again)).held, [copy(8)])
      assert.deepEqual((await load(again)).roomChanges, [])
      assert.deepEqual(await answerOf((done) => again.history({ name: 'alice', limit: 9 }, done)), [])
      assert.deepEqual(await answerOf((done) => again.conversations(done)), [])
      const { device } = copy(5)
      const known = await answerOf((done) => again.find({ device, counter: 5, id: copy(5).id }, done))
      assert.deepEqual(known, [{ id: copy(5).id, counter: 5, text: 'copy 5' }])
    })

    each('who claims the number or the id of another one does not push it out', async ({ store }) => {
      const mine = { number: 5, kind: 'message', name: bob, id: idOf(1), text: 'mine', at: 1 } as const
      await commit(store, [{ kind: 'roomEntry', room: key, entry: { ...mine, name: alice, text: 'claimed' } }])
      await commit(store, [
        { kind: 'roomEntry', room: key, entry: mine },
        { kind: 'roomEntry', room: key, entry: { ...mine, id: idOf(2), text: 'second' } },
        { kind: 'roomEntry', room: key, entry: { ...mine, text: 'the same again' } },
      ])
      assert.deepEqual(
        (await transcript(store, key)).map((entry) => [entry.name, entry.text]),
        [
          ['Alice', 'claimed'],
          ['bob', 'mine'],
          ['bob', 'second'],
        ],
      )
    })

    each('a draft becomes an entry and its copies in one commit', async ({ store, reopen }) => {
      const draft = (number: number) => ({ id: idOf(number), room: key, text: `draft ${number}`, sentAt: number })
      await commit(store, [
        { kind: 'roomDraft', draft: draft(2) },
        { kind: 'roomDraft', draft: draft(1) },
      ])
      const again = await reopen()
      assert.deepEqual((await load(again)).roomDrafts, [draft(2), draft(1)])
      const isKept = (id: string): Promise<boolean> => answerOf<boolean>((done) => again.isKept(id, done))
      assert.deepEqual([await isKept(idOf(2)), await isKept(idOf(3))], [true, false])
      const place = { key, number: 12, id: idOf(2) }
      const copies = ['bob', 'carol'].map((to, at) => ({
        id: idOf(0x50 + at),
        to,
        counter: 0,
        text: 'draft 2',
        sentAt: 2,
        room: place,
      }))
      const own = { number: 12, kind: 'message', name: alice, id: idOf(2), text: 'draft 2', at: 2 } as const
      await commit(again, [
        { kind: 'roomEntry', room: key, entry: own },
        ...copies.map((message) => ({ kind: 'outgoing', message }) as const),
        { kind: 'roomDraftErased', id: idOf(2) },
      ])
      const state = await load(again)
      assert.deepEqual(state.roomDrafts, [draft(1)])
      assert.equal(await isKept(idOf(2)), true)
      assert.deepEqual(
        state.outgoing,
        copies.map((message) => ({ ...message, state: 'kept', receiptKeys: [], unreadable: 0 })),
      )
      await commit(again, [{ kind: 'settled', id: idOf(0x50), at: 1_600, state: 'stored', road: 'direct' }])
      assert.deepEqual(await transcript(again, key), [own])
      assert.deepEqual(
        (await load(again)).outgoing.map((message) => message.to),
        ['carol'],
      )
      assert.deepEqual(await answerOf((done) => again.history({ name: 'bob', limit: 9 }, done)), [])
    })

    each('rows, mark and drafts of the channel are kept, and a row only once', async ({ store, reopen }) => {
      const row = (number: number, from?: AccountName): StoredChannelRow => {
        const said = { number, id: idOf(number), text: `said ${number}`, at: 100 + number }
        return from === undefined ? said : { ...said, from }
      }
      const draft = { id: idOf(9), text: 'soon', sentAt: 4 }
      const isKept = (id: string): Promise<boolean> => answerOf<boolean>((done) => store.isKept(id, done))
      assert.equal(await isKept(idOf(9)), false)
      await commit(store, [
        { kind: 'channelRow', row: row(2, alice) },
        { kind: 'channelRow', row: row(1) },
        { kind: 'channelRow', row: { ...row(2, alice), text: 'the same again' } },
        { kind: 'channelMark', number: 1 },
        { kind: 'channelMark', number: 2 },
        { kind: 'channelDraft', draft },
        { kind: 'channelDraft', draft: { ...draft, id: idOf(8) } },
      ])
      assert.deepEqual([await isKept(idOf(9)), await isKept(idOf(2))], [true, true])
      const again = await reopen()
      const state = await load(again)
      assert.equal(state.channelMark, 2)
      assert.deepEqual(
        state.channelDrafts.map(({ id }) => id),
        [idOf(9), idOf(8)],
      )
      assert.deepEqual(await channel(again), [row(1), row(2, alice)])
      assert.deepEqual(await channel(again, 1), [row(2, alice)])
      await commit(again, [{ kind: 'channelDraftErased', id: idOf(9) }])
      assert.deepEqual(
        (await load(again)).channelDrafts.map(({ id }) => id),
        [idOf(8)],
      )
    })
  })
}
