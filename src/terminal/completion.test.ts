import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { candidatesFor, type Completable, CompletionCycle } from './completion.ts'

const names = ['alina', 'Bob', 'bianca', 'grace']

function known(conversation?: string): Completable {
  return { names, askers: ['grace'], rooms: [3, 12], isOpen: conversation !== undefined }
}

/** The text before the cursor after some Tabs. */
function tabs(before: string, count: number, conversation?: string, backwards = false): string {
  const cycle = new CompletionCycle()
  let text = before
  for (let i = 0; i < count; i++)
    text = cycle.next(() => candidatesFor(text, known(conversation)), backwards)?.before ?? text
  return text
}

describe('Tab', () => {
  test('completes what is unique at once', () => {
    assert.equal(tabs('/cl', 1), '/clients ')
    assert.equal(tabs('/send gr', 1), '/send grace ')
    assert.equal(tabs('/send BO', 1), '/send Bob ')
    assert.equal(tabs('cl', 1), 'clients ')
    assert.equal(tabs('/help cl', 1), '/help clients ')
    assert.equal(tabs('/open gr', 1), '/open grace ')
  })

  test('goes round what is not, either way', () => {
    assert.equal(tabs('/open b', 1), '/open Bob ')
    assert.equal(tabs('/open b', 2), '/open bianca ')
    assert.equal(tabs('/open b', 3), '/open Bob ')
    assert.equal(tabs('/open b', 1, undefined, true), '/open bianca ')
  })

  test('goes as far as the words agree first', () => {
    const cycle = new CompletionCycle()
    const found = (): ReturnType<typeof candidatesFor> =>
      candidatesFor('/send m', { ...known(), names: ['mara', 'marie'] })
    assert.deepEqual(cycle.next(found, false), { before: '/send mar', choices: ['mara', 'marie'] })
    assert.equal(cycle.next(found, false)?.before, '/send mara ')
    assert.equal(cycle.next(found, false)?.before, '/send marie ')
  })

  test('completes the words of the seeds, people who ask, and rooms', () => {
    assert.equal(tabs('CH', 1), 'CHAT REQUEST ')
    assert.equal(tabs('CHAT RE', 1), 'CHAT REQUEST ')
    assert.equal(tabs('chat request gr', 1), 'chat request grace ')
    assert.equal(tabs('OK gro', 1), 'OK GROUP ')
    assert.equal(tabs('OK g', 3), 'OK grace ')
    assert.equal(tabs('/ok g', 1), '/ok grace ')
    assert.equal(tabs('OK GROUP 1', 1), 'OK GROUP 12 ')
    assert.equal(tabs('/room 3', 1), '/room 3 ')
    assert.equal(tabs('/invite 3 al', 1), '/invite 3 alina ')
    assert.equal(tabs('GROUP CHAT grace al', 1), 'GROUP CHAT grace alina ')
    assert.equal(tabs('/history eve', 1), '/history everyone ')
    assert.equal(tabs('/history #1', 1), '/history #12 ')
  })

  test('leaves messages and unknown words alone', () => {
    assert.equal(tabs('hello b', 1, 'bob'), 'hello b')
    assert.equal(tabs('cl', 1, 'bob'), 'cl')
    assert.equal(tabs('/send bob hi gr', 1), '/send bob hi gr')
    assert.equal(tabs('/send x', 1), '/send x')
    assert.equal(tabs('/history bob ', 1), '/history bob ')
  })
})
