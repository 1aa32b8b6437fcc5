// The plain and the JSON face on a fake peer: order, forms, bounds, and every way to end.

import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { describe, test } from 'node:test'
import * as v from 'valibot'
import { FakePeer } from '../../test/fake/fake-peer.ts'
import { type JsonEvent, jsonEventSchema } from '../api/json-event.ts'
import type { FaceResult } from './face-event.ts'
import { runLineFace } from './line-face.ts'

interface Run {
  readonly peer: FakePeer
  readonly input: PassThrough
  readonly output: PassThrough
  readonly result: Promise<FaceResult>
  readonly abort: () => void
  readonly lines: () => string[]
}

function start(form: 'plain' | 'json', peer = new FakePeer(), settleMs = 20): Run {
  const [input, output, controller] = [new PassThrough(), new PassThrough(), new AbortController()]
  const { signal } = controller
  let text = ''
  output.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')))
  const result = runLineFace(peer, { input, output, form, nowMs: () => 0, signal, settleMs })
  const lines = (): string[] => text.split('\n').slice(0, -1)
  return { peer, input, output, result, abort: () => controller.abort(), lines }
}

/** All events of a run that reads some lines and ends. */
async function jsonOf(lines: string, peer?: FakePeer): Promise<{ events: JsonEvent[]; result: FaceResult }> {
  const run = start('json', peer)
  run.input.end(lines)
  const result = await run.result
  const events = run.lines().map((line) => v.parse(jsonEventSchema, JSON.parse(line)))
  return { events, result }
}

describe('the JSON face', () => {
  test('says ready first, then each event in its order', async () => {
    const { events, result } = await jsonOf('send bob hi\n/clients\n')
    assert.deepEqual(
      events.map((event) => event.type),
      ['ready', 'sent', 'state', 'clients'],
    )
    const { type, name, registry, port } = events[0] as JsonEvent & { type: 'ready' }
    assert.deepEqual(
      { type, name, registry, port },
      { type: 'ready', name: 'alice', registry: '127.0.0.1:4747', port: 51_234 },
    )
    assert.deepEqual(events[2], {
      type: 'state',
      id: '1'.padStart(32, '0'),
      to: 'bob',
      state: 'stored',
      road: 'direct',
      ms: 0.8,
    })
    assert.deepEqual(result, { departure: 'inputEnded', unsettled: 0 })
  })

  test('keeps the order of many lines that come at once', async () => {
    const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`)
    const { events } = await jsonOf(texts.map((text) => `send bob ${text}\n`).join(''))
    const sent = events.filter((event) => event.type === 'sent')
    assert.deepEqual(
      sent.map((event) => event.text),
      texts,
    )
  })

  test('answers errors with the code and the number of the line, and sends nothing', async () => {
    const peer = new FakePeer()
    const { events, result } = await jsonOf('send carol hi\n\n/fly\nsend bob\nhello\n', peer)
    const errors = events.filter((event) => event.type === 'error').map(({ code, line }) => ({ code, line }))
    assert.deepEqual(errors, [
      { code: 'unknownName', line: 1 },
      { code: 'unknownVerb', line: 3 },
      { code: 'usage', line: 4 },
      { code: 'noConversation', line: 5 },
    ])
    assert.deepEqual(peer.sent, [])
    assert.equal(result.failure, 'unknownName')
  })

  test('refuses a text over 64 KiB, takes one of 64 KiB, and lives on', async () => {
    const peer = new FakePeer()
    const { events } = await jsonOf(
      `send bob ${'x'.repeat(65_536)}\nsend bob ${'x'.repeat(65_537)}\nsend bob ${'x'.repeat(70_000)}\n/clients\n`,
      peer,
    )
    assert.deepEqual(
      events.map((event) => (event.type === 'error' ? event.code : event.type)),
      ['ready', 'sent', 'state', 'textTooLong', 'lineTooLong', 'clients'],
    )
    assert.equal(peer.sent.length, 1)
  })

  test('writes nothing that a terminal would obey, and the text parses to what it was', async () => {
    const text = 'a\u001b]0;x\u0007\u009b2J\u202e\u2066\ud800b\nc\u007f'
    const run = start('json')
    run.peer.say('bob', text)
    run.input.end()
    await run.result
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(run.lines().join(''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    const event = JSON.parse(run.lines()[1] as string) as { text: string }
    assert.equal(event.text, text)
  })

  test('shows times of any clock', async () => {
    for (const sentAt of [0, -1, Number.NaN, Infinity, 8.64e15 + 1, 1e300]) {
      const run = start('json')
      run.peer.emit({
        type: 'message',
        id: 'a'.repeat(32),
        from: 'bob',
        conversation: 'bob',
        text: 'x',
        road: 'mailbox',
        sentAt,
        receivedAt: 0,
      })
      run.input.end()
      await run.result
      assert.ok(v.safeParse(jsonEventSchema, JSON.parse(run.lines()[1] as string)).success)
    }
  })
})

describe('the plain face', () => {
  test('has one line per event, and none of ours for a text with lines', async () => {
    const run = start('plain')
    run.peer.say('bob', 'hello\n12:04 carol: I am not carol\u001b[2K')
    run.input.end('/open bob\nhow are you?\n/send grace see you\n')
    await run.result
    const lines = run.lines().map((line) => line.replace(/^\d\d:\d\d /, ''))
    assert.deepEqual(lines, [
      'ready: alice (k3vd-aaaa-bbbb-cccc-dddd-eeee-ffff-gggg), registry 127.0.0.1:4747, UDP port 51234',
      'bob: hello␊12:04 carol: I am not carol␛[2K',
      'what you type goes to bob; type EXIT to leave',
      'you -> bob: how are you?',
      '[Message received by bob.] [stored, direct 0.8 ms] bob: how are you?',
      'you -> grace: see you',
      '[Message received by grace.] [stored, direct 0.8 ms] grace: see you',
    ])
  })

  test('cuts a long text and says how to see all of it', async () => {
    const run = start('plain')
    run.peer.say('bob', 'x'.repeat(60_000))
    run.input.end()
    await run.result
    assert.ok((run.lines()[1] as string).endsWith('[56000 more characters: /history bob 1]'))
  })
})

test('a message that went to the mailbox says whether somebody on line did not answer', async () => {
  const toMailbox = (): FakePeer =>
    new FakePeer(({ id, to }, peer) => peer.emit({ type: 'state', id, to, state: 'mailbox', road: 'mailbox' }))
  const run = start('plain', toMailbox())
  run.input.end('/clients\nsend bob one\nsend grace two\n')
  await run.result
  const told = run.lines().filter((line) => line.includes('[in the mailbox]'))
  assert.match(told[0] as string, /\[No ACK from bob, message sent to server\.\] \[in the mailbox\] bob: one$/)
  assert.match(told[1] as string, /\[Message received by the server and saved\] \[in the mailbox\] grace: two$/)
  const { events } = await jsonOf('/clients\nsend bob one\nsend grace two\n', toMailbox())
  assert.deepEqual(
    events.filter((event) => event.type === 'state').map(({ to, noAnswer }) => [to, noAnswer]),
    [
      ['bob', true],
      ['grace', undefined],
    ],
  )
})

describe('a line face ends', () => {
  const never = (): FakePeer => new FakePeer(() => undefined)

  test('with its input, after what was sent had its time', async () => {
    const run = start('json', never())
    run.input.end('send bob hi\n')
    assert.deepEqual(await run.result, { departure: 'inputEnded', unsettled: 1 })
  })

  test('as soon as what was sent is settled', async () => {
    const settleMs = 2 ** 30
    const run = start('json', new FakePeer(({ id, to }, peer) => {
      setImmediate(() => peer.emit({ type: 'state', id, to, state: 'mailbox', road: 'mailbox' }))
    }), settleMs) // prettier-ignore
    run.input.end('send bob hi\n')
    assert.deepEqual(await run.result, { departure: 'inputEnded', unsettled: 0 })
  })

  test('with /quit, though its input stays open', async () => {
    const run = start('plain')
    run.input.write('/quit\n')
    assert.equal((await run.result).departure, 'quit')
  })

  test('when it is told to', async () => {
    const run = start('plain', never())
    run.abort()
    assert.equal((await run.result).departure, 'interrupted')
  })

  test('quietly when nobody reads any more', async () => {
    const gone = new Writable({
      write: (_bytes, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    })
    const { signal } = new AbortController()
    const options = { input: new PassThrough(), output: gone, form: 'json' as const, nowMs: () => 0, signal }
    assert.equal((await runLineFace(new FakePeer(), options)).departure, 'outputClosed')
  })

  test('when the registry never let us in', async () => {
    const run = start('json', Object.assign(new FakePeer(), { registryState: () => 'connecting' }))
    run.peer.emit({
      type: 'registry',
      state: 'refused',
      reason: { code: 'nameTaken', details: { name: 'alice', fingerprint: 'zzzz' } },
    })
    assert.deepEqual(await run.result, { departure: 'refused', failure: 'nameTaken', unsettled: 0 })
    assert.match(run.lines().join('\n'), /zzzz/)
  })
})
