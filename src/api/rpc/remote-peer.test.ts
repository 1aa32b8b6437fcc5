// The calling side alone, as a page has it: what it knows of its peer, and what becomes of calls when the line is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from '../../base/index.ts'
import type { PeerEvent, PeerStatus } from '../peer-api.ts'
import { RemotePeer } from './remote-peer.ts'
import { RpcCaller } from './rpc-caller.ts'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: Record<string, unknown>
}

/** The other side of a line, by hand. */
class FakeLine {
  readonly asked: Request[] = []
  readonly caller = new RpcCaller((text) => this.asked.push(JSON.parse(text) as Request))

  answer(method: string, result: unknown): void {
    const at = this.asked.findIndex((request) => request.method === method)
    const [request] = this.asked.splice(at, 1)
    assert.ok(at >= 0 && request, `nobody asked for ${method}`)
    this.caller.receive(JSON.stringify({ jsonrpc: '2.0', id: request.id, result }))
  }

  tell(event: PeerEvent): void {
    this.caller.receive(JSON.stringify({ jsonrpc: '2.0', method: 'event', params: event }))
  }

  lose(): void {
    this.caller.fail(new ParleyError('peerLost', { retryable: true }))
  }
}

const statusOf = (name: string, more: Partial<PeerStatus> = {}): PeerStatus => ({
  name,
  key: { fingerprint: `key of ${name}`, words: [] },
  registry: 'h:1',
  invite: 'h:1',
  port: 7,
  state: 'online',
  version: '1.0.0',
  waiting: 0,
  requests: [],
  changedIdentities: [],
  ...more,
})

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

async function connected() {
  const line = new FakeLine()
  const connecting = RemotePeer.connect(line.caller)
  line.answer('subscribe', null)
  line.tell({ type: 'registry', state: 'unreachable' })
  line.answer('status', statusOf('alice'))
  const peer = await connecting
  const heard: PeerEvent[] = []
  peer.subscribe((event) => heard.push(event))
  await settled()
  return { line, peer, heard }
}

test('it subscribes before it asks, and loses no event between', async () => {
  const { peer, heard } = await connected()
  assert.deepEqual([peer.name, peer.fingerprint, peer.registry, peer.port], ['alice', 'key of alice', 'h:1', 7])
  assert.deepEqual(heard, [{ type: 'registry', state: 'unreachable' }])
  assert.equal(peer.registryState(), 'unreachable')
})

test('another account is told once its name is known, and what comes after it after it', async () => {
  const { line, peer, heard } = await connected()
  heard.length = 0
  const login = peer.login({ name: 'carol' }).then(() => peer.name)
  line.tell({ type: 'account', name: 'carol' })
  line.tell({ type: 'registry', state: 'online' })
  line.answer('login', null)
  await settled()
  assert.deepEqual(heard, [])
  line.answer('status', statusOf('carol', { state: 'connecting' }))
  assert.equal(await login, 'carol')
  assert.deepEqual(
    heard.map(({ type }) => type),
    ['account', 'registry'],
  )
  assert.deepEqual([peer.name, peer.registryState()], ['carol', 'online'])
})

test('without a line that comes back, every call is lost with it', async () => {
  const { line, peer } = await connected()
  const send = assert.rejects(peer.send('bob', 'x'), { code: 'peerLost', retryable: true })
  const clients = assert.rejects(peer.clients(), { code: 'peerLost' })
  line.lose()
  await Promise.all([send, clients])
})

test('a line that comes back: repeated in their order and with their ids, others rejected', async () => {
  const { line, peer } = await connected()
  peer.awaitResume()
  const texts = ['one', 'two', 'three']
  const sends = texts.map((text) => peer.send('bob', text))
  const room = assert.rejects(peer.makeRoom(['bob']), { code: 'peerLost' })
  const ids = line.asked.filter(({ method }) => method === 'send').map(({ params }) => params['id'])
  assert.equal(new Set(ids).size, 3)
  line.lose()
  await room
  const during = peer.sendToAll('meanwhile')
  const next = new FakeLine()
  const resuming = peer.resume(next.caller)
  next.answer('subscribe', null)
  next.answer('status', statusOf('alice', { state: 'connecting' }))
  await resuming
  await settled()
  assert.equal(peer.registryState(), 'connecting')
  assert.deepEqual(
    next.asked.map(({ method, params }) => [method, params['text'], params['id']]).slice(0, 3),
    texts.map((text, i) => ['send', text, ids[i]]),
  )
  assert.equal(next.asked[3]?.method, 'sendToAll')
  for (const id of ids) next.answer('send', id)
  next.answer('sendToAll', 'f'.repeat(32))
  assert.deepEqual(await Promise.all(sends), ids)
  await during
})

test('closing detaches: what waits is rejected, and nothing is asked any more', async () => {
  const { line, peer } = await connected()
  peer.awaitResume()
  const waiting = assert.rejects(peer.send('bob', 'x'), { code: 'closed' })
  line.lose()
  await settled()
  await peer.close()
  await waiting
  await assert.rejects(peer.clients(), { code: 'closed' })
})
