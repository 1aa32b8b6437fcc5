import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { candidatesFor, CompletionCycle } from './completion.ts'

const names = ['alina', 'Bob', 'bianca', 'grace']

/** The text before the cursor after some Tabs. */
function tabs(before: string, count: number, conversation?: string, backwards = false): string {
  const cycle = new CompletionCycle()
  let text = before
  for (let i = 0; i < count; i++)
    text = cycle.next(() => candidatesFor(text, names, conversation), backwards)?.before ?? text
  return text
}

describe('Tab', () => {
  test('completes what is unique at once', () => {
    assert.equal(tabs('/cl', 1), '/clients ')
    assert.equal(tabs('/send gr', 1), '/send grace ')
    assert.equal(tabs('/send BO', 1), '/send Bob ')
    assert.equal(tabs('cl', 1), 'clients ')
    assert.equal(tabs('/help cl', 1), '/help clients ')
  })

  test('goes round what is not, either way', () => {
    assert.equal(tabs('/open b', 1), '/open Bob ')
    assert.equal(tabs('/open b', 2), '/open bianca ')
    assert.equal(tabs('/open b', 3), '/open Bob ')
    assert.equal(tabs('/open b', 1, undefined, true), '/open bianca ')
  })

  test('goes as far as the words agree first', () => {
    const cycle = new CompletionCycle()
    const found = (): ReturnType<typeof candidatesFor> => candidatesFor('/send m', ['mara', 'marie'], undefined)
    assert.deepEqual(cycle.next(found, false), { before: '/send mar', choices: ['mara', 'marie'] })
    assert.equal(cycle.next(found, false)?.before, '/send mara ')
    assert.equal(cycle.next(found, false)?.before, '/send marie ')
  })

  test('leaves messages and unknown words alone', () => {
    assert.equal(tabs('hello b', 1, 'bob'), 'hello b')
    assert.equal(tabs('cl', 1, 'bob'), 'cl')
    assert.equal(tabs('/send bob hi gr', 1), '/send bob hi gr')
    assert.equal(tabs('/send x', 1), '/send x')
    assert.equal(tabs('/history bob ', 1), '/history bob ')
  })
})
