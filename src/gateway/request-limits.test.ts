import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { ask, goodCall, goodUpgrade, openSite, RawConnection, type Site } from './fixture/page-site.ts'

const mebibyte = 1_048_576
const quick = { headerTimeoutMs: 150, requestTimeoutMs: 300, timeoutCheckMs: 20, lingerMs: 100 }

const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`

/** Resolves once there is a place for a further connection. */
async function untilServed(t: TestContext, site: Site): Promise<void> {
  for (;;) {
    const late = new RawConnection(t, site.server.port)
    late.write(`GET /healthz HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`)
    const outcome = await Promise.race([late.answer().then(({ status }) => status), late.closed]).catch(() => '')
    if (outcome === 200) return
  }
}

describe('a body that is too long', () => {
  test('of 1 GB is refused at once with 413, before any of it came (70)', async (t) => {
    const site = await openSite(t)
    const { status } = await ask(t, site.server.port, [...goodCall(site), 'Content-Length: 1073741824'])
    assert.equal(status, 413)
  })

  test('is refused at the byte that is too much, where its length is not said', async (t) => {
    const site = await openSite(t)
    for (const [bytes, expected] of [
      [mebibyte, 200],
      [mebibyte + 1, 413],
    ] as const) {
      const connection = new RawConnection(t, site.server.port)
      connection.write(head([...goodCall(site), 'Transfer-Encoding: chunked']))
      for (let left = bytes; left > 0; left -= 65_536) {
        const size = Math.min(left, 65_536)
        connection.write(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`)
      }
      if (expected === 200) connection.write('0\r\n\r\n')
      assert.equal((await connection.answer()).status, expected)
    }
    assert.deepEqual(
      site.received.map((text) => text.length),
      [mebibyte],
    )
  })

  test('is refused though its sender goes on sending: the answer is not lost', async (t) => {
    const site = await openSite(t)
    const connection = new RawConnection(t, site.server.port)
    connection.write(head([...goodCall(site), `Content-Length: ${4 * mebibyte}`]))
    connection.write('x'.repeat(2 * mebibyte))
    assert.equal((await connection.answer()).status, 413)
  })

  test('is not invited where the sender asks first; a good one is', async (t) => {
    const site = await openSite(t)
    const ask100 = (length: number): RawConnection => {
      const connection = new RawConnection(t, site.server.port)
      connection.write(head([...goodCall(site), `Content-Length: ${length}`, 'Expect: 100-continue']))
      return connection
    }
    assert.equal((await ask100(mebibyte + 1).answer()).status, 413)
    const good = ask100(2)
    assert.equal((await good.answer()).status, 100)
    good.write('{}')
    assert.equal((await good.answers(2))[1]?.status, 200)
    const odd = [...goodCall(site), 'Content-Length: 2', 'Expect: wonders']
    assert.equal((await ask(t, site.server.port, odd)).status, 417)
  })
})

describe('what is too slow', () => {
  test('gets 408: no byte at all, or a head that drips (70)', async (t) => {
    const site = await openSite(t, { limits: { ...quick, requestTimeoutMs: 600_000 } })
    const silent = new RawConnection(t, site.server.port)
    const dripping = new RawConnection(t, site.server.port)
    const half = new RawConnection(t, site.server.port)
    half.write('GET / HTTP/1.1\r\nHost: ')
    const text = `GET / HTTP/1.1\r\nHost: ${site.host}\r\n${'X-Slow: 1\r\n'.repeat(1_000)}`
    let at = 0
    // Each byte comes in good time: only the whole is too slow.
    const drip = setInterval(() => dripping.write(text.charAt(at++)), 5)
    t.after(() => clearInterval(drip))
    for (const connection of [silent, dripping, half]) {
      assert.equal((await connection.answer()).status, 408)
      await connection.closed
    }
  })

  test('gets 408: a body that drips (70)', async (t) => {
    const site = await openSite(t, { limits: quick })
    const body = new RawConnection(t, site.server.port)
    body.write(head([...goodCall(site), 'Content-Length: 100000']))
    const drip = setInterval(() => body.write('x'), 5)
    t.after(() => clearInterval(drip))
    assert.equal((await body.answer()).status, 408)
    await body.closed
    assert.deepEqual(site.received, [])
  })

  test('does not keep a connection by never reading the answer', async (t) => {
    const long = 'x'.repeat(32 * mebibyte)
    const site = await openSite(t, {
      limits: { stallMs: 200, connectionsMax: 1 },
      routes: { '/long': async () => ({ type: 'text/plain', body: long }) },
    })
    const connection = new RawConnection(t, site.server.port)
    connection.socket.pause()
    connection.write(`GET /long HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`)
    await untilServed(t, site)
  })
})

describe('connections', () => {
  const idle = async (site: Site, connection: RawConnection): Promise<void> => {
    connection.write(`GET /healthz HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`)
    await connection.answer()
  }

  test('are at most 64 at once, WebSockets among them; more are closed, and a place that is left is free (70)', async (t) => {
    const site = await openSite(t)
    const held = Array.from({ length: 64 }, () => new RawConnection(t, site.server.port))
    for (const [i, connection] of held.entries()) {
      if (i % 2 === 0) await idle(site, connection)
      else {
        connection.write(head(goodUpgrade(site)))
        assert.equal((await connection.answer()).status, 101)
      }
    }
    const more = Array.from({ length: 200 }, () => new RawConnection(t, site.server.port))
    for (const connection of more) connection.write(`GET /healthz HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`)
    assert.deepEqual(new Set(await Promise.all(more.map(({ closed }) => closed))), new Set(['']))
    const first = held[1] as RawConnection
    first.socket.destroy()
    await untilServed(t, site)
  })

  test('that say nothing after an answer are closed', async (t) => {
    const site = await openSite(t, { limits: { keepAliveMs: 50 } })
    const connection = new RawConnection(t, site.server.port)
    await idle(site, connection)
    await connection.closed
  })
})

describe('several requests on one connection', () => {
  test('are answered in their order, each by its own right', async (t) => {
    const site = await openSite(t)
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`
    const call = `${head([...goodCall(site), 'Content-Length: 2'])}{}`
    const connection = new RawConnection(t, site.server.port)
    connection.write(get('/healthz') + call + get('/icon.svg') + call)
    const answers = await connection.answers(4)
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.get('content-type')]),
      [
        [200, 'text/plain; charset=utf-8'],
        [200, 'application/json'],
        [200, 'image/svg+xml'],
        [200, 'application/json'],
      ],
    )
  })

  test('end with the first that is refused: nothing behind it is answered', async (t) => {
    const site = await openSite(t)
    const good = `GET / HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`
    const connection = new RawConnection(t, site.server.port)
    connection.write(`${good}GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n${good}`)
    await connection.closed
    assert.deepEqual(
      (await connection.answers(2)).map(({ status }) => status),
      [200, 403],
    )
  })

  test('end without a word where rubbish follows a call that is not answered yet: it would pass for the answer', async (t) => {
    const site = await openSite(t, { connect: () => ({ receive: () => undefined, close: () => undefined }) })
    const connection = new RawConnection(t, site.server.port)
    connection.write(`${head([...goodCall(site), 'Content-Length: 2'])}{}rubbish\r\n\r\n`)
    assert.equal(await connection.closed, '')
  })

  test('that disagree about where one ends are refused (request smuggling)', async (t) => {
    const site = await openSite(t)
    const smuggled = `GET /healthz HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`
    const both = [...goodCall(site), `Content-Length: ${smuggled.length + 5}`, 'Transfer-Encoding: chunked']
    const cases = [
      both,
      [...goodCall(site), 'Content-Length: 2', 'Content-Length: 60'],
      [...goodCall(site), 'Content-Length: +2'],
      [...goodCall(site), 'Content-Length: -1'],
      [...goodCall(site), 'Transfer-Encoding: xchunked'],
      [...goodCall(site), 'Transfer-Encoding : chunked'],
      [...goodCall(site), ' folded: x'],
    ]
    for (const lines of cases) {
      const connection = new RawConnection(t, site.server.port)
      connection.write(`${head(lines)}0\r\n\r\n${smuggled}`)
      connection.socket.end()
      await connection.closed
      const answers = await connection.answers(1)
      assert.deepEqual([answers.length, answers[0]?.status], [1, 400], lines.at(-1))
    }
    assert.deepEqual(site.received, [])
  })
})

test('a head that is too long gets 431', async (t) => {
  const site = await openSite(t)
  const long = [`GET / HTTP/1.1`, `Host: ${site.host}`, `X: ${'x'.repeat(20_000)}`]
  assert.equal((await ask(t, site.server.port, long)).status, 431)
  const many = [`GET / HTTP/1.1`, ...Array.from({ length: 3_000 }, (_, i) => `X${i}: y`), `Host: ${site.host}`]
  assert.equal((await ask(t, site.server.port, many)).status, 431)
})
