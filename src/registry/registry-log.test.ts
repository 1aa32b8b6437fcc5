import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logRegistryEvent, openRegistryLog } from './registry-log.ts'

function lines(isTTY: boolean, agent: string): string[] {
  const written: string[] = []
  const log = openRegistryLog({ isTTY, write: (text) => written.push(text) })
  logRegistryEvent(log, { type: 'loggedIn', session: 1, name: 'alice', agent })
  logRegistryEvent(log, { type: 'deposited', from: 'a', to: 'b', bytes: 1 })
  return written
}

test('off a terminal each event is one JSON object; what goes between people is not logged by default', () => {
  const [line, ...rest] = lines(false, 'x')
  const { time, ...fields } = JSON.parse(line ?? '') as Record<string, unknown>
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/)
  assert.deepEqual(fields, { level: 'info', session: 1, name: 'alice', agent: 'x', msg: 'logged in' })
  assert.equal(rest.length, 0)
})

test('42: on a terminal a line is readable, and text of a peer reaches no control of it', () => {
  const [line] = lines(true, '\u001b]0;owned\u0007\u009b31m\u202e\nfake')
  assert.match(line ?? '', /^\d\d:\d\d:\d\d info {2}logged in session=1 name=alice agent=/)
  assert.match(line ?? '', /^[^\p{Cc}\p{Cf}]*\n$/u)
})
