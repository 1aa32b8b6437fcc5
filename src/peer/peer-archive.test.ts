// The reading side on real peers: what was said is listed, paged, found and marked; every listener hears what one marks.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { RegistryServer } from '../registry/index.ts'
import type { ConversationKey } from './domain/index.ts'
import { Peer, type PeerEvent } from './index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

type Of<T extends PeerEvent['type']> = Extract<PeerEvent, { type: T }>
type Open = (name: string) => Promise<Witness>

/** A peer with all that it told. */
class Witness {
  readonly peer: Peer
  readonly events: PeerEvent[] = []
  #onEvent: (() => void) | undefined

  constructor(peer: Peer) {
    this.peer = peer
    peer.subscribe((event) => {
      this.events.push(event)
      this.#onEvent?.()
    })
  }

  get archive(): Peer['archive'] {
    return this.peer.archive
  }

  of<T extends PeerEvent['type']>(type: T): Of<T>[] {
    return this.events.filter((event): event is Of<T> => event.type === type)
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#onEvent = resolve))
  }

  /** The conversation as it is listed; undefined where it is not. */
  async row(key: ConversationKey) {
    const rows = await this.archive.conversations()
    return rows.find((row) => JSON.stringify(row.key) === JSON.stringify(key))
  }

  async texts(key: ConversationKey): Promise<string[]> {
    return (await this.archive.transcript({ key, count: 100 })).entries.map(({ kind, text }) => text ?? kind)
  }
}

async function setting(t: TestContext): Promise<Open> {
  const home = mkdtempSync(join(tmpdir(), 'parley-archive-'))
  const registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
  const opened: Peer[] = []
  t.after(async () => {
    await Promise.all(opened.map((peer) => peer.close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  return async (name) => {
    const peer = await Peer.open({ name, home, registry: registry.invite, host: '127.0.0.1' })
    opened.push(peer)
    const witness = new Witness(peer)
    await witness.until(() => witness.of('clients').length > 0)
    return witness
  }
}

const bobKey: ConversationKey = { kind: 'person', name: 'bob' }
const adaKey: ConversationKey = { kind: 'person', name: 'ada' }

test('a conversation is listed, paged, found, read and drafted in, and all of it is there in the next run', async (t) => {
  const open = await setting(t)
  const ada = await open('ada')
  const bob = await open('bob')
  for (const text of ['hello', 'Crème brûlée today?', 'bye']) await ada.peer.send('Bob', text)
  await ada.until(() => ada.of('state').filter(({ state }) => state === 'stored').length === 3)
  await bob.until(() => bob.of('message').length === 3)

  const listed = await bob.row(adaKey)
  assert.deepEqual([listed?.unread, listed?.readTo, listed?.latest?.text, listed?.title], [3, 0, 'bye', 'ada'])
  assert.equal((await ada.row(bobKey))?.unread, 0)
  const page = await bob.archive.transcript({ key: adaKey, count: 2 })
  assert.deepEqual(
    page.entries.map(({ text, isOwn, from, road }) => [text, isOwn, from, road]),
    [
      ['Crème brûlée today?', false, 'ada', 'direct'],
      ['bye', false, 'ada', 'direct'],
    ],
  )
  assert.deepEqual([page.hasBefore, page.hasAfter], [true, false])
  const [first] = page.entries
  assert.deepEqual(
    (await bob.archive.transcript({ key: adaKey, count: 2, before: first?.position ?? 0 })).entries.map(
      ({ text }) => text,
    ),
    ['hello'],
  )

  const hits = await bob.archive.search({ words: 'BRULEE cre', count: 10 })
  assert.deepEqual(
    hits.map(({ key, marks }) => [key, marks]),
    [
      [
        adaKey,
        [
          [0, 5],
          [6, 12],
        ],
      ],
    ],
  )
  assert.deepEqual(await bob.archive.search({ words: 'brulee', from: 'bob', count: 10 }), [])
  assert.equal((await ada.archive.search({ words: 'brulee', from: 'ADA', count: 10 }))[0]?.key.kind, 'person')
  await assert.rejects(bob.archive.search({ words: ' "*" ', count: 1 }), { code: 'badSearch' })

  await bob.archive.markRead({ kind: 'person', name: 'ADA' }, first?.id)
  assert.deepEqual((await bob.row(adaKey))?.unread, 1)
  await bob.archive.markRead(adaKey)
  await bob.archive.markRead(adaKey, first?.id)
  assert.deepEqual(
    bob.of('read').map(({ unread }) => unread),
    [1, 0],
  )
  await bob.archive.setDraft(adaKey, 'hal')
  await bob.archive.setDraft(adaKey, 'hal')
  await bob.archive.setDraft({ kind: 'person', name: 'carol' }, 'well')
  assert.deepEqual(
    bob.of('draft').map(({ text }) => text),
    ['hal', 'well'],
  )
  await assert.rejects(bob.archive.setDraft(adaKey, 'x'.repeat(65_537)), { code: 'textTooLong' })
  await assert.rejects(bob.archive.markRead(adaKey, 'f'.repeat(32)), { code: 'unknownMessage' })
  await assert.rejects(bob.archive.transcript({ key: { kind: 'person', name: '' }, count: 1 }), { code: 'badName' })
  await assert.rejects(bob.archive.transcript({ key: { kind: 'room', room: 9 }, count: 1 }), { code: 'unknownRoom' })
  await assert.rejects(bob.archive.transcript({ key: adaKey, count: 0 }), { code: 'badQuery' })

  await bob.peer.close()
  const again = await open('bob')
  const kept = await again.row(adaKey)
  assert.deepEqual([kept?.unread, kept?.draft], [0, 'hal'])
  assert.equal((await again.row({ kind: 'person', name: 'carol' }))?.draft, 'well')
  await again.archive.setDraft({ kind: 'person', name: 'Carol' }, '')
  assert.equal(await again.row({ kind: 'person', name: 'carol' }), undefined)
})

test("a message's journey, and what is known of a person", slow, async (t) => {
  const open = await setting(t)
  const ada = await open('ada')
  const bob = await open('bob')
  await bob.peer.close()
  await ada.until(() => ada.of('presence').some(({ name, online }) => name === 'bob' && !online))
  const { id } = await ada.peer.send('bob', 'for later')
  await ada.until(() => ada.of('state').some(({ state }) => state === 'mailbox'))
  assert.deepEqual(
    (await ada.archive.journey(id)).map(({ step, road }) => [step, road]),
    [
      ['kept', undefined],
      ['mailbox', 'mailbox'],
    ],
  )
  assert.deepEqual(
    (await ada.archive.transcript({ key: bobKey, count: 1 })).entries.map(({ state, road }) => [state, road]),
    [['mailbox', 'mailbox']],
  )
  const back = await open('bob')
  await ada.until(() => ada.of('state').some(({ state }) => state === 'stored'))
  await ada.peer.send('bob', 'at once')
  await ada.until(() => ada.of('state').filter(({ state }) => state === 'stored').length === 2)
  const steps = await ada.archive.journey(id)
  assert.deepEqual(
    steps.map(({ step, road }) => [step, road]),
    [
      ['kept', undefined],
      ['mailbox', 'mailbox'],
      ['stored', 'mailbox'],
    ],
  )
  assert.deepEqual(
    steps.map(({ at }) => at),
    steps.map(({ at }) => at).toSorted((a, b) => a - b),
  )
  await back.until(() => back.of('message').length === 2)
  assert.deepEqual(
    (await back.archive.journey(id)).map(({ step, road }) => [step, road]),
    [['received', 'mailbox']],
  )
  await assert.rejects(ada.archive.journey('0'.repeat(32)), { code: 'unknownMessage' })
  await assert.rejects(ada.archive.journey('no id'), { code: 'unknownMessage' })

  const card = await ada.archive.contact('BOB')
  assert.equal(card.roads.at(-1)?.road, 'mailbox')
  assert.equal(
    card.roads.reduce((sum, { messages }) => sum + messages, 0),
    2,
  )
  assert.equal(card.key?.fingerprint, back.peer.fingerprint)
  assert.deepEqual([card.name, card.status, card.isFriend, card.isBlocked], ['bob', 'online', false, false])
  await assert.rejects(ada.archive.contact('nobody'), { code: 'unknownName' })
  await ada.peer.account.setBlocked('bob', true)
  assert.equal((await ada.archive.contact('bob')).isBlocked, true)
})

test('rooms and the channel are conversations, with the states of the copies, also after leaving', slow, async (t) => {
  const open = await setting(t)
  const ada = await open('ada')
  const bob = await open('bob')
  const { room } = await ada.peer.rooms.makeRoom(['bob'], 'tea')
  await bob.until(() => bob.of('room').length > 0)
  const key: ConversationKey = { kind: 'room', room: room.room }
  assert.equal((await bob.row(key))?.title, 'tea')
  await bob.peer.rooms.answerRoom(room.room, true)
  await ada.until(() => ada.of('room').some(({ entry }) => entry.kind === 'joined' && entry.name === 'bob'))
  const id = await ada.peer.rooms.sendToRoom(room.room, 'who brings milk?')
  await ada.until(() => ada.of('roomState').some(({ state }) => state === 'stored'))
  await bob.until(() => bob.of('roomMessage').length === 1)

  const said = (await ada.archive.transcript({ key, count: 9 })).entries.at(-1)
  assert.deepEqual([said?.state, said?.copies], ['stored', [{ to: 'bob', state: 'stored', road: 'direct' }]])
  assert.deepEqual(
    (await ada.archive.journey(id)).map(({ step, to }) => [step, to]),
    [
      ['kept', undefined],
      ['stored', 'bob'],
    ],
  )
  const heard = (await bob.archive.transcript({ key, count: 9 })).entries.at(-1)
  assert.deepEqual([heard?.id, heard?.road, heard?.from, heard?.state], [id, 'direct', 'ada', undefined])
  assert.ok((heard?.receivedAt ?? 0) > 0)
  assert.equal((await bob.row(key))?.unread, 1)
  assert.deepEqual(
    (await bob.archive.search({ words: 'milk', key, count: 5 })).map((hit) => hit.entry.id),
    [id],
  )
  await bob.archive.markRead(key, id)
  assert.deepEqual(bob.of('read').at(-1)?.key, key)
  assert.equal((await bob.row(key))?.unread, 0)

  await bob.peer.rooms.leaveRoom(room.room)
  assert.deepEqual((await bob.texts(key)).slice(-2), ['who brings milk?', 'left'])
  await ada.peer.rooms.sendToAll('hello everybody')
  await bob.until(() => bob.of('channelMessage').length === 1)
  assert.equal((await bob.row({ kind: 'channel' }))?.unread, 1)
  assert.deepEqual(await bob.texts({ kind: 'channel' }), ['hello everybody'])
  await bob.archive.markRead({ kind: 'channel' })
  assert.equal((await bob.row({ kind: 'channel' }))?.unread, 0)
})

test('what is imported stands before all, is found, and is sent nowhere', async (t) => {
  const open = await setting(t)
  const ada = await open('ada')
  const bob = await open('bob')
  await ada.peer.send('bob', 'new')
  await ada.until(() => ada.of('state').some(({ state }) => state === 'stored'))
  const fixed = { key: bobKey, sentAt: 1_000, text: 'old' }
  const rows = [
    { ...fixed, id: '1'.repeat(32), isOwn: true, state: 'kept' as const },
    { ...fixed, id: '2'.repeat(32), isOwn: true, state: 'stored' as const, road: 'direct' as const, text: 'older' },
    { ...fixed, id: '3'.repeat(32), isOwn: false, from: 'bob', receivedAt: 1_001 },
    { ...fixed, id: '4'.repeat(32), isOwn: false, from: 'bob', key: { kind: 'room', room: 77 } as const },
  ]
  assert.deepEqual(await ada.archive.importMessages(rows), { added: 3, known: 0, skipped: 1 })
  assert.deepEqual(await ada.archive.importMessages(rows), { added: 0, known: 3, skipped: 1 })
  const { entries } = await ada.archive.transcript({ key: bobKey, count: 9 })
  assert.deepEqual(
    entries.map(({ text, state, isOwn }) => [text, state, isOwn]),
    [
      ['old', undefined, true],
      ['older', 'stored', true],
      ['old', undefined, false],
      ['new', 'stored', true],
    ],
  )
  assert.equal((await ada.row(bobKey))?.unread, 0)
  assert.equal((await ada.archive.search({ words: 'old', count: 9 })).length, 3)
  for (const broken of [{ id: 'x' }, { text: '' }, { sentAt: Number.NaN }, { from: 'a b' }, { text: '\ud800' }]) {
    await assert.rejects(ada.archive.importMessages([{ ...fixed, id: '5'.repeat(32), isOwn: false, ...broken }]), {
      code: 'badImport',
    })
  }
  await ada.peer.close()
  const again = await open('ada')
  await again.peer.send('bob', 'after')
  await bob.until(() => bob.of('message').length === 2)
  assert.deepEqual(await bob.texts(adaKey), ['new', 'after'])
})
