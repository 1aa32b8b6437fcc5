// What counts as a word, and that no text and no typing makes it throw or mark what is not there.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { marksOf, readSearch, searchUnitsMax, wordsOf } from './search-words.ts'

const words = (text: string): string[] => wordsOf(text).map(({ word }) => word)

function marked(text: string, typed: string): string[] | undefined {
  const terms = readSearch(typed)
  assert.ok(terms, typed)
  return marksOf(text, terms)?.map(([from, to]) => text.slice(from, to))
}

test('case, accents and width do not count; signs part words', () => {
  assert.deepEqual(words('Crème BRÛLÉE, foo-bar_baz'), ['creme', 'brulee', 'foo', 'bar', 'baz'])
  assert.deepEqual(words('İstanbul ΣΟΦΟΣ σοφός ｆｕｌｌ'), ['istanbul', 'σοφοσ', 'σοφοσ', 'full'])
  assert.deepEqual(words('e\u0301t\u00e9'), ['ete'])
  assert.deepEqual(words('\u0301 . , !'), [])
})

test('scripts without spaces are words of one character; pictographs are words', () => {
  assert.deepEqual(words('東京タワー 100'), ['東', '京', 'タ', 'ワ', 'ー', '100'])
  assert.deepEqual(words('ok👍🏽👍'), ['ok', '👍', '👍'])
  assert.deepEqual(marked('この東京タワー', '東京'), ['東京'])
  assert.equal(marked('東の京', '東京'), undefined)
})

test('quotes keep words together; the last word may be a beginning, unless it is quoted', () => {
  assert.deepEqual(readSearch('foo "a  b" cr'), [
    { words: ['foo'], isPrefix: false },
    { words: ['a', 'b'], isPrefix: false },
    { words: ['cr'], isPrefix: true },
  ])
  assert.deepEqual(readSearch('"a b"'), [{ words: ['a', 'b'], isPrefix: false }])
  assert.deepEqual(readSearch('a "b c'), [
    { words: ['a'], isPrefix: false },
    { words: ['b'], isPrefix: false },
    { words: ['c'], isPrefix: true },
  ])
  assert.deepEqual(readSearch('foo-b'), [{ words: ['foo', 'b'], isPrefix: true }])
  for (const nothing of ['', ' ', '"', '""', '*-()', '\0', '\ud800']) assert.equal(readSearch(nothing), undefined)
})

test('marks are where the words are, in order, and nothing is marked where one is missing', () => {
  assert.deepEqual(marked('Tea and tea-time', 'te'), ['Tea', 'tea'])
  assert.deepEqual(marked('Tea and tea-time', '"tea" an'), ['Tea', 'and', 'tea'])
  assert.deepEqual(marked('the tea time', 'tea-ti'), ['tea time'])
  assert.equal(marked('the tea', 'tea time'), undefined)
  assert.deepEqual(marked('𝒳 crème 👍', 'creme 👍'), ['crème', '👍'])
})

test('whatever is typed and written: bounded, ordered marks inside the text', () => {
  const wild = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
  fc.assert(
    fc.property(wild, wild, (text, typed) => {
      const found = wordsOf(text)
      for (const { word, from, to } of found)
        assert.ok(word !== '' && word.isWellFormed() && from < to && to <= text.length)
      // A word of a text finds the text.
      const first = found[0]
      const own = first && readSearch(`"${text.slice(first.from, first.to)}"`)
      if (own) assert.ok(marksOf(text, own))
      const terms = readSearch(typed)
      const marks = (terms && marksOf(text, terms)) ?? []
      for (const [at, [from, to]] of marks.entries()) assert.ok(from < to && from > (marks[at - 1]?.[1] ?? -1))
    }),
  )
})

test('a search of 10,000 words and a text of one long word end soon', () => {
  const typed = 'word '.repeat(10_000)
  const terms = readSearch(typed) ?? []
  assert.ok(terms.length <= searchUnitsMax)
  assert.deepEqual(marksOf('words', terms), undefined)
  assert.deepEqual(marksOf(`word ${'w'.repeat(60_000)}`, terms), [[0, 4]])
})
