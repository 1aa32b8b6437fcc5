import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RegistryLogLine } from '../../../api/index.ts'
import { everyLine, lineParts, shownLines } from './log-view.ts'

const lines: RegistryLogLine[] = [
  { number: 1, at: 1, level: 'debug', text: 'life sign name=alice' },
  { number: 2, at: 2, level: 'info', text: 'logged in name=alice agent="a b"' },
  { number: 3, at: 3, level: 'warn', text: 'the wall clock jumped' },
]

test('a filter leaves lines of at least a level that have all its words', () => {
  const numbers = (filter: Partial<typeof everyLine>): number[] =>
    shownLines(lines, { ...everyLine, ...filter }).map(({ number }) => number)
  assert.equal(shownLines(lines, everyLine), lines)
  assert.deepEqual(numbers({ level: 'info' }), [2, 3])
  assert.deepEqual(numbers({ level: 'fatal' }), [])
  assert.deepEqual(
    numbers({ words: ' ALICE  in ' }),
    [1, 2].filter((n) => n === 2),
  )
  assert.deepEqual(numbers({ words: 'name=alice' }), [1, 2])
})

test('the parts of a line: what happened, and its details', () => {
  assert.deepEqual(lineParts('logged in name=alice agent="a b" x'), [
    { kind: 'words', text: 'logged in' },
    { kind: 'field', key: 'name', value: 'alice' },
    { kind: 'field', key: 'agent', value: '"a b"' },
    { kind: 'words', text: 'x' },
  ])
  assert.deepEqual(lineParts('stopped'), [{ kind: 'words', text: 'stopped' }])
})

test('42: whatever a line holds, its parts are its text and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const shown = lineParts(text).map((part) => (part.kind === 'words' ? part.text : `${part.key}=${part.value}`))
      const plain = (words: string): string => words.replace(/\s+/g, '')
      assert.equal(plain(shown.join(' ')), plain(text))
    }),
  )
})
