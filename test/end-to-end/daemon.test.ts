// `parley daemon` and what attaches to it, as processes: it says that it is ready, is alone on its profile, drains on
// SIGTERM; a terminal that attaches works as its own would, and leaving it leaves the peer running.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { RegistryServer } from '../../src/registry/index.ts'
import { attachPeer } from '../../src/api/index.ts'
import { Program, temporaryFolder } from './program.ts'

test('a daemon is ready, alone, joined by others, and drains', { timeout: 60_000 }, async (t) => {
  const home = temporaryFolder(t)
  const registry = await RegistryServer.open({ data: join(home, 'r'), host: '127.0.0.1', port: 0, accounts: 'open' })
  t.after(() => registry.stop())
  // What stands for systemd's own program: it writes down what it was told.
  const told = join(home, 'told')
  writeFileSync(join(home, 'systemd-notify'), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${told}\n`, { mode: 0o755 })
  const environment = { PATH: `${home}${delimiter}${process.env['PATH'] ?? ''}`, NOTIFY_SOCKET: '/run/x' }
  const place = ['--home', home]
  const log = join(home, 'daemon.log')
  const args = ['daemon', 'alice', ...place, '--registry', registry.invite, '--json', '--log', log]
  const daemon = new Program(t, args, environment)
  await daemon.says(/"type":"ready"/)
  const ready = JSON.parse(daemon.stdout) as Record<string, unknown>
  assert.deepEqual([ready['type'], ready['name'], typeof ready['port']], ['ready', 'alice', 'number'])

  // Another one is refused by process and time; a chat joins.
  const second = new Program(t, ['daemon', ...place])
  const chat = new Program(t, ['chat', 'alice', ...place, '--json'])
  const bob = new Program(t, ['chat', 'bob', ...place, '--registry', registry.invite, '--json'])
  assert.equal(await second.exit, 1)
  assert.match(second.stderr, new RegExp(`in use by parley daemon \\(process ${daemon.pid}, since 20`))
  await chat.says(/"type":"ready"/)
  assert.equal((JSON.parse(chat.stdout.split('\n', 1)[0] as string) as { port: number }).port, ready['port'])
  await bob.says(/"type":"directory"/)
  chat.write('/send bob hello from the window\n')
  await bob.says(/hello from the window/)
  await chat.says(/"state":"stored"/)
  chat.write('/quit\n')
  assert.equal(await chat.exit, 0)

  // The peer still runs, and a message is stored by it though no window is open.
  bob.write('/send alice are you there\n')
  await bob.says(/"state":"stored","road":"direct"/)
  const attached = await attachPeer({ name: 'alice', home })
  const texts = (await attached?.history('bob', 5))?.map(({ text }) => text)
  await attached?.close()
  assert.deepEqual(texts, ['hello from the window', 'are you there'])

  daemon.kill('SIGTERM')
  assert.equal(await daemon.exit, 0)
  assert.equal(existsSync(join(home, 'alice', 'peer.sock')), false)
  const notices = readFileSync(told, 'utf8').trim().split('\n')
  assert.deepEqual(
    notices.map((notice) => notice.split(' ').slice(0, 2)),
    [
      ['/run/x', '--ready'],
      ['/run/x', '--stopping'],
    ],
  )
  const lines = readFileSync(log, 'utf8')
  assert.match(lines, /registry online/)
  assert.doesNotMatch(lines, /are you there/)
})
