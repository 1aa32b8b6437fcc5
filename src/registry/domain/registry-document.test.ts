// docs/protocol/registry.md says what the code does: its tables are compared with the tables of the code.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { registryErrors, sessionCloseCodes } from '../../protocol/index.ts'
import { commandTable, defaultRegistryLimits } from './index.ts'

const document = readFileSync(new URL('../../../docs/protocol/registry.md', import.meta.url), 'utf8')

/** The rows of the table whose first column has this heading, as cells. */
function table(heading: string): string[][] {
  const lines = document.split('\n')
  const start = lines.findIndex((line) => line.startsWith('|') && line.split('|')[1]?.trim() === heading)
  assert.ok(start >= 0, heading)
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'))
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

test('the errors', () => {
  const expected = Object.entries(registryErrors).map(([name, { code, retryable, sentence }]) => [
    `\`${name}\``,
    String(code),
    retryable ? 'yes' : 'no',
    sentence,
  ])
  assert.deepEqual(table('error'), expected)
})

test('the requests, whether they need a login, and their rates', () => {
  const expected = Object.entries(commandTable).map(([name, { needsLogin, rate }]) => [
    `\`${name}\``,
    needsLogin ? 'yes' : 'no',
    rate,
  ])
  assert.deepEqual(
    table('request').map((cells) => cells.slice(0, 3)),
    expected,
  )
})

test('the rates', () => {
  const expected = Object.entries(defaultRegistryLimits.rates).map(([name, { perSecond, burst }]) => [
    `\`${name}\``,
    String(perSecond),
    String(burst),
  ])
  assert.deepEqual(table('rate'), expected)
})

test('how a session ends', () => {
  const expected = Object.entries(sessionCloseCodes).map(([name, code]) => [
    `\`${name}\``,
    `0x${code.toString(16).padStart(2, '0')}`,
  ])
  assert.deepEqual(
    table('reason').map((cells) => cells.slice(0, 2)),
    expected,
  )
})
