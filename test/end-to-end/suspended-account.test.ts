// An account that the administrator disconnects, suspends, lets in again and deletes: real peers on real sockets, a real
// store that is opened anew in between.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openPeer, type PeerApi, type PeerEvent } from '../../src/api/index.ts'
import { RegistryServer } from '../../src/registry/index.ts'
import { temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

class Heard {
  readonly events: PeerEvent[] = []
  readonly #checks = new Set<() => void>()

  constructor(peer: PeerApi) {
    peer.subscribe((event) => {
      this.events.push(event)
      for (const check of this.#checks) check()
    })
  }

  /** The first event of the type that fits, now or later. */
  async first<T extends PeerEvent['type']>(
    type: T,
    fits: (event: Extract<PeerEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    return new Promise((resolve) => {
      const check = (): void => {
        for (const event of this.events) {
          if (event.type !== type || !fits(event as Extract<PeerEvent, { type: T }>)) continue
          this.#checks.delete(check)
          resolve(event as Extract<PeerEvent, { type: T }>)
          return
        }
      }
      this.#checks.add(check)
      check()
    })
  }
}

async function online(peer: PeerApi, heard: Heard): Promise<void> {
  if (peer.registryState() !== 'online') await heard.first('registry', ({ state }) => state === 'online')
}

async function serve(t: TestContext, data: string, port = 0): Promise<RegistryServer> {
  const server = await RegistryServer.open({ data, host: '127.0.0.1', port })
  t.after(() => server.stop())
  return server
}

test(
  'a suspended account is out, keeps its mail over a restart, and is in again when it is let in',
  slow,
  async (t) => {
    const home = temporaryFolder(t)
    const data = join(home, 'registry')
    let server = await serve(t, data)
    const registry = server.invite
    const alice = await openPeer({ name: 'alice', home, registry })
    t.after(() => alice.close())
    const bob = await openPeer({ name: 'bob', home, registry })
    t.after(() => bob.close())
    const [heard, heardByBob] = [new Heard(alice), new Heard(bob)]
    await online(alice, heard)
    await online(bob, heardByBob)

    assert.equal(await server.suspend('alice'), true)
    const out = await heard.first('registry', ({ state }) => state === 'refused')
    assert.deepEqual(out.reason, { code: 'suspended', details: { name: 'alice' } })
    const isTried = heard.events.some((event) => event.type === 'registry' && event.state === 'unreachable')
    assert.equal(isTried, false, 'it does not come back only to be refused')
    await heardByBob.first('presence', ({ name, status }) => name === 'alice' && status === 'away')
    await assert.rejects(alice.login(), { code: 'suspended' })

    const id = await bob.send('alice', 'for later')
    await heardByBob.first('state', (event) => event.id === id && event.state === 'mailbox')
    const { port } = server.address
    await server.stop()
    server = await serve(t, data, port)
    await heardByBob.first('registry', ({ state }) => state === 'unreachable')
    await assert.rejects(alice.login(), { code: 'suspended' }, 'also after a restart of the registry')
    assert.equal(server.peers().find(({ name }) => name === 'alice')?.suspended, true)

    assert.equal(await server.unsuspend('alice'), true)
    await alice.login()
    const mail = await heard.first('message')
    assert.deepEqual([mail.from, mail.text], ['bob', 'for later'])
  },
)

test('who is disconnected is told so and comes back by itself', slow, async (t) => {
  const home = temporaryFolder(t)
  const server = await serve(t, join(home, 'registry'))
  const alice = await openPeer({ name: 'alice', home, registry: server.invite })
  t.after(() => alice.close())
  const heard = new Heard(alice)
  await online(alice, heard)
  heard.events.length = 0
  assert.equal(server.disconnect('ALICE'), 1)
  const away = await heard.first('registry', ({ state }) => state === 'unreachable')
  assert.equal(away.reason?.code, 'disconnected')
  await heard.first('registry', ({ state }) => state === 'online')
  assert.equal(server.disconnect('nobody'), 0)
})
