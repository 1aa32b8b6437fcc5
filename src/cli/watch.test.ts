import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TalkPeer } from '../../test/fake/talk-peer.ts'
import { TestDesk } from './fixture/test-desk.ts'
import { runCommand } from './run-command.ts'
import { readEventTypes, type RunCommand, waitingMax, watch, watchedTypes, type WatchRequest } from './watch.ts'

interface Run {
  readonly command: string
  readonly input: string
  readonly environment: Readonly<Record<string, string>>
  readonly end: (code: number) => void
}

/** A shell that does as the test says. */
function shell(): { readonly runs: Run[]; readonly run: RunCommand } {
  const runs: Run[] = []
  const run: RunCommand = async (command, { input, environment }) =>
    await new Promise((end) => runs.push({ command, input, environment, end }))
  return { runs, run }
}

const request = (run: RunCommand, more: Partial<WatchRequest> = {}): WatchRequest => ({
  types: watchedTypes,
  once: false,
  command: 'do it',
  run,
  ...more,
})

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
}

test('one at a time and in order, with the event as data; a failure is told and stops nothing', async () => {
  const { runs, run } = shell()
  const desk = new TestDesk(new TalkPeer())
  const ended = watch(desk, request(run))
  desk.peer.say('bob', '$(touch pwned); `id` "quoted"\n\0')
  desk.peer.say('bob', 'two')
  desk.peer.emit({ type: 'presence', name: 'bob', status: 'away' })
  await turns()
  assert.equal(runs.length, 1)
  const [first] = runs as [Run]
  assert.equal(first.command, 'do it', 'the line is as it was given')
  assert.equal((JSON.parse(first.input) as { text: string }).text, '$(touch pwned); `id` "quoted"\n\0')
  assert.equal(first.environment['PARLEY_TEXT'], '$(touch pwned); `id` "quoted"\n\ufffd')
  assert.deepEqual(
    ['PARLEY_EVENT', 'PARLEY_FROM', 'PARLEY_PROFILE', 'PARLEY_ROAD'].map((name) => first.environment[name]),
    ['message', 'bob', 'alice', 'direct'],
  )
  assert.match(first.environment['PARLEY_SENT_AT'] ?? '', /^2023-11-14T/)
  first.end(3)
  await turns()
  assert.equal(runs.length, 2)
  assert.deepEqual(desk.warnings, ['the command ended with 3'])
  runs[1]?.end(0)
  desk.ending.abort()
  assert.equal(await ended, undefined)
})

test('only who and what is asked for; an event of the channel has its own fields', async () => {
  const { runs, run } = shell()
  const desk = new TestDesk(new TalkPeer())
  const types = readEventTypes('channelMessage, presence')
  const ended = watch(desk, request(run, { from: 'BOB', types }))
  const entry = { number: 1, id: 'a'.repeat(32), from: 'bob', text: 'all', at: 0 }
  desk.peer.emit({ type: 'presence', name: 'carol', status: 'away' })
  desk.peer.emit({ type: 'channelMessage', entry: { ...entry, from: 'carol' }, missed: false })
  desk.peer.say('bob', 'not asked for')
  desk.peer.emit({ type: 'channelMessage', entry, missed: false })
  await turns()
  assert.deepEqual(
    runs.map(({ environment }) => [
      environment['PARLEY_EVENT'],
      environment['PARLEY_FROM'],
      environment['PARLEY_TEXT'],
    ]),
    [['channelMessage', 'bob', 'all']],
  )
  runs[0]?.end(0)
  desk.ending.abort()
  await ended
  assert.throws(() => readEventTypes('message,mesage'), { code: 'badEventType' })
})

test('what waits is bounded, and what was left out is told', async () => {
  const { runs, run } = shell()
  const desk = new TestDesk(new TalkPeer())
  const ended = watch(desk, request(run))
  for (let i = 0; i < waitingMax + 6; i++) desk.peer.say('bob', String(i))
  await turns()
  runs[0]?.end(0)
  await turns()
  assert.equal(runs.length, 2)
  assert.deepEqual(desk.warnings, ['5 events were left out: the command is slower than they come'])
  desk.ending.abort()
  runs[1]?.end(0)
  await ended
})

test('once is once, and tells whether the command went well', async () => {
  for (const [code, outcome] of [
    [0, undefined],
    [1, 'commandFailed'],
  ] as const) {
    const { runs, run } = shell()
    const desk = new TestDesk(new TalkPeer())
    const ended = watch(desk, request(run, { once: true }))
    desk.peer.say('bob', 'one')
    desk.peer.say('bob', 'two')
    await turns()
    runs[0]?.end(code)
    assert.equal(await ended, outcome)
    assert.equal(runs.length, 1)
  }
})

test('a real shell gets the text as data and not as words', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-watch-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const desk = new TestDesk(new TalkPeer())
  const command = `cat > '${folder}/in'; printf %s "$PARLEY_TEXT" > '${folder}/text'`
  const ended = watch(desk, request(runCommand, { once: true, command }))
  const text = `'; touch ${folder}/owned; "$(touch ${folder}/owned)"\u001b[2J`
  desk.peer.say('bob', text)
  assert.equal(await ended, undefined)
  assert.equal(readFileSync(join(folder, 'text'), 'utf8'), text)
  assert.equal((JSON.parse(readFileSync(join(folder, 'in'), 'utf8')) as { text: string }).text, text)
  assert.throws(() => readFileSync(join(folder, 'owned')))
})

test('a command that reads nothing, or that is none, is not fatal', async () => {
  const signal = new AbortController().signal
  assert.equal(await runCommand('true', { input: 'x'.repeat(200_000), environment: {}, signal }), 0)
  assert.equal(await runCommand('exit 7', { input: '', environment: {}, signal }), 7)
  assert.equal(await runCommand('/no/such/program 2>/dev/null', { input: '', environment: {}, signal }), 127)
})
