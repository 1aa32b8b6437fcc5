// Accounts, private sessions and people on real sockets and disks, with a real registry that asks for passwords.

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Address } from '../base/index.ts'
import { formatInvite } from '../protocol/index.ts'
import { RegistryServer, type RegistryServerOptions } from '../registry/index.ts'
import { Peer, type PeerEvent, type PeerOptions } from './index.ts'

// OPAQUE's Argon2 takes its time by design; the rules are tested without it in src/peer/domain and src/registry/domain.
const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const password = 'correct-horse-4f1c9a'

interface Setting {
  readonly home: string
  readonly registry: RegistryServer
  readonly log: string[]
  open(name: string, options?: Partial<PeerOptions>): Promise<Peer>
  close(peer: Peer): Promise<void>
}

async function setting(t: TestContext, options: Partial<RegistryServerOptions> = {}): Promise<Setting> {
  const home = mkdtempSync(join(tmpdir(), 'parley-account-'))
  const log: string[] = []
  const registry = await RegistryServer.open({
    data: join(home, 'registry'),
    host: '127.0.0.1',
    port: 0,
    accounts: 'password',
    log: { write: (line: string) => void log.push(line) },
    logLevel: 'debug',
    ...options,
  })
  const { invite } = registry
  const peers = new Set<Peer>()
  t.after(async () => {
    await Promise.all([...peers].map((peer) => peer.close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  return {
    home,
    registry,
    log,
    open: async (name, own = {}) => {
      const peer = await Peer.open({ name, home, registry: invite, host: '127.0.0.1', ...own })
      peers.add(peer)
      return peer
    },
    close: async (peer) => {
      peers.delete(peer)
      await peer.close()
    },
  }
}

type EventOf<T extends PeerEvent['type']> = Extract<PeerEvent, { type: T }>

/** Resolves with the first event that fits; what came before the first listener counts. */
function eventOf<T extends PeerEvent['type']>(
  peer: Peer,
  type: T,
  fits: (event: EventOf<T>) => boolean = () => true,
): Promise<EventOf<T>> {
  return new Promise((resolve) => {
    const stop = peer.subscribe((event) => {
      if (event.type !== type || !fits(event as EventOf<T>)) return
      stop()
      resolve(event as EventOf<T>)
    })
  })
}

async function inState(peer: Peer, state: string): Promise<void> {
  if (peer.registryState() !== state) await eventOf(peer, 'registry', (event) => event.state === state)
}

/** A peer that is signed up and on line. */
async function signedUp({ open }: Setting, name: string, options: Partial<PeerOptions> = {}): Promise<Peer> {
  const peer = await open(name, options)
  await peer.account.login({ password, signUp: true })
  assert.equal(peer.registryState(), 'online')
  return peer
}

async function exchange(from: Peer, to: Peer, text: string): Promise<string | undefined> {
  const shown = eventOf(to, 'message', (event) => event.text === text)
  const stored = eventOf(from, 'state', (event) => event.state === 'stored')
  await from.send(to.name, text)
  await shown
  return (await stored).road
}

test('a password is asked for once: sign up, then wrong ones, then a restart that asks nothing (bad input 48)', async (t) => {
  const all = await setting(t)
  const alice = await all.open('alice')
  const first = await eventOf(alice, 'registry', (event) => event.state === 'loggedOut')
  assert.deepEqual(first.reason, { code: 'passwordNeeded', details: { name: 'alice', known: false } })
  // Nobody has the name yet: the answer is that of a wrong password.
  await assert.rejects(alice.account.login({ password }), (error: { code?: string; details?: object }) => {
    assert.equal(error.code, 'passwordWrong')
    assert.deepEqual(error.details, { name: 'alice', known: false })
    return true
  })
  await alice.account.login({ password, signUp: true })
  assert.equal(alice.registryState(), 'online')
  await assert.rejects(alice.account.login({ password }), { code: 'alreadyLoggedIn' })
  await all.close(alice)
  const again = await all.open('alice')
  await inState(again, 'online')
  // Forgotten at the logout, it is asked for again, and a wrong one is wrong.
  await again.account.logout(true)
  assert.equal(again.registryState(), 'loggedOut')
  await assert.rejects(again.account.logout(true), { code: 'notLoggedIn' })
  await assert.rejects(again.account.login(), { code: 'passwordNeeded' })
  await assert.rejects(
    again.account.login({ password: `${password}x` }),
    (error: { code?: string; details?: object }) => {
      assert.equal(error.code, 'passwordWrong')
      assert.deepEqual(error.details, { name: 'alice', known: true })
      return true
    },
  )
  await again.account.login({ password })
  assert.equal(again.registryState(), 'online')
  // Without being forgotten, it is not.
  await again.account.logout(false)
  await again.account.login()
  assert.equal(again.registryState(), 'online')
})

test('a name that the administrator freed is not taken again by itself', slow, async (t) => {
  const all = await setting(t)
  const alice = await signedUp(all, 'alice')
  const out = eventOf(alice, 'registry', (event) => event.state === 'refused' && event.reason?.code === 'removed')
  assert.equal(await all.registry.freeName('alice'), true)
  await out
  await assert.rejects(alice.account.login({ password }), { code: 'passwordWrong' })
  await alice.account.login({ password: 'anew', signUp: true })
  assert.equal(alice.registryState(), 'online')
})

test('another person cannot log in with the right password, nor take the name', slow, async (t) => {
  const all = await setting(t)
  await signedUp(all, 'alice')
  const other = await all.open('alice', { home: join(all.home, 'other') })
  await inState(other, 'loggedOut')
  await assert.rejects(other.account.login({ password }), { code: 'passwordWrong' })
  await assert.rejects(other.account.login({ password, signUp: true }), { code: 'nameTaken' })
})

test(
  'passwords of no length or too great a length are refused, a letter has one spelling, blanks are blanks (bad input 47)',
  slow,
  async (t) => {
    const all = await setting(t)
    const alice = await all.open('alice')
    await assert.rejects(alice.account.login({ password: '', signUp: true }), { code: 'badPassword' })
    await assert.rejects(alice.account.login({ password: 'x'.repeat(1_048_576), signUp: true }), {
      code: 'badPassword',
    })
    await assert.rejects(alice.account.login({ password: 'é'.repeat(513), signUp: true }), { code: 'badPassword' })
    await alice.account.login({ password: 'caf\u0065\u0301 \u0000\u3000x', signUp: true })
    await alice.account.logout(true)
    await alice.account.login({ password: 'caf\u00e9 \u0000 x' })
    assert.equal(alice.registryState(), 'online')
  },
)

test('a password is changed by who knows it, and the old one is worth nothing', slow, async (t) => {
  const all = await setting(t)
  const alice = await signedUp(all, 'alice')
  await assert.rejects(alice.account.changePassword('not it', 'new'), { code: 'passwordWrong' })
  await alice.account.changePassword(password, 'another-5e77')
  await alice.account.logout(true)
  await assert.rejects(alice.account.login({ password }), { code: 'passwordWrong' })
  await alice.account.login({ password: 'another-5e77' })
  const open = await setting(t, { accounts: 'open' })
  const bob = await open.open('bob')
  await inState(bob, 'online')
  await assert.rejects(bob.account.changePassword('a', 'b'), { code: 'noPasswords' })
})

test('the owner is not locked out by others who guess (bad input 49)', slow, async (t) => {
  const all = await setting(t)
  const alice = await signedUp(all, 'alice')
  await alice.account.logout(true)
  const other = await all.open('alice', { home: join(all.home, 'other') })
  await inState(other, 'loggedOut')
  const slowed: unknown[] = []
  for (let i = 0; i < 8; i++) {
    await other.account
      .login({ password: `guess ${i}` })
      .catch((error: { code?: string; details?: { retryMs?: number } }) => {
        if (error.code === 'rateLimited') slowed.push(error.details?.retryMs)
        else assert.equal(error.code, 'passwordWrong')
      })
  }
  assert.ok(slowed.length > 0 && slowed.every((ms) => typeof ms === 'number' && ms > 0), 'guesses are slowed')
  await alice.account.login({ password })
  assert.equal(alice.registryState(), 'online')
})

test('the bytes of a password are in no datagram, no database and no log', slow, async (t) => {
  const all = await setting(t)
  const { host, port, seen, close } = await relayTo(all.registry.address)
  t.after(close)
  const through = formatInvite({ host, port, key: all.registry.key })
  const alice = await all.open('alice', { registry: through })
  await inState(alice, 'loggedOut')
  await assert.rejects(alice.account.login({ password }), { code: 'passwordWrong' })
  await alice.account.login({ password, signUp: true })
  await alice.account.changePassword(password, `${password}-new`)
  await all.close(alice)
  await all.registry.stop()
  assert.ok(seen.length > 10, 'the exchange went through here')
  assert.equal(Buffer.concat(seen).includes(password), false, 'datagrams')
  const files = readdirSync(all.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.ok(files.some((entry) => entry.name === 'registry.db') && files.some((entry) => entry.name === 'peer.db'))
  for (const entry of files) {
    assert.equal(readFileSync(join(entry.parentPath, entry.name)).includes(password), false, entry.name)
  }
  assert.ok(all.log.length > 0)
  assert.equal(all.log.join('').includes(password), false, 'log')
})

test(
  'who logged out is away for everybody, keeps what is sent, and comes back in the same program',
  slow,
  async (t) => {
    const all = await setting(t, { accounts: 'open' })
    const alice = await all.open('alice')
    const bob = await all.open('bob')
    await Promise.all([inState(alice, 'online'), inState(bob, 'online')])
    assert.equal(await exchange(alice, bob, 'one'), 'direct')
    const gone = eventOf(alice, 'presence', (event) => event.name === 'bob' && !event.online)
    await bob.account.logout(false)
    await gone
    const inMailbox = eventOf(alice, 'state', (event) => event.state === 'mailbox')
    await alice.send('bob', 'two')
    await inMailbox
    const { id } = await bob.send('alice', 'kept')
    assert.equal((await bob.history('alice', 1))[0]?.state, 'kept')
    await assert.rejects(bob.account.lookUp('alice'), { code: 'notLoggedIn' })
    const both = Promise.all([
      eventOf(bob, 'message', (event) => event.text === 'two'),
      eventOf(alice, 'message', (event) => event.id === id),
      eventOf(bob, 'loggedIn', (event) => event.mail === 1),
    ])
    await bob.account.login()
    await both
  },
)

test('two people who met find each other when the registry is gone, after a restart of both', slow, async (t) => {
  const all = await setting(t, { accounts: 'open' })
  const alice = await all.open('alice')
  const bob = await all.open('bob')
  await Promise.all([inState(alice, 'online'), inState(bob, 'online')])
  assert.equal(await exchange(alice, bob, 'with a registry'), 'direct')
  const { port } = bob
  await all.registry.stop()
  await Promise.all([all.close(alice), all.close(bob)])
  const bobAgain = await all.open('bob', { port })
  const aliceAgain = await all.open('alice')
  assert.equal(await exchange(aliceAgain, bobAgain, 'without one'), 'direct')
  assert.equal(await exchange(bobAgain, aliceAgain, 'and back'), 'direct')
})

test('people are looked up, befriended and blocked, and it lasts', async (t) => {
  const all = await setting(t, { accounts: 'open' })
  const alice = await all.open('alice')
  const bob = await all.open('Bob')
  await Promise.all([inState(alice, 'online'), inState(bob, 'online')])
  assert.deepEqual(await alice.account.lookUp('ALICE'), { kind: 'self' })
  assert.deepEqual(await alice.account.lookUp('bod'), { kind: 'unknown', name: 'bod', nearest: ['Bob'] })
  assert.deepEqual(await alice.account.lookUp('bob'), { kind: 'found', name: 'Bob', status: 'online', busy: false })
  await assert.rejects(alice.account.lookUp('no name'), { code: 'badName' })
  await assert.rejects(alice.account.addFriend('bod'), { code: 'unknownName' })
  await alice.account.addFriend('bob', 'Robert')
  await exchange(alice, bob, 'hi')
  const [friend] = await alice.account.friends()
  assert.deepEqual(
    [friend?.name, friend?.alias, friend?.isFriend, friend?.road, friend?.address],
    ['Bob', 'Robert', true, 'direct', `127.0.0.1:${bob.port}`],
  )
  const found = await alice.account.lookUp('bob')
  assert.equal(found.kind === 'found' && found.address, `127.0.0.1:${bob.port}`)
  // Blocked: their message fails for them, on the link and by the mailbox, and nothing of it is kept here.
  await alice.account.setBlocked('bob', true)
  const failed = eventOf(bob, 'state', (event) => event.state === 'failed')
  await bob.send('alice', 'do you hear me')
  assert.equal((await failed).reason?.code, 'refusedByRecipient')
  await assert.rejects(alice.account.requestChat('bob'), { code: 'blocked' })
  const refused = eventOf(bob, 'chatRefused')
  await bob.account.requestChat('alice')
  assert.equal((await refused).outcome, 'rejected')
  await all.close(alice)
  const noticed = eventOf(bob, 'state', (event) => event.state === 'failed')
  await bob.send('alice', 'and now')
  const again = await all.open('alice')
  await noticed
  assert.deepEqual(
    (await again.history('bob', 9)).map((row) => row.text),
    ['hi'],
  )
  assert.deepEqual(
    (await again.account.friends()).map(({ name, isBlocked }) => [name, isBlocked]),
    [['Bob', true]],
  )
  await again.account.setBlocked('BOB', false)
  const heard = eventOf(again, 'message', (event) => event.text === 'friends again')
  await bob.send('alice', 'friends again')
  await heard
  await again.account.removeFriend('bob')
  assert.deepEqual(await again.account.friends(), [])
})

test('a private session: asked, accepted, seen as busy by others, and left', slow, async (t) => {
  const all = await setting(t, { accounts: 'open' })
  const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map((name) => all.open(name)))
  assert.ok(alice && bob && carol)
  await Promise.all([alice, bob, carol].map((peer) => inState(peer, 'online')))
  await assert.rejects(alice.account.requestChat('Alice'), { code: 'self' })
  await assert.rejects(alice.account.requestChat('nobody'), { code: 'unknownName' })
  const asked = eventOf(bob, 'chatRequest')
  await alice.account.requestChat('bob')
  assert.equal((await asked).from, 'alice')
  const opened = Promise.all([eventOf(alice, 'chatOpened'), eventOf(bob, 'chatOpened')])
  const isBusy = eventOf(carol, 'presence', (event) => event.name === 'bob' && event.busy === true)
  await bob.account.answerChat('alice', true)
  assert.deepEqual(
    (await opened).map(({ name, asked: own }) => [name, own]),
    [
      ['bob', true],
      ['alice', false],
    ],
  )
  await isBusy
  const busy = eventOf(carol, 'chatRefused')
  await carol.account.requestChat('bob')
  assert.equal((await busy).outcome, 'busy')
  const found = await carol.account.lookUp('alice')
  assert.equal(found.kind === 'found' && found.busy, true)
  assert.equal((await carol.clients()).find(({ name }) => name === 'bob')?.busy, true)
  const closed = eventOf(alice, 'chatClosed')
  const isFree = eventOf(carol, 'presence', (event) => event.name === 'bob' && event.busy === undefined)
  await bob.account.leaveChat()
  assert.equal((await closed).by, 'peer')
  await isFree
  await assert.rejects(bob.account.leaveChat(), { code: 'noSession' })
  // Who closes the program leaves, too.
  const again = eventOf(bob, 'chatRequest')
  await alice.account.requestChat('bob')
  await again
  const open = eventOf(alice, 'chatOpened')
  await bob.account.answerChat('alice', true)
  await open
  const left = eventOf(alice, 'chatClosed')
  await all.close(bob)
  assert.equal((await left).by, 'peer')
  await carol.account.refresh()
})

test('notes to oneself are refused where that is wished, and open questions end with the peer', slow, async (t) => {
  const all = await setting(t, { accounts: 'open' })
  const alice = await all.open('alice', { selfNotes: false })
  await inState(alice, 'online')
  await assert.rejects(alice.send('Alice', 'x'), { code: 'selfRefused' })
  const bob = await all.open('bob')
  await inState(bob, 'online')
  await bob.send('bob', 'a note')
  // A question that nothing answers any more; and, below, one in the middle of a password.
  const never = assert.rejects(
    alice.command(() => {}),
    { code: 'closed' },
  )
  await all.close(alice)
  await never
  await assert.rejects(alice.account.lookUp('bob'), { code: 'closed' })
  const asks = await setting(t)
  const carol = await asks.open('carol')
  await inState(carol, 'loggedOut')
  const login = assert.rejects(carol.account.login({ password, signUp: true }), { code: 'closed' })
  await asks.close(carol)
  await login
})

/** A socket between a peer and the registry that keeps every datagram it passes on. */
async function relayTo(registry: Address): Promise<Address & { seen: Buffer[]; close: () => void }> {
  const front = createSocket('udp4')
  const back = createSocket('udp4')
  const seen: Buffer[] = []
  let peer: Address | undefined
  front.on('message', (bytes, from) => {
    peer = { host: from.address, port: from.port }
    seen.push(bytes)
    back.send(bytes, registry.port, '127.0.0.1')
  })
  back.on('message', (bytes) => {
    seen.push(bytes)
    if (peer) front.send(bytes, peer.port, peer.host)
  })
  for (const socket of [front, back]) {
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
  }
  const close = (): void => {
    front.close()
    back.close()
  }
  return { host: '127.0.0.1', port: front.address().port, seen, close }
}
