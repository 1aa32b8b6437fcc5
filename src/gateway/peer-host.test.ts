import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ParleyError } from '../base/index.ts'
import { openHost, StubPeer } from './fixture/fake-host.ts'
import type { HostNotice } from './peer-host.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the host of pages', () => {
  test('runs without a peer, and says what there is', async () => {
    const { host } = openHost({ name: 'carol', registry: 'parley://x' })
    assert.throws(() => host.peer(), { code: 'noPeer' })
    assert.deepEqual(host.status(), {
      version: '1.2.3',
      profiles: [{ name: 'alice' }, { name: 'bob' }],
      isOpen: false,
      name: 'carol',
      registry: 'parley://x',
    })
    await host.close()
  })

  test('says of each profile which registry it has, or had last', async () => {
    const lastRegistry = (name: string, home?: string): string | undefined => (name === 'bob' ? home : undefined)
    const { host } = openHost({ home: 'r:2', lastRegistry })
    assert.deepEqual(host.status().profiles, [{ name: 'alice' }, { name: 'bob', registry: 'r:2' }])
    await host.open({ name: 'Bob', registry: 'r:3' })
    assert.deepEqual(host.status().profiles, [{ name: 'alice' }, { name: 'bob', registry: 'r:3' }])
    await host.close()
  })

  test('opens a peer as the page asks, and tells every page', async () => {
    const { host, peers } = openHost({ home: '/somewhere' })
    const heard: HostNotice[] = []
    host.watch((notice) => heard.push(notice))
    const stop = host.watch(() => assert.fail('stopped'))
    stop()
    const status = await host.open({ name: 'bob', registry: 'r:1', port: 7, inviteCode: 'c' })
    const { onRegistryKey, ...options } = peers[0]?.options ?? {}
    assert.equal(typeof onRegistryKey, 'function')
    assert.deepEqual(options, { name: 'bob', home: '/somewhere', registry: 'r:1', port: 7, inviteCode: 'c' })
    assert.deepEqual(heard, [{ method: 'opened', params: { status } }])
    assert.equal(host.peer().name, 'bob')
    const { isOpen, profiles, name } = host.status()
    assert.deepEqual([isOpen, name, profiles[1]], [true, 'bob', { name: 'bob', registry: 'r:1' }])
    await host.close()
    assert.equal(peers[0]?.isClosed, true)
  })

  test('closes the former peer before it opens another: a port is free then', async () => {
    const { host, peers } = openHost({}, () => {
      assert.ok(peers.every(({ isClosed }) => isClosed))
      return undefined
    })
    await host.open({ name: 'alice' })
    await Promise.all([host.open({ name: 'bob' }), host.open({ name: 'carol' })])
    assert.deepEqual(
      peers.map(({ name, isClosed }) => [name, isClosed]),
      [
        ['alice', true],
        ['bob', true],
        ['carol', false],
      ],
    )
  })

  test('does not reopen what is open, as two pages may show one dialogue', async () => {
    const { host, peers } = openHost()
    await Promise.all([host.open({ name: 'alice' }), host.open({ name: 'Alice' })])
    assert.equal(peers.length, 1)
    await host.open({ name: 'alice', registry: 'other:1' })
    assert.equal(peers.length, 2)
  })

  test('goes back to the former peer where another cannot be opened', async () => {
    const { host, peers } = openHost({}, ({ name }) => (name === 'bob' ? new ParleyError('folderLocked') : undefined))
    await host.open({ name: 'alice', registry: 'r:1' })
    await assert.rejects(host.open({ name: 'bob' }), { code: 'folderLocked' })
    assert.deepEqual([host.peer().name, host.peer().registry, peers.length], ['alice', 'r:1', 2])
    assert.deepEqual([peers[0]?.isClosed, peers[1]?.isClosed], [true, false])
  })

  test('asks the pages about a key, also one that comes later, and takes one answer', async () => {
    const { host, peers } = openHost()
    await host.open({ name: 'alice' })
    const trusted = peers[0]?.options.onRegistryKey?.('aaaa-bbbb')
    const heard: HostNotice[] = []
    host.watch((notice) => heard.push(notice))
    assert.deepEqual(heard, [{ method: 'registryKey', params: { fingerprint: 'aaaa-bbbb' } }])
    assert.deepEqual(host.status().registryKey, { fingerprint: 'aaaa-bbbb' })
    await host.answerRegistryKey(true)
    assert.equal(await trusted, true)
    await assert.rejects(host.answerRegistryKey(true), { code: 'noQuestion' })
    assert.equal(host.status().registryKey, undefined)
  })

  test('trusts no key that nobody answered for: of a peer that is replaced, or of a host that ends', async () => {
    const { host, peers } = openHost()
    await host.open({ name: 'alice' })
    const first = peers[0]?.options.onRegistryKey?.('aaaa')
    await host.open({ name: 'bob' })
    assert.equal(await first, false)
    const second = peers[1]?.options.onRegistryKey?.('bbbb')
    await host.close()
    assert.equal(await second, false)
    assert.equal(await peers[1]?.options.onRegistryKey?.('cccc'), false)
    await assert.rejects(host.open({ name: 'alice' }), { code: 'closed' })
  })

  test('closes a peer whose opening it did not live to see', async () => {
    const opening = Promise.withResolvers<void>()
    const peer = new StubPeer({ name: 'alice' })
    const { host } = openHost({ open: async () => opening.promise.then(() => peer.asPeer()) })
    const opened = host.open({ name: 'alice' })
    await tick()
    const closing = host.close()
    opening.resolve()
    await assert.rejects(opened)
    await closing
    assert.equal(peer.isClosed, true)
  })

  test('leaves a peer alone that another face lent', async () => {
    const peer = new StubPeer({ name: 'alice' })
    const { host } = openHost({ lent: peer.asPeer() })
    assert.equal(host.peer().name, 'alice')
    await assert.rejects(host.open({ name: 'bob' }), { code: 'notOwner' })
    await host.close()
    assert.equal(peer.isClosed, false)
  })
})
