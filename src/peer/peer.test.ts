// Peers on real sockets and disks, with a real registry: what the promises of the façade mean.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { LinkKeyPair, systemRandom } from '../crypto/index.ts'
import { formatInvite, textBytesMax } from '../protocol/index.ts'
import { RegistryServer } from '../registry/index.ts'
import { Peer, type PeerEvent, type PeerOptions } from './index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

interface Setting {
  readonly home: string
  readonly registry: RegistryServer
  open(name: string, options?: Partial<PeerOptions>): Promise<Peer>
}

async function setting(t: TestContext): Promise<Setting> {
  const home = mkdtempSync(join(tmpdir(), 'parley-peer-'))
  const registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
  const peers: Peer[] = []
  t.after(async () => {
    await Promise.all(peers.map((peer) => peer.close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  return {
    home,
    registry,
    open: async (name, options = {}) => {
      const peer = await Peer.open({ name, home, registry: registry.invite, host: '127.0.0.1', ...options })
      peers.push(peer)
      return peer
    },
  }
}

/** Resolves with the first event that fits; listening begins at the call, and what came before the first listener counts. */
function eventOf<T extends PeerEvent['type']>(
  peer: Peer,
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

const online = (peer: Peer): Promise<unknown> =>
  peer.registryState() === 'online' ? Promise.resolve() : eventOf(peer, 'registry', (event) => event.state === 'online')

test('two peers talk, and both have it in their history, once and after a restart too', async (t) => {
  const { open } = await setting(t)
  const alice = await open('alice')
  const bob = await open('bob')
  assert.notEqual(alice.port, bob.port)
  await Promise.all([online(alice), online(bob)])
  const stored = eventOf(alice, 'state', (event) => event.state === 'stored')
  const shown = eventOf(bob, 'message')
  const { id } = await alice.send('bob', 'hello')
  assert.equal((await shown).text, 'hello')
  const state = await stored
  assert.equal(state.id, id)
  assert.equal(state.road, 'direct')
  assert.ok((state.ms ?? 0) > 0)
  assert.deepEqual(
    (await alice.clients()).map(({ name, online: isOnline, road }) => [name, isOnline, road]),
    [['bob', true, 'direct']],
  )
  await alice.close()
  const again = await open('alice')
  const rows = await again.history('BOB', 10)
  assert.deepEqual(
    rows.map((row) => [row.from, row.to, row.text, row.state, row.road]),
    [['alice', 'bob', 'hello', 'stored', 'direct']],
  )
  const received = await bob.history('alice', 10)
  assert.deepEqual([received.length, received[0]?.id, received[0]?.from], [1, id, 'alice'])
  assert.deepEqual(await bob.conversations(), ['alice'])
})

test('the same id again is the same message: while it is sent, when it was kept, and in the next run', async (t) => {
  const { open } = await setting(t)
  const [alice, bob] = [await open('alice'), await open('bob')]
  await Promise.all([online(alice), online(bob)])
  const id = '5'.repeat(32)
  const stored = eventOf(alice, 'state', (event) => event.state === 'stored')
  const twice = await Promise.all([alice.send('bob', 'once', id), alice.send('bob', 'once', id)])
  assert.deepEqual(twice, [{ id }, { id }])
  await stored
  await alice.close()
  const again = await open('alice')
  assert.deepEqual(await again.send('bob', 'once', id), { id })
  const after = eventOf(bob, 'message', ({ text }) => text === 'after')
  await again.send('bob', 'after')
  await after
  assert.deepEqual(
    (await bob.history('alice', 9)).map(({ text }) => text),
    ['once', 'after'],
  )
  assert.deepEqual(
    (await again.history('bob', 9)).map(({ text }) => text),
    ['once', 'after'],
  )
  await assert.rejects(again.send('bob', 'x', 'no id'), { code: 'badMessageId' })
})

test('the status tells who, where and what waits, and a person shows key and round trip', async (t) => {
  const { open, registry } = await setting(t)
  const [alice, bob] = [await open('alice'), await open('bob')]
  await Promise.all([online(alice), online(bob)])
  const stored = eventOf(alice, 'state', (event) => event.state === 'stored')
  await alice.send('bob', 'hello')
  await stored
  const { port, key, ...status } = await alice.insight.status()
  assert.deepEqual(status, {
    name: 'alice',
    registry: `127.0.0.1:${registry.address.port}`,
    invite: registry.invite,
    registryName: registry.name,
    state: 'online',
    accounts: 'open',
    waiting: 0,
    requests: [],
    changedIdentities: [],
  })
  assert.equal(port, alice.port)
  assert.equal(key.fingerprint, alice.fingerprint)
  const facts = await alice.insight.person('BOB')
  assert.equal(facts?.key.fingerprint, bob.fingerprint)
  assert.equal(facts?.key.words.length, 12)
  assert.ok((facts?.rttMs ?? 0) > 0)
  assert.equal(await alice.insight.person('carol'), undefined)
})

test('what cannot be sent rejects with its code, and keeps nothing', async (t) => {
  const { open } = await setting(t)
  const alice = await open('alice')
  await Promise.all([online(alice), online(await open('carol'))])
  await assert.rejects(alice.send('carl', 'x'), (error: { code?: string; details?: Record<string, unknown> }) => {
    assert.equal(error.code, 'unknownName')
    assert.deepEqual(error.details?.['nearest'], ['carol'])
    return true
  })
  await assert.rejects(alice.send('carol', ''), { code: 'emptyText' })
  await assert.rejects(alice.send('carol', 'x'.repeat(textBytesMax + 1)), { code: 'textTooLong' })
  await assert.rejects(alice.send('not a name', 'x'), { code: 'badName' })
  await assert.rejects(alice.acceptIdentity('carol'), { code: 'nothingToAccept' })
  assert.deepEqual(await alice.conversations(), [])
})

test('starts, keeps and goes on without a registry, and remembers which one it used', slow, async (t) => {
  const { open, registry, home } = await setting(t)
  const first = await open('alice')
  await online(first)
  await first.close()
  const { port } = registry.address
  await registry.stop()
  const alice = await Peer.open({ name: 'alice', home, host: '127.0.0.1' })
  t.after(() => alice.close())
  assert.equal(alice.registry, `127.0.0.1:${port}`)
  const { id } = await alice.send('bob', 'later')
  assert.equal((await alice.history('bob', 1))[0]?.state, 'kept')
  await alice.close()
  const bob = await Peer.open({ name: 'alice', home, host: '127.0.0.1' })
  t.after(() => bob.close())
  assert.equal((await bob.history('bob', 1))[0]?.id, id)
})

test('keys are private and stay, a profile serves one program, a port in use is named', async (t) => {
  const { open, home } = await setting(t)
  const alice = await open('alice')
  const folder = join(home, 'alice')
  for (const file of ['identity.key', 'link.key', 'registries.json']) {
    assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file)
  }
  await assert.rejects(open('Alice'), { code: 'folderLocked' })
  const { fingerprint } = alice
  await alice.close()
  const again = await open('alice')
  assert.equal(again.fingerprint, fingerprint)
  await again.close()
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  t.after(() => socket.close())
  await once(socket, 'listening')
  await assert.rejects(open('alice', { port: socket.address().port }), { code: 'portInUse' })
  // And nothing of that attempt is left: the profile is free.
  await (await open('alice')).close()
  writeFileSync(join(folder, 'identity.key'), 'short')
  await assert.rejects(open('alice'), { code: 'keyDamaged' })
})

test('no text and no key lies in clear where it should not', slow, async (t) => {
  const { open, home } = await setting(t)
  const canary = 'canary-8d1f2a'
  const alice = await open('alice')
  const bob = await open('bob')
  await Promise.all([online(alice), online(bob)])
  // With the receipt of a first message it is certain that bob's prekeys are uploaded: they were committed before.
  const stored = eventOf(alice, 'state', (event) => event.state === 'stored')
  await alice.send('bob', canary)
  await stored
  await bob.close()
  const kept = eventOf(alice, 'state', (event) => event.state === 'mailbox')
  await alice.send('bob', canary)
  await kept
  const folder = join(home, 'registry')
  for (const file of readdirSync(folder)) {
    assert.equal(readFileSync(join(folder, file)).includes(canary), false, file)
  }
})

test('a first key is asked about once and pinned; another one for a pinned registry is refused', async (t) => {
  const { open, registry } = await setting(t)
  const { address } = registry
  const place = `127.0.0.1:${address.port}`
  const asked: string[] = []
  const options = {
    registry: place,
    onRegistryKey: (fingerprint: string) => {
      asked.push(fingerprint)
      return Promise.resolve(true)
    },
  }
  const alice = await open('alice', options)
  await online(alice)
  await alice.close()
  const again = await open('alice', options)
  await online(again)
  await again.close()
  assert.deepEqual(asked, [registry.fingerprint])
  const other = LinkKeyPair.generate(systemRandom()).publicKey
  const invite = formatInvite({ host: '127.0.0.1', port: address.port, key: other })
  const wrong = await open('alice', { registry: invite })
  const { state, reason } = await eventOf(wrong, 'registry', (event) => event.state !== 'connecting')
  assert.equal(state, 'wrongKey')
  assert.equal(reason?.details['expected'], registry.fingerprint)
  assert.equal(wrong.registryState(), 'wrongKey')
})

test('a first key that nobody answers for is not trusted', slow, async (t) => {
  const { open, registry } = await setting(t)
  const alice = await open('alice', { registry: `127.0.0.1:${registry.address.port}` })
  const { state, reason } = await eventOf(alice, 'registry', (event) => event.state === 'refused')
  assert.deepEqual([state, reason?.code], ['refused', 'registryNotTrusted'])
})

test('what is asked after the end is refused, and a close in the middle of sending loses nothing', slow, async (t) => {
  const { open } = await setting(t)
  const alice = await open('alice')
  const bob = await open('bob')
  await Promise.all([online(alice), online(bob)])
  await alice.send('bob', 'first')
  const sends = Array.from({ length: 200 }, (_, i) => alice.send('bob', `message ${i}`))
  const outcomes = Promise.allSettled(sends)
  await alice.close()
  const kept = (await outcomes).filter((outcome) => outcome.status === 'fulfilled').length
  await assert.rejects(alice.send('bob', 'x'), { code: 'closed' })
  await assert.rejects(alice.history('bob', 1), { code: 'closed' })
  const again = await open('alice')
  const rows = await again.history('bob', 1_000)
  assert.ok(rows.length >= kept + 1)
  const last = rows.at(-1)
  if (last?.state !== 'stored')
    await eventOf(again, 'state', (event) => event.id === last?.id && event.state === 'stored')
  assert.deepEqual(
    (await bob.history('alice', 1_000)).map((row) => row.text),
    rows.map((row) => row.text),
  )
})

test('the first listener hears what came before it', slow, async (t) => {
  const { open } = await setting(t)
  const alice = await open('alice')
  await new Promise<void>((resolve) => {
    const stop = alice.subscribe((event) => {
      if (event.type === 'registry' && event.state === 'online') {
        stop()
        resolve()
      }
    })
  })
  assert.equal(alice.registryState(), 'online')
})

test('who leaves in the moment of the first login has left prekeys, so mail reaches the mailbox', slow, async (t) => {
  const { open } = await setting(t)
  const bob = await open('bob')
  await online(bob)
  await bob.close()
  const alice = await open('alice')
  const inMailbox = eventOf(alice, 'state', (event) => event.state === 'mailbox' || event.reason !== undefined)
  await online(alice)
  await alice.send('bob', 'are you there?')
  assert.equal((await inMailbox).state, 'mailbox')
})
