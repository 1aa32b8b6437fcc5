// The registry's window over real HTTP: what needs the token and what does not, health, and the verbs.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { RegistryBatch, RegistrySnapshot } from '../api/index.ts'
import { RpcCaller } from '../api/rpc/page.ts'
import { WebSocket } from 'ws'
import { FakeRegistry } from './fixture/fake-registry.ts'
import { openRegistryWindow, type RegistryWindowOptions } from './registry-window.ts'

const pages = mkdtempSync(join(tmpdir(), 'parley-window-'))
after(() => rmSync(pages, { recursive: true }))
writeFileSync(join(pages, 'registry.html'), '<!doctype html><title>window</title>')

interface Answer {
  /** Where it is not 200. */
  readonly status?: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly data: { readonly code: string } }
}

async function stand(t: { after: (run: () => Promise<void>) => void }, options: Partial<RegistryWindowOptions> = {}) {
  const registry = new FakeRegistry(() => performance.now())
  registry.put('alice', { online: true })
  const server = await openRegistryWindow({
    api: registry,
    port: 0,
    assets: pathToFileURL(`${pages}/`),
    metrics: () => Promise.resolve({ type: 'text/plain; version=0.0.4', body: 'x 1\n' }),
    readiness: () => Promise.resolve({ isReady: true }),
    ...options,
  })
  t.after(() => server.close())
  const token = server.token.text
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.origin}${path}`, { headers })
    return [response.status, await response.text()] as const
  }
  const call = async (method: string, params: object = {}, given = token): Promise<Answer> => {
    const response = await fetch(`${server.origin}/rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${given}`, origin: server.origin },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    if (response.status !== 200) return { status: response.status }
    return (await response.json()) as Answer
  }
  return { registry, server, token, get, call }
}

describe('what machines look at', () => {
  test('/metrics needs the token as a bearer, or is opened by whoever starts the window', async (t) => {
    const { get, token } = await stand(t)
    assert.equal((await get('/metrics'))[0], 401)
    assert.equal((await get('/metrics', { authorization: 'Bearer wrong' }))[0], 401)
    assert.deepEqual(await get('/metrics', { authorization: `Bearer ${token}` }), [200, 'x 1\n'])
    const open = await stand(t, { isMetricsOpen: true })
    assert.deepEqual(await open.get('/metrics'), [200, 'x 1\n'])
  })

  test('/healthz says that the process answers; /readyz whether it can serve, and why not', async (t) => {
    let reason: string | undefined
    const { get } = await stand(t, {
      readiness: () => Promise.resolve(reason === undefined ? { isReady: true } : { isReady: false, reason }),
    })
    assert.equal((await get('/healthz'))[0], 200)
    assert.deepEqual(await get('/readyz'), [200, 'ready\n'])
    reason = 'the store does not answer: storeSilent'
    assert.deepEqual(await get('/readyz'), [503, 'not ready: the store does not answer: storeSilent\n'])
    assert.equal((await get('/healthz'))[0], 200)
  })
})

describe('the verbs', () => {
  test('need the token', async (t) => {
    const { call, registry } = await stand(t)
    assert.deepEqual(await call('suspend', { name: 'alice' }, 'wrong'), { status: 401 })
    assert.deepEqual(registry.done, [])
  })

  test('do what they say to the account in its folded spelling, and tell what went wrong', async (t) => {
    const { call, registry } = await stand(t)
    assert.deepEqual((await call('disconnect', { name: 'ALICE' })).result, { sessions: 1 })
    for (const verb of ['suspend', 'unsuspend', 'deleteAccount']) {
      assert.equal((await call(verb, { name: 'Alice' })).result, null)
      assert.equal((await call(verb, { name: 'nobody' })).error?.data.code, 'unknownName')
    }
    assert.deepEqual((await call('makeInvite')).result, { code: 'CODE', expires: 2, joinLine: 'join CODE' })
    assert.deepEqual((await call('say', { text: 'hi' })).result, { online: 1 })
    assert.deepEqual(registry.done.slice(0, 2), ['disconnect alice', 'suspend alice'])
  })

  test('refuse what has not their form before anything is done', async (t) => {
    const { call, registry } = await stand(t)
    for (const params of [{}, { name: 5 }, { name: 'a'.repeat(65) }, { name: 'alice', force: true }, []]) {
      assert.equal((await call('deleteAccount', params)).error?.code, -32602, JSON.stringify(params))
    }
    assert.equal((await call('deleteAccount', { name: '../x' })).error?.data.code, 'badName')
    assert.equal((await call('dropTables')).error?.code, -32601)
    assert.deepEqual(registry.done, [])
  })

  test('tell a snapshot to who posts, and leave nothing running', async (t) => {
    const { call, registry } = await stand(t)
    registry.log('one')
    const { peers, lines } = (await call('snapshot')).result as RegistrySnapshot
    assert.deepEqual([peers.map(({ name }) => name), lines.map(({ text }) => text)], [['alice'], ['one']])
    await call('subscribe')
    assert.equal(registry.watchers, 0, 'the connection of a POST is over with its answer')
  })
})

test('a WebSocket hears a snapshot and then batches, once each, also where it subscribes twice', async (t) => {
  const { server, token, registry } = await stand(t)
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/rpc`, ['parley', `token.${token}`], {
    origin: server.origin,
  })
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  socket.on('open', () => open())
  await opened
  const caller = new RpcCaller((text) => socket.send(text))
  const batches: RegistryBatch[] = []
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>()
  caller.onNotice(({ method, params }) => {
    assert.equal(method, 'batch')
    batches.push(params as RegistryBatch)
    if ((params as RegistryBatch).figures) hear()
  })
  socket.on('message', (data) => caller.receive((data as Buffer).toString('utf8')))
  const [, answer] = await Promise.all([caller.call('subscribe'), caller.call('subscribe')])
  const snapshot = answer as RegistrySnapshot
  assert.equal(snapshot.about.name, 'test')
  registry.log('hello')
  await heard
  assert.deepEqual(
    batches.flatMap(({ lines = [] }) => lines.map(({ text }) => text)),
    ['hello'],
  )
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  socket.on('close', () => close())
  socket.close()
  await closed
  while (registry.watchers > 0) await new Promise((resolve) => setImmediate(resolve))
})
