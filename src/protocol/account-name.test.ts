import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldName, isAccountName, nameProblem } from './index.ts'

test('catalogue 46: names that are empty, long, dotted, newlined or a device are refused with the reason', () => {
  assert.equal(nameProblem(''), 'empty')
  assert.equal(nameProblem('a'.repeat(33)), 'tooLong')
  for (const name of [
    '.bob',
    '..',
    'bob.',
    'a b',
    'a\nb',
    'a/b',
    '-rf',
    '_x',
    'é',
    'аdmin',
    'ad\u200bmin',
    '\u202ebob',
  ]) {
    assert.equal(nameProblem(name), 'characters', JSON.stringify(name))
  }
  for (const name of ['con', 'CON', 'Registry', 'everyone']) assert.equal(nameProblem(name), 'reserved', name)
})

test('the names of the old programs are fine, and two that differ in case only are one', () => {
  for (const name of ['x', 'y', 'Thinker', 'Hamilton', 'Dikatso', 'a'.repeat(32), 'ada-lovelace_1.2']) {
    assert.ok(isAccountName(name), name)
  }
  assert.equal(foldName('Thinker'), foldName('tHINKER'))
})
