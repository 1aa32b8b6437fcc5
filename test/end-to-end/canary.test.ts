// Nothing readable leaves a peer: a text that says what it is goes both roads, and is then looked for in every datagram
// that the peers sent or got, in the registry's files and in its log (invariant S18).

import assert from 'node:assert/strict'
import { Socket } from 'node:dgram'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPeer, type PeerApi, type PeerEvent } from '../../src/api/index.ts'
import { RegistryProgram, temporaryFolder } from './program.ts'

const canary = 'canary-of-the-mine-8231'

/** Everything that passes the sockets of this process, both ways. */
function tapDatagrams(after: (undo: () => void) => void): Buffer[] {
  const seen: Buffer[] = []
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { send, emit } = Socket.prototype
  Socket.prototype.send = function tapped(this: Socket, ...args: unknown[]): void {
    seen.push(Buffer.from(args[0] as Uint8Array))
    Reflect.apply(send, this, args)
  } as typeof send
  Socket.prototype.emit = function tapped(this: Socket, ...args: unknown[]): boolean {
    if (args[0] === 'message') seen.push(Buffer.from(args[1] as Uint8Array))
    return Reflect.apply(emit, this, args) as boolean
  } as typeof emit
  after(() => Object.assign(Socket.prototype, { send, emit }))
  return seen
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

function foundIn(bytes: Buffer): boolean {
  return [canary, Buffer.from(canary, 'utf16le'), Buffer.from(canary).toString('base64').slice(0, 24)].some((needle) =>
    bytes.includes(needle),
  )
}

function until(peer: PeerApi, fits: (event: PeerEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = peer.subscribe((event) => {
      if (!fits(event)) return
      end()
      resolve()
    })
  })
}

const stored = (road: string) => (event: PeerEvent) =>
  event.type === 'state' && event.state === 'stored' && event.road === road
const online = (event: PeerEvent): boolean => event.type === 'registry' && event.state === 'online'

test('a text is on no wire and nowhere at the registry, by the direct road and by the mailbox', async (context) => {
  const folder = temporaryFolder(context)
  const seen = tapDatagrams((undo) => context.after(undo))
  const registry = new RegistryProgram(context, join(folder, 'registry'))
  const invite = await registry.invite()
  const open = async (name: string): Promise<PeerApi> => {
    const peer = await openPeer({ name, home: join(folder, name), registry: invite })
    if (peer.registryState() !== 'online') await until(peer, online)
    return peer
  }
  const alice = await open('alice')
  context.after(() => alice.close())
  const bob = await open('bob')
  const direct = until(alice, stored('direct'))
  await alice.send('bob', `${canary} straight`)
  await direct
  await bob.close()
  const inMailbox = until(alice, (event) => event.type === 'state' && event.state === 'mailbox')
  await alice.send('bob', `${canary} while away`)
  await inMailbox
  const atRegistry = filesBelow(registry.data)
  assert.ok(atRegistry.some((path) => path.endsWith('.db')))
  for (const path of atRegistry) assert.equal(foundIn(readFileSync(path)), false, path)
  const collected = until(alice, stored('mailbox'))
  const back = await open('bob')
  await collected
  assert.equal((await back.history('alice', 10)).length, 2)
  await back.close()
  for (const path of filesBelow(registry.data)) assert.equal(foundIn(readFileSync(path)), false, path)
  assert.equal(foundIn(Buffer.from(registry.stdout + registry.stderr)), false)
  assert.ok(seen.length > 20, `only ${seen.length} datagrams were seen`)
  assert.equal(seen.some(foundIn), false, 'in a datagram')
  // The search finds what is there: both profiles hold the text, readable by their owners.
  assert.ok(filesBelow(join(folder, 'alice')).some((path) => foundIn(readFileSync(path))))
})
