// The command line as a person meets it: versions, help, and errors that name what is wrong and the right form.

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { ChatProgram, Program, RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

async function run(context: TestContext, ...args: string[]): Promise<Program & { code: number | string }> {
  const program = new Program(context, args)
  program.endInput()
  return Object.assign(program, { code: await program.exit })
}

describe('parley', { concurrency: 2 }, () => {
  test('tells its version and helps', async (context) => {
    const version = await run(context, '--version')
    const { version: expected } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string
    }
    assert.equal(version.stdout, `${expected}\n`)
    const help = await run(context)
    assert.equal(help.code, 0)
    for (const word of ['chat', 'registry', 'try', 'paths']) assert.match(help.stdout, new RegExp(`^  ${word}`, 'm'))
  })

  test('suggests what was meant', async (context) => {
    const command = await run(context, 'regstry')
    assert.equal(command.code, 2)
    assert.match(command.stderr, /Did you mean registry\?/)
    const option = await run(context, 'chat', 'alice', '--registy', 'x')
    assert.equal(option.code, 2)
    assert.match(option.stderr, /Did you mean --registry\?/)
  })

  const wrong: Record<string, { args: string[]; says: RegExp; code?: number }> = {
    'a port that is none': { args: ['registry', '--port', '70000'], says: /1024 to 65535/ },
    'a port with letters': { args: ['chat', 'alice', '--port', '47x'], says: /1024 to 65535/ },
    'a host with a port': { args: ['registry', '--host', '127.0.0.1:4747'], says: /without a port/ },
    'a name that cannot be one': { args: ['chat', 'a/b'], says: /a\/b cannot be a name/ },
    'a name with a control': { args: ['chat', 'a\u001b[2Jb'], says: /a␛\[2Jb cannot be a name/ },
    'an invite with a damaged key': { args: ['chat', 'alice', '-r', 'parley://abc@h:1'], says: /its key is damaged/ },
    'an invite of another kind': {
      args: ['chat', 'alice', '-r', 'https://example.org'],
      says: /begins with parley:\/\//,
    },
    'a huge invite': { args: ['chat', 'alice', '-r', `parley://${'a'.repeat(10_000)}`], says: /too long/ },
    'too many words': { args: ['chat', 'alice', 'bob'], says: /too many arguments/ },
    'an account that is not here': {
      args: ['send', 'bob', 'hi', '--profile', 'zed'],
      says: /no account zed on this machine/,
    },
    'a missing word': { args: ['history'], says: /^parley: missing .*'WHICH'\n {2}`parley history --help` shows how/ },
    'no name': { args: ['chat'], says: /missing required argument 'NAME'/ },
  }
  for (const [what, { args, says, code = 2 }] of Object.entries(wrong)) {
    test(`refuses ${what}`, async (context) => {
      const program = await run(context, ...args)
      assert.match(program.stderr, says)
      assert.equal(program.code, code)
      assert.equal(program.stdout, '')
    })
  }

  test('prints its folders', async (context) => {
    const environment = { PARLEY_HOME: '/somewhere', PARLEY_CONFIG: '', XDG_CACHE_HOME: '/cache' }
    const program = new Program(context, ['paths', '--json', '--profile', 'Alice'], environment)
    assert.equal(await program.exit, 0)
    const { systemConfig: _systemConfig, ...paths } = JSON.parse(program.stdout) as Record<string, string>
    assert.deepEqual(paths, {
      config: '/somewhere/config.toml',
      data: '/somewhere',
      profiles: '/somewhere/peers',
      registry: '/somewhere/registry',
      cache: '/cache/parley',
      profile: '/somewhere/peers/alice',
      profileConfig: '/somewhere/peers/alice/config.toml',
      socket: '/somewhere/peers/alice/peer.sock',
    })
  })
})

describe('parley registry', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`says how to join, and ends with 0 at ${signal}`, async (context) => {
      const registry = new RegistryProgram(context, join(temporaryFolder(context), 'data'))
      const invite = await registry.invite()
      assert.match(invite, /^parley:\/\/[\w-]{43}@127\.0\.0\.1:\d+$/)
      assert.match(await registry.fingerprint(), /^(?:[a-z2-7]{4}-){7}[a-z2-7]{4}$/)
      assert.ok(registry.stdout.includes(`npx parley chat YOURNAME --registry ${invite}`))
      registry.kill(signal)
      assert.equal(await registry.exit, 0)
    })
  }

  test('serves on when nobody reads its output any more', slow, async (context) => {
    const registry = new RegistryProgram(context, join(temporaryFolder(context), 'data'))
    const invite = await registry.invite()
    registry.closeOutput()
    for (const name of ['one', 'two']) {
      const chat = new ChatProgram(context, name, temporaryFolder(context), ['--registry', invite])
      await chat.online()
      assert.equal(await chat.leave(), 0)
    }
    registry.kill('SIGTERM')
    assert.equal(await registry.exit, 0)
  })

  test('keeps its key', slow, async (context) => {
    const data = join(temporaryFolder(context), 'data')
    const key = async (): Promise<string> => {
      const registry = new RegistryProgram(context, data)
      const found = await registry.fingerprint()
      registry.kill('SIGTERM')
      await registry.exit
      return found
    }
    assert.equal(await key(), await key())
  })

  test('names the port that is in use, and the flag', slow, async (context) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    context.after(() => socket.close())
    await once(socket, 'listening')
    const { port } = socket.address()
    const registry = new RegistryProgram(context, temporaryFolder(context), port)
    assert.equal(await registry.exit, 1)
    assert.match(registry.stderr, new RegExp(`UDP port ${port} is in use.*\\n.*--port`))
  })

  test('names the process that has its folder', slow, async (context) => {
    const data = join(temporaryFolder(context), 'data')
    const first = new RegistryProgram(context, data)
    await first.invite()
    const second = new RegistryProgram(context, data)
    assert.equal(await second.exit, 1)
    assert.match(second.stderr, new RegExp(`in use by parley registry \\(process ${first.pid},`))
  })

  test('refuses a secret that others can read, and says how to close it', slow, async (context) => {
    const data = join(temporaryFolder(context), 'data')
    const first = new RegistryProgram(context, data)
    await first.invite()
    first.kill('SIGTERM')
    await first.exit
    const keyFile = join(data, 'registry.key')
    chmodSync(keyFile, 0o644)
    const second = new RegistryProgram(context, data)
    assert.equal(await second.exit, 1)
    assert.ok(second.stderr.includes(`chmod 600 ${keyFile}`), second.stderr)
  })

  test('leaves a damaged store alone', slow, async (context) => {
    const data = join(temporaryFolder(context), 'data')
    mkdirSync(data, { mode: 0o700 })
    const junk = 'this is not a database, and it is long enough to look at '.repeat(20)
    writeFileSync(join(data, 'registry.db'), junk)
    const registry = new RegistryProgram(context, data)
    assert.equal(await registry.exit, 1)
    assert.match(registry.stderr, /is damaged; nothing was changed/)
    assert.equal(readFileSync(join(data, 'registry.db'), 'utf8'), junk)
  })
})
