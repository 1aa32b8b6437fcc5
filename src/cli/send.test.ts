import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { ParleyError } from '../base/index.ts'
import type { PeerEvent } from '../api/index.ts'
import { TalkPeer } from '../../test/fake/talk-peer.ts'
import { TestDesk } from './fixture/test-desk.ts'
import { send, type SendRequest } from './send.ts'

const oneText: SendRequest = { to: 'bob', what: { text: 'hi' }, wait: 'mailbox', timeoutMs: 1 }

function linesOf(text: string): SendRequest {
  return { ...oneText, what: { lines: Readable.from([Buffer.from(text)]) } }
}

/** Runs it to the end of its time. */
async function sendTill(desk: TestDesk<TalkPeer>, request: SendRequest): Promise<string | undefined> {
  const outcome = send(desk, request)
  // Every step of the fake is over by then.
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  desk.expire()
  return outcome
}

describe('one message', () => {
  const states = ['kept', 'mailbox', 'stored'] as const
  for (const state of states) {
    for (const wait of states) {
      const isThere = states.indexOf(state) >= states.indexOf(wait)
      test(`that is ${state}, waited for as ${wait}, is ${isThere ? 'there' : 'on its way'}`, async () => {
        const peer = new TalkPeer()
        peer.becomes = (id) => peer.emit({ type: 'state', id, to: 'bob', state })
        const desk = new TestDesk(peer)
        assert.equal(await sendTill(desk, { ...oneText, wait }), isThere ? undefined : 'undelivered')
        const words = { kept: 'kept here', mailbox: 'in the mailbox', stored: 'stored' }
        assert.deepEqual(await desk.lines(), [`bob: ${words[state]}`])
      })
    }
  }

  test('that is refused by its recipient says so, and that is the outcome', async () => {
    const peer = new TalkPeer()
    const reason = { code: 'refusedByRecipient', details: { name: 'bob' } }
    peer.becomes = (id) => peer.emit({ type: 'state', id, to: 'bob', state: 'failed', reason })
    const desk = new TestDesk(peer)
    assert.equal(await send(desk, oneText), 'refusedByRecipient')
    assert.match(await desk.printed(), /^bob: not sent: bob did not take it/)
  })

  test('to somebody who shows another identity meanwhile waits in vain, and both fingerprints are told', async () => {
    const peer = new TalkPeer()
    peer.becomes = () => peer.emit({ type: 'identityChanged', name: 'Bob', pinned: 'aaaa-aaaa', offered: 'bbbb-bbbb' })
    const desk = new TestDesk(peer)
    assert.equal(await send(desk, oneText), 'identityChanged')
    assert.match(desk.warnings.join(), /another identity.*\n.*aaaa-aaaa\n.*bbbb-bbbb/)
    peer.becomes = () => peer.emit({ type: 'identityChanged', name: 'carol', pinned: 'a', offered: 'b' })
    assert.equal(await sendTill(new TestDesk(peer), oneText), 'undelivered')
  })

  test('is told to programs by its own events only', async () => {
    const peer = new TalkPeer()
    peer.becomes = (id) => {
      peer.emit({ type: 'state', id: 'f'.repeat(32), to: 'bob', state: 'stored' })
      peer.say('bob', 'something else')
      peer.emit({ type: 'state', id, to: 'bob', state: 'stored', road: 'direct', ms: 0.8 })
    }
    const desk = new TestDesk(peer, 'json')
    assert.equal(await send(desk, oneText), undefined)
    const [sent, state, ...more] = await desk.objects()
    assert.deepEqual([sent?.['type'], state?.['type'], state?.['state'], more.length], ['sent', 'state', 'stored', 0])
    assert.equal(sent?.['id'], state?.['id'])
  })

  test('whose name nobody knows while nobody can be asked is not kept', async () => {
    const peer = new TalkPeer()
    peer.emit({ type: 'registry', state: 'unreachable' })
    await assert.rejects(send(new TestDesk(peer), { ...oneText, to: 'newcomer' }), { code: 'nobodyToAsk' })
    assert.deepEqual(peer.sent, [])
    // Whoever is known gets it later.
    peer.becomes = () => undefined
    assert.equal(await sendTill(new TestDesk(peer), { ...oneText, to: 'BOB' }), 'undelivered')
    assert.equal(peer.sent.length, 1)
  })

  test('waits for a registry that is still on its way', async () => {
    const peer = new TalkPeer()
    peer.emit({ type: 'registry', state: 'connecting' })
    const outcome = send(new TestDesk(peer), oneText)
    await new Promise(setImmediate)
    assert.deepEqual(peer.sent, [])
    peer.emit({ type: 'registry', state: 'online' })
    assert.equal(await outcome, undefined)
  })

  test('waits while another process takes the peer over, which is no absence of the registry', async () => {
    const peer = new TalkPeer()
    const reason = { code: 'peerLost', details: {} }
    peer.emit({ type: 'registry', state: 'unreachable', reason })
    const status = peer.status.bind(peer)
    peer.status = async () => ({ ...(await status()), state: 'connecting' })
    const outcome = send(new TestDesk(peer), oneText)
    await new Promise(setImmediate)
    assert.deepEqual(peer.sent, [])
    peer.emit({ type: 'registry', state: 'online' })
    assert.equal(await outcome, undefined)
  })

  test('to a word that cannot be a name is refused', async () => {
    await assert.rejects(send(new TestDesk(new TalkPeer()), { ...oneText, to: 'a/b' }), { code: 'badName' })
  })
})

describe('a message to a room', () => {
  const copies =
    (...states: ('mailbox' | 'stored')[]) =>
    (id: string, peer: TalkPeer) => {
      peer.emit({ type: 'roomPlaced', room: 3, id, number: 7, members: ['bob', 'carol'] })
      for (const [i, state] of states.entries()) {
        peer.emit({ type: 'roomState', room: 3, id, to: ['bob', 'carol'][i] as string, state })
      }
    }
  const request: SendRequest = { ...oneText, to: '#3', wait: 'stored' }

  test('is there when every copy is', async () => {
    const peer = new TalkPeer()
    peer.becomes = copies('stored', 'stored')
    const desk = new TestDesk(peer)
    assert.equal(await send(desk, request), undefined)
    assert.deepEqual(await desk.lines(), ['#3: stored: bob, carol'])
  })
  test('is on its way while one copy is', async () => {
    for (const states of [['stored'], ['stored', 'mailbox'], []] as const) {
      const peer = new TalkPeer()
      peer.becomes = copies(...states)
      assert.equal(await sendTill(new TestDesk(peer), request), 'undelivered', states.join())
    }
  })
  test('has no copies where nobody else is in it', async () => {
    const peer = new TalkPeer()
    peer.becomes = (id) => peer.emit({ type: 'roomPlaced', room: 3, id, number: 7, members: [] })
    assert.equal(await send(new TestDesk(peer), request), undefined)
  })
  test('that is not placed is on its way', async () => {
    const peer = new TalkPeer()
    peer.becomes = () => undefined
    assert.equal(await sendTill(new TestDesk(peer), { ...request, wait: 'mailbox' }), 'undelivered')
  })
})

test('a message to everyone is in the mailbox when it is said, and stored when all who were told have it', async () => {
  const said = (id: string): PeerEvent => ({ type: 'channelState', id, state: 'said', online: 2 })
  const heard = (id: string, total: number): PeerEvent => ({ type: 'channelHeard', id, names: ['bob'], total })
  const peer = new TalkPeer()
  peer.becomes = (id) => peer.emit(said(id))
  const request: SendRequest = { ...oneText, to: 'everyone' }
  assert.equal(await send(new TestDesk(peer), request), undefined)
  for (const [total, outcome] of [
    [1, 'undelivered'],
    [2, undefined],
  ] as const) {
    peer.becomes = (id) => {
      peer.emit(said(id))
      peer.emit(heard(id, total))
    }
    const desk = new TestDesk(peer)
    assert.equal(await sendTill(desk, { ...request, wait: 'stored' }), outcome)
    assert.deepEqual(await desk.lines(), [`everyone: said, told to 2 online, stored by ${total}`])
  }
})

describe('lines', () => {
  test('are messages, in order; empty ones are none', async () => {
    const peer = new TalkPeer()
    const desk = new TestDesk(peer)
    assert.equal(await send(desk, linesOf('one\n\ntwo\r\nthree')), undefined)
    assert.deepEqual(
      peer.sent.map(({ text }) => text),
      ['one', 'two', 'three'],
    )
    assert.deepEqual(await desk.lines(), ['bob: 3 messages, 3 there'])
  })

  test('that wait are counted', async () => {
    const peer = new TalkPeer()
    peer.becomes = (id) => {
      if (peer.sent.at(-1)?.text !== 'two') peer.emit({ type: 'state', id, to: 'bob', state: 'mailbox' })
    }
    const desk = new TestDesk(peer)
    assert.equal(await sendTill(desk, linesOf('one\ntwo\nthree')), 'undelivered')
    assert.deepEqual(await desk.lines(), ['bob: 3 messages, 2 there, 1 on the way'])
  })

  test('stop at the first that cannot be sent, which is named', async () => {
    const peer = new TalkPeer()
    peer.refuses = (text) => (text === 'bad' ? new ParleyError('tooManyWaiting', { details: { limit: 5 } }) : undefined)
    const desk = new TestDesk(peer)
    assert.equal(await send(desk, linesOf('one\n\nbad\n')), 'tooManyWaiting')
    assert.match(desk.warnings.join(), /^line 3: 5 messages wait .* stopped there, 1 before it are on their way/)
    const long = new TestDesk(new TalkPeer(), 'json')
    assert.equal(await send(long, linesOf(`one\n${'x'.repeat(70_000)}`)), 'lineTooLong')
    const error = (await long.objects()).at(-1)
    assert.deepEqual([error?.['type'], error?.['code'], error?.['line']], ['error', 'lineTooLong', 2])
  })

  test('wait for the peer: of a source that never ends only a window is read', async () => {
    const peer = new TalkPeer()
    let given = 0
    const accepts: (() => void)[] = []
    peer.send = async (to, text, options) => {
      await new Promise<void>((resolve) => accepts.push(resolve))
      const id = options?.id ?? ''
      peer.sent.push({ id, to, text })
      return id
    }
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given++
        yield Buffer.from('x\n'.repeat(1_000))
        await new Promise(setImmediate)
      }
    }
    const desk = new TestDesk(peer)
    const input = Readable.from(endless(), { objectMode: false, highWaterMark: 1 })
    const outcome = send(desk, { ...oneText, what: { lines: input } })
    for (let i = 0; i < 200; i++) await new Promise(setImmediate)
    const before = given
    for (let i = 0; i < 200; i++) await new Promise(setImmediate)
    assert.equal(given, before)
    assert.ok(accepts.length <= 2_000, `${accepts.length} in progress`)
    desk.ending.abort()
    for (const accept of accepts) accept()
    assert.equal(await outcome, 'undelivered')
  })
})
