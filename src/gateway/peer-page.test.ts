import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openHost } from './fixture/fake-host.ts'
import type { PeerHost } from './peer-host.ts'
import { connectPeerPage } from './peer-page.ts'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: {
    readonly type?: string
    readonly fingerprint?: string
    readonly status?: { readonly name: string }
  }
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly data?: { readonly code: string } }
}

/** A page's end of a connection. */
class Tab {
  readonly heard: Message[] = []
  readonly #receiver
  readonly #answers = new Map<number, (message: Message) => void>()
  #id = 0

  constructor(host: PeerHost) {
    this.#receiver = connectPeerPage(host)({
      send: (text) => {
        const message = JSON.parse(text) as Message
        this.heard.push(message)
        this.#answers.get(message.id ?? 0)?.(message)
      },
      close: () => undefined,
    })
  }

  call(method: string, params: object = {}): Promise<Message> {
    const id = ++this.#id
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve))
    this.#receiver.receive(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return answer
  }
  notices(): (string | undefined)[] {
    return this.heard.map(({ method }) => method).filter((method) => method !== undefined)
  }
  close(): void {
    this.#receiver.close()
  }
}

describe('a page', () => {
  test('has the host’s verbs before there is a peer, and the peer’s own from then on', async () => {
    const { host, peers } = openHost()
    const tab = new Tab(host)
    assert.deepEqual((await tab.call('status')).error?.data?.code, 'noPeer')
    assert.deepEqual((await tab.call('send', { to: 'bob', text: 'hi' })).error?.data?.code, 'noPeer')
    assert.deepEqual((await tab.call('subscribe')).error?.data?.code, 'noPeer')
    assert.equal(((await tab.call('hostStatus')).result as { isOpen: boolean }).isOpen, false)
    const opened = await tab.call('openPeer', { name: 'alice', registry: 'r:1' })
    assert.deepEqual(opened.result, { name: 'alice', registry: 'r:1' })
    assert.deepEqual((await tab.call('send', { to: 'bob', text: 'hi' })).result, '00'.repeat(16))
    assert.deepEqual(peers[0]?.sent, [{ to: 'bob', text: 'hi' }])
    tab.close()
  })

  test('refuses what the host’s verbs do not know', async () => {
    const tab = new Tab(openHost().host)
    const bad: [string, object][] = [
      ['openPeer', {}],
      ['openPeer', { name: 7 }],
      ['openPeer', { name: 'a', port: 65_536 }],
      ['openPeer', { name: 'a', port: 1.5 }],
      ['openPeer', { name: 'a', home: '/etc' }],
      ['openPeer', { name: 'a'.repeat(257) }],
      ['answerRegistryKey', { trust: 'yes' }],
      ['hostStatus', { x: 1 }],
    ]
    for (const [method, params] of bad) {
      assert.equal((await tab.call(method, params)).error?.code, -32_602, `${method} ${JSON.stringify(params)}`)
    }
    assert.equal((await tab.call('close')).error?.code, -32_601)
  })

  test('hears with all others what one of them does', async () => {
    const { host, peers } = openHost()
    const tabs = [new Tab(host), new Tab(host)] as const
    await tabs[0].call('openPeer', { name: 'alice' })
    for (const tab of tabs) {
      assert.deepEqual(tab.notices(), ['opened'])
      await tab.call('subscribe')
    }
    peers[0]?.emit({ type: 'directory', count: 3 })
    for (const tab of tabs) assert.deepEqual(tab.notices(), ['opened', 'event'])
    const asked = peers[0]?.options.onRegistryKey?.('aaaa')
    for (const tab of tabs) assert.equal(tab.notices().at(-1), 'registryKey')
    await tabs[1].call('answerRegistryKey', { trust: true })
    assert.equal(await asked, true)
    assert.equal((await tabs[0].call('answerRegistryKey', { trust: true })).error?.data?.code, 'noQuestion')
  })

  test('that is closed leaves no listener behind', async () => {
    const { host, peers } = openHost()
    const watch = host.watch.bind(host)
    let watching = 0
    host.watch = (listener) => {
      const stop = watch(listener)
      watching += 1
      return () => {
        watching -= 1
        stop()
      }
    }
    const tab = new Tab(host)
    await tab.call('openPeer', { name: 'alice' })
    await tab.call('subscribe')
    assert.deepEqual([peers[0]?.listeners, watching], [1, 1])
    tab.close()
    assert.deepEqual([peers[0]?.listeners, watching], [0, 0])
    const before = tab.heard.length
    await host.open({ name: 'bob' })
    assert.equal(tab.heard.length, before)
  })

  test('subscribes to the peer that took the place of another', async () => {
    const { host, peers } = openHost()
    const tab = new Tab(host)
    await tab.call('openPeer', { name: 'alice' })
    await tab.call('subscribe')
    await tab.call('openPeer', { name: 'bob' })
    await tab.call('subscribe')
    peers[1]?.emit({ type: 'directory', count: 1 })
    assert.deepEqual(tab.notices(), ['opened', 'opened', 'event'])
    peers[0]?.emit({ type: 'directory', count: 1 })
    assert.equal(tab.notices().length, 3)
  })
})
