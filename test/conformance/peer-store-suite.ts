// What every store of a peer must do, whatever it stands on: the text of the port in src/peer/domain/peer-store.ts as tests.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Result } from '../../src/base/index.ts'
import type { AccountName } from '../../src/protocol/index.ts'
import type {
  CommitOutcome,
  Done,
  NewOutgoing,
  PeerChange,
  PeerState,
  PeerStore,
  Received,
  StoreFailure,
} from '../../src/peer/domain/index.ts'

export interface PeerStoreSubject {
  readonly store: PeerStore
  /** The same file or memory in another process, as far as the adapter can tell. */
  reopen(): Promise<PeerStore>
  close(): Promise<void>
}

/** Waits for an answer; that it never comes inside the call is checked each time. */
export async function answerOf<T>(call: (done: Done<T>) => void): Promise<T> {
  const outcome = await new Promise<Result<T, StoreFailure>>((resolve) => {
    let isInside = true
    call((_now, answer) => {
      assert.equal(isInside, false, 'an answer comes in a later turn')
      resolve(answer)
    })
    isInside = false
  })
  if (!outcome.ok) throw new Error(outcome.error.detail)
  return outcome.value
}

const commit = (store: PeerStore, changes: readonly PeerChange[]): Promise<CommitOutcome> =>
  answerOf((done) => store.commit(changes, done))
const load = (store: PeerStore): Promise<PeerState> => answerOf((done) => store.load(done))

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)
const idOf = (number: number): string => number.toString(16).padStart(32, '0')
const carol = 'Carol' as AccountName

function outgoing(number: number, to = 'bob'): NewOutgoing {
  return { id: idOf(number), to, counter: number, text: `to ${to} ${number}`, sentAt: 1_000 + number }
}

function received(number: number, fields: Partial<Received> = {}): Received {
  const fixed = { device: bytes(32, 7), from: carol, sentAt: 5, receivedAt: 6, road: 'direct' } as const
  return { id: idOf(1_000 + number), counter: number, text: `from carol ${number}`, ...fixed, ...fields }
}

export function testPeerStore(name: string, open: () => Promise<PeerStoreSubject>): void {
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

  describe(`peer store: ${name}`, () => {
    each('a new one is empty', async ({ store }) => {
      const state = await load(store)
      assert.deepEqual(
        { ...state, nextPrekey: 1 },
        {
          outgoing: [],
          nextCounters: [],
          contacts: [],
          inboxes: [],
          held: [],
          prekeys: [],
          nextPrekey: 1,
          friends: [],
          addresses: [],
          login: { hasLoggedIn: false, hasPassword: false },
          rooms: [],
          roomTops: [],
          roomChanges: [],
          roomDrafts: [],
          channelMark: undefined,
          channelDrafts: [],
        },
      )
      assert.equal(state.nextPrekey, 1)
    })

    each('own messages wait until they are settled, with the keys of their boxes', async ({ store, reopen }) => {
      await commit(store, [
        { kind: 'outgoing', message: outgoing(0) },
        { kind: 'outgoing', message: outgoing(1, 'Bob') },
        { kind: 'nextCounter', to: 'bob', next: 2 },
        { kind: 'sealed', id: idOf(1), receiptKey: bytes(32, 1) },
        { kind: 'sealed', id: idOf(1), receiptKey: bytes(32, 2) },
        { kind: 'deposited', id: idOf(1), at: 1_500 },
      ])
      const again = await reopen()
      const state = await load(again)
      assert.deepEqual(state.nextCounters, [{ to: 'bob', next: 2 }])
      assert.deepEqual(state.outgoing, [
        { ...outgoing(0), state: 'kept', receiptKeys: [], unreadable: 0 },
        { ...outgoing(1, 'Bob'), state: 'mailbox', receiptKeys: [bytes(32, 1), bytes(32, 2)], unreadable: 0 },
      ])
      await commit(again, [{ kind: 'unreadable', id: idOf(1), times: 2 }])
      assert.deepEqual(
        (await load(again)).outgoing.map(({ state: at, unreadable }) => [at, unreadable]),
        [
          ['kept', 0],
          ['kept', 2],
        ],
      )
      await commit(again, [
        { kind: 'settled', id: idOf(0), at: 1_600, state: 'stored', road: 'direct' },
        { kind: 'settled', id: idOf(1), at: 1_600, state: 'failed', reason: 'unreadable' },
      ])
      assert.deepEqual((await load(again)).outgoing, [])
      const rows = await answerOf<readonly object[]>((done) => again.history({ name: 'BOB', limit: 10 }, done))
      assert.deepEqual(rows, [
        { id: idOf(0), isOwn: true, name: 'bob', text: 'to bob 0', sentAt: 1_000, road: 'direct', state: 'stored' },
        {
          id: idOf(1),
          isOwn: true,
          name: 'Bob',
          text: 'to Bob 1',
          sentAt: 1_001,
          state: 'failed',
          reason: 'unreadable',
        },
      ])
    })

    each("an own message is known by its id, sent or settled, and nobody else's is", async ({ store }) => {
      const isKept = (id: string): Promise<boolean> => answerOf<boolean>((done) => store.isKept(id, done))
      await commit(store, [
        { kind: 'outgoing', message: outgoing(0) },
        { kind: 'note', message: outgoing(1, 'me') },
        { kind: 'settled', id: idOf(0), at: 1_600, state: 'expired' },
        { kind: 'received', message: received(2), gapBefore: 0 },
      ])
      assert.deepEqual([await isKept(idOf(0)), await isKept(idOf(1))], [true, true])
      assert.deepEqual([await isKept(received(2).id), await isKept(idOf(9))], [false, false])
    })

    each('a renumbered message waits anew, without the keys for the former recipient', async ({ store }) => {
      await commit(store, [
        { kind: 'outgoing', message: outgoing(5) },
        { kind: 'sealed', id: idOf(5), receiptKey: bytes(32, 1) },
        { kind: 'deposited', id: idOf(5), at: 1_500 },
        { kind: 'renumbered', id: idOf(5), counter: 0 },
      ])
      const [message] = (await load(store)).outgoing
      assert.deepEqual([message?.counter, message?.state, message?.receiptKeys], [0, 'kept', []])
    })

    each('a note is in the history and waits for nothing', async ({ store }) => {
      await commit(store, [{ kind: 'note', message: outgoing(3, 'me') }])
      assert.deepEqual((await load(store)).outgoing, [])
      const rows = await answerOf<readonly { state?: string }[]>((done) =>
        store.history({ name: 'me', limit: 1 }, done),
      )
      assert.equal(rows[0]?.state, 'stored')
    })

    each('received messages are shown in the order of showing, held ones when they are released', async (subject) => {
      const { store, reopen } = subject
      const inbox = { device: bytes(32, 7), from: carol, next: 1, floor: 0, gap: 0 }
      await commit(store, [
        { kind: 'received', message: received(0), gapBefore: 0 },
        { kind: 'held', message: received(3, { text: 'odd \u0000\ufffe\u{1f600}' }) },
        { kind: 'held', message: received(2, { road: 'mailbox' }) },
        { kind: 'inbox', inbox },
      ])
      const again = await reopen()
      const state = await load(again)
      assert.deepEqual(state.inboxes, [inbox])
      assert.deepEqual(
        state.held.toSorted((a, b) => a.counter - b.counter),
        [received(2, { road: 'mailbox' }), received(3, { text: 'odd \u0000\ufffe\u{1f600}' })],
      )
      await commit(again, [
        { kind: 'received', message: received(2, { road: 'mailbox' }), gapBefore: 1 },
        { kind: 'inbox', inbox: { ...inbox, next: 3, floor: 2, gap: 4 } },
      ])
      const later = await load(again)
      assert.deepEqual(
        later.held.map((message) => message.counter),
        [3],
      )
      assert.deepEqual(later.inboxes, [{ ...inbox, next: 3, floor: 2, gap: 4 }])
      const rows = await answerOf<readonly { text: string; gapBefore?: number; road?: string; receivedAt?: number }[]>(
        (done) => again.history({ name: 'carol', limit: 10 }, done),
      )
      assert.deepEqual(
        rows.map(({ text, gapBefore, road, receivedAt }) => [text, gapBefore, road, receivedAt]),
        [
          ['from carol 0', undefined, 'direct', 6],
          ['from carol 2', 1, 'mailbox', 6],
        ],
      )
    })

    each('what a device sent once, by id or counter, is never written again', async ({ store }) => {
      await commit(store, [{ kind: 'received', message: received(0), gapBefore: 0 }])
      const sameCounter = received(0, { id: idOf(99), text: 'another' })
      const sameId = received(9, { id: received(0).id, text: 'another' })
      const otherDevice = received(0, { device: bytes(32, 8), text: 'of another device' })
      const outcome = await commit(store, [
        { kind: 'received', message: sameCounter, gapBefore: 0 },
        { kind: 'received', message: sameId, gapBefore: 0 },
        { kind: 'received', message: otherDevice, gapBefore: 0 },
      ])
      assert.deepEqual(outcome.doubled, [sameCounter.id, sameId.id])
      const rows = await answerOf<readonly { text: string }[]>((done) =>
        store.history({ name: 'carol', limit: 9 }, done),
      )
      assert.deepEqual(
        rows.map((row) => row.text),
        ['from carol 0', 'of another device'],
      )
      const find = (counter: number, id: string): Promise<readonly object[]> =>
        answerOf((done) => store.find({ device: bytes(32, 7), counter, id }, done))
      const known = { id: received(0).id, counter: 0, text: 'from carol 0' }
      assert.deepEqual(await find(0, idOf(55)), [known])
      assert.deepEqual(await find(8, known.id), [known])
      assert.deepEqual(await find(0, known.id), [known])
      assert.deepEqual(await find(8, idOf(55)), [])
    })

    each('an own message may have the id of a received one', async ({ store }) => {
      await commit(store, [{ kind: 'outgoing', message: outgoing(1) }])
      const outcome = await commit(store, [{ kind: 'received', message: received(0, { id: idOf(1) }), gapBefore: 0 }])
      assert.deepEqual(outcome.doubled, [])
    })

    each('contacts are replaced whole, with and without another identity', async ({ store, reopen }) => {
      const bundle = (value: number) => ({
        identity: bytes(32, value),
        devices: { body: bytes(100, value), signature: bytes(64, value) },
      })
      await commit(store, [{ kind: 'contact', contact: { name: carol, ...bundle(1), offered: bundle(2) } }])
      const again = await reopen()
      assert.deepEqual((await load(again)).contacts, [{ name: carol, ...bundle(1), offered: bundle(2) }])
      await commit(again, [{ kind: 'contact', contact: { name: carol, ...bundle(2) } }])
      assert.deepEqual((await load(again)).contacts, [{ name: carol, ...bundle(2) }])
    })

    each('numbers of prekeys never come back, also when the last one was erased', async ({ store, reopen }) => {
      const prekey = { id: 1, kind: 'once', secret: bytes(32, 1), made: 10 } as const
      await commit(store, [
        { kind: 'prekey', prekey },
        { kind: 'prekey', prekey: { ...prekey, id: 2, kind: 'last' } },
        { kind: 'prekey', prekey: { ...prekey, used: 20 } },
        { kind: 'prekeyErased', id: 2 },
      ])
      const again = await reopen()
      const state = await load(again)
      assert.deepEqual(state.prekeys, [{ ...prekey, used: 20 }])
      assert.equal(state.nextPrekey, 3)
    })

    each('the history gives the last ones, oldest first, and names everybody once', async ({ store }) => {
      await commit(
        store,
        [0, 1, 2].map((number) => ({ kind: 'outgoing', message: outgoing(number, 'carol') })),
      )
      await commit(store, [{ kind: 'received', message: received(0), gapBefore: 0 }])
      await commit(store, [{ kind: 'outgoing', message: outgoing(9, 'dave') }])
      const history = (limit: number): Promise<readonly { text: string }[]> =>
        answerOf((done) => store.history({ name: 'CAROL', limit }, done))
      assert.deepEqual(
        (await history(2)).map((row) => row.text),
        ['to carol 2', 'from carol 0'],
      )
      assert.equal((await history(100)).length, 4)
      assert.deepEqual(await history(0), [])
      assert.deepEqual(await answerOf((done) => store.conversations(done)), ['Carol', 'dave'])
    })

    each('the largest numbers stay what they are', async ({ store, reopen }) => {
      const inbox = { device: bytes(32, 7), from: carol, next: 2 ** 48 + 1, floor: 2 ** 48, gap: 2 ** 48 }
      const message = received(2 ** 48, { sentAt: 8.64e15, receivedAt: 0 })
      await commit(store, [
        { kind: 'held', message },
        { kind: 'inbox', inbox },
      ])
      const state = await load(await reopen())
      assert.deepEqual(state.inboxes, [inbox])
      assert.deepEqual(state.held, [message])
    })

    each('commits take effect in the order of the calls, and each is answered once', async ({ store }) => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => commit(store, [{ kind: 'nextCounter', to: 'bob', next: i }])),
      )
      assert.equal(answers.length, 50)
      assert.deepEqual((await load(store)).nextCounters, [{ to: 'bob', next: 49 }])
    })
  })
}
