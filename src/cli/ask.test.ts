import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageEvent } from '../api/index.ts'
import { ask, type AskRequest } from './ask.ts'
import { noon, TalkPeer } from '../../test/fake/talk-peer.ts'
import { TestDesk } from './fixture/test-desk.ts'

const request: AskRequest = { name: 'bob', question: 'Deploy?', choices: ['yes', 'no'], timeoutMs: 1 }

function says(text: string, more: Partial<MessageEvent> = {}): MessageEvent {
  const times = { sentAt: noon + 5_000, receivedAt: noon + 5_000 }
  return {
    type: 'message',
    id: 'a'.repeat(32),
    from: 'bob',
    conversation: 'bob',
    text,
    road: 'direct',
    ...times,
    ...more,
  }
}

/** Asks; what is said meanwhile is said after the question is on its way. */
async function asked(desk: TestDesk<TalkPeer>, said: readonly MessageEvent[], what = request) {
  const answer = ask(desk, what)
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  for (const event of said) desk.peer.emit(event)
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  desk.expire()
  return answer
}

test('the choices are in the question, and the first answer that is one of them counts', async () => {
  const desk = new TestDesk(new TalkPeer())
  const said = [
    says('what?'),
    says('maybe', { from: 'carol' }),
    says('yes', { from: 'carol' }),
    says(' NO \n'),
    says('yes'),
  ]
  assert.deepEqual(await asked(desk, said), { outcome: undefined, choice: 1 })
  assert.equal(desk.peer.sent[0]?.text, 'Deploy? (yes / no)')
  assert.deepEqual(await desk.lines(), ['no'])
})

test('without choices whatever they say next is the answer; it cannot obey the terminal', async () => {
  const desk = new TestDesk(new TalkPeer())
  const said = [says('\u001b[2J4747\nor so', { from: 'Bob' })]
  assert.deepEqual(await asked(desk, said, { ...request, choices: [] }), { outcome: undefined })
  assert.deepEqual(await desk.lines(), ['␛[2J4747␊or so'])
})

test('programs get the question, its states and the answer', async () => {
  const desk = new TestDesk(new TalkPeer(), 'json')
  await asked(desk, [says('Yes')])
  assert.deepEqual(
    (await desk.objects()).map(({ type, text, choice }) => ({ type, text, choice })),
    [
      { type: 'sent', text: 'Deploy? (yes / no)', choice: undefined },
      { type: 'state', text: undefined, choice: undefined },
      { type: 'answer', text: 'yes', choice: 0 },
    ],
  )
})

test('what they wrote before they could know the question is no answer', async () => {
  const old = { sentAt: noon - 1, road: 'mailbox' } as const
  const peer = new TalkPeer()
  peer.becomes = (id) => {
    peer.emit(says('yes', old))
    peer.emit({ type: 'state', id, to: 'bob', state: 'stored' })
    peer.emit(says('yes', { sentAt: noon - 3_600_000 }))
  }
  const desk = new TestDesk(peer)
  assert.deepEqual(await asked(desk, []), { outcome: 'undelivered' })
  // A clock that is a little behind does not make an answer old.
  const late = new TestDesk(new TalkPeer())
  assert.equal((await asked(late, [says('yes', { sentAt: noon - 60_000 })])).outcome, undefined)
})

test('what came before the question was asked is not heard', async () => {
  const peer = new TalkPeer()
  const send = peer.send.bind(peer)
  peer.send = async (to, text, options) => {
    peer.emit(says('yes'))
    return await send(to, text, options)
  }
  const desk = new TestDesk(peer)
  assert.deepEqual(await asked(desk, []), { outcome: 'undelivered' })
  assert.match(desk.warnings.join(), /^bob: no answer within 0\.001 s; the question is stored/)
})

test('a question that is refused ends it', async () => {
  const peer = new TalkPeer()
  const reason = { code: 'refusedByRecipient', details: {} }
  peer.becomes = (id) => peer.emit({ type: 'state', id, to: 'bob', state: 'failed', reason })
  const desk = new TestDesk(peer)
  assert.deepEqual(await ask(desk, request), { outcome: 'refusedByRecipient' })
  assert.match(desk.warnings.join(), /^bob: the question is not sent: /)
})
