import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { RewrittenFile } from './rewritten-file.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-table-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a private file is there at once, many changes become few writes, the last one is in it at the end', async (t) => {
  const home = folder(t)
  const path = join(home, 'table')
  let text = 'start\n'
  let asked = 0
  const written = Promise.withResolvers<void>()
  const file = await RewrittenFile.open({
    path,
    everyMs: 5,
    text: () => {
      asked++
      if (asked === 2) written.resolve()
      return text
    },
  })
  assert.equal(readFileSync(path, 'utf8'), 'start\n')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const first = statSync(path).ino
  for (let i = 0; i < 100; i++) file.touch()
  await written.promise
  text = 'last\n'
  file.touch()
  await file.close()
  assert.equal(readFileSync(path, 'utf8'), 'last\n')
  assert.equal(asked, 3)
  assert.notEqual(statSync(path).ino, first, 'a new file took its place: nobody reads a part')
  assert.deepEqual(readdirSync(home), ['table'], 'nothing is left beside it')
  file.touch()
})

test('what cannot be written is named at the start; later it is told once and tried again', async (t) => {
  const home = folder(t)
  await assert.rejects(RewrittenFile.open({ path: join(home, 'no/table'), text: () => '' }), { code: 'notWritable' })
  const place = join(home, 'place')
  mkdirSync(place)
  const path = join(place, 'table')
  const told: string[] = []
  let text = 'one'
  let asked = 0
  const asking = Promise.withResolvers<void>()
  const file = await RewrittenFile.open({
    path,
    everyMs: 1,
    text: () => {
      asked++
      if (asked === 3) asking.resolve()
      return text
    },
    onFailure: (reason) => told.push(reason),
  })
  rmSync(place, { recursive: true })
  text = 'two'
  file.touch()
  await asking.promise
  mkdirSync(place)
  await file.close()
  assert.equal(told.length, 1)
  assert.equal(readFileSync(path, 'utf8'), 'two')
})
