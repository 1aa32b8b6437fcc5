import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readChannelHistory, readHost, readLabel, readPort } from './argument.ts'

const rightOf = <T>(read: (text: string) => { ok: boolean }, words: readonly T[]): T[] =>
  words.filter((word) => read(String(word)).ok)

test('ports', () => {
  const words = ['0', '1023', '1024', '4747', '65535', '65536', '99999', '', ' 4747', '47x', '-1', '1e4', '04747']
  assert.deepEqual(
    rightOf((text) => readPort(text, false), words),
    ['1024', '4747', '65535', '04747'],
  )
  assert.deepEqual(
    rightOf((text) => readPort(text, true), words),
    ['0', '1024', '4747', '65535', '04747'],
  )
  assert.deepEqual(readPort('80', true), {
    ok: false,
    error: 'A port is a number from 1024 to 65535, or 0 for any that is free.',
  })
})

test('hosts', () => {
  const right = ['0.0.0.0', '192.0.2.1', '::1', '::', 'fe80::1', 'localhost', 'a.example.org', 'a-b', '1and1.example']
  const wrong = ['', '256.0.0.1', '1.2.3', '1', '127.0.0.1:4747', '[::1]', '-a', 'a-', 'a b', 'a\u001b', '999.1.1.1']
  assert.deepEqual(rightOf(readHost, [...right, ...wrong]), right)
})

test('labels and histories', () => {
  assert.deepEqual(rightOf(readLabel, ['x', 'x'.repeat(64), '', 'x'.repeat(65), 'a\nb', '\u009b']), [
    'x',
    'x'.repeat(64),
  ])
  assert.deepEqual(readChannelHistory('10'), { ok: true, value: { messages: 10, days: 30 } })
  assert.deepEqual(readChannelHistory('10,2'), { ok: true, value: { messages: 10, days: 2 } })
  assert.deepEqual(
    rightOf(readChannelHistory, ['', '0', '10,0', '10,', ',3', '-1', '100001', '10,3651', '1,2,3', 'x']),
    [],
  )
})
