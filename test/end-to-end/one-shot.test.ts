// The commands that do one thing, as processes: what they print, and that their exit codes tell the truth.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { ChatProgram, Program, RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

interface Place {
  readonly home: string
  readonly invite: string
  readonly registry: RegistryProgram
  readonly bob: ChatProgram
  /** A command on the profile of alice. */
  readonly alice: (...args: string[]) => Program
}

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs it to its end, with nothing on its standard input unless given. */
async function end(program: Program, input?: string | Uint8Array): Promise<Ended> {
  if (input !== undefined) program.write(input)
  program.endInput()
  const code = await program.exit
  return { code, stdout: program.stdout, stderr: program.stderr }
}

async function openPlace(context: TestContext): Promise<Place> {
  const home = temporaryFolder(context)
  const registry = new RegistryProgram(context, join(home, 'registry'))
  const invite = await registry.invite()
  const bob = new ChatProgram(context, 'bob', home, ['--registry', invite])
  await bob.online()
  const alice = (...args: string[]): Program =>
    new Program(context, [...args, '--home', home, '--profile', 'alice', '--registry', invite])
  return { home, invite, registry, bob, alice }
}

test('send: there, no such name, too long: the truth in its exit code', async (context) => {
  const { bob, alice } = await openPlace(context)
  const sent = await end(alice('send', 'bob', 'one', 'two'))
  assert.match(sent.stdout, /^bob: stored, direct [\d.]+ m?s\n$/)
  assert.deepEqual([sent.code, sent.stderr], [0, ''])
  assert.equal((await bob.event('message')).text, 'one two')
  const [unknown, long] = await Promise.all([
    end(alice('send', 'nobody', 'hi')),
    // As of a program that writes and writes.
    end(alice('send', 'bob'), 'y\n'.repeat(1_000_000)),
  ])
  assert.deepEqual([unknown.code, unknown.stdout], [6, ''])
  assert.match(unknown.stderr, /no such account: nobody\n.*parley who/)
  assert.deepEqual([long.code, long.stdout], [2, ''])
  assert.match(long.stderr, /more than 65536 bytes/)
})

test(
  'send to somebody who is away, waited for as stored: 7; three commands at once on one profile',
  slow,
  async (context) => {
    const { bob, alice } = await openPlace(context)
    const [piped, who, usage] = await Promise.all([
      end(alice('send', 'bob', '--wait', 'stored'), 'three\nfour\n'),
      end(alice('who', '--online', '--json')),
      end(alice('history', 'nobody', '--json', '--count', '0x')),
    ])
    assert.deepEqual([piped.code, piped.stderr], [0, ''])
    await bob.event('message', ({ text }) => text === 'three\nfour')
    assert.equal((JSON.parse(who.stdout) as { clients: { name: string }[] }).clients[0]?.name, 'bob')
    assert.deepEqual([usage.code, usage.stdout], [2, ''])
    assert.equal(await bob.leave(), 0)
    const waiting = await end(alice('send', 'bob', 'later', '--wait', 'stored', '--timeout', '1', '--json'))
    assert.equal(waiting.code, 7)
    const types = waiting.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type) // prettier-ignore
    assert.deepEqual(types, ['sent', 'state'])
  },
)

describe('streams', { concurrency: 2 }, () => {
  test(
    'tail: the last ones and then live; a closed output, SIGINT and SIGTERM end it as they should',
    slow,
    async (context) => {
      const { bob, alice } = await openPlace(context)
      await end(alice('send', 'bob', 'first'))
      bob.command('/send alice old')
      const log = alice('tail', '--json')
      await log.says(/"text":"old"/)
      bob.command('/send alice new')
      await log.says(/"text":"new"/)
      const other = alice('tail', 'bob', '--lines', '1')
      await other.says(/bob: new/)
      log.closeOutput()
      bob.command('/send alice more')
      assert.equal(await log.exit, 0)
      await other.says(/bob: more/)
      other.kill('SIGINT')
      assert.equal(await other.exit, 130)
      const third = alice('tail')
      await third.says(/more/)
      third.kill('SIGTERM')
      assert.equal(await third.exit, 0)
    },
  )

  test('a pipe that never ends is closed; an output that is closed or full is told apart', slow, async (context) => {
    const { alice } = await openPlace(context)
    const endless = alice('send', 'bob')
    let written = 0
    const chunk = 'x'.repeat(65_536)
    while (!endless.hasEnded && written < 10 * 1024 ** 3) {
      if (!endless.write(chunk)) await Promise.race([endless.drained(), endless.exit])
      written += chunk.length
    }
    assert.equal(await endless.exit, 2)
    assert.ok(written < 16 * 1024 ** 2, `${written} bytes were taken`)
    await end(
      alice('send', 'bob', '--lines'),
      Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(900)}\n`).join(''),
    )
    const closed = alice('history', 'bob', '--count', '300')
    closed.closeOutput()
    assert.equal(await closed.exit, 0)
  })

  test('lines are messages in their order', slow, async (context) => {
    const { bob, alice } = await openPlace(context)
    const lines = Array.from({ length: 2_000 }, (_, i) => `line ${i}`)
    const sent = await end(alice('send', 'bob', '--lines', '--wait', 'stored', '--timeout', '60'), lines.join('\n'))
    assert.deepEqual([sent.stdout, sent.code], ['bob: 2000 messages, 2000 there\n', 0])
    assert.deepEqual(
      (await bob.textsWith('alice')).map(({ text }) => text),
      lines,
    )
  })
})

describe('what goes wrong', { concurrency: 2 }, () => {
  test('no profile, several profiles, a registry that is down at first use', slow, async (context) => {
    const { home, registry, invite } = await openPlace(context)
    const nowhere = temporaryFolder(context)
    const none = await end(new Program(context, ['who', '--home', nowhere]))
    assert.deepEqual([none.code, none.stdout], [2, ''])
    registry.kill('SIGTERM')
    await registry.exit
    const at = ['--home', home, '--profile', 'carol', '--registry', invite]
    const [sent, who] = await Promise.all([
      end(new Program(context, ['send', 'bob', 'hi', ...at])),
      end(new Program(context, ['who', '--json', '--timeout', '10', ...at.with(3, 'dora')])),
    ])
    assert.deepEqual([sent.code, sent.stdout], [3, ''])
    assert.match(sent.stderr, /does not answer, and this profile does not know bob yet/)
    assert.equal(who.code, 3)
    assert.equal((JSON.parse(who.stdout) as { type: string }).type, 'error')
  })
})

test('ask and watch: a question between two processes', slow, async (context) => {
  const { home, alice } = await openPlace(context)
  await end(alice('send', 'bob', 'hello'))
  const answering = new Program(context, [
    'watch', '--once', '--from', 'alice', '--home', home, '--profile', 'bob',
    '--exec', `"${process.execPath}" -e 'process.stdout.write("asked: " + process.env.PARLEY_TEXT)'`,
  ]) // prettier-ignore
  const asking = alice('ask', 'bob', 'Deploy?', '--choices', 'yes,no', '--status', '--timeout', '60')
  await answering.says(/asked: Deploy\? \(yes \/ no\)/)
  assert.equal(await answering.exit, 0)
  const answer = await end(new Program(context, ['send', 'alice', 'No', '--home', home, '--profile', 'bob']))
  assert.equal(answer.code, 0)
  const asked = await end(asking)
  assert.deepEqual([asked.stdout, asked.code], ['no\n', 10])
})

test('export to a file of one owner, and import of it', slow, async (context) => {
  const { home, alice } = await openPlace(context)
  await end(alice('send', 'bob', 'hello'))
  const file = join(home, 'all.jsonl')
  assert.equal((await end(alice('export', '--output', file))).code, 0)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.match(readFileSync(file, 'utf8'), /"text":"hello"/)
  const again = await end(alice('export', '--output', file))
  assert.equal(again.code, 1)
  assert.match(again.stderr, /there already/)
  assert.equal((await end(alice('import', file))).stdout, '0 added, 1 known already\n')
  writeFileSync(file, '{"type":"export","schema":1,"name":"alice"}\n{"type":"entry","kind":"message"}\n')
  const wrong = await end(alice('import', '-'), readFileSync(file))
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /line 2: `key` is missing or wrong/)
})

test(
  'a full disk behind standard output is a failure',
  { ...slow, ...(process.platform === 'linux' ? {} : { skip: 'no /dev/full' }) },
  async (context) => {
    const { home, alice } = await openPlace(context)
    await end(alice('send', 'bob', 'hello'))
    const launcher = join(import.meta.dirname, '../../bin/parley.js')
    const command = `"${process.execPath}" "${launcher}" export --home "${home}" --profile alice > /dev/full`
    const [code] = (await once(spawn(command, { shell: true, stdio: 'ignore' }), 'close')) as [number]
    assert.equal(code, 1)
  },
)
