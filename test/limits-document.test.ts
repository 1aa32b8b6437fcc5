import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { limitsDocument } from './limits-document.ts'

const root = new URL('../', import.meta.url)
const path = new URL('docs/limits.md', root)

test('docs/limits.md lists every limit with its default', () => {
  const expected = limitsDocument(root)
  if (process.env['PARLEY_WRITE_LIMITS'] === '1') writeFileSync(path, expected)
  assert.equal(readFileSync(path, 'utf8'), expected)
  // A parser that finds nothing would agree with an empty page.
  assert.ok((expected.match(/^- `/gm) ?? []).length > 90)
  assert.doesNotMatch(expected, /\*\*undefined\*\*/)
})
