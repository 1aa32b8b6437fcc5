// The server on a real socket and a real disk: keys, lock, errors with their codes, a peer over a real link, and a restart.

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ParleyError } from '../base/index.ts'
import { IdentityKeyPair, LinkKeyPair, systemRandom } from '../crypto/index.ts'
import { FolderLock, workerModule } from '../disk/index.ts'
import { Endpoint, type LinkEvent, type LinkId, type Program } from '../link/index.ts'
import { LinkDriver, systemClock } from '../net/index.ts'
import {
  decodeRegistryMessage,
  deviceListStatement,
  encodeDeviceList,
  encodeRegistryRequest,
  parseRegistryTarget,
  type RegistryMessage,
  type RegistryRequest,
} from '../protocol/index.ts'
import { type ChannelMessage, RegistryServer, type RegistryServerOptions } from './index.ts'

const random = systemRandom()

function folder(t: { after: (run: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-registry-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function start(data: string, options: Partial<RegistryServerOptions> = {}): Promise<RegistryServer> {
  return RegistryServer.open({ data, host: '127.0.0.1', port: 0, name: 'test', ...options })
}

/** The least that can talk to a registry. */
class TestPeer implements Program {
  readonly identity = IdentityKeyPair.generate(random)
  readonly key = LinkKeyPair.generate(random)
  readonly heard: RegistryMessage[] = []
  readonly ends: LinkEvent[] = []
  readonly #endpoint: Endpoint
  readonly #waiting = new Set<() => void>()
  #driver: LinkDriver | undefined
  #link: LinkId | undefined
  #q = 0

  constructor() {
    let last = 0
    const timestamp = (): number => (last = Math.max(systemClock.wallMs(), last + 1))
    this.#endpoint = new Endpoint(
      { staticKey: this.key, resetKey: random.bytes(32), random, purpose: 'peer', timestamp },
      systemClock.monotonicMs(),
    )
  }

  async connect(server: RegistryServer): Promise<void> {
    this.#driver ??= await LinkDriver.open({
      endpoint: this.#endpoint,
      program: this,
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
    })
    const { key: remoteKey, address } = server
    let isUp = false
    this.#onUp = () => (isUp = true)
    this.#link = this.#driver.turn((now) =>
      this.#endpoint.connect(now, { addresses: [address], remoteKey, purpose: 'registry' }),
    )
    await this.until(() => isUp)
  }

  #onUp: () => void = () => undefined

  async ask(request: RegistryRequest extends infer R ? (R extends RegistryRequest ? Omit<R, 'q'> : never) : never) {
    const q = ++this.#q
    const bytes = encodeRegistryRequest({ ...request, q })
    this.#driver?.turn((now) => this.#endpoint.send(now, this.#link as LinkId, 0, bytes))
    const find = () => this.heard.find((message) => 'r' in message && message.r === q)
    await this.until(() => find() !== undefined)
    return find() as RegistryMessage
  }

  login(name: string, inviteCode?: string) {
    const devices = [{ key: this.key.publicKey, added: 1 }]
    const body = encodeDeviceList({ v: 1, identity: this.identity.publicKey, version: 1, devices })
    const signature = this.identity.sign(deviceListStatement(body))
    return this.ask({
      t: 'login',
      version: 1,
      agent: 'test',
      name,
      devices: { body, signature },
      addresses: [],
      ...(inviteCode && { inviteCode }),
    })
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  handleLinkEvent(_now: number, event: LinkEvent): void {
    if (event.type === 'up') this.#onUp()
    if (event.type === 'down') this.ends.push(event)
    if (event.type === 'message') {
      const message = decodeRegistryMessage(event.bytes)
      assert.ok(message.ok)
      this.heard.push(message.value)
    }
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  handleTimeout(): void {}
  pollTimeout(): undefined {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver?.close()
  }
}

test('a registry starts, is what its invite says, and is the same after a restart', async (t) => {
  const data = join(folder(t), 'new', 'registry')
  const first = await start(data)
  const target = parseRegistryTarget(first.invite)
  assert.ok(target.ok)
  assert.deepEqual([target.value.host, target.value.port], ['127.0.0.1', first.address.port])
  assert.deepEqual(new Uint8Array(target.value.key ?? []), new Uint8Array(first.key))
  assert.match(first.fingerprint, /^([a-z2-7]{4}-){7}[a-z2-7]{4}$/)
  assert.equal(first.name, 'test')
  assert.equal(statSync(data).mode & 0o777, 0o700)
  for (const file of ['registry.key', 'reset.key']) assert.equal(statSync(join(data, file)).mode & 0o777, 0o600)
  await first.stop()
  await using second = await start(data)
  assert.equal(second.fingerprint, first.fingerprint)
})

test('a login, a deposit and its collection over a real link, and the deposit is there after a restart', async (t) => {
  const data = folder(t)
  await using alice = new TestPeer()
  await using bob = new TestPeer()
  {
    await using server = await start(data)
    await bob.connect(server)
    assert.equal((await bob.login('bob')).t, 'welcome')
    await alice.connect(server)
    assert.equal((await alice.login('alice')).t, 'welcome')
    const envelope = random.bytes(60_000)
    const deposited = await alice.ask({ t: 'deposit', to: 'bob', id: random.bytes(16), envelope })
    assert.equal(deposited.t, 'deposited')
    await bob.until(() => bob.heard.some((message) => message.t === 'mailWaiting'))
  }
  await bob.until(() => bob.ends.length > 0)
  assert.ok(bob.heard.some((message) => message.t === 'goodbye' && message.reason === 'shuttingDown'))
  const [down] = bob.ends
  assert.ok(down?.type === 'down' && down.cause.kind === 'closed' && down.cause.byPeer)
  await using again = await start(data)
  await bob.connect(again)
  const welcome = await bob.login('bob')
  assert.ok(welcome.t === 'welcome')
  assert.equal(welcome.mail, 1)
  const mail = await bob.ask({ t: 'fetchMail', after: 0 })
  assert.ok(mail.t === 'mail')
  assert.equal(mail.rows[0]?.envelope.length, 60_000)
  const { row } = mail.rows[0]
  assert.equal((await bob.ask({ t: 'collect', rows: [{ row, outcome: 'stored' }] })).t, 'done')
})

test('the operator sees who is there, speaks and listens, lets people in and frees a name', async (t) => {
  const heard: ChannelMessage[] = []
  const log: string[] = []
  let changes = 0
  await using alice = new TestPeer()
  await using server = await start(folder(t), {
    accounts: 'invite',
    log: { write: (line) => log.push(line) },
    logLevel: 'debug',
    onChannel: (message) => heard.push(message),
    onTable: () => (changes += 1),
  })
  await alice.connect(server)
  assert.equal((await alice.login('alice')).t, 'error')
  const { code, expires } = await server.makeInvite()
  assert.ok(expires > Date.now())
  assert.equal((await alice.login('Alice', code)).t, 'welcome')
  const [row] = server.clients()
  assert.equal(row?.online, true)
  assert.match(row?.address ?? '', /^127\.0\.0\.1:\d+$/)
  assert.ok(changes > 0)
  assert.deepEqual(await server.say('from the console'), { number: 1, online: 1 })
  assert.equal((await alice.ask({ t: 'say', id: random.bytes(16), text: 'to all' })).t, 'said')
  assert.deepEqual(heard, [
    { from: undefined, text: 'from the console' },
    { from: 'Alice', text: 'to all' },
  ])
  await assert.rejects(server.say(''), { code: 'empty' })
  assert.deepEqual([await server.freeName('nobody'), await server.freeName('ALICE')], [false, true])
  await alice.until(() => alice.heard.some((message) => message.t === 'goodbye' && message.reason === 'removed'))
  assert.deepEqual(server.clients(), [])
  assert.ok(log.some((line) => line.includes(`"address":"${row?.address}"`) && line.includes('logged in')))
  assert.ok(!log.join('').includes('console"') && !log.join('').includes('to all'))
  await server.stop()
  await assert.rejects(server.say('too late'), { code: 'closed' })
})

test('a folder in use, a port in use, open or damaged keys and a damaged store are told by their codes', async (t) => {
  const data = folder(t)
  const server = await start(data)
  await assert.rejects(start(data), { code: 'folderLocked' })
  const other = folder(t)
  await assert.rejects(start(other, { port: server.address.port }), { code: 'portInUse' })
  await server.stop()
  await (await start(other)).stop()
  chmodSync(join(data, 'registry.key'), 0o644)
  await assert.rejects(start(data), { code: 'privateFileOpen' })
  chmodSync(join(data, 'registry.key'), 0o600)
  writeFileSync(join(data, 'registry.key'), 'short')
  await assert.rejects(start(data), { code: 'keyDamaged' })
  for (const file of readdirSync(other)) if (file.startsWith('registry.db-')) rmSync(join(other, file))
  writeFileSync(join(other, 'registry.db'), 'no database at all, but long enough to be one. '.repeat(200))
  await assert.rejects(start(other), { code: 'storeDamaged' })
  await assert.rejects(start(other), { code: 'storeDamaged' }, 'the lock was let go')
})

test('a disk that fails to keep a commit: nothing is acknowledged, the server stops and tells its owner', async (t) => {
  const data = folder(t)
  const broken = Promise.withResolvers<ParleyError>()
  const log: string[] = []
  await using server = await start(data, {
    storeWorker: workerModule(import.meta.url, './fixture/failing-store'),
    log: { write: (line) => log.push(line) },
    onFatal: (error) => broken.resolve(error),
  })
  await using peer = new TestPeer()
  await peer.connect(server)
  assert.equal((await peer.login('alice')).t, 'welcome')
  let isAnswered = false
  const request = { t: 'deposit', to: 'alice', id: random.bytes(16), envelope: random.bytes(9) } as const
  void peer.ask(request).then((answer) => (isAnswered = answer.t === 'deposited'))
  assert.equal((await broken.promise).code, 'storeFailed')
  await peer.until(() => peer.ends.length > 0)
  assert.equal(isAnswered, false)
  assert.ok(log.some((line) => line.includes('"fatal"') && line.includes('disk I/O error')))
  FolderLock.take(data, 'test').release()
})
