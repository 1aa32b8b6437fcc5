import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type ConfigFile, readConfigFile, settle, type Setting } from './index.ts'

const row = { about: '', otherwise: '', flag: '--f' } as const
const settings: Setting[] = [
  { ...row, key: 'registry', form: 'text', example: 'h:1', variable: 'V_REGISTRY' },
  { ...row, key: 'port', form: 'number', example: 4747, variable: 'V_PORT' },
  { ...row, key: 'plain', form: 'switch', example: true },
  { ...row, key: 'log', form: 'path', example: '~/log' },
  { ...row, key: 'server.port', form: 'number', example: 4747, notInProfile: true },
]

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-config-'))
  context.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function read(
  context: TestContext,
  content: string | Uint8Array,
  mode = 0o600,
  kind: ConfigFile['kind'] = 'user',
) {
  const path = join(folder(context), 'config.toml')
  writeFileSync(path, content)
  chmodSync(path, mode)
  const file = await readConfigFile(kind, path, settings)
  const findings = file.findings.map(({ severity, line, column, text, mend }) => [severity, line, column, text, mend])
  return { ...file, findings, told: file.findings }
}

test('what is right is read, with its lines; paths begin at the file', async (context) => {
  const file = await read(context, 'registry = "a"\n\n[server]\nport = 5\n')
  assert.deepEqual(file.findings, [])
  assert.deepEqual(Object.fromEntries(file.entries), {
    registry: { value: 'a', line: 1 },
    'server.port': { value: 5, line: 4 },
  })
  const logs = ['~/x.log', 'x.log', '/x.log'].map(async (log) => {
    const { path, entries } = await read(context, `log = "${log}"`)
    return String(entries.get('log')?.value).replace(join(path, '..'), 'HERE').replace(homedir(), 'HOME')
  })
  assert.deepEqual(await Promise.all(logs), [join('HOME', 'x.log'), join('HERE', 'x.log'), '/x.log'])
})

test('each fault has its line, its column and what to write', async (context) => {
  const file = await read(context, 'prot = 5\n  port = "5"\nplain = 1\n[server]\nprt = 1\n')
  assert.deepEqual(file.findings, [
    ['warning', 1, 1, 'prot is no setting', undefined],
    ['error', 2, 3, 'port is a whole number', 'write: port = 4747'],
    ['error', 3, 1, 'plain is true or false', 'write: plain = true'],
    ['warning', 5, 1, 'server.prt is no setting', undefined],
  ])
  assert.equal(file.told[3]?.unknownKey, 'server.prt')
  const table = await read(context, 'server = 5\n')
  assert.deepEqual(table.findings, [['error', 1, 1, 'server is a table of settings', 'write: [server]']])
})

test('a file cut in half is told as that, with the line', async (context) => {
  const file = await read(context, 'plain = true\nregistry = "parley://ab')
  const [finding] = file.told
  assert.deepEqual([finding?.severity, finding?.line, finding?.mend], ['error', 2, 'write: registry = "h:1"'])
  assert.match(String(finding?.text), /unfinished string; the file ends here: was it cut in half/)
  assert.equal(file.entries.size, 0, 'half of a file is nothing')
})

test('a byte order mark of UTF-8 is passed over; UTF-16 and what is no text are refused', async (context) => {
  assert.deepEqual((await read(context, '\u{feff}port = 5\n')).entries.get('port'), { value: 5, line: 1 })
  const utf16 = await read(context, Buffer.from('\u{feff}port = 5\n', 'utf16le'))
  assert.match(String(utf16.told[0]?.text), /UTF-16/)
  assert.match(String((await read(context, Uint8Array.of(0x61, 0xff))).told[0]?.text), /not UTF-8/)
  assert.match(String((await read(context, 'a'.repeat(300_000))).told[0]?.text), /more than 256 KiB/)
})

test('secrets are refused in files', async (context) => {
  const file = await read(context, 'password = "x"\n')
  assert.deepEqual(file.findings, [
    ['error', 1, 1, 'password looks like a secret, and none is read from here', 'remove the line'],
  ])
})

test(
  'a file that others may write, a folder and a pipe’s place are refused',
  { skip: process.platform === 'win32' },
  async (context) => {
    const open = await read(context, 'port = 5\n', 0o666)
    assert.equal(open.entries.size, 0)
    assert.deepEqual(open.findings, [
      ['error', undefined, undefined, 'everybody may write it', `chmod go-w '${open.path}', and see what it says`],
    ])
    assert.equal((await read(context, 'port = 5\n', 0o644)).entries.size, 1, 'who reads it changes nothing')
    const path = folder(context)
    mkdirSync(join(path, 'folder'))
    const told = async (name: string) => (await readConfigFile('user', join(path, name), settings)).findings[0]?.text
    assert.equal(await told('folder'), 'it is not a plain file')
    assert.equal(await told('none'), undefined)
    symlinkSync('/dev/null', join(path, 'device'))
    assert.equal(await told('device'), 'it is not a plain file')
  },
)

test('a file of somebody else is refused, one of the administrator is not', async (context) => {
  if (process.getuid === undefined) return context.skip('no owners here')
  const path = join(folder(context), 'config.toml')
  writeFileSync(path, 'port = 5\n')
  const told = async () => (await readConfigFile('user', path, settings)).findings.map(({ text }) => text)
  const isRoot = process.getuid() === 0
  // Who may not give files away changes who we are instead.
  if (isRoot) chownSync(path, 4_711, 4_711)
  else context.mock.method(process as { getuid: () => number }, 'getuid', () => 4_711)
  assert.match((await told()).join(''), /belongs to somebody else/)
  if (!isRoot) return
  chownSync(path, 0, 0)
  context.mock.method(process as { getuid: () => number }, 'getuid', () => 4_711)
  assert.deepEqual(await told(), [])
})

test('environment, then profile, user, system; settings of the machine mean nothing in a profile', async (context) => {
  const profile = await read(context, 'registry = "p"\n[server]\nport = 1\n', 0o600, 'profile')
  assert.equal(profile.told[0]?.severity, 'warning')
  const user = await read(context, 'registry = "u"\nport = 2\n')
  const system = await read(context, 'registry = "s"\nport = 3\nplain = true\n[server]\nport = 3\n', 0o644, 'system')
  const files = [profile, user, system].map(({ told, ...file }) => ({ ...file, findings: told }))
  const origins = (environment: Record<string, string>) => {
    const { settled, problems } = settle(settings, files, environment)
    const values = settled.map(({ setting, value, origin }) => [setting.key, value, origin.kind])
    return { values, problems }
  }
  assert.deepEqual(origins({ V_REGISTRY: '' }).values, [
    ['registry', 'p', 'profile'],
    ['port', 2, 'user'],
    ['plain', true, 'system'],
    ['log', undefined, 'default'],
    ['server.port', 3, 'system'],
  ])
  const { values, problems } = origins({ V_REGISTRY: 'e', V_PORT: 'x' })
  assert.deepEqual(values[0], ['registry', 'e', 'environment'])
  assert.deepEqual(problems, [{ variable: 'V_PORT', text: 'port is another kind of value' }])
})
