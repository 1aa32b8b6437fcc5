// The window's model over a line that a test opens and loses: live only after a snapshot, nothing stale shown as live.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcCaller } from '../../../api/rpc/page.ts'
import { ParleyError } from '../../../base/index.ts'
import type { LineState } from '../../line/index.ts'
import { WindowModel } from './window-model.ts'

class FakeLine {
  state: LineState = 'connecting'
  caller: RpcCaller | undefined
  sent: { id: number; method: string; params: unknown }[] = []
  #listener: () => void = () => undefined

  watch(listener: () => void): () => void {
    this.#listener = listener
    return () => undefined
  }

  open(): void {
    this.caller = new RpcCaller((text) => this.sent.push(JSON.parse(text)))
    this.state = 'open'
    this.#listener()
  }

  lose(state: LineState = 'lost'): void {
    this.caller?.fail(new ParleyError('peerLost'))
    this.caller = undefined
    this.state = state
    this.#listener()
  }

  answer(result: unknown, at = -1): void {
    this.caller?.receive(JSON.stringify({ jsonrpc: '2.0', id: this.sent.at(at)?.id, result }))
  }

  batch(params: object): void {
    this.caller?.receive(JSON.stringify({ jsonrpc: '2.0', method: 'batch', params }))
  }
}

const series = { endsAt: 0, messages: [], logins: [], limits: [] }
const snapshot = (online: boolean) => ({
  about: { startedAt: 1 },
  figures: { at: 1 },
  series,
  lines: [],
  peers: [{ name: 'alice', online }],
})
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('is live after the snapshot, says when it is not, and begins anew after a loss', async () => {
  const line = new FakeLine()
  const model = new WindowModel(line)
  let changes = 0
  model.watch(() => (changes += 1))
  const first: unknown = model.view
  assert.deepEqual(first, { line: 'connecting', state: undefined })
  line.open()
  assert.deepEqual([line.sent[0]?.method, model.view.line], ['subscribe', 'connecting'])
  line.answer(snapshot(false))
  line.batch({ peers: [{ name: 'bob', online: true }] })
  await settle()
  assert.deepEqual([model.view.line, [...(model.view.state?.peers.keys() ?? [])]], ['open', ['alice', 'bob']])
  line.lose()
  assert.deepEqual([model.view.line, model.view.state?.peers.size], ['lost', 2], 'what was is still shown, as such')
  await assert.rejects(model.act('suspend', 'alice'), { code: 'peerLost' })
  line.open()
  assert.equal(model.view.line, 'connecting')
  line.answer(snapshot(true))
  await settle()
  assert.deepEqual([model.view.line, [...(model.view.state?.peers.keys() ?? [])]], ['open', ['alice']])
  assert.ok(changes >= 5)
})

test('asks what the administrator wants, once, and tells how it went', async () => {
  const line = new FakeLine()
  const model = new WindowModel(line)
  line.open()
  line.answer(snapshot(true))
  await settle()
  const acted = model.act('disconnect', 'alice')
  assert.deepEqual([line.sent.at(-1)?.method, line.sent.at(-1)?.params], ['disconnect', { name: 'alice' }])
  line.answer({ sessions: 2 })
  assert.equal(await acted, 2)
  const lost = model.act('deleteAccount', 'alice')
  line.lose('refused')
  await assert.rejects(lost, { code: 'peerLost' })
  assert.equal(model.view.line, 'refused')
  assert.equal(line.sent.filter(({ method }) => method === 'deleteAccount').length, 1)
})
