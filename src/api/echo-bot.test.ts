// The example bot as a process, at a real registry.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RegistryServer } from '../registry/index.ts'
import { openPeer, type PeerEvent } from './index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const example = join(import.meta.dirname, '../../examples/echo-bot.ts')

/** Lets a program that imports the package run on its sources. */
const fromSource = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  const url = ${JSON.stringify(new URL('index.ts', import.meta.url).href)}
  const resolve = (name, context, next) => (name === 'parley' ? { url, shortCircuit: true } : next(name, context))
  registerHooks({ resolve })
`)}`

test(
  'the bot of the examples has 15 lines or fewer, answers, and ends on SIGTERM',
  { timeout: 60_000, ...slow },
  async (t) => {
    assert.ok(readFileSync(example, 'utf8').trimEnd().split('\n').length <= 15)
    const home = mkdtempSync(join(tmpdir(), 'parley-bot-'))
    const registry = await RegistryServer.open({ data: join(home, 'r'), host: '127.0.0.1', port: 0, accounts: 'open' })
    const bot = spawn(process.execPath, ['--import', fromSource, example, 'echo', registry.invite], {
      env: { ...process.env, PARLEY_HOME: home, NODE_TEST_CONTEXT: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => bot.once('exit', resolve))
    const alice = await openPeer({ name: 'alice', home, registry: registry.invite })
    t.after(async () => {
      bot.kill('SIGKILL')
      await alice.close()
      await registry.stop()
      rmSync(home, { recursive: true, maxRetries: 5 })
    })
    const heard = (fits: (event: PeerEvent) => boolean): Promise<PeerEvent> =>
      new Promise((resolve) => {
        const stop = alice.subscribe((event) => {
          if (!fits(event)) return
          stop()
          resolve(event)
        })
      })
    const isThere = async (): Promise<boolean> => (await alice.clients()).some(({ name }) => name === 'echo')
    while (!(await isThere())) await heard(({ type }) => type === 'presence' || type === 'directory')
    const answer = heard(({ type }) => type === 'message')
    await alice.send('echo', 'anybody in?')
    const event = await answer
    assert.ok(event.type === 'message')
    assert.deepEqual([event.from, event.text], ['echo', 'anybody in?'])
    bot.kill('SIGTERM')
    assert.equal(await ended, 0)
  },
)
