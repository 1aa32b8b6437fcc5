// `parley registry --web`: what it prints, what machines look at over real HTTP, and a port that is in use.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Program, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

const local = ['--host', '127.0.0.1', '--port', '0']

function registry(context: TestContext, ...options: string[]): Program {
  return new Program(context, ['registry', ...local, '--data', join(temporaryFolder(context), 'data'), ...options])
}

const get = async (address: string, token?: string) => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(address, { headers })
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

test('the window is on this machine only, with a token; health is open, figures are not', async (context) => {
  const program = registry(context, '--web')
  const [, url = ''] = await program.says(/^Window +(http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43})\n/m)
  const { origin, hash } = new URL(url)
  const token = hash.slice('#token='.length)
  assert.equal((await get(`${origin}/healthz`)).status, 200)
  assert.deepEqual(await get(`${origin}/readyz`), { status: 200, type: 'text/plain; charset=utf-8', text: 'ready\n' })
  assert.equal((await get(`${origin}/metrics`)).status, 401)
  const { status, type, text } = await get(`${origin}/metrics`, token)
  assert.equal(status, 200)
  assert.match(type, /^text\/plain; version=0\.0\.4/)
  assert.match(text, /^parley_registry_sessions 0$/m)
  assert.match(text, /^parley_registry_store_up 1$/m)
  assert.doesNotMatch(program.stderr + text, new RegExp(token), 'the token is in no log')
  program.kill('SIGTERM')
  assert.equal(await program.exit, 0)
})

test('figures may be opened; without --web there is no window', slow, async (context) => {
  const open = registry(context, '--web', '--metrics-open')
  const [, url = ''] = await open.says(/^Window +(\S+)\n/m)
  assert.equal((await get(`${new URL(url).origin}/metrics`)).status, 200)
  const none = registry(context)
  await none.says(/^To join/m)
  assert.doesNotMatch(none.stdout, /Window/)
})

test('a port that is in use is told, and nothing is left running', slow, async (context) => {
  const other = createServer().listen(0, '127.0.0.1')
  context.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const program = registry(context, '--web', String(port))
  assert.equal(await program.exit, 1)
  assert.match(program.stderr, new RegExp(`${port}.* in use`))
  assert.doesNotMatch(program.stdout, /Window/)
})

test('another address than this machine’s own is warned of', slow, async (context) => {
  const absent = registry(context, '--web', '--web-host', '192.0.2.1')
  assert.equal(await absent.exit, 1)
  assert.match(absent.stderr, /192\.0\.2\.1 is not an address of this machine/)
  const everywhere = registry(context, '--web', '--web-host', '0.0.0.0')
  assert.equal(await everywhere.exit, 2)
  assert.match(everywhere.stderr, /one address of this machine, and not on all/)
  const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const found = outside.find(({ internal, family }) => !internal && family === 'IPv4')
  if (!found) return context.diagnostic('this machine has no address but its own: the warning was not tried')
  const warned = registry(context, '--web', '--web-host', found.address)
  await warned.says(/^To join/m)
  assert.match(warned.stderr, /plain HTTP, and whoever sees the token on the way rules here/)
})
