// Two people and a registry, each a process of its own on real sockets: what the README promises, and what happens when
// one of them is away, unknown, taken, down or somebody else.

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { ChatProgram, Program, RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

interface Place {
  readonly folder: string
  readonly registry: RegistryProgram
  readonly invite: string
  /** Starts somebody's chat; their profile is theirs for the whole test. */
  readonly chat: (name: string, ...more: string[]) => ChatProgram
}

async function openPlace(context: TestContext): Promise<Place> {
  const folder = temporaryFolder(context)
  const registry = new RegistryProgram(context, join(folder, 'registry'))
  const invite = await registry.invite()
  const chat = (name: string, ...more: string[]): ChatProgram => {
    return new ChatProgram(context, name, join(folder, name), ['--registry', invite, ...more])
  }
  return { folder, registry, invite, chat }
}

/** Texts of one sender in the store of another. */
async function storedFrom(reader: ChatProgram, name: string): Promise<string[]> {
  return (await reader.textsWith(name)).filter(({ from }) => from === name).map(({ text }) => text)
}

describe('two people', { concurrency: 2 }, () => {
  test('talk directly, and every mark is true', slow, async (context) => {
    const { chat } = await openPlace(context)
    const [alice, bob] = await Promise.all([chat('alice').online(), chat('bob').online()])
    const ready = alice.events()[0]
    assert.equal(ready?.type, 'ready')
    alice.command('send bob hello bob')
    const { id } = await alice.event('sent')
    const stored = await alice.event('state', (event) => event.id === id && event.state === 'stored')
    assert.equal(stored.road, 'direct')
    const message = await bob.event('message')
    assert.deepEqual(
      {
        id: message.id,
        from: message.from,
        conversation: message.conversation,
        text: message.text,
        road: message.road,
      },
      { id, from: 'alice', conversation: 'alice', text: 'hello bob', road: 'direct' },
    )
    bob.command('/open alice')
    bob.command('hello alice')
    assert.equal((await alice.event('message')).text, 'hello alice')
    alice.command('/clients')
    assert.deepEqual((await alice.event('clients')).clients.map(({ name, status }) => ({ name, status })), [
      { name: 'bob', status: 'online' },
    ]) // prettier-ignore
    assert.equal(await alice.leave(), 0)
    assert.equal((await bob.event('presence', ({ status }) => status === 'away')).name, 'alice')
    assert.equal(await bob.leave(), 0)
  })

  test('keep the order of many messages, each once, up to 64 KiB', async (context) => {
    const { chat } = await openPlace(context)
    const [alice, bob] = await Promise.all([chat('alice').online(), chat('bob').online()])
    const texts = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(i % 100 === 99 ? 65_000 : i)}`)
    for (const text of texts) alice.command(`send bob ${text}`)
    const stored = (): number => alice.of('state').filter((event) => event.state === 'stored').length
    await alice.until(() => (stored() === texts.length ? true : undefined), 'all stored')
    assert.deepEqual(await storedFrom(bob, 'alice'), texts)
  })

  test('find each other again when one was away: the mailbox, each once and in order', slow, async (context) => {
    const { chat } = await openPlace(context)
    const [alice, grace] = await Promise.all([chat('alice').online(), chat('grace').online()])
    // Whoever leaves in the moment of the first login has left no prekeys, and nothing can be sealed to them.
    for (const [from, to] of [
      [alice, 'grace'],
      [grace, 'alice'],
    ] as const) {
      from.command(`send ${to} hello`)
      await from.event('state', (event) => event.state === 'stored')
    }
    assert.equal(await grace.leave(), 0)
    await alice.event('presence', (event) => event.name === 'grace' && event.status === 'away')
    const texts = ['hello', 'are you there?', 'call me', 'bye']
    for (const text of texts.slice(1)) alice.command(`send grace ${text}`)
    const count = (state: string): number => alice.of('state').filter((event) => event.state === state).length
    await alice.until(() => (count('mailbox') === 3 ? true : undefined), 'three in the mailbox')
    const back = await chat('grace').online()
    await alice.until(() => (count('stored') === 4 ? true : undefined), 'all stored')
    assert.deepEqual(await storedFrom(back, 'alice'), texts)
    assert.ok(back.of('message').every((event) => event.road === 'mailbox'))
    assert.equal(await back.leave(), 0)
    const again = await chat('grace').online()
    assert.deepEqual(await storedFrom(again, 'alice'), texts)
    assert.deepEqual(again.of('message'), [])
  })

  test('keep what was sent while one of them was off line altogether', slow, async (context) => {
    const { chat } = await openPlace(context)
    const [alice, bob] = await Promise.all([chat('alice').online(), chat('bob').online()])
    alice.command('send bob first')
    await alice.event('state', (event) => event.state === 'stored')
    await Promise.all([alice.leave(), bob.leave()])
    const late = await chat('bob').online()
    late.command('/history alice')
    assert.deepEqual(
      (await late.event('history')).messages.map(({ text }) => text),
      ['first'],
    )
  })
})

describe('what goes wrong', { concurrency: 2 }, () => {
  test('an unknown name: the nearest, nothing sent, exit code 6', slow, async (context) => {
    const { chat } = await openPlace(context)
    const [alice] = await Promise.all([chat('alice').online(), chat('carola').online()])
    alice.command('send carol hi')
    const error = await alice.event('error')
    assert.equal(error.code, 'unknownName')
    assert.match(error.text, /no such account: carol\nDid you mean carola\?/)
    assert.deepEqual(alice.of('sent'), [])
    assert.equal(await alice.leave(), 6)
  })

  test('a name that is taken: by whom, and what to do', slow, async (context) => {
    const { folder, invite, chat } = await openPlace(context)
    const bob = await chat('bob').online()
    const { fingerprint } = await bob.event('ready')
    const other = new ChatProgram(context, 'Bob', join(folder, 'other'), ['--registry', invite])
    assert.equal(await other.exit, 6)
    const error = await other.event('error')
    assert.equal(error.code, 'nameTaken')
    assert.ok(error.text.includes(fingerprint), error.text)
    assert.match(error.text, /Choose another name/)
  })

  test('a registry that is down: says so, keeps what is sent, goes on when it is back', slow, async (context) => {
    const { folder, registry, chat } = await openPlace(context)
    const port = await registry.port()
    await Promise.all(['alice', 'bob'].map(async (name) => (await chat(name).online()).leave()))
    registry.kill('SIGTERM')
    await registry.exit
    const alice = chat('alice')
    await alice.event('registry', ({ state }) => state === 'unreachable')
    alice.command('send bob are you there?')
    await alice.event('sent')
    const again = new RegistryProgram(context, join(folder, 'registry'), port)
    await again.invite()
    await alice.event('registry', ({ state }) => state === 'online')
    const bob = await chat('bob').online()
    assert.equal((await bob.event('message')).text, 'are you there?')
    await alice.event('state', ({ state }) => state === 'stored')
  })

  test('input that ends while the registry is down: exit code 7, and it goes out next time', slow, async (context) => {
    const { folder, registry, chat } = await openPlace(context)
    const port = await registry.port()
    await Promise.all(['alice', 'bob'].map(async (name) => (await chat(name).online()).leave()))
    registry.kill('SIGKILL')
    await registry.exit
    const alice = chat('alice')
    alice.command('send bob later')
    alice.endInput()
    assert.equal(await alice.exit, 7)
    await new RegistryProgram(context, join(folder, 'registry'), port).invite()
    const [, bob] = await Promise.all([chat('alice').online(), chat('bob').online()])
    assert.equal((await bob.event('message')).text, 'later')
  })

  test('a registry with another key: refused, both fingerprints, exit code 4', slow, async (context) => {
    const { folder, registry, chat } = await openPlace(context)
    const port = await registry.port()
    const expected = await registry.fingerprint()
    await (await chat('alice').online()).leave()
    registry.kill('SIGTERM')
    await registry.exit
    const impostor = new RegistryProgram(context, join(folder, 'impostor'), port)
    const offered = await impostor.fingerprint()
    const alice = chat('alice')
    assert.equal(await alice.exit, 4)
    const error = await alice.event('error')
    assert.equal(error.code, 'wrongRegistryKey')
    assert.ok(error.text.includes(expected) && error.text.includes(offered), error.text)
  })

  test('an unknown key off a terminal: refused, unless --trust; then it is remembered', slow, async (context) => {
    const { folder, registry } = await openPlace(context)
    const address = `127.0.0.1:${await registry.port()}`
    const home = join(folder, 'alice')
    const wary = new ChatProgram(context, 'alice', home, ['--registry', address])
    assert.equal(await wary.exit, 4)
    const error = await wary.event('error')
    assert.equal(error.code, 'registryNotTrusted')
    assert.ok(error.text.includes(await registry.fingerprint()), error.text)
    const trusting = await new ChatProgram(context, 'alice', home, ['--registry', address, '--trust']).online()
    assert.equal(await trusting.leave(), 0)
    const remembering = await new ChatProgram(context, 'alice', home, []).online()
    assert.equal((await remembering.event('ready')).registry, address)
  })

  test('no registry at all: says what to type', async (context) => {
    const alice = new ChatProgram(context, 'alice', join(temporaryFolder(context), 'alice'), [])
    assert.equal(await alice.exit, 2)
    assert.match(alice.stderr, /knows no registry yet\n.*--registry/)
  })

  test('a second window on one account joins it, and goes on when the first is killed', slow, async (context) => {
    const { chat } = await openPlace(context)
    const first = await chat('alice').online()
    const second = chat('alice')
    const bob = await chat('bob').online()
    const { port } = await second.event('ready')
    assert.equal(port, (await first.event('ready')).port)
    first.command('/send bob from the first')
    const { id } = await second.event('sent')
    assert.equal((await bob.event('message')).id, id)
    await second.event('state', (event) => event.id === id && event.state === 'stored')
    const other = chat('alice', '--port', String(port === 40_000 ? 40_001 : 40_000))
    assert.equal(await other.exit, 1)
    assert.match(other.stderr, new RegExp(`is running already, on UDP port ${port}`))
    first.kill('SIGKILL')
    second.command('/send bob from the second')
    await bob.event('message', ({ text }) => text === 'from the second')
    await second.event('registry', ({ reason }) => reason?.code === 'peerLost')
    bob.command('/send alice still there')
    await second.event('message', ({ text }) => text === 'still there')
    assert.equal(await second.leave(), 0)
  })

  test('a port in use: named, with the flag', slow, async (context) => {
    const { chat } = await openPlace(context)
    const alice = chat('alice')
    const { port } = await alice.event('ready')
    const bob = chat('bob', '--port', String(port))
    assert.equal(await bob.exit, 1)
    assert.match(bob.stderr, new RegExp(`UDP port ${port} is in use.*\\n.*--port`))
  })

  test(
    'a line of 70 KB, and one of 200 MB: refused with the limit, nothing sent, little held',
    slow,
    async (context) => {
      const { chat } = await openPlace(context)
      const alice = await chat('alice').online()
      alice.command(`send bob ${'x'.repeat(70_000)}`)
      assert.match((await alice.event('error')).text, /65536 bytes/)
      const chunk = Buffer.alloc(1_048_576, 0x78)
      for (let i = 0; i < 200; i++) if (!alice.write(chunk)) await alice.drained()
      alice.command('')
      alice.command('/help send')
      await alice.event('help')
      assert.equal(alice.of('error').length, 2)
      assert.deepEqual(alice.of('sent'), [])
    },
  )
})

describe('ending', { concurrency: 2 }, () => {
  test('by Ctrl-C is 130, by SIGTERM 0, by a reader that goes away 0', slow, async (context) => {
    const { chat } = await openPlace(context)
    const [one, two, three] = await Promise.all([chat('one').online(), chat('two').online(), chat('three').online()])
    one.kill('SIGINT')
    assert.equal(await one.exit, 130)
    two.closeOutput()
    three.kill('SIGTERM')
    assert.equal(await three.exit, 0)
    assert.equal(await two.exit, 0)
    assert.deepEqual([one.stderr, two.stderr, three.stderr], ['', '', ''])
  })

  test('in the middle of sending keeps what was accepted, once', slow, async (context) => {
    const { chat } = await openPlace(context)
    const [alice, bob] = await Promise.all([chat('alice').online(), chat('bob').online()])
    for (let i = 0; i < 200; i++) alice.command(`send bob ${i}`)
    await alice.event('sent')
    alice.kill('SIGKILL')
    await alice.exit
    const accepted = alice.of('sent').map(({ text }) => text)
    const again = await chat('alice').online()
    again.command('send bob the last')
    await again.event('state', ({ id, state }) => state === 'stored' && again.of('sent').some((sent) => sent.id === id))
    const stored = await storedFrom(bob, 'alice')
    assert.equal(stored.at(-1), 'the last')
    // More may have been accepted than was printed; what was printed is there, once, in order.
    assert.deepEqual(stored.slice(0, accepted.length), accepted)
    assert.equal(new Set(stored).size, stored.length)
  })
})

describe('parley try, off a terminal', () => {
  test('proves itself and leaves nothing', slow, async (context) => {
    const temporary = temporaryFolder(context)
    const program = new Program(context, ['try'], { TMPDIR: temporary })
    program.endInput()
    assert.equal(await program.exit, 0, program.stdout + program.stderr)
    assert.match(
      program.stdout,
      /^13 messages, each stored exactly once and in order: .*\(4 direct, 2 by the mailbox\)/m,
    )
    assert.match(program.stdout, /you -> Ada: Hello Ada/)
    assert.match(program.stdout, /\[in the mailbox\] Grace/)
    assert.deepEqual(readdirSync(temporary), [])
  })

  test('killed, takes its registry and its companions with it', slow, async (context) => {
    const temporary = temporaryFolder(context)
    const program = new Program(context, ['try'], { TMPDIR: temporary })
    await program.says(/you -> Ada: Hello Ada/)
    program.kill('SIGKILL')
    await program.exit
    const [folder] = readdirSync(temporary)
    for (const each of ['registry', 'ada/ada']) {
      // A folder's lock is its process's: getting it means that the process is gone.
      const lock = new DatabaseSync(join(temporary, folder as string, each, 'lock.db'), { timeout: 60_000 })
      lock.exec('BEGIN EXCLUSIVE')
      lock.close()
    }
  })

  test('with --keep leaves its folder and says so', slow, async (context) => {
    const temporary = temporaryFolder(context)
    const program = new Program(context, ['try', '--keep'], { TMPDIR: temporary })
    program.endInput()
    assert.equal(await program.exit, 0, program.stdout + program.stderr)
    const folder = (await program.says(/^Kept: (.*)$/m))[1] as string
    assert.ok(existsSync(join(folder, 'registry')))
  })
})
