// `parley web` as a process: the address it prints, what stands behind it, and how it ends. The page itself is tested in
// a browser (test/browser); here a program speaks to it as a page would.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { ChatProgram, Program, RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: { readonly data?: { readonly code: string } }
}

class WebProgram extends Program {
  constructor(context: TestContext, home: string, args: readonly string[], env: Record<string, string> = {}) {
    super(context, ['web', '--home', home, '--port', '0', ...args], env)
  }
  async url(): Promise<URL> {
    return new URL((await this.says(/Page +(http:\S+)/))[1] as string)
  }
}

/** A page's end of the line. */
class Line {
  readonly heard: Message[] = []
  readonly #webSocket: WebSocket
  readonly #checks = new Set<() => void>()
  #id = 0

  private constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket
    webSocket.on('message', (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as Message)
      for (const check of this.#checks) check()
    })
  }
  static async open(context: TestContext, { host, hash }: URL): Promise<Line> {
    const token = hash.replace('#token=', 'token.')
    const webSocket = new WebSocket(`ws://${host}/rpc`, ['parley', token], { origin: `http://${host}` })
    context.after(() => webSocket.terminate())
    // What the server says at once comes with the answer to the handshake.
    const line = new Line(webSocket)
    await once(webSocket, 'open')
    return line
  }
  async call(method: string, params: object = {}): Promise<Message> {
    const id = ++this.#id
    this.#webSocket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return this.until((message) => message.id === id)
  }
  event(type: string, fits: (event: Readonly<Record<string, unknown>>) => boolean = () => true): Promise<Message> {
    return this.until(({ method, params }) => method === 'event' && params?.['type'] === type && fits(params))
  }
  until(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.heard.find(fits)
        if (found === undefined) return
        this.#checks.delete(check)
        resolve(found)
      }
      this.#checks.add(check)
      check()
    })
  }
}

describe('parley web', () => {
  test('serves a first run: the page opens the peer, chats, and Ctrl-C ends it', slow, async (t) => {
    const folder = temporaryFolder(t)
    const registry = new RegistryProgram(t, `${folder}/registry`)
    const invite = await registry.invite()
    const web = new WebProgram(t, `${folder}/alice`, ['--no-open'])
    const url = await web.url()
    assert.equal((await fetch(`${url.origin}/healthz`)).status, 200)
    const tabs = [await Line.open(t, url), await Line.open(t, url)] as const
    assert.deepEqual(((await tabs[0].call('hostStatus')).result as { isOpen: boolean }).isOpen, false)
    assert.equal((await tabs[0].call('status')).error?.data?.code, 'noPeer')
    await tabs[0].call('openPeer', { name: 'alice', registry: invite })
    await tabs[1].until(({ method }) => method === 'opened')
    for (const tab of tabs) await tab.call('subscribe')
    const bob = await new ChatProgram(t, 'bob', `${folder}/bob`, ['--registry', invite]).online()
    const id = (await tabs[0].call('send', { to: 'bob', text: 'from the page' })).result
    assert.equal((await bob.event('message')).text, 'from the page')
    // What one page sent, the other shows as well, with its end.
    await tabs[1].event('sent', (event) => event['id'] === id)
    await tabs[1].event('state', (event) => event['id'] === id && event['state'] === 'stored')
    bob.command('/send alice back')
    for (const tab of tabs) await tab.event('message', ({ text }) => text === 'back')
    web.kill('SIGINT')
    assert.equal(await web.exit, 0)
    assert.equal(await bob.leave(), 0)
  })

  test('says what is wrong: a port in use, and ends with its code', async (t) => {
    const folder = temporaryFolder(t)
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const web = new Program(t, ['web', '--home', folder, '--no-open', '--port', String(port)])
    assert.equal(await web.exit, 1)
    assert.match(web.stderr, new RegExp(`TCP port ${port} is in use by another program\\n.*Choose another`))
    assert.equal(web.stdout, '')
  })

  test('goes on over a restart of the peer behind it, and says so', slow, async (t) => {
    const folder = temporaryFolder(t)
    const registry = new RegistryProgram(t, `${folder}/registry`)
    const invite = await registry.invite()
    const chat = await new ChatProgram(t, 'alice', `${folder}/alice`, ['--registry', invite]).online()
    const web = new WebProgram(t, `${folder}/alice`, ['alice', '--no-open'])
    const page = await Line.open(t, await web.url())
    await page.call('subscribe')
    const bob = await new ChatProgram(t, 'bob', `${folder}/bob`, ['--registry', invite]).online()
    await page.event('presence', (event) => event['name'] === 'bob' && event['status'] === 'online')
    chat.kill('SIGKILL')
    await page.event(
      'registry',
      ({ state, reason }) => state === 'unreachable' && JSON.stringify(reason).includes('peerLost'),
    )
    await page.event('registry', ({ state }) => state === 'online')
    await page.call('send', { to: 'bob', text: 'still here' })
    assert.equal((await bob.event('message')).text, 'still here')
  })

  test(
    'asks its pages about the key of a registry it does not know, and changes the account for all of them',
    slow,
    async (t) => {
      const folder = temporaryFolder(t)
      const registry = new RegistryProgram(t, `${folder}/registry`)
      const address = `127.0.0.1:${await registry.port()}`
      const web = new WebProgram(t, `${folder}/alice`, ['--no-open', '--registry', address])
      const url = await web.url()
      const tab = await Line.open(t, url)
      assert.equal(((await tab.call('hostStatus')).result as { registry: string }).registry, address)
      await tab.call('openPeer', { name: 'alice', registry: address })
      const { params } = await tab.until(({ method }) => method === 'registryKey')
      assert.equal(params?.['fingerprint'], await registry.fingerprint())
      // A page that comes while it is asked is asked as well.
      const second = await Line.open(t, url)
      await second.until(({ method }) => method === 'registryKey')
      await second.call('subscribe')
      await second.call('answerRegistryKey', { trust: true })
      await second.event('registry', ({ state }) => state === 'online')
      await second.call('openPeer', { name: 'carol', registry: await registry.invite() })
      const opened = ({ method, params: told }: Message): boolean =>
        method === 'opened' && (told?.['status'] as { readonly name: string } | undefined)?.name === 'carol'
      await Promise.all([tab.until(opened), second.until(opened)])
      assert.equal(((await tab.call('status')).result as { name: string }).name, 'carol')
      const { profiles } = (await tab.call('hostStatus')).result as { profiles: { name: string }[] }
      assert.deepEqual(
        profiles.map(({ name }) => name),
        ['alice', 'carol'],
      )
      web.kill('SIGTERM')
      assert.equal(await web.exit, 0)
    },
  )

  test('is there beside the terminal: parley chat --web', slow, async (t) => {
    const folder = temporaryFolder(t)
    const registry = new RegistryProgram(t, `${folder}/registry`)
    const args = ['--registry', await registry.invite(), '--web', '0']
    const chat = await new ChatProgram(t, 'alice', `${folder}/alice`, args).online()
    const url = new URL((await chat.says(/page of this account: (http:\S+)/))[1] as string)
    const page = await Line.open(t, url)
    await page.call('sendToAll', { text: 'from the page' })
    await chat.until(() => (chat.stdout.includes('from the page') ? true : undefined), 'what the page said')
    assert.equal((await page.call('openPeer', { name: 'bob' })).error?.data?.code, 'notOwner')
    assert.equal(await chat.leave(), 0)
  })
})
