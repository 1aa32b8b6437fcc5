// The page's line: it takes its token once, comes back when it was lost, and knows when it is no use.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LineSocket, PageLine } from './page-line.ts'
import { takeToken, type TokenPlace } from './page-token.ts'

class FakeSocket implements LineSocket {
  readonly sent: string[] = []
  readonly #listeners = new Map<string, (event: { readonly data: unknown }) => void>()
  isClosed = false
  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void {
    this.#listeners.set(type, listener)
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.isClosed = true
  }
  fire(type: 'open' | 'close' | 'message', data: unknown = ''): void {
    this.#listeners.get(type)?.({ data })
  }
}

class World {
  readonly sockets: FakeSocket[] = []
  readonly waits: { ms: number; run: () => void; isOff: boolean }[] = []
  isRefused = false
  readonly line = new PageLine({
    open: () => {
      const socket = new FakeSocket()
      this.sockets.push(socket)
      return socket
    },
    isRefused: () => Promise.resolve(this.isRefused),
    later: (ms, run) => {
      const wait = { ms, run, isOff: false }
      this.waits.push(wait)
      return () => void (wait.isOff = true)
    },
  })

  get socket(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket
  }

  async fail(): Promise<void> {
    this.socket.fire('close')
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }

  next(): void {
    this.waits.at(-1)?.run()
  }
}

describe('the line', () => {
  test('carries calls once it is open', async () => {
    const world = new World()
    world.line.start()
    assert.equal(world.line.state, 'connecting')
    assert.equal(world.line.caller === undefined, true)
    world.socket.fire('open')
    assert.equal(world.line.state, 'open')
    const asked = world.line.caller?.call('hostStatus')
    assert.match(world.socket.sent[0] ?? '', /hostStatus/)
    world.socket.fire('message', '{"jsonrpc":"2.0","id":1,"result":7}')
    assert.equal(await asked, 7)
  })

  test('waits longer and longer, up to five seconds, and begins anew once it was open', async () => {
    const world = new World()
    world.line.start()
    for (let turn = 0; turn < 7; turn++) {
      await world.fail()
      world.next()
    }
    assert.deepEqual(
      world.waits.map(({ ms }) => ms),
      [300, 600, 1_200, 2_400, 4_800, 5_000, 5_000],
    )
    world.socket.fire('open')
    await world.fail()
    assert.equal(world.waits.at(-1)?.ms, 300)
  })

  test('rejects what was under way when it was lost, and has another caller after it', async () => {
    const world = new World()
    world.line.start()
    world.socket.fire('open')
    const { caller } = world.line
    const lost = assert.rejects(caller?.call('status') ?? Promise.resolve(), { code: 'peerLost', retryable: true })
    await world.fail()
    await lost
    assert.equal(world.line.state, 'lost')
    assert.equal(world.line.caller, undefined)
    world.next()
    world.socket.fire('open')
    assert.notEqual(world.line.caller, caller)
    assert.equal(world.line.state, 'open')
  })

  test('gives up where its token is refused, and only there', async () => {
    const world = new World()
    world.line.start()
    world.socket.fire('open')
    await world.fail()
    world.isRefused = true
    world.next()
    await world.fail()
    assert.equal(world.line.state, 'refused')
    assert.equal(world.waits.length, 1, 'no other try')
  })

  test('hurries when the user looks, and tries only once', async () => {
    const world = new World()
    world.line.start()
    world.line.hurry()
    assert.equal(world.sockets.length, 1, 'it is trying already')
    await world.fail()
    world.line.hurry()
    assert.equal(world.sockets.length, 2)
    assert.equal(world.waits[0]?.isOff, true)
  })

  test('does not come back once it was closed', async () => {
    const world = new World()
    world.line.start()
    world.socket.fire('open')
    world.line.close()
    assert.equal(world.socket.isClosed, true)
    await world.fail()
    assert.equal(world.waits.length, 0)
  })
})

describe('the token', () => {
  function place(hash: string, stored: Record<string, string> = {}) {
    const addresses: string[] = []
    const given: TokenPlace = {
      hash,
      address: '/',
      replaceAddress: (address) => void addresses.push(address),
      storage: {
        getItem: (key) => stored[key] ?? null,
        setItem: (key, value) => void (stored[key] = value),
      },
    }
    return { given, addresses, stored }
  }

  test('is taken out of the address bar, and kept for a reload', () => {
    const { given, addresses, stored } = place('#token=0123456789abcdef_-')
    assert.equal(takeToken(given), '0123456789abcdef_-')
    assert.deepEqual(addresses, ['/'])
    assert.equal(takeToken(place('', stored).given), '0123456789abcdef_-')
  })

  test('of a new link takes the place of the kept one', () => {
    const { given, stored } = place('#token=new-new-new-new-new', { 'parley.token': 'old-old-old-old-old' })
    assert.equal(takeToken(given), 'new-new-new-new-new')
    assert.equal(stored['parley.token'], 'new-new-new-new-new')
  })

  test('is none where there is none, or nonsense', () => {
    assert.equal(takeToken(place('').given), undefined)
    assert.equal(takeToken(place('#token=<script>').given), undefined)
    assert.equal(takeToken(place('#token=short').given), undefined)
  })
})
