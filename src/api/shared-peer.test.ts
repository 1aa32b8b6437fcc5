// One peer for many: attaching, taking over when its process ends or is killed, and what nobody loses by it.

import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { RegistryServer } from '../registry/index.ts'
import {
  attachPeer,
  openPeer,
  type OpenPeerOptions,
  openServedPeer,
  openSharedPeer,
  type PeerApi,
  type PeerEvent,
  type SharedPeerApi,
} from './index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

async function setting(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'parley-shared-'))
  const registry = await RegistryServer.open({ data: join(home, 'r'), host: '127.0.0.1', port: 0, accounts: 'open' })
  const peers: PeerApi[] = []
  const children: ChildProcess[] = []
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL')
    // Those that are attached first: otherwise each would take over from the one before.
    for (const peer of peers.toReversed()) await peer.close()
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  const keep = <P extends PeerApi>(peer: P): P => {
    peers.push(peer)
    // The first listener is told what came before it, which is not what these tests wait for.
    peer.subscribe(() => undefined)
    return peer
  }
  const options = (name: string): OpenPeerOptions => ({ name, home, registry: registry.invite })
  return {
    home,
    registry,
    options,
    keep,
    share: async (name: string, more: Partial<OpenPeerOptions> = {}): Promise<SharedPeerApi> =>
      keep(await openSharedPeer({ ...options(name), ...more })),
    /** Another process that holds the profile. */
    hold: async (name: string): Promise<ChildProcess> => {
      const child = fork(join(import.meta.dirname, 'fixture/holder.ts'), [home, name, registry.invite], {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      })
      children.push(child)
      await new Promise((resolve) => child.stdout?.once('data', resolve))
      return child
    },
  }
}

/** Resolves at the first event from now on that fits. */
function next<T extends PeerEvent['type']>(
  peer: PeerApi,
  type: T,
  fits: (event: Extract<PeerEvent, { type: T }>) => boolean = () => true,
): Promise<Extract<PeerEvent, { type: T }>> {
  return new Promise((resolve) => {
    const stop = peer.subscribe((event) => {
      if (event.type !== type || !fits(event as Extract<PeerEvent, { type: T }>)) return
      stop()
      resolve(event as Extract<PeerEvent, { type: T }>)
    })
  })
}

async function online(peer: PeerApi): Promise<void> {
  if (peer.registryState() !== 'online') await next(peer, 'registry', ({ state }) => state === 'online')
}

/** The texts that somebody hears, in order; `until` resolves when there are so many. */
function texts(peer: PeerApi): { readonly heard: string[]; until: (count: number) => Promise<void> } {
  const heard: string[] = []
  let wake = (): void => undefined
  peer.subscribe((event) => {
    if (event.type !== 'message') return
    heard.push(event.text)
    wake()
  })
  const until = async (count: number): Promise<void> => {
    while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { heard, until }
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `m${from + i}`)
}

test(
  'the first opens and serves, the others attach, and one takes over when it closes',
  { timeout: 60_000 },
  async (t) => {
    const { share } = await setting(t)
    const bob = await share('bob')
    const first = await share('alice')
    const second = await share('alice', { registry: undefined as never })
    const third = await share('alice')
    assert.deepEqual([first.isOwn, second.isOwn, third.isOwn], [true, false, false])
    assert.deepEqual([second.port, second.fingerprint], [first.port, first.fingerprint])
    await Promise.all([first, second, third, bob].map((peer) => online(peer)))
    const toBob = texts(bob)
    const toSecond = texts(second)
    const toThird = texts(third)
    // A send of one face is told to the others.
    const seen = next(third, 'sent')
    await second.send('bob', 'm0')
    assert.deepEqual([(await seen).to, (await seen).text], ['bob', 'm0'])
    const lost = next(second, 'registry', ({ reason }) => reason?.code === 'peerLost')
    const back = next(second, 'registry', ({ state }) => state === 'online')
    const before = numbered(1, 60).map((text) => second.send('bob', text))
    const closing = first.close()
    const after = numbered(60, 120).map((text) => second.send('bob', text))
    await bob.send('alice', 'while nobody is there')
    await closing
    const ids = await Promise.all([...before, ...after])
    assert.equal(new Set(ids).size, 119)
    await Promise.all([lost, back, toBob.until(120), toSecond.until(1), toThird.until(1)])
    assert.deepEqual(toBob.heard, numbered(0, 120), 'none lost, none doubled, in the order of the calls')
    assert.deepEqual([toSecond.heard, toThird.heard], [['while nobody is there'], ['while nobody is there']])
    assert.equal([second, third].filter(({ isOwn }) => isOwn).length, 1, 'one won and serves, the other attached to it')
    const history = await third.history('bob', 1_000)
    assert.deepEqual(
      history.filter(({ from }) => from === 'alice').map(({ text }) => text),
      numbered(0, 120),
    )
  },
)

test(
  'kill -9 of the holder while others send: nothing lost, nothing doubled',
  { timeout: 60_000, ...slow },
  async (t) => {
    const { share, hold } = await setting(t)
    const bob = await share('bob')
    const toBob = texts(bob)
    const holder = await hold('alice')
    const alice = await share('alice')
    assert.equal(alice.isOwn, false)
    const toAlice = texts(alice)
    const ends = new Map<string, string[]>()
    alice.subscribe((event) => {
      if (event.type === 'state') ends.set(event.id, [...(ends.get(event.id) ?? []), event.state])
    })
    const sends: Promise<string>[] = []
    let isLost = false
    const lost = next(alice, 'registry', ({ reason }) => reason?.code === 'peerLost').then(() => (isLost = true))
    let rooms: Promise<unknown> | undefined
    let clients: Promise<unknown> | undefined
    // Some are answered, some are on the disk of the killed one, some on the way, some not called yet.
    for (let i = 0; i < 300; i++) {
      sends.push(alice.send('bob', `m${i}`))
      if (i === 100) await sends[50]
      if (i === 150) {
        // Stopped first, so that these are certainly not answered: one may be asked again, the other may have been done.
        holder.kill('SIGSTOP')
        rooms = assert.rejects(alice.makeRoom([]), { code: 'peerLost' })
        clients = alice.clients()
        holder.kill('SIGKILL')
      }
      if (i > 100 && i % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await lost
    assert.ok(isLost)
    await Promise.all([rooms, clients])
    const fromBob = bob.send('alice', 'for whoever is there')
    const ids = await Promise.all(sends)
    await fromBob
    await Promise.all([toBob.until(300), toAlice.until(1)])
    assert.deepEqual(toBob.heard, numbered(0, 300))
    assert.deepEqual(toAlice.heard, ['for whoever is there'])
    assert.equal(alice.isOwn, true)
    const history = await alice.history('bob', 1_000)
    assert.equal(history.filter(({ from }) => from === 'alice').length, 300)
    // Whoever sent learns of each message what became of it, also of those whose state the killed one would have told.
    const untold = new Set(ids.filter((id) => !(ends.get(id) ?? []).includes('stored')))
    if (untold.size > 0) {
      await new Promise<void>((resolve) => {
        alice.subscribe((event) => {
          if (event.type === 'state' && event.state === 'stored') untold.delete(event.id)
          if (untold.size === 0) resolve()
        })
      })
    }
  },
)

test('who takes over hears nothing that was said before it came, and each state of the registry once', async (t) => {
  const { share } = await setting(t)
  const first = await share('alice')
  await online(first)
  const stored = next(first, 'state', ({ state }) => state === 'stored')
  await first.send('alice', 'before')
  await stored
  const second = await share('alice')
  const heard: PeerEvent[] = []
  second.subscribe((event) => heard.push(event))
  const isBack = next(second, 'directory')
  await first.close()
  await isBack
  assert.equal(second.isOwn, true)
  assert.deepEqual(
    heard.filter(({ type }) => type !== 'registry' && type !== 'directory'),
    [],
  )
  const states = heard.flatMap((event) => (event.type === 'registry' ? [event.state] : []))
  // Whether the new holder is still connecting when it is first asked is a matter of milliseconds; nothing else is open.
  const isConnectingSeen = states.includes('connecting')
  assert.deepEqual(states, isConnectingSeen ? ['unreachable', 'connecting', 'online'] : ['unreachable', 'online'])
})

test('who holds the profile and does not answer is told by process and time', slow, async (t) => {
  const { home, options, keep } = await setting(t)
  keep(await openPeer(options('alice')))
  const path = join(home, 'alice', 'lock.json')
  const holder = JSON.parse(readFileSync(path, 'utf8')) as object
  // Not one that is only starting.
  writeFileSync(path, JSON.stringify({ ...holder, since: '2020-01-01T00:00:00.000Z' }))
  const details = {
    folder: join(home, 'alice'),
    pid: process.pid,
    program: 'parley',
    since: '2020-01-01T00:00:00.000Z',
  }
  await assert.rejects(openSharedPeer(options('alice')), { code: 'folderLocked', details })
  await assert.rejects(openServedPeer(options('alice')), { code: 'folderLocked' })
  assert.equal(await attachPeer(options('alice')), undefined)
})

test('joining: refused what only an opening can give, told where things stand, and detached by a close', async (t) => {
  const { share, options, registry, home } = await setting(t)
  assert.equal(await attachPeer({ name: 'alice', home }), undefined)
  const alice = await share('alice')
  const other = 'parley://AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@127.0.0.1:4747'
  await assert.rejects(share('alice', { registry: other }), { code: 'otherRegistry' })
  await assert.rejects(share('alice', { registry: '127.0.0.1:1' }), { code: 'otherRegistry' })
  await assert.rejects(share('alice', { registry: ':::' }), { code: 'badRegistry' })
  await assert.rejects(share('alice', { port: alice.port + 1 }), {
    code: 'otherPort',
    details: { port: alice.port + 1, running: alice.port },
  })
  const { port } = new URL(registry.invite.replace('parley:', 'http:'))
  await share('alice', { registry: `localhost:${port}`, port: alice.port })
  const shy = await share('alice', { selfNotes: false })
  await assert.rejects(shy.send('Alice', 'x'), { code: 'selfRefused' })
  await assert.rejects(openServedPeer(options('alice')), { code: 'folderLocked' })
  await assert.rejects(openSharedPeer({ name: 'alcie', home }), { code: 'noRegistry' })
  assert.equal(existsSync(join(home, 'alcie')), false, 'a mistyped name leaves no profile behind')

  await online(alice)
  const late = await attachPeer({ name: 'alice', home })
  assert.ok(late)
  const heard: PeerEvent[] = []
  await new Promise<void>((resolve) => {
    late.subscribe((event) => {
      heard.push(event)
      if (event.type === 'directory') resolve()
    })
  })
  const standing = { type: 'registry', state: 'online' }
  assert.deepEqual(heard, [standing, { type: 'directory', count: 0 }], 'as who opens is told')

  await late.close()
  await assert.rejects(late.send('alice', 'x'), { code: 'closed' })
  assert.equal(alice.registryState(), 'online')
  assert.equal((await alice.send('alice', 'still')).length, 32)
})

test('a login as somebody else takes the socket along, and all that are attached', slow, async (t) => {
  const { share, home } = await setting(t)
  const holder = await share('alice')
  const face = await share('alice')
  await online(face)
  const moved = next(holder, 'account')
  await face.login({ name: 'carol' })
  assert.equal(face.name, 'carol')
  assert.deepEqual([(await moved).name, holder.name, face.name], ['carol', 'carol', 'carol'])
  assert.equal(existsSync(join(home, 'alice', 'peer.sock')), false)
  const joined = await share('carol', { registry: undefined as never })
  assert.equal(joined.isOwn, false)
  const again = await share('alice', { registry: undefined as never })
  assert.deepEqual([again.isOwn, again.name], [true, 'alice'])
  // The face is at carol's now, and takes over hers.
  await joined.close()
  const back = next(face, 'registry', ({ state }) => state === 'online')
  await holder.close()
  await back
  assert.deepEqual([face.isOwn, face.name], [true, 'carol'])
})
