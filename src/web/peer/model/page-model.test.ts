// The model over a line that is lost, comes back, and carries other faces' doings: nothing is counted twice or forgotten.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ParleyError } from '../../../base/index.ts'
import { FakePage, wholeStatus } from './fixture/fake-page.ts'

const bob = { kind: 'person', name: 'bob' } as const
const row = { key: bob, title: 'bob', unread: 1, readTo: 0, draft: '' }

function message(id: number, text = 'hi') {
  const times = { sentAt: 1, receivedAt: 2 }
  return { type: 'message', id: String(id), from: 'bob', conversation: 'bob', text, road: 'direct', ...times }
}

describe('the page model', () => {
  test('loads what there is, and then follows the events', async () => {
    const page = new FakePage({ conversations: [row], clients: [{ name: 'bob', status: 'online' }] })
    const heard: string[] = []
    page.model.on(({ type }) => void heard.push(type))
    await page.connect()
    assert.equal(page.model.state.phase, 'ready')
    assert.equal(page.model.peer.name, 'alice')
    page.event(message(1))
    assert.equal(page.model.state.conversations[0]?.unread, 2)
    assert.equal(page.model.state.conversations[0]?.latest?.text, 'hi')
    assert.deepEqual(heard, ['resumed', 'message'])
  })

  test('shows the request dialogue where no peer is open', async () => {
    const page = new FakePage({ hostStatus: { version: '1', profiles: [{ name: 'alice' }], isOpen: false } })
    await page.connect()
    assert.equal(page.model.state.phase, 'none')
    assert.throws(() => page.model.peer, { code: 'noPeer' })
    assert.deepEqual(page.calls, ['hostStatus'])
  })

  test('does not count twice what came while it loaded', async () => {
    const page = new FakePage({ conversations: [row] })
    page.held.add('conversations')
    await page.connect()
    // The peer has it in its table already, and tells of it as well.
    page.event(message(1))
    page.answers['conversations'] = [{ ...row, unread: 2 }]
    await page.release()
    assert.equal(page.model.state.conversations[0]?.unread, 2)
  })

  test('loses nothing where two loadings are asked for at once', async () => {
    const page = new FakePage({ conversations: [row] })
    await page.connect()
    const heard: string[] = []
    page.model.on(({ type }) => void heard.push(type))
    page.held.add('rooms')
    const first = page.model.refresh()
    page.event(message(1))
    const second = page.model.refresh()
    page.event(message(2))
    page.answers['conversations'] = [{ ...row, unread: 3 }]
    await page.release()
    await Promise.all([first, second])
    assert.equal(page.model.state.conversations[0]?.unread, 3)
    assert.deepEqual(heard, ['message', 'message'])
    page.event(message(3))
    assert.equal(page.model.state.conversations[0]?.unread, 4)
  })

  test('knows since when a request stands that came while it loaded', async () => {
    const page = new FakePage()
    await page.connect()
    page.held.add('rooms')
    const loaded = page.model.refresh()
    page.event({ type: 'chatRequest', from: 'bob' })
    page.answers['status'] = { ...wholeStatus, requests: ['bob', 'carol'] }
    await page.release()
    await loaded
    assert.deepEqual(page.model.state.requests, [{ from: 'bob', since: 1_000 }, { from: 'carol' }])
  })

  test('does not load for ever where there is no end of news', async () => {
    const page = new FakePage()
    page.answers['status'] = () => {
      page.event(message(1))
      return wholeStatus
    }
    await page.connect()
    const loads = page.calls.filter((call) => call === 'rooms').length
    assert.equal(loads, 3)
    page.answers['status'] = wholeStatus
    await page.runLater()
    assert.equal(page.calls.filter((call) => call === 'rooms').length, 4, 'and once more later')
  })

  test('loads again after the line was lost, and says so to whoever shows something', async () => {
    const page = new FakePage({ conversations: [row] })
    await page.connect()
    const heard: string[] = []
    page.model.on(({ type }) => void heard.push(type))
    await page.lose()
    assert.equal(page.model.state.lineState, 'lost')
    assert.equal(page.model.state.conversations.length, 1, 'what is known stays in sight')
    page.answers['conversations'] = [{ ...row, unread: 7 }]
    await page.connect()
    assert.equal(page.model.state.conversations[0]?.unread, 7)
    assert.deepEqual(heard, ['resumed'])
  })

  test('sends a message whose answer was lost once more, with the same id', async () => {
    const page = new FakePage()
    await page.connect()
    const ids: unknown[] = []
    page.answers['send'] = (params: { id: string }) => {
      ids.push(params.id)
      return params.id
    }
    page.held.add('send')
    const sent = page.model.peer.send('bob', 'hello')
    await page.lose()
    page.held.clear()
    await page.connect()
    assert.equal(await sent, ids[0])
    assert.equal(page.calls.filter((call) => call === 'send').length, 2)
  })

  test('forgets what was true of another account', async () => {
    const page = new FakePage({ conversations: [row] })
    await page.connect()
    page.model.select(bob)
    page.answers['status'] = { ...wholeStatus, name: 'carol' }
    page.answers['conversations'] = []
    page.event({ type: 'account', name: 'carol' })
    await page.settle()
    assert.equal(page.model.state.status?.name, 'carol')
    assert.deepEqual(page.model.state.conversations, [])
    assert.equal(page.model.state.selected, undefined)
  })

  test('joins until the registry lets it in', async () => {
    const page = new FakePage({ hostStatus: { version: '1', profiles: [], isOpen: false }, openPeer: wholeStatus })
    await page.connect()
    page.answers['status'] = { ...wholeStatus, state: 'unreachable' }
    await page.model.open({ name: 'alice', registry: '127.0.0.1:4747' })
    assert.equal(page.model.state.joining?.name, 'alice')
    page.event({ type: 'registry', state: 'online' })
    assert.equal(page.model.state.joining, undefined)
    assert.equal(page.model.state.status?.state, 'online')
  })

  test('tells why a peer was not opened, and stays at the dialogue', async () => {
    const refused = new ParleyError('portInUse', { details: { port: 5 } })
    const page = new FakePage({ hostStatus: { version: '1', profiles: [], isOpen: false }, openPeer: refused })
    await page.connect()
    await assert.rejects(page.model.open({ name: 'alice', port: 5 }), { code: 'portInUse', details: { port: 5 } })
    assert.equal(page.model.state.joining, undefined)
    assert.equal(page.model.state.phase, 'none')
  })

  test('asks about the key of a registry, and takes the question away with the answer', async () => {
    const page = new FakePage({ answerRegistryKey: null })
    await page.connect()
    page.notice('registryKey', { fingerprint: 'abcd' })
    assert.deepEqual(page.model.state.registryKey, { fingerprint: 'abcd' })
    await page.model.answerRegistryKey(true)
    assert.equal(page.model.state.registryKey, undefined)
    assert.ok(page.calls.includes('answerRegistryKey'))
  })

  test('goes over to a peer that another window opened', async () => {
    const page = new FakePage()
    await page.connect()
    page.answers['status'] = { ...wholeStatus, name: 'dave' }
    page.notice('opened', { status: { ...wholeStatus, name: 'dave' } })
    await page.settle()
    assert.equal(page.model.peer.name, 'dave')
    assert.equal(page.model.state.status?.name, 'dave')
  })

  test('keeps the number of waiting messages true', async () => {
    const page = new FakePage()
    await page.connect()
    page.answers['status'] = { ...wholeStatus, waiting: 3 }
    page.event({ type: 'sent', id: '1', to: 'bob', text: 'x', at: 1 })
    page.event({ type: 'sent', id: '2', to: 'bob', text: 'x', at: 1 })
    await page.runLater()
    assert.equal(page.model.state.status?.waiting, 3)
    assert.equal(page.calls.filter((call) => call === 'status').length, 3, 'once for both')
  })

  test('is drawn a few times for a thousand events, in a moment, and at once for the user', async () => {
    const page = new FakePage()
    await page.connect()
    await page.runLater()
    page.now += 1_000
    let drawn = 0
    page.model.watch(() => void drawn++)
    for (let at = 0; at < 1_000; at++) page.event(message(at))
    assert.equal(drawn, 0)
    assert.equal(page.model.state.conversations[0]?.unread, 1_000, 'nothing is put off but the drawing')
    page.model.select(bob)
    assert.equal(drawn, 1)
    await page.runLater()
    assert.ok(drawn >= 2, 'and what was put off is drawn')
  })

  test('tells what failed in words', async () => {
    const page = new FakePage()
    await page.connect()
    page.model.tellError(new ParleyError('unknownName', { details: { name: 'zed', nearest: ['zoe'] } }))
    assert.equal(page.model.state.notices.at(-1)?.text, 'Nobody here is called zed. Did you mean zoe?')
  })

  test('leaves the user where they went meanwhile', async () => {
    const page = new FakePage({ conversations: [row] })
    await page.connect()
    const before = page.model.state
    page.model.select(bob)
    page.model.selectUnlessMoved({ kind: 'channel' }, before)
    assert.deepEqual(page.model.state.selected?.key, bob)
  })
})
