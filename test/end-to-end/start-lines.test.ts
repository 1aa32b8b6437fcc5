// The start lines of the older programs with real processes, what they say when they are wrong, and what the registry
// that they start tells its operator: log, table of clients, console.

import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { spawn } from '@lydell/node-pty'
import { freePort } from './actor.ts'
import { ChatProgram, Program, RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

/** A real terminal with a real `parley` in it. */
class Terminal {
  raw = ''
  readonly exit: Promise<number>
  readonly #pty
  readonly #checks = new Set<() => void>()

  constructor(context: TestContext, args: readonly string[], env: Record<string, string> = {}) {
    const launcher = join(import.meta.dirname, '../../bin/parley.js')
    this.#pty = spawn(process.execPath, [launcher, ...args], {
      cols: 100,
      rows: 24,
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', LANG: 'C.UTF-8', NO_COLOR: '1', ...env },
    })
    this.#pty.onData((text) => {
      this.raw += text
      for (const check of this.#checks) check()
    })
    this.exit = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)))
    context.after(() => {
      try {
        this.#pty.kill('SIGKILL')
      } catch {
        // It has ended already.
      }
    })
  }

  type(text: string): void {
    this.#pty.write(text)
  }

  async sees(what: RegExp): Promise<RegExpExecArray> {
    return await new Promise((resolve, reject) => {
      const check = (): void => {
        const found = what.exec(this.raw)
        if (found === null) return
        this.#checks.delete(check)
        resolve(found)
      }
      this.#checks.add(check)
      void this.exit.then((code) => reject(new Error(`ended (${code}) without ${what}:\n${this.raw}`)))
      check()
    })
  }
}

/** Resolves when a file that others write shows it. */
async function shows(path: string, what: RegExp): Promise<void> {
  const changes = watch(dirname(path))
  // The watcher first, so that no change falls between it and the look.
  const iterator = changes[Symbol.asyncIterator]()
  let next = iterator.next()
  while (!what.test(readFileSync(path, 'utf8'))) {
    await next
    next = iterator.next()
  }
  await iterator.return?.()
}

test('a server and clients by the older lines: trust, channel, console, table and log', slow, async (context) => {
  const folder = temporaryFolder(context)
  const [log, table] = [join(folder, 'log'), join(folder, 'table')]
  const port = await freePort()
  const data = join(folder, 'data')
  const rest = ['--host', '127.0.0.1', '--data', data, '--log', log, '--table', table]
  const registry = new Program(context, ['-s', String(port), ...rest])
  const fingerprint = (await registry.says(/Key +(\S+)/))[1] as string

  // Nobody is there to be asked: refused with what to do, and asked again next time as nothing was pinned.
  const [ownPort, otherPort] = [await freePort(), await freePort()]
  const words = ['-c', 'x', '127.0.0.1', String(port), String(ownPort), '--home', join(folder, 'x'), '--json']
  const stranger = new Program(context, words)
  assert.equal(await stranger.exit, 4)
  assert.match(stranger.stdout, /"registryNotTrusted"/)
  assert.ok(stranger.stdout.includes(fingerprint) && stranger.stdout.includes('--trust'), stranger.stdout)

  const x = new Program(context, [...words, '--trust'])
  await x.says(/"directory"/)
  assert.ok(x.stderr.includes(`trusting the registry's key from now on, as --trust says: ${fingerprint}`), x.stderr)
  const client = ['client', '-n', 'y', '-i', '127.0.0.1', '-p', String(port), '-c', String(otherPort)]
  const y = new Program(context, [
    ...client,
    '--trust',
    '--plain',
    '--home',
    join(folder, 'y'),
    '--log',
    join(folder, 'ylog'),
  ])
  await x.says(/"presence","name":"y"/)

  x.write('/send_all canary-to-all\n')
  await registry.says(/\[Channel_Message x: canary-to-all\]/)
  registry.write('good evening\n')
  await registry.says(/\[said to 2 on line\]/)
  await x.says(/good evening/)
  await y.says(/good evening/)
  registry.write('clients\n')
  await registry.says(new RegExp(`x +online +127\\.0\\.0\\.1:${ownPort} `))

  await shows(table, new RegExp(`^x +online +127\\.0\\.0\\.1:${ownPort} .*\\ny +online +127`, 'm'))

  registry.write('free y\nfree y yes\n')
  await registry.says(/Nothing was done/)
  await registry.says(/y is free now/)
  x.write('/quit\n')
  assert.equal(await x.exit, 0)
  registry.write('quit\n')
  assert.equal(await registry.exit, 0)

  const lines = readFileSync(log, 'utf8')
  assert.match(
    lines,
    new RegExp(`^\\S+ \\S+ info {2}logged in session=\\d+ name=x .*address=127\\.0\\.0\\.1:${ownPort}$`, 'm'),
  )
  assert.match(lines, /info {2}name freed name=y/)
  assert.match(lines, /info {2}table of clients updated/)
  const shown = readFileSync(table, 'utf8')
  assert.match(shown, /^x +offline +- /m)
  assert.doesNotMatch(shown, /^y /m)
  for (const path of [log, table]) assert.equal(statSync(path).mode & 0o777, 0o600)
  y.kill('SIGTERM')
  await y.exit
  const own = readFileSync(join(folder, 'ylog'), 'utf8')
  assert.match(own, /info {2}received by all number=1 from=x/)
  for (const text of [lines, registry.stderr, own])
    assert.ok(!text.includes('canary-to-all') && !text.includes('good evening'))
})

test('what cannot be had is named, with the right form', async (context) => {
  const folder = temporaryFolder(context)
  const registry = new RegistryProgram(context, join(folder, 'data'))
  const port = await registry.port()
  const run = async (...args: string[]): Promise<Program & { code: number | string }> => {
    const program = new Program(context, args)
    program.endInput()
    return Object.assign(program, { code: await program.exit })
  }
  const [taken, table, name, client] = await Promise.all([
    run('-s', String(port), '--host', '127.0.0.1', '--data', join(folder, 'other')),
    run('registry', '--port', '0', '--data', join(folder, 'third'), '--table', join(folder, 'no/such/table')),
    run('chat', '--plain'),
    run('client', '-n', 'x', '-i', '127.0.0.1', '-p', String(port)),
  ])
  assert.equal(taken.code, 1)
  assert.match(taken.stderr, new RegExp(`UDP port ${port} is in use .*\\n +The right form: parley -s <port>`))
  assert.equal(table.code, 1)
  assert.match(table.stderr, /cannot write .*no\/such\/table/)
  assert.deepEqual([name.code, client.code], [2, 2])
  assert.match(name.stderr, /missing required argument 'NAME'\n +The right form: parley chat NAME/)
  assert.match(client.stderr, /-c, --client-port .*not specified\nThe right form: parley client -n <name>/)
  const log = await run('chat', 'x', '--registry', await registry.invite(), '--home', folder, '--log', folder)
  assert.equal(log.code, 1)
  assert.match(log.stderr, /cannot write .*: it is not a plain file|cannot write .*EISDIR/)
})

test('at a terminal nothing tears the line at the console, and a chat asks for its name', slow, async (context) => {
  const folder = temporaryFolder(context)
  const args = ['registry', '--host', '127.0.0.1', '--port', '0', '--data', join(folder, 'data')]
  const registry = new Terminal(context, [...args, '--accounts', 'invite'])
  const [, invite, code] = await registry.sees(/--registry (\S+) --invite-code (\S+)/)
  await registry.sees(/registry> /)
  registry.type('hel')
  await registry.sees(/registry> .*l/)
  const chat = new Terminal(context, ['chat', '-r', String(invite), '--invite-code', String(code)], {
    PARLEY_HOME: folder,
  })
  await chat.sees(/Your name: /)
  chat.type('not/a name\r')
  await chat.sees(/cannot be a name/)
  chat.type('zoe\r')
  await chat.sees(/zoe/)
  // eslint-disable-next-line no-control-regex
  await registry.sees(/logged in [^\n]*name=zoe[^\n]*\r\n(?:.*\r\n)*(?:\u001b\[\w+)*registry> hel(?:\u001b\[\w+)*$/)
  chat.type('/send_all hi\r')
  // eslint-disable-next-line no-control-regex
  const cleared = /registry> hel(?:\u001b\[\w+)*\u001b\[0J\[Channel_Message zoe: hi\]\r\n(?:\u001b\[\w+)*registry> hel/
  await registry.sees(cleared)
  registry.type('p\r')
  await registry.sees(/clients +who is known/)
  registry.type('free zoe\r')
  await registry.sees(/Free zoe\? .*\(y\/N\) /)
  registry.type('\r')
  await registry.sees(/zoe stays as it is/)
  registry.type('\u0003')
  assert.equal(await registry.exit, 0)
})

test('a registry whose output nobody reads goes on, and ends', slow, async (context) => {
  const folder = temporaryFolder(context)
  const args = [
    'registry',
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--data',
    join(folder, 'data'),
    '--log-level',
    'debug',
  ]
  const registry = new Program(context, args)
  const invite = (await registry.says(/Invite +(\S+)/))[1] as string
  registry.pauseOutput()
  const chat = new ChatProgram(context, 'x', folder, ['--registry', invite])
  await chat.online()
  // More than any pipe takes: each line of these is shown on the console of the registry.
  const count = 90
  for (let i = 0; i < count; i++) chat.command(`/send_all ${i} ${'x'.repeat(3_900)}`)
  await chat.until(() => (chat.of('channelState').length === count ? true : undefined), 'all answers')
  registry.kill('SIGTERM')
  assert.equal(await registry.ended, 0)
})
