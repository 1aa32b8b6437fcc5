import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatLogLine } from './log-line.ts'

const line = (fields: object): string =>
  `${JSON.stringify({ level: 'info', time: '2026-11-21T14:09:35.123Z', ...fields, msg: 'logged in' })}\n`

test('each form of a line', () => {
  const given = line({ name: 'alice', session: 1, agent: 'parley chat' })
  assert.equal(formatLogLine(given, 'json'), given)
  const rest = 'info  logged in name=alice session=1 agent="parley chat"\n'
  assert.equal(formatLogLine(given, 'text'), `2026-11-21 14:09:35.123 ${rest}`)
  assert.equal(formatLogLine(given, 'console'), `14:09:35 ${rest}`)
})

test('42: whatever text a line holds, it stays one line without controls, and no text looks like a field', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (agent) => {
      for (const form of ['text', 'console'] as const) {
        assert.match(formatLogLine(line({ agent }), form), /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*\n$/u)
      }
    }),
  )
  assert.match(formatLogLine(line({ agent: 'x name=mallory' }), 'text'), /agent="x name=mallory"\n$/)
})
