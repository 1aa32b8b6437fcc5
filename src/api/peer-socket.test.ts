// The local socket of a peer: who may reach it, and what its other side may do without harm.

import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { ParleyError } from '../base/index.ts'
import { FakePeer } from '../../test/fake/fake-peer.ts'
import type { PeerEvent } from './peer-api.ts'
import { PeerLine } from './peer-line.ts'
import { PeerSocket } from './peer-socket.ts'
import { peerVerbs } from './rpc/peer-verbs.ts'
import { knownSocketPath, prepareSocketPath } from './socket-place.ts'

async function serving(t: TestContext, below = '') {
  const home = mkdtempSync(join(tmpdir(), 'parley-socket-'))
  const folder = join(home, below)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const peer = new FakePeer()
  const socket = new PeerSocket(peer, peerVerbs)
  await socket.listen(folder)
  const lines: PeerLine[] = []
  const raws: Socket[] = []
  t.after(async () => {
    await Promise.all(lines.map((line) => line.close()))
    for (const raw of raws) raw.destroy()
    socket.close()
    rmSync(home, { recursive: true })
  })
  const open = async (): Promise<PeerLine> => {
    const line = await PeerLine.open(folder)
    assert.ok(line)
    lines.push(line)
    return line
  }
  /** A connection of our own, for what no caller does. */
  const raw = async (): Promise<Socket> => {
    const connection = createConnection(knownSocketPath(folder) as string)
    raws.push(connection)
    await new Promise((resolve) => connection.once('connect', resolve))
    return connection
  }
  return { home, folder, peer, socket, open, raw }
}

function nextEvent(line: PeerLine): Promise<PeerEvent> {
  return new Promise((resolve) => {
    const stop = line.peer.subscribe((event) => {
      stop()
      resolve(event)
    })
  })
}

/** All that comes until the other side ends. */
async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8')
  for await (const chunk of socket) text += String(chunk)
  return text
}

test('only the owner can reach it: 0600 in a 0700 folder, made so and checked by who calls', async (t) => {
  const { folder, open } = await serving(t)
  const path = join(folder, 'peer.sock')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await open()
  chmodSync(path, 0o666)
  await assert.rejects(PeerLine.open(folder), { code: 'socketNotPrivate', details: { path, mode: '666' } })
  chmodSync(path, 0o600)
  chmodSync(folder, 0o755)
  await assert.rejects(PeerLine.open(folder), { code: 'socketNotPrivate', details: { path: folder, mode: '755' } })
  assert.throws(() => prepareSocketPath(folder), { code: 'socketNotPrivate' })
  chmodSync(folder, 0o700)
  await open()
})

test('a path too long for a socket has a short one in a private folder, written down', async (t) => {
  const below = 'a-rather-long-name-of-a-folder/'.repeat(4)
  const { folder, open } = await serving(t, below)
  const { path } = JSON.parse(readFileSync(join(folder, 'peer.socket.json'), 'utf8')) as { path: string }
  assert.ok(Buffer.byteLength(path) <= 100 && !existsSync(join(folder, 'peer.sock')))
  assert.deepEqual([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o077], [0o600, 0])
  assert.equal((await open()).peer.name, 'alice')
})

test('the folder of the runtime is taken where there is one', (t) => {
  const runtime = mkdtempSync(join(tmpdir(), 'run-'))
  t.after(() => rmSync(runtime, { recursive: true }))
  const folder = join(runtime, 'x'.repeat(90))
  mkdirSync(folder, { mode: 0o700 })
  const path = prepareSocketPath(folder, { XDG_RUNTIME_DIR: runtime })
  assert.equal(dirname(path), join(runtime, 'parley'))
  chmodSync(join(runtime, 'parley'), 0o777)
  assert.throws(() => prepareSocketPath(folder, { XDG_RUNTIME_DIR: runtime }), { code: 'socketNotPrivate' })
})

test('where nobody serves, there is nobody: no folder, no socket, a stale socket, a plain file', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'parley-socket-'))
  t.after(() => rmSync(home, { recursive: true }))
  assert.equal(await PeerLine.open(join(home, 'none')), undefined)
  assert.equal(await PeerLine.open(home), undefined)
  const path = join(home, 'peer.sock')
  writeFileSync(path, '', { mode: 0o600 })
  assert.equal(await PeerLine.open(home), undefined)
  // Whoever holds the lock replaces it, whatever it is.
  const socket = new PeerSocket(new FakePeer(), peerVerbs)
  await socket.listen(home)
  t.after(() => socket.close())
  const line = await PeerLine.open(home)
  assert.equal(line?.peer.name, 'alice')
  await line.close()
})

test('a socket that cannot be had is told by its place, and a folder that may not be read too', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'parley-socket-'))
  t.after(() => rmSync(home, { recursive: true }))
  mkdirSync(join(home, 'peer.sock'))
  const socket = new PeerSocket(new FakePeer(), peerVerbs)
  await assert.rejects(socket.listen(home), (error) => {
    assert.ok(error instanceof ParleyError)
    assert.deepEqual([error.code, error.details['path']], ['notShared', home])
    return true
  })
  const before = process.umask()
  assert.notEqual(before, 0o177, 'the mask is as it was')
  writeFileSync(join(home, 'file'), '')
  assert.equal(await PeerLine.open(join(home, 'file')), undefined)
  await assert.rejects(PeerLine.open(`${home}/\0`), { code: 'notReadable' })
})

test('junk, half a message and lines without end cost nobody but their sender', async (t) => {
  const { open, raw, peer } = await serving(t)
  const good = await open()
  const junk = await raw()
  junk.end(
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n\u0000\u0001\n{"jsonrpc":"2.0","id":7,"method":"status","params":{}}\n{"half',
  )
  const answers = (await readAll(junk))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const codes = answers.map(({ error }) => (error as { code: number } | undefined)?.code)
  assert.deepEqual(codes, [-32_700, -32_700, -32_700, -32_700, undefined])
  assert.equal(answers[4]?.['id'], 7)
  const endless = await raw()
  endless.on('error', () => undefined)
  endless.write(Buffer.alloc(1_048_577, 0x7b))
  assert.deepEqual(JSON.parse(await readAll(endless)), {
    jsonrpc: '2.0',
    method: 'closed',
    params: { code: 'requestTooLong', details: { bytesMax: 1_048_576 } },
  })
  const event = nextEvent(good)
  peer.say('bob', 'still here')
  assert.equal((await event).type, 'message')
})

test('who does not read is let go of by name, and nobody else waits for them', async (t) => {
  const { open, raw, peer } = await serving(t)
  const good = await open()
  const slow = await raw()
  slow.pause()
  slow.write('{"jsonrpc":"2.0","id":1,"method":"subscribe"}\n')
  await new Promise((resolve) => slow.once('readable', resolve))
  const text = 'x'.repeat(60_000)
  let heard = 0
  good.peer.subscribe(() => heard++)
  // More than the 8 MiB that wait for one reader, and what the system itself holds.
  for (let i = 0; i < 200; i++) {
    peer.say('bob', text)
    await good.peer.clients()
  }
  assert.equal(heard, 200)
  const told = (await readAll(slow)).trim().split('\n')
  assert.deepEqual(JSON.parse(told.at(-1) as string), {
    jsonrpc: '2.0',
    method: 'closed',
    params: { code: 'tooSlow', details: {} },
  })
  assert.ok(told.length < 200)
})

test('more connections than are served are refused by name', async (t) => {
  const { raw } = await serving(t)
  for (let i = 0; i < 64; i++) await raw()
  const told = JSON.parse(await readAll(await raw())) as { params: { code: string } }
  assert.equal(told.params.code, 'tooManyConnections')
})

test('a process that listens and never answers is nobody', { timeout: 20_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-socket-'))
  const mute = createServer(() => undefined)
  t.after(() => {
    mute.close()
    rmSync(folder, { recursive: true })
  })
  await new Promise<void>((resolve) => mute.listen(join(folder, 'peer.sock'), resolve))
  chmodSync(join(folder, 'peer.sock'), 0o600)
  assert.equal(await PeerLine.open(folder, 50), undefined)
})
