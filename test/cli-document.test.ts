// docs/cli.md is what the program says of itself. `PARLEY_WRITE_CLI=1 node --test test/cli-document.test.ts` writes it anew.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { format, resolveConfig } from 'prettier'

const root = join(import.meta.dirname, '..')
const path = join(root, 'docs/cli.md')

test('docs/cli.md is the reference that the program prints', async () => {
  const said = execFileSync(process.execPath, [join(root, 'bin/parley.js'), 'manual', '--markdown'], {
    encoding: 'utf8',
  })
  const text = await format(said, { ...(await resolveConfig(path)), parser: 'markdown' })
  if (process.env['PARLEY_WRITE_CLI'] === '1') writeFileSync(path, text)
  assert.equal(readFileSync(path, 'utf8'), text, 'PARLEY_WRITE_CLI=1 node --test test/cli-document.test.ts')
})
