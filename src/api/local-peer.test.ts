// The PeerApi over real peers and a real registry: what faces rely on beside the verbs themselves.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { AccountMode } from '../protocol/index.ts'
import { RegistryServer } from '../registry/index.ts'
import { openPeer, type OpenPeerOptions, type PeerApi, type PeerEvent } from './index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const password = 'open-sesame-2b'

async function setting(t: TestContext, accounts: AccountMode) {
  const home = mkdtempSync(join(tmpdir(), 'parley-api-'))
  const registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0, accounts })
  const peers: PeerApi[] = []
  t.after(async () => {
    await Promise.all(peers.map((peer) => peer.close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  const open = async (name: string, options: Partial<OpenPeerOptions> = {}): Promise<PeerApi> => {
    const peer = await openPeer({ name, home, registry: registry.invite, ...options })
    peers.push(peer)
    return peer
  }
  return { home, registry, open }
}

function eventOf<T extends PeerEvent['type']>(
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
  if (peer.registryState() !== 'online') await eventOf(peer, 'registry', (event) => event.state === 'online')
}

test(
  'another name is another account in the same program, and whoever listens goes on listening (bad input 59)',
  slow,
  async (t) => {
    const { open, home } = await setting(t, 'open')
    const peer = await open('alice')
    const bob = await open('bob')
    await Promise.all([online(peer), online(bob)])
    const heard: string[] = []
    const stop = peer.subscribe((event) => {
      if (event.type === 'message') heard.push(`${event.from}: ${event.text}`)
    })
    await assert.rejects(peer.login({ name: 'ALICE' }), { code: 'alreadyLoggedIn' })
    const gone = eventOf(bob, 'presence', (event) => event.name === 'alice' && event.status === 'away')
    await peer.login({ name: 'carol' })
    assert.deepEqual([peer.name, peer.registryState()], ['carol', 'online'])
    await gone
    const shown = eventOf(peer, 'message')
    await bob.send('carol', 'welcome')
    await shown
    assert.deepEqual(heard, ['bob: welcome'])
    // A name that another program is at: the former account is back, and the reason is told.
    await assert.rejects(peer.login({ name: 'bob' }), { code: 'folderLocked' })
    assert.equal(peer.name, 'carol')
    await online(peer)
    for (const name of ['no name', '../../alice', 'C:\\x', '-rf', '..', '']) {
      await assert.rejects(peer.login({ name }), { code: 'badName' }, name)
      assert.deepEqual([peer.name, peer.registryState()], ['carol', 'online'], 'nothing was let go of')
    }
    assert.deepEqual(readdirSync(home).toSorted(), ['alice', 'bob', 'carol', 'registry'])
    const again = eventOf(peer, 'message')
    await bob.send('carol', 'still there?')
    await again
    assert.equal(heard.length, 2)
    stop()
    // What waited while the account was not in the program is announced when it is again.
    await bob.send('alice', 'for later')
    const waiting = eventOf(peer, 'mailWaiting')
    await eventOf(bob, 'state', (event) => event.to === 'alice' && event.state === 'mailbox')
    await peer.login({ name: 'alice' })
    assert.equal((await waiting).count, 1)
    assert.equal(heard.length, 2, 'who stopped listening hears nothing more')
  },
)

test('passwords through the API: a sign-up, a logout that forgets, and one that does not', slow, async (t) => {
  const { open } = await setting(t, 'password')
  const peer = await open('alice')
  await assert.rejects(peer.login(), { code: 'passwordNeeded' })
  await peer.login({ name: 'alice', password, signUp: true })
  await peer.logout()
  await peer.login()
  await peer.logout({ forget: true })
  await assert.rejects(peer.login(), { code: 'passwordNeeded' })
  // Another account, and back.
  await peer.login({ name: 'dora', password, signUp: true })
  assert.equal(peer.name, 'dora')
  await peer.login({ name: 'alice', password })
  assert.deepEqual([peer.name, peer.registryState()], ['alice', 'online'])
  await peer.close()
  await assert.rejects(peer.login(), { code: 'closed' })
})

test('an invite code opens a new name, once', async (t) => {
  const { open, registry } = await setting(t, 'invite')
  const uninvited = await open('alice')
  const { reason } = await eventOf(uninvited, 'registry', (event) => event.state === 'loggedOut')
  assert.equal(reason?.code, 'inviteNeeded')
  await assert.rejects(uninvited.login(), { code: 'inviteNeeded' })
  await assert.rejects(uninvited.login({ inviteCode: 'made-up' }), { code: 'inviteWrong' })
  const { code } = await registry.makeInvite()
  await uninvited.login({ inviteCode: code })
  assert.equal(uninvited.registryState(), 'online')
  const other = await open('bob', { inviteCode: code })
  await eventOf(other, 'registry', (event) => event.state === 'loggedOut')
})
