import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { EditLine, editCharactersMax } from './edit-line.ts'
import { isEditAction, type EditAction } from './key-bindings.ts'

const actions = [
  'left', 'right', 'wordLeft', 'wordRight', 'home', 'end', 'deleteBack', 'deleteForward', 'killWordBack',
  'killWordForward', 'killToStart', 'killToEnd', 'yank', 'transpose', 'undo',
] as const satisfies readonly EditAction[] // prettier-ignore

function lineOf(before: string, behind = ''): EditLine {
  const line = new EditLine()
  line.insert(behind)
  line.home()
  line.insert(before)
  return line
}
function state(line: EditLine): string {
  return `${line.before}|${line.after}`
}
function after(start: [string, string?], ...keys: EditAction[]): string {
  const line = lineOf(...start)
  for (const key of keys) line[key]()
  return state(line)
}

describe('the line', () => {
  test('moves and deletes by letters, not by their parts', () => {
    assert.equal(after(['a👩‍👩‍👧'], 'left'), 'a|👩‍👩‍👧')
    assert.equal(after(['xe\u0301'], 'deleteBack'), 'x|')
    assert.equal(after(['', '日本'], 'deleteForward'), '|本')
    assert.equal(after(['', '👍🏽!'], 'right'), '👍🏽|!')
  })

  test('has the edits of readline', () => {
    assert.equal(after(['hello big world'], 'wordLeft'), 'hello big |world')
    assert.equal(after(['hello, '], 'killWordBack'), '|')
    assert.equal(after(['', 'größe und'], 'wordRight'), 'größe| und')
    assert.equal(after(['one two'], 'killWordBack', 'home', 'yank'), 'two|one ')
    assert.equal(after(['ab', 'cd'], 'killToEnd', 'yank'), 'abcd|')
    assert.equal(after(['ab', 'cd'], 'killToStart'), '|cd')
    assert.equal(after(['ab'], 'transpose'), 'ba|')
    assert.equal(after(['a', 'bc'], 'transpose'), 'ba|c')
    assert.equal(after(['a'], 'transpose'), 'a|')
    assert.equal(after(['one two'], 'killWordBack', 'undo'), 'one two|')
  })

  test('undoes what was typed in one step', () => {
    const line = new EditLine()
    for (const letter of 'hello') line.insert(letter)
    line.killToStart()
    line.undo()
    assert.equal(line.text, 'hello')
    line.undo()
    assert.equal(line.text, '')
  })

  test('never grows over its limit, and says so', () => {
    const line = new EditLine()
    assert.equal(line.insert('x'.repeat(editCharactersMax)), true)
    assert.equal(line.insert('y'), false)
    assert.equal(line.text.length, editCharactersMax)
  })
})

test('no row of edits loses a letter that it does not delete, or leaves the cursor inside one', () => {
  const step = fc.oneof(fc.constantFrom(...actions), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const line = new EditLine()
      for (const each of steps) {
        const before = line.text
        const isKey = actions.some((action) => action === each) && isEditAction(each as EditAction)
        if (isKey) line[each as EditAction]()
        else line.insert(each)
        assert.ok(line.before.isWellFormed() && line.after.isWellFormed())
        if (isKey && /^(?:left|right|word|home|end)/.test(each)) assert.equal(line.text, before)
        if (!isKey) assert.equal(line.text.length, before.length + each.length)
      }
    }),
  )
})
