// The peer API is the same in process and over the socket: one script against a real registry, played twice, every answer
// and event held against the schemas, and both runs against each other.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import * as v from 'valibot'
import { ParleyError } from '../base/index.ts'
import { RegistryServer } from '../registry/index.ts'
import { openPeer, openServedPeer, type PeerApi, type PeerEvent } from './index.ts'
import { PeerLine } from './peer-line.ts'
import { peerEventSchema } from './rpc/peer-event-schema.ts'
import { peerVerbs } from './rpc/peer-verbs.ts'
import { callVerb, paramsOf, verbForms, type VerbName, verbNames } from './rpc/verb-form.ts'
import type { VerbAnswer } from './rpc/verb-peer.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const imported = 'c'.repeat(32)
const chosen = 'a'.repeat(32)

/** Everything a run was told, with what differs from run to run taken out. */
type Transcript = string[]

class Run {
  readonly peer: PeerApi
  readonly called = new Set<VerbName>()
  readonly said: Transcript = []
  readonly #events: PeerEvent[] = []
  readonly #ids = new Map<string, string>()
  #wake: () => void = () => undefined

  constructor(peer: PeerApi) {
    this.peer = peer
    peer.subscribe((event) => {
      const read = v.safeParse(peerEventSchema, event)
      assert.ok(read.success, `${event.type}: ${JSON.stringify(read.issues)}`)
      assert.deepEqual(read.output, event, 'an event has no field that its schema does not know')
      this.#events.push(event)
      this.#wake()
    })
  }

  /** The answer, held against the schema; or the error's code and details. */
  async call<V extends VerbName>(verb: V, ...given: Parameters<PeerApi[V]>): Promise<VerbAnswer<V>> {
    this.called.add(verb)
    const params = v.safeParse(
      peerVerbs[verb]?.params as v.GenericSchema,
      JSON.parse(JSON.stringify(paramsOf(verb, given))),
    )
    assert.ok(params.success, `${verb}: ${JSON.stringify(params.issues)}`)
    const method = this.peer[verb] as (...given: unknown[]) => Promise<VerbAnswer<V>>
    const answer = await method.apply(this.peer, given)
    const schema = peerVerbs[verb]?.result as v.GenericSchema
    const read = v.safeParse(schema, answer ?? null)
    assert.ok(read.success, `${verb}: ${JSON.stringify(read.issues)} of ${JSON.stringify(answer)}`)
    assert.deepEqual(read.output, answer ?? null, `${verb} answers with no field that its schema does not know`)
    this.#note(verb, answer)
    return answer
  }

  async refused<V extends VerbName>(code: string, verb: V, ...given: Parameters<PeerApi[V]>): Promise<void> {
    this.called.add(verb)
    const method = this.peer[verb] as (...given: unknown[]) => Promise<unknown>
    await assert.rejects(method.apply(this.peer, given), (error) => {
      assert.ok(error instanceof ParleyError, String(error))
      assert.equal(error.code, code, verb)
      this.#note(`${verb} refused`, [error.code, error.details, error.retryable])
      return true
    })
  }

  /** The first event of the type that fits, be it here or yet to come. */
  async event<T extends PeerEvent['type']>(
    type: T,
    fits: (event: Extract<PeerEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    for (;;) {
      const found = this.#events.find((event) => event.type === type && fits(event as Extract<PeerEvent, { type: T }>))
      if (found) {
        this.#note(type, found)
        return found as Extract<PeerEvent, { type: T }>
      }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #note(what: string, value: unknown): void {
    const isTime = new Set(['at', 'sentAt', 'receivedAt', 'ms', 'rttMs', 'port', 'from', 'to'])
    const text = JSON.stringify(value ?? null, (key, part: unknown) => {
      if (isTime.has(key) && typeof part === 'number') return 0
      if (key === 'address' || key === 'fingerprint' || key === 'words' || key === 'invite' || key === 'cursor')
        return '-'
      if (key === 'registry' || key === 'road') return '-'
      if (typeof part !== 'string' || !/^[0-9a-f]{32}$/.test(part)) return part
      const known = this.#ids.get(part) ?? `id ${this.#ids.size}`
      this.#ids.set(part, known)
      return known
    })
    this.said.push(`${what}: ${text}`)
  }
}

async function playPeople(run: Run, bob: PeerApi): Promise<void> {
  await run.call('clients')
  const id = await run.call('send', 'bob', 'hello')
  await run.event('state', (event) => event.id === id && event.state === 'stored')
  assert.equal(await run.call('send', 'bob', 'once', { id: chosen }), chosen)
  assert.equal(await run.call('send', 'bob', 'once', { id: chosen }), chosen)
  await run.event('state', (event) => event.id === chosen && event.state === 'stored')
  await run.refused('unknownName', 'send', 'zoe', 'x')
  await run.refused('textTooLong', 'send', 'bob', 'x'.repeat(65_537))
  await run.refused('badMessageId', 'send', 'bob', 'x', { id: 'no id' })
  await bob.send('alice', 'good day')
  const { id: theirs } = await run.event('message')
  assert.equal((await run.call('history', 'bob', 10)).length, 3, 'the same id is one message')
  const key = { kind: 'person', name: 'bob' } as const
  await run.call('conversations')
  await run.call('transcript', { key, count: 2 })
  await run.call('search', { words: 'good', count: 5 })
  await run.refused('badSearch', 'search', { words: ' ', count: 5 })
  await run.call('markRead', key, theirs)
  await run.event('read')
  await run.call('setDraft', key, 'not yet')
  await run.event('draft')
  await run.call('journey', theirs)
  await run.refused('unknownMessage', 'journey', 'b'.repeat(32))
  await run.call('contact', 'bob')
  const message = { key, id: imported, from: 'bob', isOwn: false, text: 'long ago', sentAt: 1, receivedAt: 2 } as const
  await run.call('importMessages', [message])
  await run.call('importMessages', [message])
  await run.refused('nothingToAccept', 'acceptIdentity', 'bob')
}

async function playFriends(run: Run, bob: PeerApi): Promise<void> {
  await run.call('lookUp', 'bob')
  await run.call('lookUp', 'zoe')
  await run.call('addFriend', 'bob', 'bobby')
  await run.event('friend')
  await run.call('friends')
  await run.call('removeFriend', 'bob')
  await run.call('setBlocked', 'bob', true)
  await run.call('setBlocked', 'bob', false)
  await run.refused('noRequest', 'answerChat', 'bob', true)
  await run.refused('noRequest', 'withdrawChat')
  const asked = heard(bob, 'chatRequest')
  await run.call('requestChat', 'bob')
  await asked
  await bob.answerChat('alice', true)
  await run.event('chatOpened')
  await run.call('leaveChat')
  await run.event('chatClosed')
  await run.call('refresh')
}

async function playRooms(run: Run, bob: PeerApi): Promise<void> {
  const invited = heard(bob, 'room')
  const { room } = await run.call('makeRoom', ['bob', 'zoe'], 'den')
  await invited
  await run.refused('unknownRoom', 'leaveRoom', 99)
  const joined = heard(bob, 'room')
  await bob.answerRoom(room.room, true)
  await joined
  await run.event('room', ({ entry }) => entry.kind === 'joined' && entry.name === 'bob')
  const id = await run.call('sendToRoom', room.room, 'in here')
  await run.event('roomState', (event) => event.id === id && event.to === 'bob' && event.state === 'stored')
  await run.call('nameRoom', room.room, 'parlour')
  await run.event('room', ({ entry }) => entry.kind === 'named')
  await run.call('inviteToRoom', room.room, ['bob'])
  await run.call('removeFromRoom', room.room, 'bob')
  await run.event('room', ({ entry }) => entry.kind === 'removed')
  await run.call('rooms')
  await run.call('roomHistory', room.room, 20)
  await run.refused('noInvitation', 'answerRoom', room.room, true)
  await run.call('leaveRoom', room.room)
  const said = await run.call('sendToAll', 'all of you')
  await run.event('channelState', (event) => event.id === said)
  await run.event('channelHeard', (event) => event.id === said)
  await run.call('channelHistory', 5)
}

async function playAccount(run: Run): Promise<void> {
  const { peer } = run
  const own = { name: peer.name, fingerprint: peer.fingerprint }
  const status = await run.call('status')
  assert.deepEqual(
    [status.name, status.key.fingerprint, status.registry, status.port, status.state],
    [own.name, own.fingerprint, peer.registry, peer.port, peer.registryState()],
  )
  await run.refused('alreadyLoggedIn', 'login', { name: 'ALICE' })
  await run.refused('noPasswords', 'changePassword', 'a', 'b')
  await run.call('logout')
  await run.event('registry', ({ state }) => state === 'loggedOut')
  assert.equal(peer.registryState(), 'loggedOut')
  await run.call('login')
  assert.equal(peer.registryState(), 'online')
  await run.call('login', { name: 'carol' })
  await run.event('account')
  assert.deepEqual([peer.name, peer.registryState()], ['carol', 'online'])
  assert.notEqual(peer.fingerprint, own.fingerprint)
}

function heard(peer: PeerApi, type: PeerEvent['type']): Promise<void> {
  return new Promise((resolve) => {
    const stop = peer.subscribe((event) => {
      if (event.type !== type) return
      stop()
      resolve()
    })
  })
}

type Open = (home: string, registry: string, close: (run: () => Promise<void>) => void) => Promise<PeerApi>

/** The adapters: how a face comes to the peer. */
const adapters: Readonly<Record<string, Open>> = {
  'in process': async (home, registry, close) => {
    const peer = await openPeer({ name: 'alice', home, registry })
    close(() => peer.close())
    return peer
  },
  'over the socket': async (home, registry, close) => {
    const holder = await openServedPeer({ name: 'alice', home, registry })
    const line = await PeerLine.open(join(home, 'alice'))
    assert.ok(line)
    close(async () => {
      await line.close()
      await holder.close()
    })
    return line.peer
  },
}

async function play(t: TestContext, open: Open): Promise<Run> {
  const home = mkdtempSync(join(tmpdir(), 'parley-conform-'))
  const registry = await RegistryServer.open({ data: join(home, 'r'), host: '127.0.0.1', port: 0, accounts: 'open' })
  const closing: (() => Promise<void>)[] = []
  t.after(async () => {
    await Promise.all(closing.map((close) => close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  const bob = await openPeer({ name: 'bob', home, registry: registry.invite })
  closing.push(() => bob.close())
  if (bob.registryState() !== 'online') await heard(bob, 'registry')
  const run = new Run(await open(home, registry.invite, (close) => closing.push(close)))
  if (run.peer.registryState() !== 'online') await run.event('registry', ({ state }) => state === 'online')
  await run.event('directory')
  await playPeople(run, bob)
  await playFriends(run, bob)
  await playRooms(run, bob)
  await playAccount(run)
  return run
}

test('a peer is the same in process and over the socket', { timeout: 60_000, ...slow }, async (t) => {
  const runs: Run[] = []
  for (const [name, open] of Object.entries(adapters)) {
    await t.test(name, async (sub) => {
      const run = await play(sub, open)
      assert.deepEqual(
        verbNames.filter((verb) => !run.called.has(verb)),
        [],
        'every verb is played',
      )
      runs.push(run)
    })
  }
  assert.equal(runs.length, 2)
  assert.deepEqual(runs[1]?.said, runs[0]?.said)
})

test('what a method takes by place comes back to its place', async () => {
  for (const verb of verbNames) {
    const { takes, spread } = verbForms[verb]
    const given = [...takes.map((name) => `the ${name}`), ...(spread === true ? [{ more: 'yes' }] : [])]
    const got: unknown[][] = []
    const target = { [verb]: async (...all: unknown[]) => void got.push(all) }
    await callVerb(target as unknown as PeerApi, verb, paramsOf(verb, given))
    assert.deepEqual(got, [given], verb)
  }
})
