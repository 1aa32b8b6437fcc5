// The doctor at real registries, folders and disks: each thing that can be wrong is made wrong, and must be told with its
// cause and its mend.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { openSharedPeer } from '../api/index.ts'
import { type Finding, redact, reportJson, reportText } from '../cli/doctor/index.ts'
import { LinkKeyPair, systemRandom } from '../crypto/index.ts'
import type { RegistryChoice } from '../peer/index.ts'
import { parseRegistryTarget } from '../protocol/index.ts'
import { RegistryServer } from '../registry/index.ts'
import { examine, exitCodeOfFindings } from './doctor-command.ts'
import { examinePeer, examineProfile } from './doctor-machine.ts'
import { clockFinding, examineNetwork } from './doctor-registry.ts'
import { RegistryProbe } from './registry-probe.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const host = '127.0.0.1'
const timeoutMs = 5_000

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-doctor-'))
  context.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  return path
}

async function registry(context: TestContext): Promise<RegistryServer> {
  const server = await RegistryServer.open({ data: folder(context), host, port: 0, name: 'Ours' })
  context.after(() => server.stop())
  return server
}

function choiceOf(text: string, key?: Uint8Array): RegistryChoice {
  const target = parseRegistryTarget(text)
  assert.ok(target.ok)
  return { target: target.value, key: key ?? target.value.key, otherKey: undefined }
}

/** One finding, which must be there once. */
function only(findings: readonly Finding[], check: string): Finding {
  const found = findings.filter((finding) => finding.check === check)
  assert.equal(found.length, 1, `${check}: ${JSON.stringify(findings)}`)
  return found[0] as Finding
}

/** What is not well has its mend. */
function levels(findings: readonly Finding[]): Record<string, string> {
  for (const { level, mend, text } of findings) assert.equal(level === 'ok', mend === undefined, text)
  return Object.fromEntries(findings.map(({ check, level }) => [check, level]))
}

describe('parley doctor', { concurrency: 4 }, () => {
  test('a registry that is well: key, way out and in, clock, size', async (context) => {
    const server = await registry(context)
    const choice = choiceOf(server.invite)
    const findings = await examineNetwork({ choice, timeoutMs, host })
    const all = { registry: 'ok', 'udp out': 'ok', 'udp in': 'ok', clock: 'ok', datagrams: 'ok' }
    assert.deepEqual(levels(findings), all)
    assert.match(
      only(findings, 'registry').text,
      /"Ours" at 127\.0\.0\.1:\d+ answers, [\d.]+ ms .* its key is the one that is known; protocol 1/,
    )
    assert.match(
      only(findings, 'udp in').text,
      /a second socket reaches us there; whether a firewall .* cannot be seen/,
    )
    assert.match(only(findings, 'datagrams').text, /32700 bytes/)
    assert.equal(exitCodeOfFindings(findings), 0)
    const unpinned = await examineNetwork({ choice: { ...choice, key: undefined }, timeoutMs, host })
    assert.ok(only(unpinned, 'registry').text.includes(`its key is not pinned yet: ${server.fingerprint}`))
    const otherKey = LinkKeyPair.generate(systemRandom()).publicKey
    const twoKeys = await examineNetwork({ choice: { ...choice, otherKey }, timeoutMs, host })
    assert.match(String(twoKeys.find(({ level }) => level === 'problem')?.text), /invite link has another key/)
  })

  test('a knock is heard where one came, from the socket that sent it, and not otherwise', slow, async (context) => {
    const server = await registry(context)
    const target = choiceOf(server.invite)
    await using ours = new RegistryProbe()
    await using other = new RegistryProbe()
    await Promise.all([ours.open(host), other.open(host)])
    const place = [{ host: target.target.host, port: target.target.port }]
    const [visit] = await Promise.all([ours, other].map(async (probe) => probe.visit(place, target.key, timeoutMs)))
    assert.deepEqual(visit?.probed?.observed, ours.local)
    assert.equal(await ours.hears(other.local.port, 50), false)
    other.punch(ours.local)
    assert.equal(await ours.hears(other.local.port, timeoutMs), true)
    assert.equal(await ours.hears(ours.local.port, 50), false)
  })

  test('a registry with another key than the pinned one', slow, async (context) => {
    const server = await registry(context)
    const key = LinkKeyPair.generate(systemRandom()).publicKey
    const findings = await examineNetwork({ choice: choiceOf(server.invite, key), timeoutMs, host })
    assert.deepEqual(levels(findings), { registry: 'problem', 'udp out': 'ok' })
    assert.ok(only(findings, 'registry').cause?.includes(`shown ${server.fingerprint}`))
  })

  test('a registry that is stopped, and a name without an address', async (context) => {
    const server = await registry(context)
    const choice = choiceOf(server.invite)
    await server.stop()
    const findings = await examineNetwork({ choice, timeoutMs: 300, host })
    assert.equal(levels(findings)['registry'], 'problem')
    if (process.platform === 'linux') assert.match(only(findings, 'registry').text, /nothing listens there/)
    assert.equal(exitCodeOfFindings(findings), 3)
    const nowhere = { ...choice, target: { ...choice.target, host: 'no-such-host.invalid' } }
    const named = await examineNetwork({ choice: nowhere, timeoutMs: 300, host })
    assert.equal(only(named, 'registry').text, 'no-such-host.invalid has no address')
  })

  test('a clock that is wrong, here or there', () => {
    const told = (aheadMs: number): string => {
      const [clock] = clockFinding({ probed: { now: 1_000_000_000 }, askedAt: 1_000_000_000 + aheadMs })
      levels(clock ? [clock] : [])
      return `${clock?.level}: ${clock?.text}`
    }
    assert.equal(told(250), 'ok: this machine is 250 ms ahead of the registry')
    assert.equal(told(-29_999), 'ok: this machine is 30.0 s behind the registry')
    assert.match(told(-60_000), /^warning: this machine is 60 s behind .* as wrong/)
    assert.match(told(3_600_000), /^problem: this machine is 3600 s ahead/)
    assert.deepEqual(clockFinding({}), [])
  })

  test('a profile: owner, modes, disk and store', slow, async (context) => {
    const path = folder(context)
    chmodSync(path, 0o700)
    writeFileSync(join(path, 'identity.key'), 'x', { mode: 0o600 })
    assert.deepEqual(levels(examineProfile(path, false)), { profile: 'ok', disk: 'ok' })
    writeFileSync(join(path, 'peer.db'), 'this is not a database, and it is long enough to look at '.repeat(20))
    assert.equal(levels(examineProfile(path, false))['store'], 'problem')
    rmSync(join(path, 'peer.db'))
    const database = new DatabaseSync(join(path, 'peer.db'))
    database.exec('CREATE TABLE t (x TEXT); BEGIN')
    for (let i = 0; i < 400; i++) database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100))
    database.exec('COMMIT')
    database.close()
    assert.equal(levels(examineProfile(path, false))['store'], 'ok')
    const bytes = readFileSync(join(path, 'peer.db'))
    writeFileSync(join(path, 'peer.db'), bytes.fill(0x5a, bytes.length - 6_000))
    const damaged = only(examineProfile(path, false), 'store')
    assert.deepEqual([damaged.level, damaged.text], ['problem', `${join(path, 'peer.db')} is damaged`])
    assert.equal(examineProfile(path, true).filter(({ check }) => check === 'store').length, 0, 'a running peer has it')
    if (process.platform === 'win32') return
    chmodSync(join(path, 'identity.key'), 0o644)
    assert.equal(only(examineProfile(path, true), 'profile').mend, `chmod 600 '${join(path, 'identity.key')}'`)
    chmodSync(join(path, 'identity.key'), 0o600)
    chmodSync(path, 0o755)
    assert.equal(only(examineProfile(path, true), 'profile').level, 'warning')
  })

  const root = process.getuid?.() === 0 && 'the administrator may enter any folder'
  test('a folder that may not be entered, and one that takes nothing', { skip: root }, (context) => {
    const path = folder(context)
    try {
      const seen = () => examineProfile(path, false).map(({ level }) => level)
      chmodSync(path, 0o500)
      assert.deepEqual(seen(), ['ok', 'ok', 'problem'])
      chmodSync(path, 0o000)
      assert.deepEqual(seen(), ['problem', 'ok', 'problem'])
    } finally {
      chmodSync(path, 0o700)
    }
  })

  test('a disk that is full and takes nothing', { skip: process.platform !== 'linux' && 'no such disk here' }, () => {
    // A file system without room that nobody can write to, also not the administrator.
    const findings = examineProfile('/proc/self', true).filter(({ check }) => check === 'disk')
    assert.deepEqual(
      findings.map(({ level, text }) => [level, text]),
      [
        ['problem', '0 MiB free at /proc/self'],
        ['problem', 'nothing can be written at /proc/self'],
      ],
    )
  })

  test('a peer that runs answers, its store is left alone, and it stays on line', slow, async (context) => {
    const server = await registry(context)
    const home = folder(context)
    assert.deepEqual((await examinePeer('alice', home)).isRunning, false)
    const peer = await openSharedPeer({ name: 'alice', home, registry: server.invite })
    context.after(() => peer.close())
    const { findings } = await examine({ home, profile: 'alice', config: 'none' })
    const { store, ...rest } = levels(findings)
    assert.equal(store, undefined)
    assert.deepEqual(new Set(Object.values(rest)), new Set(['ok']), JSON.stringify(findings))
    assert.match(only(findings, 'peer').text, /^a peer of alice runs, version .* and answers within \d+ ms/)
    assert.match(only(findings, 'registry').text, /answers/, 'the one that the profile used last')
  })

  test('settings that are wrong and a file of pins that is damaged are told', async (context) => {
    const home = folder(context)
    writeFileSync(join(home, 'config.toml'), 'port = "x"\n', { mode: 0o600 })
    mkdirSync(join(home, 'alice'), { mode: 0o700 })
    writeFileSync(join(home, 'alice', 'identity.key'), 'x', { mode: 0o600 })
    writeFileSync(join(home, 'alice', 'registries.json'), '{', { mode: 0o600 })
    const { findings } = await examine({ home })
    assert.match(only(findings, 'settings').text, /config\.toml:1:1: port is a whole number/)
    assert.match(only(findings, 'registry').text, /registries\.json is damaged/)
    assert.equal(exitCodeOfFindings(findings), 1)
    levels(findings)
  })

  test('what is shown to strangers has no names, addresses, keys and folders', () => {
    const fingerprint = Array.from({ length: 8 }, () => 'abcd').join('-')
    const findings: Finding[] = [
      { check: 'registry', level: 'ok', text: `"Secret" at chat.example:4747 answers; ${fingerprint}` },
      {
        check: 'udp in',
        level: 'problem',
        text: 'seen as 203.0.113.9:77 and [2001:db8::9]:77',
        cause: '/srv/somebody/x of alice',
        mend: 'parley://abc@h:1',
      },
    ]
    const clean = redact(findings, [
      ['chat.example', '[registry]'],
      ['/srv/somebody', '[home]'],
      ['alice', '[name]'],
      ['', 'x'],
    ])
    const text = `${reportJson(clean)} ${reportText(clean, (_level, word) => word)}`
    for (const secret of ['Secret', 'chat.example', 'abcd', '203.0', '2001', '/srv/somebody', 'alice', 'abc@']) {
      assert.ok(!text.includes(secret), `${secret} in ${text}`)
    }
    assert.match(text, /1 problem, 0 warnings/)
    const times: Finding[] = [{ check: 'clock', level: 'ok', text: '12:34:56 and 3.2 ms' }]
    assert.equal(redact(times, [])[0]?.text, '12:34:56 and 3.2 ms')
  })
})
