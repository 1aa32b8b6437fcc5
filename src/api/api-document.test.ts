import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { verbNames } from './rpc/verb-form.ts'
import { apiDocument } from './fixture/api-document.ts'

const root = new URL('../../', import.meta.url)
const path = new URL('docs/api.md', root)

test('docs/api.md has every verb, event and type as the table has them', () => {
  const expected = apiDocument(root)
  if (process.env['PARLEY_WRITE_API'] === '1') writeFileSync(path, expected)
  assert.equal(readFileSync(path, 'utf8'), expected)
  for (const verb of verbNames) assert.ok(expected.includes(`### ${verb}\n`), verb)
  // A reader of docstrings that finds none would agree with an empty one.
  assert.ok((expected.match(/^Rejects/gm) ?? []).length > 12)
})
