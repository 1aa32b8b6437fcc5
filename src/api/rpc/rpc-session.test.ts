import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as v from 'valibot'
import { ParleyError } from '../../base/index.ts'
import { RpcCaller } from './rpc-caller.ts'
import { answerBytesMax, callsInFlightMax, requestBytesMax } from './rpc-message.ts'
import { RpcSession, type VerbTable } from './rpc-session.ts'

interface Target {
  wait?: Promise<void>
  readonly begun: unknown[]
}

const table: VerbTable<Target> = {
  echo: {
    says: 'The same again.',
    params: v.strictObject({ text: v.string(), times: v.exactOptional(v.number()) }),
    result: v.string(),
    call: async (target, { text, times = 1 }: { text: string; times?: number }) => {
      target.begun.push(text)
      await target.wait
      return text.repeat(times)
    },
  },
  refuse: {
    says: 'Never.',
    params: v.strictObject({}),
    result: v.null(),
    call: () => Promise.reject(new ParleyError('unknownName', { details: { name: 'zoe' }, retryable: true })),
  },
  break: {
    says: 'A bug.',
    params: v.strictObject({}),
    result: v.null(),
    call: () => {
      throw new TypeError('x of undefined')
    },
  },
}

interface Answer {
  readonly id: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly data: { readonly code: string; readonly details: Details } }
}
type Details = Readonly<Record<string, unknown>>

function serving(target: Target = { begun: [] }) {
  const answers: Answer[] = []
  const session = new RpcSession({ table, target, send: (text) => answers.push(JSON.parse(text) as Answer) })
  return { session, answers, target }
}

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))
const request = (method: string, params?: unknown, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params })

test('bad requests are answered as JSON-RPC 2.0 says, with what is wrong where', async () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['{"jsonrpc": "2.0", "method": "echo", "params"', -32_700, /JSON/],
    ['\uFFFD', -32_700, /JSON/],
    ['[]', -32_600, /batch/],
    ['5', -32_600, /2\.0/],
    ['null', -32_600, /2\.0/],
    [JSON.stringify({ id: 1, method: 'echo' }), -32_600, /jsonrpc/],
    [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 5 }), -32_600, /method/],
    [JSON.stringify({ jsonrpc: '2.0', id: {}, method: 'echo' }), -32_600, /id/],
    [request('none'), -32_601, /none/],
    [request('constructor'), -32_601, /constructor/],
    [request('__proto__'), -32_601, /__proto__/],
    [request('echo'), -32_602, /text/],
    [request('echo', []), -32_602, /Object/],
    [request('echo', { text: 5 }), -32_602, /text: .*received 5/],
    [request('echo', { text: 'x', tmes: 2 }), -32_602, /tmes/],
  ]
  for (const [text, code, says] of cases) {
    const { session, answers } = serving()
    session.receive(text)
    await settled()
    assert.equal(answers.length, 1, text)
    assert.equal(answers[0]?.error?.code, code, text)
    assert.match(JSON.stringify(answers[0].error.data.details), says, text)
  }
})

test('whatever comes, a session answers no more than once and never throws', async () => {
  const word = fc.oneof(fc.constantFrom('2.0', 'echo', 'refuse', 'break'), fc.jsonValue())
  const message = fc.record({ jsonrpc: word, id: word, method: word, params: word }, { requiredKeys: [] })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        message.map((one) => JSON.stringify(one)),
        fc.string(),
        fc.json(),
      ),
      async (text) => {
        const { session, answers } = serving()
        session.receive(text)
        await settled()
        assert.ok(answers.length <= 1)
      },
    ),
  )
})

test('errors of verbs are the same errors on the other side; a bug is told as one', async () => {
  const { session, answers } = serving()
  const caller = new RpcCaller((text) => session.receive(text))
  const deliver = async (): Promise<void> => {
    await settled()
    for (const answer of answers.splice(0)) caller.receive(JSON.stringify(answer))
  }
  const refused = caller.call('refuse')
  const broken = caller.call('break')
  const echoed = caller.call('echo', { text: 'héé', times: undefined })
  void deliver()
  await assert.rejects(refused, { name: 'ParleyError', code: 'unknownName', details: { name: 'zoe' }, retryable: true })
  await assert.rejects(broken, { code: 'internal' })
  assert.equal(await echoed, 'héé')
})

test('a thousand calls in flight: those over the limit are refused by name, the others answered', async () => {
  const wait = Promise.withResolvers<void>()
  const { session, answers } = serving({ begun: [], wait: wait.promise })
  for (let i = 0; i < 1_000; i++) session.receive(request('echo', { text: 'x' }, i))
  const refused = answers.filter(({ error }) => error?.data.code === 'tooManyCalls')
  assert.equal(refused.length, 1_000 - callsInFlightMax)
  wait.resolve()
  await settled()
  assert.equal(answers.length, 1_000)
  session.receive(request('echo', { text: 'y' }, 1_001))
  await settled()
  assert.deepEqual(answers.at(-1), { jsonrpc: '2.0', id: 1_001, result: 'y' })
})

test('a caller makes a thousand calls at once: none is refused, and they begin in their order', async () => {
  const { session, answers, target } = serving()
  const caller = new RpcCaller((text) => session.receive(text))
  const texts = Array.from({ length: 1_000 }, (_, i) => `m${i}`)
  const calls = texts.map((text) => caller.call('echo', { text }))
  for (let turn = 0; turn < 10; turn++) {
    await settled()
    for (const answer of answers.splice(0)) caller.receive(JSON.stringify(answer))
  }
  assert.deepEqual(await Promise.all(calls), texts)
  assert.deepEqual(target.begun, texts)
})

test('what is too long is refused by name on either side', async () => {
  const { session, answers } = serving()
  const caller = new RpcCaller((text) => session.receive(text))
  await assert.rejects(caller.call('echo', { text: 'é'.repeat(requestBytesMax / 2) }), { code: 'requestTooLong' })
  session.receive(request('echo', { text: 'x'.repeat(1_024), times: answerBytesMax / 1_024 }))
  await settled()
  assert.equal(answers[0]?.error?.data.code, 'answerTooLong')
})

test('a lost connection rejects each call once, in their order, and takes no more', async () => {
  const caller = new RpcCaller(() => undefined)
  const order: number[] = []
  const calls = [1, 2, 3].map(async (i) => {
    await assert.rejects(caller.call('echo', { text: 'x' }), { code: 'peerLost' })
    order.push(i)
  })
  let told = 0
  caller.onFailure(() => told++)
  caller.fail(new ParleyError('peerLost'))
  caller.fail(new ParleyError('closed'))
  await Promise.all(calls)
  assert.deepEqual([order, told], [[1, 2, 3], 1])
  await assert.rejects(caller.call('echo'), { code: 'peerLost' })
})

test('after its close a session answers nothing', async () => {
  const wait = Promise.withResolvers<void>()
  const { session, answers } = serving({ begun: [], wait: wait.promise })
  let ended = 0
  session.onClose(() => ended++)
  session.receive(request('echo', { text: 'x' }))
  session.close()
  session.receive(request('echo', { text: 'y' }))
  session.notify('event', {})
  wait.resolve()
  await settled()
  session.onClose(() => ended++)
  assert.deepEqual([answers, ended], [[], 2])
})
