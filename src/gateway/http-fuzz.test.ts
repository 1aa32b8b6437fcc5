import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { goodCall, goodUpgrade, openSite, RawConnection } from './fixture/page-site.ts'

const runs = Number(process.env['PARLEY_FUZZ'] ?? 150)

test('whatever one connection sends, nothing of it is heard without its right, and another is served as before', async (t) => {
  const site = await openSite(t, {
    limits: { lingerMs: 1, headerTimeoutMs: 200, requestTimeoutMs: 200, timeoutCheckMs: 20 },
  })
  const { host, server } = site
  const bodyless = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const noToken = goodCall(site).filter((line) => !line.startsWith('Authorization'))
  const seeds = [
    bodyless,
    `${noToken.join('\r\n')}\r\nContent-Length: 2\r\n\r\n{}`,
    `${goodCall(site).join('\r\n')}\r\nContent-Length: 2\r\n\r\n{}`.replace(host, 'evil.test'),
    `${goodUpgrade(site).join('\r\n')}\r\n\r\n`.replace('token.', 'tokem.'),
  ]
  const piece = fc.oneof(
    fc.constantFrom(
      '\r\n',
      '\n',
      '\0',
      ':',
      ' ',
      'Host: x',
      'Content-Length: 9',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
    ),
    fc.constantFrom(
      '\r\n\r\n',
      'GET / HTTP/1.1\r\n',
      'HTTP/2.0',
      'Upgrade: websocket\r\nConnection: Upgrade',
      '\u00ff',
      '%2e%2e/',
    ),
    fc.string({ maxLength: 8 }),
  )
  const edit = fc.record({ at: fc.nat(400), drop: fc.nat(6), add: piece })
  const steady = new RawConnection(t, server.port)
  let asked = 0
  const mutation = fc.tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 4 }))
  await fc.assert(
    fc.asyncProperty(mutation, async ([seed, edits]) => {
      let text = seed
      for (const { at, drop, add } of edits) text = text.slice(0, at) + add + text.slice(at + drop)
      const connection = new RawConnection(t, server.port)
      connection.write(Buffer.from(text, 'latin1'))
      connection.socket.end()
      await connection.closed
      // An Authorization header cannot come out of these: whatever was heard came past the token.
      assert.deepEqual([site.received.length, site.sessions.length], [0, 0], text)
      steady.write(bodyless)
      assert.equal((await steady.answers((asked += 1)))[asked - 1]?.status, 200)
    }),
    { numRuns: runs },
  )
})
