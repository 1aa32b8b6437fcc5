import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { ask, goodUpgrade, openSite, RawConnection, type Site, withHeader } from './fixture/page-site.ts'

function open(context: TestContext, { server, host }: Site, path = '/rpc'): WebSocket {
  const webSocket = new WebSocket(`ws://${host}${path}`, ['parley', `token.${server.token.text}`], {
    origin: `http://${host}`,
    perMessageDeflate: true,
  })
  webSocket.on('error', () => undefined)
  context.after(() => webSocket.terminate())
  return webSocket
}

describe('a WebSocket', () => {
  test('carries texts both ways, uncompressed, and ends with its receiver told', async (t) => {
    const site = await openSite(t)
    const webSocket = open(t, site)
    await once(webSocket, 'open')
    assert.deepEqual([webSocket.protocol, webSocket.extensions], ['parley', ''])
    webSocket.send('{"id":1}')
    const [data] = (await once(webSocket, 'message')) as [Buffer]
    assert.match(data.toString(), /heard/)
    assert.deepEqual(site.received, ['{"id":1}'])
    webSocket.close()
    await once(webSocket, 'close')
    await site.whenEnded(1)
  })

  test('of bytes that are no text, of more than 1 MiB, or of a broken frame is closed, each with its code', async (t) => {
    const site = await openSite(t)
    const codes: number[] = []
    for (const data of [Buffer.from('x'), 'x'.repeat(1_048_577)]) {
      const webSocket = open(t, site)
      await once(webSocket, 'open')
      webSocket.send(data)
      const [code] = (await once(webSocket, 'close')) as [number]
      codes.push(code)
    }
    assert.deepEqual(codes, [1003, 1009])
    assert.deepEqual(site.received, [])
    const longest = open(t, site)
    await once(longest, 'open')
    longest.send('x'.repeat(1_048_576))
    await once(longest, 'message')
    assert.equal(site.received.length, 1)
    // Not masked, as a client must; then not UTF-8.
    for (const frame of [
      [0x81, 0x01, 0x61],
      [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xff],
    ]) {
      const connection = new RawConnection(t, site.server.port)
      connection.write(`${goodUpgrade(site).join('\r\n')}\r\n\r\n`)
      assert.equal((await connection.answer()).status, 101)
      connection.write(Uint8Array.from(frame))
      await connection.closed
    }
    assert.equal(site.received.length, 1)
  })

  test('is only at its path, only a WebSocket, and only a right one', async (t) => {
    const site = await openSite(t)
    const upgrade = goodUpgrade(site)
    const cases: [number, string[]][] = [
      [404, ['GET / HTTP/1.1', ...upgrade.slice(1)]],
      [404, ['GET /healthz HTTP/1.1', ...upgrade.slice(1)]],
      [405, ['POST /rpc HTTP/1.1', ...upgrade.slice(1)]],
      [400, withHeader(upgrade, 'Upgrade', 'h2c')],
      [400, withHeader(upgrade, 'Sec-WebSocket-Key', 'short')],
      [400, withHeader(upgrade, 'Sec-WebSocket-Version', '7')],
    ]
    for (const [expected, lines] of cases) {
      assert.equal((await ask(t, site.server.port, lines)).status, expected, lines.join(' '))
    }
    assert.deepEqual(site.sessions, [])
  })

  test('that answers no ping is cut; one that does stays', async (t) => {
    const site = await openSite(t, { limits: { pingMs: 30 } })
    const alive = open(t, site)
    await once(alive, 'open')
    const dead = new RawConnection(t, site.server.port)
    dead.write(`${goodUpgrade(site).join('\r\n')}\r\n\r\n`)
    await dead.answer()
    await dead.closed
    await site.whenEnded(1)
    await once(alive, 'ping')
    await once(alive, 'ping')
    assert.equal(alive.readyState, WebSocket.OPEN)
  })

  test('of a page that does not read is cut before more than 8 MiB wait for it', async (t) => {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    let send: ((text: string) => void) | undefined
    const site = await openSite(t, {
      connect: (session) => {
        send = session.send
        return { receive: () => undefined, close: resolve }
      },
    })
    const slow = open(t, site)
    await once(slow, 'open')
    slow.pause()
    const text = 'x'.repeat(65_536)
    const ending = { isOver: false }
    void over.then(() => (ending.isOver = true))
    let sent = 0
    for (; !ending.isOver && sent < 64 * 1_048_576; sent += text.length) {
      send?.(text)
      await new Promise((go) => setImmediate(go))
    }
    // What the kernel takes comes on top of it.
    assert.ok(ending.isOver && sent > 8 * 1_048_576 && sent < 32 * 1_048_576, String(sent))
    // Sending to who is gone is nothing.
    send?.(text)
  })

  test('hears that the server ends', async (t) => {
    const site = await openSite(t)
    const webSocket = open(t, site)
    await once(webSocket, 'open')
    const closing = site.server.close()
    const [code] = (await once(webSocket, 'close')) as [number]
    assert.equal(code, 1001)
    await closing
    assert.equal(site.ended(), 1)
  })
})
