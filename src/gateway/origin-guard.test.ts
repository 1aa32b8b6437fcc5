import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, goodCall, goodUpgrade, openSite, withHeader } from './fixture/page-site.ts'

test('a POST or WebSocket of another origin gets 403, though it has the token (70)', async (t) => {
  const site = await openSite(t)
  const { host, server } = site
  const bad: (string | readonly string[] | undefined)[] = [
    undefined,
    '',
    'null',
    'http://evil.test',
    `http://evil.test:${server.port}`,
    `http://127.0.0.1:${server.port + 1}`,
    'http://127.0.0.1',
    `https://${host}`,
    `http://localhost:${server.port}`,
    `http://${host}/`,
    `http://${host}.evil.test`,
    `HTTP://${host}`,
    `file://`,
    `chrome-extension://${host}`,
    `http://${host} http://evil.test`,
    [`http://${host}`, 'http://evil.test'],
    [`http://${host}`, `http://${host}`],
  ]
  for (const origin of bad) {
    for (const lines of [goodCall(site), goodUpgrade(site)]) {
      const { status } = await ask(t, server.port, withHeader([...lines, 'Content-Length: 2'], 'Origin', origin), '{}')
      assert.equal(status, 403, `${String(origin)} ${lines[0]}`)
    }
    const elsewhere = [`POST / HTTP/1.1`, `Host: ${host}`, 'Content-Length: 0']
    assert.equal((await ask(t, server.port, withHeader(elsewhere, 'Origin', origin))).status, 403)
  }
  assert.deepEqual([site.received, site.sessions], [[], []])
})

test('the origin goes with the name in Host: localhost with localhost', async (t) => {
  const site = await openSite(t)
  const name = `localhost:${site.server.port}`
  const lines = withHeader(withHeader(goodCall(site), 'Host', name), 'Origin', `http://${name}`)
  assert.equal((await ask(t, site.server.port, [...lines, 'Content-Length: 2'], '{}')).status, 200)
})
