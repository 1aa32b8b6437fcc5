import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { ask, builtSite, goodCall, goodUpgrade, openSite, RawConnection, withHeader } from './fixture/page-site.ts'
import { PageServer } from './page-server.ts'

const connect = () => ({ receive: () => undefined, close: () => undefined })

describe('a page server', () => {
  test('serves the page and its files with their types, hashed ones for good', async (t) => {
    const { server, host } = await openSite(t)
    const expected: [string, string, string][] = [
      ['/', 'text/html; charset=utf-8', 'no-store'],
      ['/?a=b', 'text/html; charset=utf-8', 'no-store'],
      ['/assets/app-1a2b.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/assets/app-1a2b.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/icon.svg', 'image/svg+xml', 'no-store'],
      ['/healthz', 'text/plain; charset=utf-8', 'no-store'],
    ]
    for (const [path, type, cache] of expected) {
      const got = await ask(t, server.port, [`GET ${path} HTTP/1.1`, `Host: ${host}`])
      assert.deepEqual(
        [got.status, got.headers.get('content-type'), got.headers.get('cache-control')],
        [200, type, cache],
      )
      const head = await ask(t, server.port, [`HEAD ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close']).catch(
        (error: Error) => error,
      )
      // An answer to HEAD tells a length and has no body: our reader waits for one until the connection ends.
      assert.ok(head instanceof Error && head.message.startsWith('closed after HTTP/1.1 200'))
      assert.ok(
        head.message.includes(`Content-Length: ${got.body.length}`) ||
          head.message.includes(`content-length: ${got.body.length}`),
      )
      assert.ok(head.message.endsWith('\r\n\r\n'))
    }
  })

  test('has no path out of its folder, and only its own document', async (t) => {
    const { server, host } = await openSite(t)
    const paths = [
      '/../package.json',
      '/assets/../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/assets/..\\..\\etc\\passwd',
      '//etc/passwd',
      '/etc/passwd',
      '/peer.html',
      '/registry.html',
      '/assets',
      '/assets/',
      '/__proto__',
      '/constructor',
      '/healthz/',
      '/HEALTHZ',
      '/%00',
      `/open/${'A'.repeat(43)}`,
      '/open/',
    ]
    for (const path of paths) {
      assert.equal((await ask(t, server.port, [`GET ${path} HTTP/1.1`, `Host: ${host}`])).status, 404, path)
    }
  })

  test('serves no method that it does not know, and answers no preflight', async (t) => {
    const site = await openSite(t)
    const { host, server } = site
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND', 'POST']) {
      for (const path of ['/', '/healthz', '/assets/app-1a2b.js', '/rpc']) {
        if (method === 'POST' && path === '/rpc') continue
        const lines = [
          `${method} ${path} HTTP/1.1`,
          `Host: ${host}`,
          `Origin: http://${host}`,
          'Access-Control-Request-Method: POST',
          'Content-Length: 0',
        ]
        const { status, headers } = await ask(t, server.port, lines)
        assert.equal(status, 405, `${method} ${path}`)
        assert.ok(headers.has('allow'))
      }
    }
    assert.equal((await ask(t, server.port, ['GET /rpc HTTP/1.1', `Host: ${host}`])).status, 405)
  })

  test('puts its policy on every answer, and never a CORS header or a cookie', async (t) => {
    const site = await openSite(t)
    const { host, server } = site
    const requests: [number, string[]][] = [
      [200, ['GET / HTTP/1.1', `Host: ${host}`]],
      [200, ['GET /healthz HTTP/1.1', `Host: ${host}`]],
      [200, [...goodCall(site), 'Content-Length: 0']],
      [400, ['rubbish']],
      [401, [...withHeader(goodCall(site), 'Authorization'), 'Content-Length: 0']],
      [401, withHeader(goodUpgrade(site), 'Sec-WebSocket-Protocol')],
      [403, ['GET / HTTP/1.1', 'Host: evil.test', 'Origin: http://evil.test']],
      [404, ['GET /none HTTP/1.1', `Host: ${host}`]],
      [405, ['OPTIONS /rpc HTTP/1.1', `Host: ${host}`, 'Origin: http://evil.test']],
      [415, withHeader([...goodCall(site), 'Content-Length: 0'], 'Content-Type', 'text/plain')],
    ]
    for (const [expected, lines] of requests) {
      const { status, headers } = await ask(t, server.port, lines)
      assert.equal(status, expected)
      assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; .*frame-ancestors 'none'$/)
      assert.deepEqual(
        ['x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy'].map(
          (name) => headers.get(name),
        ),
        ['nosniff', 'no-referrer', 'same-origin', 'same-origin'],
      )
      const others = [...headers.keys()].filter((name) => /^access-control|^set-cookie|^server|^x-powered/.test(name))
      assert.deepEqual(others, [])
    }
    const policy = (await ask(t, server.port, ['GET / HTTP/1.1', `Host: ${host}`])).headers.get(
      'content-security-policy',
    )
    assert.equal(
      policy,
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self' ws://${host}; ` +
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  })

  test('answers one call by POST, and takes only JSON (70)', async (t) => {
    const site = await openSite(t)
    const { server } = site
    const text = '{"jsonrpc":"2.0","id":1,"method":"status"}'
    const call = (type?: string | string[]) =>
      ask(t, server.port, withHeader([...goodCall(site), `Content-Length: ${text.length}`], 'Content-Type', type), text)
    for (const type of ['application/json', 'Application/JSON', 'application/json; charset=utf-8']) {
      const { status, body, headers } = await call(type)
      assert.deepEqual([status, headers.get('content-type')], [200, 'application/json'])
      assert.deepEqual(JSON.parse(body), { jsonrpc: '2.0', id: 1, result: 'heard' })
    }
    const bad = [
      undefined,
      '',
      'text/plain',
      'text/plain; application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json+x',
      'application/jsonp',
      'application/json; charset=utf-7',
      'text/plain, application/json',
      ['application/json', 'text/plain'],
    ]
    for (const type of bad) assert.equal((await call(type)).status, 415, String(type))
    assert.deepEqual(site.received, [text, text, text])
    assert.equal(site.ended(), 3)
  })

  test('answers a call without an id with nothing', async (t) => {
    const site = await openSite(t)
    const text = '{"jsonrpc":"2.0","method":"refresh"}'
    const { status, body } = await ask(t, site.server.port, [...goodCall(site), `Content-Length: ${text.length}`], text)
    assert.deepEqual([status, body, site.received], [204, '', [text]])
  })

  test('passes events over that come before the answer', async (t) => {
    const site = await openSite(t, {
      connect: ({ send }) => ({
        receive: () => {
          send('{"jsonrpc":"2.0","method":"event","params":{}}')
          send('{"jsonrpc":"2.0","id":1,"result":7}')
        },
        close: () => undefined,
      }),
    })
    const { body } = await ask(t, site.server.port, [...goodCall(site), 'Content-Length: 2'], '{}')
    assert.equal(body, '{"jsonrpc":"2.0","id":1,"result":7}')
  })

  test('ends a call that nobody waits for any more', async (t) => {
    const closed = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const site = await openSite(t, {
      connect: () => ({ receive: () => asked.resolve(), close: () => closed.resolve() }),
    })
    const connection = new RawConnection(t, site.server.port)
    connection.write(`${[...goodCall(site), 'Content-Length: 2'].join('\r\n')}\r\n\r\n{}`)
    await asked.promise
    connection.socket.destroy()
    await closed.promise
  })

  test('serves more paths that it is given, with their status, and says when one fails', async (t) => {
    const { server, host } = await openSite(t, {
      routes: {
        '/readyz': async () => ({ status: 503, type: 'text/plain', body: 'not yet' }),
        '/broken': () => Promise.reject(new Error('secret of ours')),
      },
    })
    const ready = await ask(t, server.port, ['GET /readyz HTTP/1.1', `Host: ${host}`])
    assert.deepEqual([ready.status, ready.body], [503, 'not yet'])
    const broken = await ask(t, server.port, ['GET /broken HTTP/1.1', `Host: ${host}`])
    assert.equal(broken.status, 503)
    assert.ok(!broken.body.includes('secret'))
  })

  test('says which command builds pages that are not there', async (t) => {
    const folder = builtSite(t)
    const missing = [new URL('none/', folder), new URL('assets/', folder)]
    for (const assets of missing) {
      const opened = PageServer.open({ port: 0, page: 'peer', assets, connect })
      await assert.rejects(opened, { code: 'pageMissing', message: /npm run build:web/ })
    }
  })

  test('says that its port is in use', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const opened = PageServer.open({ port, page: 'peer', assets: builtSite(t), connect })
    await assert.rejects(opened, { code: 'pagePortInUse', details: { host: '127.0.0.1', port } })
    const foreign = PageServer.open({ host: '192.0.2.1', port: 0, page: 'peer', assets: builtSite(t), connect })
    await assert.rejects(foreign, { code: 'hostNotLocal' })
  })

  test('ends all connections when it closes', async (t) => {
    const site = await openSite(t)
    const idle = new RawConnection(t, site.server.port)
    idle.write(`GET / HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`)
    await idle.answer()
    await site.server.close()
    await idle.closed
  })
})

describe('the link for a browser', () => {
  test('leads to the token once; who comes second gets nothing, and it is told', async (t) => {
    const { server, host } = await openSite(t)
    let reused = 0
    const link = new URL(server.linkOnce(() => (reused += 1)))
    const get = (method = 'GET') => ask(t, server.port, [`${method} ${link.pathname} HTTP/1.1`, `Host: ${host}`])
    assert.ok(!link.href.includes(server.token.text))
    assert.equal((await get('POST')).status, 403)
    const first = await get()
    assert.deepEqual([first.status, first.headers.get('location')], [303, `/#token=${server.token.text}`])
    assert.equal(reused, 0)
    const second = await get()
    assert.deepEqual([second.status, second.headers.get('location'), reused], [404, undefined, 1])
  })
})
