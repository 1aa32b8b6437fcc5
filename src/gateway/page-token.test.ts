import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ask, goodCall, goodUpgrade, openSite, withHeader } from './fixture/page-site.ts'
import { PageToken } from './page-token.ts'

test('two starts have two tokens of 256 bits', () => {
  const tokens = Array.from({ length: 50 }, () => new PageToken().text)
  assert.equal(new Set(tokens).size, 50)
  for (const token of tokens) assert.match(token, /^[\w-]{43}$/)
})

test('nothing but the token passes', () => {
  const token = new PageToken()
  const digits = fc.constantFrom(...'abAB01-_'.split(''))
  const near = fc.oneof(
    fc.string(),
    fc.string({ unit: digits, minLength: 40, maxLength: 46 }),
    fc.nat(42).map((at) => token.text.slice(0, at)),
    fc
      .nat(42)
      .map((at) => `${token.text.slice(0, at)}${token.text[at] === 'A' ? 'B' : 'A'}${token.text.slice(at + 1)}`),
  )
  fc.assert(
    fc.property(near, (text) => {
      if (text === token.text) return
      assert.equal(token.checkBearer(['Authorization', `Bearer ${text}`])?.status, 401)
      assert.equal(token.checkProtocols(['Sec-WebSocket-Protocol', `parley, token.${text}`])?.status, 401)
    }),
  )
})

test('a call without the right token gets 401, and is heard by nobody (70)', async (t) => {
  const site = await openSite(t)
  const { text } = site.server.token
  const bad = [undefined, '', 'Bearer', `Basic ${text}`, `Bearer ${text}x`, text, `Bearer ${text}, Bearer ${text}`]
  for (const value of [...bad, [`Bearer ${text}`, `Bearer ${text}`]]) {
    const lines = withHeader([...goodCall(site), 'Content-Length: 2'], 'Authorization', value)
    const { status, headers } = await ask(t, site.server.port, lines, '{}')
    assert.deepEqual([status, headers.get('www-authenticate')], [401, 'Bearer'], String(value))
  }
  const inTarget = withHeader([...goodCall(site), 'Content-Length: 2'], 'Authorization')
  for (const target of [`/rpc?token=${text}`, `/rpc?access_token=${text}`]) {
    const lines = [`POST ${target} HTTP/1.1`, ...inTarget.slice(1)]
    assert.equal((await ask(t, site.server.port, lines, '{}')).status, 401)
  }
  const cookie = [...inTarget, `Cookie: token=${text}`]
  assert.equal((await ask(t, site.server.port, cookie, '{}')).status, 401)
  assert.deepEqual(site.received, [])
})

test('a WebSocket without the right token gets 401, and the answer never echoes it (70)', async (t) => {
  const site = await openSite(t)
  const { text } = site.server.token
  const bad = [
    undefined,
    '',
    'parley',
    `token.${text}`,
    `parley, token.${text}x`,
    `parley, ${text}`,
    `token.${text}, parleys`,
  ]
  for (const value of [...bad, `parley, token.${text}, token.${text}`]) {
    const { status } = await ask(t, site.server.port, withHeader(goodUpgrade(site), 'Sec-WebSocket-Protocol', value))
    assert.equal(status, 401, String(value))
  }
  assert.deepEqual(site.sessions, [])
  for (const value of [`parley, token.${text}`, `token.${text},parley`]) {
    const { status, headers } = await ask(
      t,
      site.server.port,
      withHeader(goodUpgrade(site), 'Sec-WebSocket-Protocol', value),
    )
    assert.deepEqual([status, headers.get('sec-websocket-protocol')], [101, 'parley'])
  }
})
