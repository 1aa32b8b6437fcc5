// `parley config`, and what a command does with a file that is not right, as real processes: what goes where, modes, codes.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const launcher = join(import.meta.dirname, '../../bin/parley.js')

test('a file is made, changed line by line, looked at and checked', (context) => {
  const home = mkdtempSync(join(tmpdir(), 'parley-config-'))
  context.after(() => rmSync(home, { recursive: true, force: true }))
  const env = { ...process.env, PARLEY_HOME: home, PARLEY_CONFIG: '', PARLEY_REGISTRY: '', NO_COLOR: '1' }
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { env, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  const file = join(home, 'config.toml')
  assert.deepEqual(run('config', 'init'), { status: 0, stdout: `${file}\n`, stderr: '' })
  const made = readFileSync(file, 'utf8')
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(run('config', 'init').status, 1, 'never overwritten')

  assert.equal(run('config', 'set', 'server.port', '5000').status, 0)
  const expected = made.replace('#port = 4747\n', '#port = 4747\nport = 5000\n')
  assert.notEqual(expected, made)
  assert.equal(readFileSync(file, 'utf8'), expected)
  const line = expected.split('\n').indexOf('port = 5000') + 1
  const got = run('config', 'get', 'server.port', '--origin')
  assert.deepEqual(got, { status: 0, stdout: `5000\t${file}:${line}\n`, stderr: '' })
  assert.match(run('config', 'set', 'server.port', '80').stderr, /server\.port: a port is a number from 1024 to 65535/)
  assert.equal(readFileSync(file, 'utf8'), expected, 'a wrong value changes nothing')
  assert.deepEqual(readdirSync(home), ['config.toml'], 'and nothing is left beside it')

  writeFileSync(file, `${expected}\nregistry = "parley://ab`)
  const check = run('config', 'check')
  assert.equal(check.status, 2)
  assert.match(
    check.stderr,
    /config\.toml:\d+:\d+: unfinished string; the file ends here: was it cut in half\?; write: registry = /,
  )
  const set = run('config', 'set', 'port', '0')
  assert.equal(set.status, 2)
  assert.ok(readFileSync(file, 'utf8').endsWith('parley://ab'), 'half a file is left as it is')
  const who = run('who', '--json')
  assert.equal(who.status, 2)
  assert.match(who.stderr, /config\.toml:\d+:\d+: unfinished string/)
  assert.equal((JSON.parse(who.stdout) as { code: string }).code, 'badConfig')

  rmSync(file)
  writeFileSync(join(home, 'elsewhere.toml'), 'plain = true\n')
  symlinkSync(join(home, 'elsewhere.toml'), file)
  chmodSync(join(home, 'elsewhere.toml'), 0o644)
  assert.equal(run('config', 'unset', 'plain').status, 0)
  assert.equal(readFileSync(join(home, 'elsewhere.toml'), 'utf8'), '', 'a link stays one')
})
