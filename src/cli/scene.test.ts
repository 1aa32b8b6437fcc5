// The commands on real peers at a real registry: one scene, in which alice uses the command line and bob answers.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import * as v from 'valibot'
import { openPeer, type PeerApi, type PeerEvent } from '../api/index.ts'
import { jsonEventSchema } from '../api/json-event.ts'
import { RegistryServer } from '../registry/index.ts'
import { ask } from './ask.ts'
import { until } from './command-desk.ts'
import { exportTranscripts } from './export.ts'
import { TestDesk } from './fixture/test-desk.ts'
import { history } from './history.ts'
import { importTranscripts } from './import.ts'
import { search } from './search.ts'
import { send, type SendRequest } from './send.ts'
import { tail } from './tail.ts'
import { who } from './who.ts'

const never = new AbortController().signal

/** Resolves at the first event that fits; listening begins at the call. */
function heard(peer: PeerApi, fits: (event: PeerEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = peer.subscribe((event) => {
      if (!fits(event)) return
      stop()
      resolve()
    })
  })
}

describe('alice and bob', () => {
  const home = mkdtempSync(join(tmpdir(), 'parley-cli-'))
  let registry: RegistryServer
  let alice: PeerApi
  let bob: PeerApi
  const desk = (form: 'plain' | 'json' = 'plain'): TestDesk<PeerApi> => new TestDesk(alice, form)
  const open = (name: string): Promise<PeerApi> => openPeer({ name, home, registry: registry.invite })
  const to = (word: string, text: string, more: Partial<SendRequest> = {}): SendRequest => ({
    to: word,
    what: { text },
    wait: 'stored',
    timeoutMs: 1,
    ...more,
  })

  before(async () => {
    registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
    ;[alice, bob] = await Promise.all([open('alice'), open('bob')])
    await Promise.all([alice, bob].map((peer) => until(peer, never, () => peer.registryState() === 'online')))
  })
  after(async () => {
    await Promise.all([alice, bob].map((peer) => peer.close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })

  test('send: stored, and bob has it', async () => {
    const json = desk('json')
    assert.equal(await send(json, to('bob', 'hello\nbob')), undefined)
    const objects = await json.objects()
    for (const object of objects) v.parse(jsonEventSchema, object)
    assert.deepEqual([objects[0]?.['type'], objects.at(-1)?.['state']], ['sent', 'stored'])
    assert.deepEqual(
      (await bob.history('alice', 5)).map(({ id, text }) => ({ id, text })),
      [{ id: objects[0]?.['id'], text: 'hello\nbob' }],
    )
    await assert.rejects(send(desk(), to('nobody', 'hi')), { code: 'unknownName' })
    await assert.rejects(send(desk(), to('#77', 'hi')), { code: 'unknownRoom' })
  })

  test('send --lines, to everyone, and to a room', async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`)
    const what = { lines: Readable.from([Buffer.from(lines.join('\n'))]) }
    assert.equal(await send(desk(), to('bob', '', { what })), undefined)
    assert.deepEqual(
      (await bob.history('alice', 500)).map(({ text }) => text),
      lines,
    )
    assert.equal(await send(desk(), to('everyone', 'good morning')), undefined)
    const { room } = await alice.makeRoom(['bob'])
    const joined = new Promise<void>((resolve) => {
      const stop = alice.subscribe((event) => {
        if (event.type !== 'room' || event.entry.kind !== 'joined' || event.entry.name !== 'bob') return
        stop()
        resolve()
      })
    })
    await invited(bob, room.room)
    await bob.answerRoom(room.room, true)
    await joined
    const plain = desk()
    assert.equal(await send(plain, to(`#${room.room}`, 'hello room')), undefined)
    assert.deepEqual(await plain.lines(), [`#${room.room}: stored: bob`])
  })

  test('who, history, search and tail tell of it', async () => {
    const table = desk()
    await who(table, { onlineOnly: true, timeoutMs: 1 })
    assert.match(await table.printed(), /^NAME +STATUS +ROAD\nbob +online +direct\n$/)
    const said = desk('json')
    await history(said, { with: 'BOB', count: 2 })
    const entries = await said.objects()
    for (const entry of entries) v.parse(jsonEventSchema, entry)
    assert.deepEqual(
      entries.map(({ text, isOwn, state }) => ({ text, isOwn, state })),
      [498, 499].map((i) => ({ text: `line ${i}`, isOwn: true, state: 'stored' })),
    )
    const found = desk('json')
    await search(found, { words: 'hello', count: 10 })
    const hits = await found.objects()
    for (const hit of hits) assert.deepEqual(v.parse(jsonEventSchema, hit), hit)
    assert.deepEqual(
      hits.map(({ text }) => text),
      ['hello room', 'hello\nbob'],
    )
    const last = desk()
    await tail(last, { lines: 3, isFollowing: false })
    assert.equal((await last.lines()).length, 3)
    assert.match(await last.printed(), /you -> #\d+ \[stored\]: hello room\n$/)
  })

  test('ask: the answer comes from bob, and only after the question', async () => {
    const early = heard(alice, (event) => event.type === 'message' && event.text === 'yes')
    await bob.send('alice', 'yes')
    await early
    const stop = bob.subscribe((event) => {
      if (event.type === 'message' && event.text.startsWith('Deploy?')) void bob.send('alice', 'No')
    })
    const asking = desk()
    const request = { name: 'bob', question: 'Deploy?', choices: ['yes', 'no'], timeoutMs: 1 }
    assert.deepEqual(await ask(asking, request), { outcome: undefined, choice: 1 })
    assert.deepEqual(await asking.lines(), ['no'])
    stop()
  })

  test('export and import: another home of the same name has all of it, once', async () => {
    const whole = desk()
    assert.equal(await exportTranscripts(whole, { format: 'jsonl' }), undefined)
    const file = await whole.printed()
    for (const line of file.split('\n').slice(0, -1)) {
      const object: unknown = JSON.parse(line)
      assert.deepEqual(v.parse(jsonEventSchema, object), object)
    }
    await using other = await openPeer({ name: 'alice', home: join(home, 'other'), registry: registry.invite })
    const imported = async (): Promise<Record<string, unknown> | undefined> => {
      const into = new TestDesk(other, 'json')
      await importTranscripts(into, { from: { input: Readable.from([Buffer.from(file)]) } })
      return (await into.objects())[0]
    }
    // 501 to bob and a question, two answers, one to everyone; the room is not one of this profile's.
    assert.deepEqual(await imported(), { type: 'imported', added: 505, known: 0, skipped: 1 })
    assert.deepEqual(await imported(), { type: 'imported', added: 0, known: 505, skipped: 1 })
    const texts = async (peer: PeerApi): Promise<(string | undefined)[]> => {
      const page = await peer.transcript({ key: { kind: 'person', name: 'bob' }, count: 1_000 })
      return page.entries.map(({ text }) => text)
    }
    assert.deepEqual(await texts(other), await texts(alice))
  })

  test('whoever is away: in the mailbox, and not stored', async () => {
    const away = new Promise<void>((resolve) => {
      const stop = alice.subscribe((event) => {
        if (event.type !== 'presence' || event.status !== 'away') return
        stop()
        resolve()
      })
    })
    await bob.close()
    await away
    const plain = desk()
    assert.equal(await send(plain, to('bob', 'later', { wait: 'mailbox' })), undefined)
    assert.deepEqual(await plain.lines(), ['bob: in the mailbox'])
    const waiting = desk('json')
    const outcome = send(waiting, to('bob', 'later still'))
    await new Promise<void>((resolve) => {
      const stop = alice.subscribe((event) => {
        if (event.type !== 'state' || event.state !== 'mailbox') return
        stop()
        resolve()
      })
    })
    waiting.expire()
    assert.equal(await outcome, 'undelivered')
  })
})

async function invited(peer: PeerApi, room: number): Promise<void> {
  if ((await peer.rooms()).some((each) => each.room === room)) return
  await new Promise<void>((resolve) => {
    const stop = peer.subscribe((event) => {
      if (event.type !== 'room' || event.room.room !== room) return
      stop()
      resolve()
    })
  })
}
