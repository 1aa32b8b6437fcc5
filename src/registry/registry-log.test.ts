import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogForm } from '../disk/index.ts'
import { RegistryLog, type RegistryLogOptions } from './registry-log.ts'

const address = { host: '192.0.2.7', port: 40_001 }

function lines(form: LogForm, agent: string, options: RegistryLogOptions = {}): string[] {
  const written: string[] = []
  const log = new RegistryLog([{ form, write: (text) => written.push(text) }], options)
  log.noteLink({ type: 'linkUp', session: 1, address })
  log.note({ type: 'loggedIn', session: 1, name: 'alice', agent }, address)
  log.note({ type: 'hello', session: 1, name: 'alice' }, address)
  log.note({ type: 'deposited', from: 'a', to: 'b', bytes: 1 })
  log.note({ type: 'channel', from: 'alice', text: 'canary' })
  log.note({ type: 'left', name: 'alice', cause: 'silent' })
  return written
}

test('each event is one JSON object; what goes between people and life signs are not logged by default', () => {
  const found = lines('json', 'x').map((line) => JSON.parse(line) as Record<string, unknown>)
  const [{ time, ...fields } = {}] = found
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/)
  const whole = { level: 'info', session: 1, name: 'alice', agent: 'x', address: '192.0.2.7:40001', msg: 'logged in' }
  assert.deepEqual(fields, whole)
  assert.deepEqual(
    found.map((line) => line['msg']),
    ['logged in', 'said to everybody', 'terminated after silence'],
  )
  const all = lines('json', 'x', { level: 'debug' }).map((line) => (JSON.parse(line) as { msg: string }).msg)
  assert.deepEqual(all, [
    'link up',
    'logged in',
    'life sign',
    'deposited',
    'said to everybody',
    'terminated after silence',
  ])
})

test('contents are in no log, and addresses only where the operator has not turned them off', () => {
  for (const form of ['json', 'text', 'console'] as const) {
    assert.ok(!lines(form, 'x', { level: 'debug' }).join('').includes('canary'))
    assert.ok(lines(form, 'x').join('').includes('192.0.2.7:40001'))
    assert.ok(!lines(form, 'x', { level: 'debug', addresses: false }).join('').includes('192.0.2.7'))
  }
})

test('a log goes to several places, each in its form', () => {
  const written: string[] = []
  const write = (text: string): void => void written.push(text)
  const log = new RegistryLog([{ write }, { isTTY: true, write }, { form: 'text', write }])
  log.info({ port: 1 }, 'listening')
  assert.match(written[0] ?? '', /^\{"level":"info".*"msg":"listening"\}\n$/)
  assert.match(written[1] ?? '', /^\d\d:\d\d:\d\d info {2}listening port=1\n$/)
  assert.match(written[2] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info {2}listening port=1\n$/)
})

test('42: on a terminal a line is readable, and text of a peer reaches no control of it', () => {
  const [line] = lines('console', '\u001b]0;owned\u0007\u009b31m\u202e\nfake')
  assert.match(line ?? '', /^\d\d:\d\d:\d\d info {2}logged in session=1 name=alice agent=/)
  assert.match(line ?? '', /^[^\p{Cc}\p{Cf}]*\n$/u)
})
