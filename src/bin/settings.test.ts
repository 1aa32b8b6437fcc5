import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Command, Option } from 'commander'
import { parseRegistryTarget } from '../protocol/index.ts'
import { readPort } from './argument.ts'
import { reader } from './command-option.ts'
import { applySettings } from './settings.ts'
import { type CommandSetting, settings } from './settings-table.ts'

/** Runs a command line against files in a folder of its own; answers with what the command got. */
function bench(context: TestContext, files: Record<string, string>, environment: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'parley-settings-'))
  context.after(() => rmSync(home, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(home, path, '..'), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  const names = [
    'PARLEY_HOME',
    'PARLEY_CONFIG',
    'PARLEY_PROFILE',
    'PARLEY_REGISTRY',
    'PARLEY_LOG',
    'NO_COLOR',
    'FORCE_COLOR',
  ]
  const before = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) process.env[name] = environment[name] ?? ''
  process.env['PARLEY_HOME'] = home
  context.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  const said: string[] = []
  context.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0)
  const run = async (...words: string[]): Promise<Record<string, unknown>> => {
    let got: Record<string, unknown> = {}
    const program = new Command()
      .exitOverride()
      .option('--config <FILE>')
      .addOption(new Option('--color <WHEN>'))
      .hook('preAction', async (_program, command) => applySettings(command))
    const keep = (...given: unknown[]): void => {
      got = { ...(given.at(-2) as object) }
    }
    const port = reader((text) => readPort(text, true))
    program
      .command('chat')
      .argument('[NAME]')
      .option('--registry <R>')
      .option('--port <P>', '', port)
      .option('--plain')
      .option('--log <FILE>')
      .option('--no-notes-to-self')
      .action(keep)
    program
      .command('who')
      .option('--profile <P>')
      .option('--home <DIR>')
      .option('--timeout <S>')
      .option('--registry <R>')
      .action(keep)
    program
      .command('registry')
      .option('--port <P>', '', port, 4747)
      .option('--no-log-addresses')
      .option('--log <FILE>')
      .action(keep)
    program.command('web').option('--port <P>', '', port).option('--no-open').action(keep)
    await program.parseAsync(words, { from: 'user' })
    return got
  }
  return { home, run, said }
}

test('command line, environment, profile, user: the first that says something wins', async (context) => {
  const { run } = bench(
    context,
    {
      'config.toml': 'registry = "user:1"\nport = 5000\nnotes-to-self = false\nprofile = "alice"\n',
      'peers/alice/config.toml': 'registry = "alice:1"\nplain = true\n',
    },
    { PARLEY_LOG: 'x.log' },
  )
  const chat = { notesToSelf: false, port: 5000, log: 'x.log' }
  assert.deepEqual(await run('chat'), { ...chat, profile: 'alice', plain: true, registry: 'alice:1' })
  assert.deepEqual(await run('chat', 'Alice'), { ...chat, profile: 'alice', plain: true, registry: 'alice:1' })
  assert.deepEqual(await run('chat', 'bob'), { ...chat, profile: 'alice', registry: 'user:1' })
  assert.deepEqual(await run('chat', 'bob', '--registry', 'flag:1', '--port', '0'), {
    ...chat,
    profile: 'alice',
    port: 0,
    registry: 'flag:1',
  })
  process.env['PARLEY_REGISTRY'] = 'environment:1'
  process.env['PARLEY_PROFILE'] = 'bob'
  assert.deepEqual(await run('who'), { profile: 'bob', registry: 'environment:1' })
  assert.deepEqual(await run('who', '--profile', 'carl'), { profile: 'carl', registry: 'environment:1' })
})

test('settings of a registry, of a peer and of the page do not mix', async (context) => {
  const text =
    'port = 5000\nlog = "/peer.log"\n[server]\nport = 6000\nlog-addresses = false\n[web]\nport = 7000\nopen = false\n'
  const { run } = bench(context, { 'config.toml': text })
  assert.deepEqual(await run('registry'), { port: 6000, logAddresses: false })
  assert.deepEqual(await run('web'), { port: 7000, open: false })
  assert.equal((await run('chat'))['port'], 5000)
  assert.deepEqual(await run('registry', '--config', 'none'), { port: 4747, logAddresses: true })
})

test('of one profile alone its file is taken, without being told', async (context) => {
  const { run } = bench(context, { 'peers/alice/config.toml': 'timeout = 7\n', 'peers/alice/identity.key': '' })
  assert.deepEqual(await run('who'), { timeout: 7 })
})

test('a missing file that was named, and a wrong value, stop the command; a strange key is told', async (context) => {
  const { run, said, home } = bench(context, { 'config.toml': 'prot = 1\n', 'wrong.toml': 'port = 80\n' })
  await run('chat')
  assert.deepEqual(said, [`parley: ${join(home, 'config.toml')}:1:1: prot is no setting; did you mean port?\n`])
  const none = join(home, 'none.toml')
  await assert.rejects(run('who', '--config', none), { code: 'noConfig', details: { path: none, origin: '--config' } })
  process.env['PARLEY_CONFIG'] = none
  await assert.rejects(run('who'), { code: 'noConfig', details: { path: none, origin: 'PARLEY_CONFIG' } })
  process.env['PARLEY_CONFIG'] = join(home, 'wrong.toml')
  await assert.rejects(run('who'), (error: { code?: string; details?: { place?: string; mend?: string } }) => {
    assert.equal(error.code, 'badConfig')
    assert.equal(error.details?.place, `${join(home, 'wrong.toml')}:1:1`)
    assert.equal(error.details?.mend, 'write: port = 0')
    return true
  })
  process.env['PARLEY_CONFIG'] = ''
  process.env['PARLEY_REGISTRY'] = 'no such://registry'
  await assert.rejects(run('who'), { code: 'badConfig' })
})

test('colours: the command line before NO_COLOR, NO_COLOR before a file', async (context) => {
  const { run } = bench(context, { 'config.toml': 'color = "always"\n' }, { NO_COLOR: '1' })
  await run('who')
  assert.deepEqual([process.env['NO_COLOR'], process.env['FORCE_COLOR']], ['1', ''])
  await run('who', '--color', 'always')
  assert.deepEqual([process.env['NO_COLOR'], process.env['FORCE_COLOR']], ['', '1'])
  process.env['FORCE_COLOR'] = ''
  await run('who')
  assert.deepEqual([process.env['NO_COLOR'], process.env['FORCE_COLOR']], ['', '1'])
})

test('the table of settings is right about itself', () => {
  for (const { key, problem, example } of settings) assert.equal(problem?.(example), undefined, key)
  assert.equal(new Set(settings.map(({ key }) => key)).size, settings.length)
  const registry = settings.find(({ key }) => key === 'registry') as CommandSetting
  const key = 'A'.repeat(43)
  const right = ['h', 'h:1', '127.0.0.1:4747', '[::1]:4747', `parley://${key}@h:1`, `parley://${key}@[::1]:1/`]
  for (const text of right) {
    assert.equal(registry.problem?.(text), undefined, text)
    assert.ok(parseRegistryTarget(text).ok, text)
  }
  for (const text of ['', 'a b', 'https://h:1', 'parley://abc@h:1', 'h:x']) {
    assert.ok(registry.problem?.(text) !== undefined && !parseRegistryTarget(text).ok, text)
  }
})

test('the document has the same settings', () => {
  const document = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  const rows = [...document.matchAll(/^\| `([a-z.-]+)` +\| (\w+) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)]
  const found = rows.map((cells) => cells.slice(1))
  const expected = settings.map(({ key, form, otherwise, flag, variable, about }) => [
    key,
    form,
    otherwise,
    [flag, variable]
      .filter((name) => name !== undefined)
      .map((name) => `\`${name}\``)
      .join(', '),
    about,
  ])
  assert.deepEqual(found, expected)
})
