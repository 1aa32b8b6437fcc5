// What commands do where a peer of the profile runs already: completion asks it for names, and files do not tell it where
// to be.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Command } from 'commander'
import { openSharedPeer } from '../api/index.ts'
import { RegistryServer } from '../registry/index.ts'
import { namesOf } from './completion-command.ts'
import { applySettings } from './settings.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

test('a running peer is asked for names, and keeps its registry and its port', slow, async (context) => {
  const home = mkdtempSync(join(tmpdir(), 'parley-running-'))
  context.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  const server = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
  context.after(() => server.stop())
  const peers = join(home, 'peers')
  const config = join(home, 'config.toml')
  writeFileSync(config, 'profile = "alice"\nregistry = "elsewhere.example:1"\nport = 5999\n', { mode: 0o600 })
  const chat = async (): Promise<object> => {
    let got = {}
    const program = new Command()
      .option('--config <FILE>')
      .hook('preAction', async (_one, command) => applySettings(command))
    const command = program.command('chat').option('--home <DIR>').option('--registry <R>').option('--port <P>')
    command.action((options: object) => void (got = { ...options }))
    await program.parseAsync(['chat', '--home', peers, '--config', config], { from: 'user' })
    return got
  }
  const [set, elsewhere] = [
    { home: peers, profile: 'alice' },
    { registry: 'elsewhere.example:1', port: 5999 },
  ]
  assert.deepEqual(await chat(), { ...set, ...elsewhere }, 'who opens a peer is told by the file')
  assert.deepEqual(await namesOf('names', { home: peers, profile: 'alice' }), [], 'nobody is asked where nobody runs')

  const bob = await openSharedPeer({ name: 'bob', home: peers, registry: server.invite })
  context.after(() => bob.close())
  const peer = await openSharedPeer({ name: 'alice', home: peers, registry: server.invite })
  context.after(() => peer.close())
  const known = Promise.withResolvers<void>()
  const look = async (): Promise<void> => {
    if ((await peer.clients()).some(({ name }) => name === 'bob')) known.resolve()
  }
  peer.subscribe(() => void look())
  await known.promise
  await peer.makeRoom(['bob'])
  assert.deepEqual(await namesOf('names', { home: peers, config }), ['bob', '#1', 'everyone'])
  assert.deepEqual(await namesOf('profiles', { home: peers }), ['alice', 'bob'])
  assert.deepEqual(await chat(), set)
})
