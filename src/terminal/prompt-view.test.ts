import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cellWidth } from './cell-width.ts'
import { promptView } from './prompt-view.ts'

const text = fc.string({
  unit: fc.constantFrom('a', ' ', '日', '👩‍👩‍👧', 'e\u0301', '\n', '\t', '\u001b', 'ש'),
  maxLength: 60,
})

test('the prompt fits any terminal, and the cursor stands in it', () => {
  fc.assert(
    fc.property(
      text,
      text,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 6 }),
      (before, after, columns, rows) => {
        const view = promptView({ prompt: '* alice > ', shortPrompt: '> ', before, after }, columns, rows)
        assert.ok(view.rows.length >= 1 && view.rows.length <= rows)
        for (const row of view.rows) assert.ok(cellWidth(row) <= columns, JSON.stringify(row))
        assert.ok(view.cursorRow >= 0 && view.cursorRow < view.rows.length)
        assert.ok(view.cursorColumn >= 0 && view.cursorColumn < columns)
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(view.rows.join(''), /[\u0000-\u001f]/)
      },
    ),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 1_000) },
  )
})

test('a narrow terminal has a short prompt, a tiny one none', () => {
  const at = (columns: number): string | undefined => {
    return promptView({ prompt: '* alice > ', shortPrompt: '> ', before: 'x', after: '' }, columns, 3).rows[0]
  }
  assert.equal(at(20), '* alice > x')
  assert.equal(at(19), '> x')
  assert.equal(at(5), 'x')
})
