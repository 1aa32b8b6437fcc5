// What every store of a peer must do about what was said: the text of the port in src/peer/domain/archive-store.ts as tests.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AccountName } from '../../src/protocol/index.ts'
import { draftPositionMin, readSearch } from '../../src/peer/domain/archive.ts'
import type {
  ImportedRow,
  NewOutgoing,
  PeerChange,
  Received,
  StoredRoom,
  TalkKey,
} from '../../src/peer/domain/index.ts'
import { ArchiveCaller } from './archive-caller.ts'
import type { PeerStoreSubject } from './peer-store-suite.ts'

const idOf = (number: number): string => number.toString(16).padStart(32, '0')
const named = (name: string): AccountName => name as AccountName
const device = (value: number): Uint8Array => new Uint8Array(32).fill(value)
const room = idOf(0xaa)
const roomKey: TalkKey = { kind: 'room', room }
const channelKey: TalkKey = { kind: 'channel' }
const person = (name: string): TalkKey => ({ kind: 'person', name })

function received(number: number, from: string, text: string, fields: Partial<Received> = {}): PeerChange {
  const fixed = { sentAt: number, receivedAt: 10 * number, road: 'direct', counter: number } as const
  const message = { ...fixed, id: idOf(number), from: named(from), device: device(from.length), text, ...fields }
  return { kind: 'received', message, gapBefore: 0 }
}

function outgoing(number: number, to: string, text: string, fields: Partial<NewOutgoing> = {}): PeerChange {
  return { kind: 'outgoing', message: { id: idOf(number), to, counter: number, text, sentAt: 10 * number, ...fields } }
}

function entry(number: number, name: string, text: string, id = 0x1000 + number): PeerChange {
  const at = Math.min(10 * number, 8e15)
  const message = { number, kind: 'message', name: named(name), id: idOf(id), text, at } as const
  return { kind: 'roomEntry', room, entry: message }
}

function joined(number: number, name: string): PeerChange {
  return { kind: 'roomEntry', room, entry: { number, kind: 'joined', name: named(name), at: 10 * number } }
}

function roomOf(state: StoredRoom['state'] = 'joined'): PeerChange {
  return { kind: 'room', room: { key: room, room: 7, name: 'tea', maker: named('bob'), state, members: [], last: 0 } }
}

function said(number: number, at: number, from?: string): PeerChange {
  const fixed = { number, id: idOf(0x9000 + number), text: `said ${number}`, at }
  return { kind: 'channelRow', row: from === undefined ? fixed : { ...fixed, from: named(from) } }
}

function copy(number: number, to: string, place: number): PeerChange {
  return outgoing(number, to, 'x', { room: { key: room, number: place, id: idOf(0x1000 + place) } })
}

export function testPeerArchive(name: string, open: () => Promise<PeerStoreSubject>): void {
  const each = (
    what: string,
    run: (archive: ArchiveCaller, subject: PeerStoreSubject, reopen: () => Promise<ArchiveCaller>) => Promise<void>,
  ): void => {
    test(what, async () => {
      const subject = await open()
      const reopen = async (): Promise<ArchiveCaller> => new ArchiveCaller(await subject.reopen())
      try {
        await run(new ArchiveCaller(subject.store), subject, reopen)
      } finally {
        await subject.close()
      }
    })
  }

  describe(`peer store, archive: ${name}`, () => {
    each('a new one has the channel, and nothing in it', async (archive) => {
      const empty = { key: channelKey, title: '', activeAt: 0, unread: 0, readTo: 0, draft: '' }
      assert.deepEqual(await archive.talks(), [empty])
      assert.deepEqual(await archive.page(channelKey), { entries: [], hasBefore: false, hasAfter: false })
      assert.deepEqual(await archive.page(person('bob')), { entries: [], hasBefore: false, hasAfter: false })
      assert.deepEqual(await archive.texts(roomKey), [])
      assert.equal(await archive.journey(idOf(1)), undefined)
    })

    each('two spellings are one conversation; what others wrote is unread, the latest first', async (archive) => {
      await archive.commit([received(1, 'Bob', 'one'), outgoing(2, 'BOB', 'two'), received(3, 'carol', 'three')])
      await archive.commit([received(4, 'bob', 'four')])
      const rows = await archive.talks()
      assert.deepEqual(
        rows.map(({ title, unread, latest, activeAt }) => [title, unread, latest?.text, activeAt]),
        [
          ['bob', 2, 'four', 40],
          ['carol', 1, 'three', 30],
          ['', 0, undefined, 0],
        ],
      )
      assert.deepEqual(await archive.texts(person('bOb')), ['one', 'two', 'four'])
      const { entries } = await archive.page(person('bob'))
      assert.deepEqual(
        entries.map(({ from, isOwn, state, road, receivedAt }) => [from, isOwn, state, road, receivedAt]),
        [
          ['Bob', false, undefined, 'direct', 10],
          ['me', true, 'kept', undefined, undefined],
          ['bob', false, undefined, 'direct', 40],
        ],
      )
    })

    each('pages go both ways and around, and say whether there is more', async (archive) => {
      await archive.commit(Array.from({ length: 9 }, (_, i) => received(i + 1, i % 3 === 2 ? 'eve' : 'bob', `t${i}`)))
      const all = (await archive.page(person('bob'))).entries
      const at = (i: number): number => all[i]?.position ?? Number.NaN
      const texts = async (query: object): Promise<[string, boolean, boolean]> => {
        const { entries, hasBefore, hasAfter } = await archive.page(person('bob'), query)
        return [entries.map(({ text }) => text).join(' '), hasBefore, hasAfter]
      }
      assert.deepEqual(await texts({ count: 2 }), ['t6 t7', true, false])
      assert.deepEqual(await texts({ count: 6 }), ['t0 t1 t3 t4 t6 t7', false, false])
      assert.deepEqual(await texts({ count: 2, before: at(2) }), ['t0 t1', false, true])
      assert.deepEqual(await texts({ count: 2, before: at(0) }), ['', false, true])
      assert.deepEqual(await texts({ count: 2, after: at(2) }), ['t4 t6', true, true])
      assert.deepEqual(await texts({ count: 9, after: 0 }), ['t0 t1 t3 t4 t6 t7', false, false])
      assert.deepEqual(await texts({ count: 3, around: at(3) }), ['t3 t4 t6', true, true])
      assert.deepEqual(await texts({ count: 1, around: at(3) }), ['t4', true, true])
    })

    each('a read mark goes up, never back, and counts what is above it', async (archive, _subject, reopen) => {
      await archive.commit([1, 2, 3].map((number) => received(number, 'bob', `t${number}`)))
      assert.deepEqual(await archive.markRead(person('BOB'), idOf(2)), { hasChanged: true, unread: 1, readTo: 2 })
      assert.deepEqual(await archive.markRead(person('bob'), idOf(1)), { hasChanged: false, unread: 1, readTo: 2 })
      assert.equal(await archive.markRead(person('bob'), idOf(9)), undefined)
      assert.equal(await archive.markRead(person('eve'), idOf(1)), undefined)
      assert.equal(await archive.markRead(roomKey, idOf(1)), undefined)
      const again = await reopen()
      assert.deepEqual((await again.talk('bob'))?.unread, 1)
      await again.commit([received(4, 'bob', 't4')])
      assert.deepEqual((await again.talk('bob'))?.unread, 2)
      assert.deepEqual(await again.markRead(person('bob')), { hasChanged: true, unread: 0, readTo: 4 })
      assert.deepEqual(await again.markRead(person('bob')), { hasChanged: false, unread: 0, readTo: 4 })
    })

    each('drafts stay, also for somebody there is no message with', async (archive, _subject, reopen) => {
      assert.equal(await archive.putDraft(person('Bob'), 'hal'), true)
      assert.equal(await archive.putDraft(person('bob'), 'hal'), false)
      assert.equal(await archive.putDraft(channelKey, 'hey'), true)
      const again = await reopen()
      assert.deepEqual((await again.talk('Bob'))?.draft, 'hal')
      await again.commit([received(1, 'bob', 'x')])
      assert.deepEqual((await again.talk('bob'))?.draft, 'hal')
      assert.equal(await again.putDraft(person('BOB'), ''), true)
      assert.deepEqual((await again.talk('bob'))?.draft, '')
      assert.equal((await again.talks()).find(({ key }) => key.kind === 'channel')?.draft, 'hey')
    })

    each('nothing of a blocked person counts as unread', async (archive) => {
      const blocked = { name: named('bob'), isFriend: false, isBlocked: true }
      await archive.commit([roomOf(), entry(1, 'Bob', 'a'), entry(2, 'eve', 'b'), said(1, 5, 'BOB'), said(2, 6)])
      await archive.commit([received(1, 'bob', 'x'), { kind: 'friend', friend: blocked }])
      const unread = async (): Promise<number[]> =>
        (await archive.talks()).toSorted((a, b) => (a.title < b.title ? 1 : -1)).map((row) => row.unread)
      assert.deepEqual(await unread(), [1, 0, 1])
      await archive.commit([{ kind: 'friend', friend: { ...blocked, isBlocked: false } }])
      assert.deepEqual(await unread(), [2, 1, 2])
    })

    each('a room is read by its numbers, with changes, late ones and own drafts in their places', async (archive) => {
      const draft = { id: idOf(0x77), room, text: 'soon', sentAt: 99 }
      await archive.commit([roomOf(), joined(1, 'bob'), entry(4, 'bob', 'd'), entry(3, 'eve', 'c')])
      await archive.commit([entry(2, 'me', 'b'), { kind: 'roomDraft', draft }])
      const { entries } = await archive.page(roomKey)
      assert.deepEqual(
        entries.map(({ kind, text, isOwn, number, state }) => [kind, text, isOwn, number, state]),
        [
          ['joined', undefined, false, 1, undefined],
          ['message', 'b', true, 2, undefined],
          ['message', 'c', false, 3, undefined],
          ['message', 'd', false, 4, undefined],
          ['message', 'soon', true, undefined, 'kept'],
        ],
      )
      assert.ok((entries[4]?.position ?? 0) > draftPositionMin)
      assert.deepEqual((await archive.markRead(roomKey, idOf(0x77)))?.unread, 0)
      await archive.commit([entry(5, 'bob', 'e')])
      const row = (await archive.talks()).find(({ key }) => key.kind === 'room')
      assert.deepEqual([row?.title, row?.unread, row?.latest?.text], ['tea', 1, 'soon'])
      assert.deepEqual(await archive.texts(roomKey, { count: 3, before: entries[4]?.position }), ['c', 'd', 'e'])
      assert.deepEqual(await archive.texts(roomKey, { count: 3, after: entries[2]?.position }), ['d', 'e', 'soon'])
    })

    each('a room that was left stays as long as it has a transcript', async (archive) => {
      await archive.commit([roomOf('left')])
      assert.equal((await archive.talks()).length, 1)
      await archive.commit([joined(1, 'bob')])
      assert.deepEqual((await archive.talks()).map(({ title, activeAt }) => [title, activeAt])[0], ['tea', 10])
    })

    each('two that claim one number have two positions, and no page loops or forgets', async (archive) => {
      await archive.commit([
        roomOf(),
        ...[1, 2, 3, 4].map((i) => entry(7, i % 2 ? 'eve' : 'bob', `t${i}`, i)),
        entry(8, 'bob', 'z'),
      ])
      const { entries } = await archive.page(roomKey)
      assert.equal(new Set(entries.map(({ position }) => position)).size, 5)
      assert.deepEqual(await archive.walk(roomKey, 2), entries)
      assert.deepEqual(await archive.walkBack(roomKey, 3), entries)
    })

    each('numbers and times out of all reason are nowhere lost', async (archive) => {
      const high = Number.MAX_SAFE_INTEGER - 9
      await archive.commit([
        roomOf(),
        entry(high, 'eve', 'far', 1),
        entry(high - 5, 'eve', 'near', 2),
        entry(3, 'eve', 'true'),
      ])
      await archive.commit([said(1, high, 'eve'), said(2, high, 'bob'), said(3, 9, 'bob')])
      assert.deepEqual(await archive.texts(roomKey), ['true', 'near', 'far'])
      assert.deepEqual(await archive.walk(roomKey, 1), (await archive.page(roomKey)).entries)
      assert.deepEqual(await archive.texts(channelKey), ['said 3', 'said 1', 'said 2'])
      assert.deepEqual(await archive.walkBack(channelKey, 1), (await archive.page(channelKey)).entries)
    })

    each('an own message of a room is as far as its last copy', async (archive) => {
      await archive.commit([roomOf(), entry(2, 'me', 'b'), copy(1, 'eve', 2), copy(2, 'bob', 2)])
      const said2 = async () => (await archive.page(roomKey)).entries[0]
      assert.deepEqual([(await said2())?.state, (await said2())?.copies?.length], ['kept', 2])
      await archive.commit([{ kind: 'settled', id: idOf(1), state: 'stored', road: 'direct', at: 70 }])
      assert.equal((await said2())?.state, 'kept')
      await archive.commit([{ kind: 'deposited', id: idOf(2), at: 60 }])
      assert.deepEqual((await said2())?.copies, [
        { to: 'bob', state: 'mailbox', road: 'mailbox' },
        { to: 'eve', state: 'stored', road: 'direct' },
      ])
      await archive.commit([{ kind: 'settled', id: idOf(2), state: 'failed', reason: 'unreadable', at: 90 }])
      assert.deepEqual([(await said2())?.state, (await said2())?.reason], ['failed', 'unreadable'])
      assert.deepEqual(await archive.journey(idOf(0x1002)), [
        { at: 20, step: 'kept' },
        { at: 60, step: 'mailbox', road: 'mailbox', to: 'bob' },
        { at: 70, step: 'stored', road: 'direct', to: 'eve' },
        { at: 90, step: 'failed', reason: 'unreadable', to: 'bob' },
      ])
      assert.deepEqual(await archive.texts(person('eve')), [])
    })

    each("a copy of somebody's gives the entry its road and time, and nobody else's does", async (archive) => {
      const place = { key: room, number: 5, id: idOf(0x1005) }
      await archive.commit([roomOf(), received(3, 'eve', 'hi', { room: place, road: 'mailbox' })])
      await archive.commit([received(4, 'bob', 'mine', { room: place })])
      const { entries } = await archive.page(roomKey)
      assert.deepEqual(
        entries.map(({ from, road, receivedAt }) => [from, road, receivedAt]),
        [
          ['bob', 'direct', 40],
          ['eve', 'mailbox', 30],
        ],
      )
    })

    each('the journey and the roads of messages with one person', async (archive) => {
      await archive.commit([
        outgoing(1, 'bob', 'a'),
        outgoing(2, 'bob', 'b'),
        received(3, 'bob', 'c'),
        outgoing(4, 'bob', 'd'),
      ])
      await archive.commit([
        { kind: 'deposited', id: idOf(1), at: 15 },
        { kind: 'settled', id: idOf(1), at: 25, state: 'stored', road: 'mailbox' },
        { kind: 'settled', id: idOf(2), at: 26, state: 'stored', road: 'direct' },
        { kind: 'deposited', id: idOf(4), at: 45 },
      ])
      assert.deepEqual(await archive.journey(idOf(1)), [
        { at: 10, step: 'kept' },
        { at: 15, step: 'mailbox', road: 'mailbox' },
        { at: 25, step: 'stored', road: 'mailbox' },
      ])
      assert.deepEqual(await archive.journey(idOf(3)), [{ at: 30, step: 'received', road: 'direct' }])
      assert.deepEqual(await archive.roadRuns('BOB'), [
        { road: 'mailbox', from: 45, to: 45, messages: 1 },
        { road: 'direct', from: 26, to: 30, messages: 2 },
        { road: 'mailbox', from: 25, to: 25, messages: 1 },
      ])
      await archive.commit([{ kind: 'note', message: { id: idOf(5), to: 'me', counter: 0, text: 'note', sentAt: 50 } }])
      assert.deepEqual(
        (await archive.page(person('ME'))).entries.map(({ isOwn, from, state }) => [isOwn, from, state]),
        [[true, 'me', 'stored']],
      )
      assert.deepEqual(await archive.journey(idOf(5)), [
        { at: 50, step: 'kept' },
        { at: 50, step: 'stored', road: 'direct' },
      ])
    })

    each(
      'search finds all words everywhere, there, and by one person; the latest first',
      async (archive, _subject, reopen) => {
        await archive.commit([
          roomOf(),
          received(1, 'bob', 'Green tea, please'),
          outgoing(2, 'bob', 'no GREEN tea left'),
          received(3, 'eve', 'the teapot is green'),
          entry(4, 'bob', 'green tea in the room'),
          {
            kind: 'channelRow',
            row: { number: 1, id: idOf(0x99), from: named('me'), text: 'Teä für alle: grëen', at: 50 },
          },
          copy(6, 'bob', 9),
        ])
        const found = async (typed: string, query: object = {}): Promise<string[]> =>
          (await archive.find(typed, query)).map(({ entry: { text = '' } }) => text)
        assert.deepEqual(await found('green te'), [
          'Teä für alle: grëen',
          'green tea in the room',
          'the teapot is green',
          'no GREEN tea left',
          'Green tea, please',
        ])
        assert.deepEqual(await found('"tea" green'), [
          'Teä für alle: grëen',
          'green tea in the room',
          'no GREEN tea left',
          'Green tea, please',
        ])
        assert.deepEqual(await found('"green tea"', { key: person('BOB') }), ['no GREEN tea left', 'Green tea, please'])
        assert.deepEqual(await found('tea', { key: roomKey }), ['green tea in the room'])
        assert.deepEqual(await found('green', { from: 'bob' }), ['green tea in the room', 'Green tea, please'])
        assert.deepEqual(await found('green', { from: 'ME' }), ['Teä für alle: grëen', 'no GREEN tea left'])
        assert.deepEqual(await found('x'), [])
        const [first] = await archive.find('green te', { count: 2 })
        const second = (await archive.find('green te', { count: 2 }))[1]
        const rest = await (await reopen()).find('green te', { cursor: second?.cursor })
        assert.equal(first?.entry.text, 'Teä für alle: grëen')
        assert.equal(rest.length, 3)
      },
    )

    each(
      'what is imported stands before all in its order, waits for nothing, and comes once',
      async (archive, _subject, reopen) => {
        await archive.commit([roomOf(), received(1, 'bob', 'new'), entry(1, 'eve', 'first'), said(1, 500, 'eve')])
        const fixed = { isOwn: false, from: named('bob'), sentAt: 3 }
        const rows: ImportedRow[] = [
          { ...fixed, key: person('Bob'), id: idOf(0x51), text: 'a', receivedAt: 4, road: 'mailbox' },
          {
            ...fixed,
            key: person('bob'),
            id: idOf(0x52),
            text: 'b',
            isOwn: true,
            from: named('me'),
            state: 'stored',
            road: 'direct',
          },
          { ...fixed, key: person('bob'), id: idOf(0x53), text: 'c', isOwn: true, from: named('me') },
          { ...fixed, key: roomKey, id: idOf(0x54), text: 'd' },
          { ...fixed, key: roomKey, id: idOf(0x55), text: 'e', from: named('me'), isOwn: true },
          { ...fixed, key: channelKey, id: idOf(0x56), text: 'f', sentAt: 400 },
          { ...fixed, key: person('bob'), id: idOf(1), text: 'new' },
          { ...fixed, key: person('bob'), id: idOf(0x51), text: 'a' },
        ]
        assert.deepEqual(await archive.importRows(rows), { added: 6, known: 2 })
        assert.deepEqual(await archive.importRows(rows), { added: 0, known: 8 })
        assert.deepEqual(await archive.texts(person('bob')), ['a', 'b', 'c', 'new'])
        assert.deepEqual(await archive.texts(roomKey), ['d', 'e', 'first'])
        assert.deepEqual(await archive.texts(channelKey), ['f', 'said 1'])
        const { entries } = await archive.page(person('bob'))
        assert.deepEqual(
          entries.map(({ state, road, receivedAt }) => [state, road, receivedAt]),
          [
            [undefined, 'mailbox', 4],
            ['stored', 'direct', undefined],
            [undefined, undefined, undefined],
            [undefined, 'direct', 10],
          ],
        )
        assert.deepEqual(
          (await archive.talks()).map(({ unread }) => unread),
          [1, 1, 1],
        )
        assert.deepEqual((await archive.find('b')).length, 1)
        const late = await reopen()
        const state = await late.load()
        assert.deepEqual([state.outgoing, state.nextCounters], [[], []])
        assert.deepEqual(state.roomTops, [{ room, number: 1 }])
        await late.importRows([{ ...fixed, key: person('bob'), id: idOf(0x61), text: 'before' }])
        await late.commit([received(9, 'bob', 'after')])
        const texts = await late.texts(person('bob'))
        assert.deepEqual([texts[0], texts.at(-1)], ['before', 'after'])
        assert.equal((await late.find('before')).length + (await late.find('after')).length, 2)
      },
    )

    each('into a store with nothing, what is imported is followed by what comes', async (archive) => {
      const fixed = { isOwn: false, from: named('bob'), sentAt: 3, text: 'old' }
      await archive.commit([roomOf()])
      await archive.importRows([
        { ...fixed, key: person('bob'), id: idOf(1) },
        { ...fixed, key: roomKey, id: idOf(2) },
      ])
      assert.equal((await archive.find('old')).length, 2)
      await archive.commit([received(3, 'bob', 'new'), entry(1, 'bob', 'new'), outgoing(4, 'bob', 'new')])
      assert.deepEqual(await archive.texts(person('bob')), ['old', 'new', 'new'])
      assert.deepEqual(await archive.texts(roomKey), ['old', 'new'])
      assert.equal((await archive.find('new')).length, 3)
      assert.equal((await archive.talk('bob'))?.unread, 1)
    })

    each('two people may have used one id, and both are imported', async (archive) => {
      const fixed = { isOwn: false, sentAt: 3, text: 'old', id: idOf(1) }
      const rows = ['bob', 'eve'].map((from) => ({ ...fixed, from: named(from), key: person(from) }))
      assert.deepEqual(await archive.importRows(rows), { added: 2, known: 0 })
      assert.deepEqual([await archive.texts(person('bob')), await archive.texts(person('eve'))], [['old'], ['old']])
    })

    each('no search throws or stops, whatever is typed', async (archive) => {
      await archive.commit([
        received(1, 'bob', 'a "b" OR c* NEAR(d) 👍🏽 ' + 'w'.repeat(9_000)),
        received(2, 'bob', '{}'),
      ])
      const typed = [
        'a OR',
        'NEAR(',
        '"',
        '"a',
        '*',
        '^a',
        'a:b',
        '-a',
        '👍',
        'x '.repeat(5_000),
        'w'.repeat(10_000),
        '{',
        "'",
        '\0',
        'a\0b',
        '\ud800 a',
      ]
      for (const text of typed) if (readSearch(text)) await archive.find(text)
      assert.equal((await archive.find('or')).length, 1)
      assert.equal((await archive.find('👍')).length, 1)
      assert.equal((await archive.find('w'.repeat(70))).length, 1)
    })
  })
}
