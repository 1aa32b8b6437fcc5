import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as v from 'valibot'
import { jsonEventSchema } from './json-event.ts'

const document = readFileSync(join(import.meta.dirname, '../../docs/json.md'), 'utf8')

test('every example in docs/json.md has the form of the schema, with no field that it does not know', () => {
  const lines = document.slice(document.indexOf('## Example')).match(/^\{.*\}$/gm) ?? []
  assert.ok(lines.length > 5)
  for (const line of lines) assert.deepEqual(v.parse(jsonEventSchema, JSON.parse(line)), JSON.parse(line))
})

test('docs/json.md lists every type and every field', () => {
  const table = document.slice(document.indexOf('## Events'), document.indexOf('## Example'))
  for (const option of jsonEventSchema.options) {
    assert.ok(table.includes(`\`${option.entries.type.literal}\``), option.entries.type.literal)
    for (const field of Object.keys(option.entries)) {
      assert.ok(field === 'type' || table.includes(`\`${field}\``), `${option.entries.type.literal}.${field}`)
    }
  }
})
