import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ask, goodCall, goodUpgrade, openSite, withHeader } from './fixture/page-site.ts'
import { allowedHosts, checkHost } from './host-guard.ts'

describe('the allowed values of Host', () => {
  test('are the ways to say the address that is listened on', () => {
    assert.deepEqual([...allowedHosts('127.0.0.1', 4780)], ['127.0.0.1:4780', 'localhost:4780'])
    assert.deepEqual([...allowedHosts('::1', 4780)], ['[::1]:4780', 'localhost:4780'])
    assert.deepEqual([...allowedHosts('10.1.2.3', 4780)], ['10.1.2.3:4780'])
    assert.deepEqual([...allowedHosts('fd00::1', 4780)], ['[fd00::1]:4780'])
    assert.deepEqual([...allowedHosts('::1', 80)], ['[::1]', '[::1]:80', 'localhost', 'localhost:80'])
  })

  test('are the only ones that pass', () => {
    const allowed = allowedHosts('127.0.0.1', 4780)
    const near = fc.constantFrom(
      '127.0.0.1',
      'localhost',
      '4780',
      ':',
      '.',
      '@',
      ' ',
      '\t',
      '%00',
      'evil.test',
      '[::1]',
      '/',
    )
    const host = fc.oneof(
      fc.string(),
      fc.array(near, { maxLength: 6 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(host, (text) => {
        assert.equal(checkHost('/', ['Host', text], allowed) === undefined, allowed.has(text))
      }),
    )
  })
})

test('a request that does not name this server exactly gets 403 before it is routed (69)', async (t) => {
  const site = await openSite(t, { routes: { '/secret': async () => ({ type: 'text/plain', body: 'secret' }) } })
  const { port } = site.server
  const bad: (string | readonly string[] | undefined)[] = [
    'evil.test',
    `evil.test:${port}`,
    `127.0.0.1.nip.io:${port}`,
    `localhost.:${port}`,
    `LOCALHOST:${port}`,
    `Localhost:${port}`,
    `127.0.0.1.:${port}`,
    `127.1:${port}`,
    `0x7f.0.0.1:${port}`,
    `2130706433:${port}`,
    `0.0.0.0:${port}`,
    `[::1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `user@127.0.0.1:${port}`,
    `127.0.0.1:${port}@evil.test`,
    `127.0.0.1:${port}/`,
    `127.0.0.1:${port}, evil.test`,
    `127.0.0.1:0${port}`,
    '127.0.0.1',
    'localhost',
    '127.0.0.1:80',
    '',
    undefined,
    [`127.0.0.1:${port}`, 'evil.test'],
    ['evil.test', `127.0.0.1:${port}`],
    [`127.0.0.1:${port}`, `127.0.0.1:${port}`],
  ]
  for (const host of bad) {
    for (const lines of [['GET / HTTP/1.1'], ['GET /secret HTTP/1.1'], ['GET /none HTTP/1.1'], ['POST / HTTP/1.1']]) {
      const { status, headers, body } = await ask(t, port, withHeader(lines, 'Host', host))
      assert.equal(status, 403, `${String(host)} ${lines[0]}`)
      assert.equal(headers.get('connection'), 'close')
      assert.ok(!/secret|doctype/.test(body))
    }
    for (const lines of [goodCall(site), goodUpgrade(site)]) {
      const { status } = await ask(t, port, withHeader([...lines, 'Content-Length: 0'], 'Host', host))
      assert.equal(status, 403, `${String(host)} ${lines[0]}`)
    }
  }
  assert.deepEqual(site.received, [])
})

test('a target that is no path gets 403, whatever Host says (69)', async (t) => {
  const site = await openSite(t)
  const { host } = site
  const targets = [
    `GET http://${host}/`,
    `GET http://evil.test/`,
    `GET HTTP://${host}/`,
    `POST http://${host}/rpc`,
    'OPTIONS *',
    `CONNECT ${host}`,
    'CONNECT evil.test:443',
  ]
  for (const target of targets) {
    const { status } = await ask(t, site.server.port, [`${target} HTTP/1.1`, `Host: ${host}`, `Origin: http://${host}`])
    assert.equal(status, 403, target)
  }
})

test('every right name is served, and HTTP/1.0 too where it names the host', async (t) => {
  const { server } = await openSite(t)
  for (const name of ['127.0.0.1', 'localhost']) {
    for (const version of ['1.1', '1.0']) {
      const { status } = await ask(t, server.port, [`GET / HTTP/${version}`, `host: ${name}:${server.port}`])
      assert.equal(status, 200)
    }
  }
})
