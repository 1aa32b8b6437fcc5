import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ParleyError } from '../base/index.ts'
import { LogFile } from './log-file.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-log-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

test('lines are appended in order, and only the owner may read them, also where the file was open before', async (t) => {
  const path = join(folder(t), 'a.log')
  writeFileSync(path, 'old\n')
  chmodSync(path, 0o644)
  const log = await LogFile.open({ path })
  for (let i = 0; i < 1_000; i++) log.write(`line ${i}\n`)
  await log.close()
  assert.deepEqual(linesOf(path), ['old', ...Array.from({ length: 1_000 }, (_, i) => `line ${i}`)])
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a full file is put aside, the oldest goes, and all of them are private', async (t) => {
  const home = folder(t)
  const path = join(home, 'a.log')
  const log = await LogFile.open({ path, sizeMax: 100, oldFiles: 2 })
  for (let i = 0; i < 60; i++) log.write(`line number ${String(i).padStart(3, '0')}\n`)
  await log.close()
  assert.deepEqual(readdirSync(home).toSorted(), ['a.log', 'a.log.1', 'a.log.2'])
  const kept = ['a.log.2', 'a.log.1', 'a.log'].flatMap((file) => linesOf(join(home, file)))
  const last = Array.from(
    { length: kept.length },
    (_, i) => `line number ${String(60 - kept.length + i).padStart(3, '0')}`,
  )
  assert.deepEqual(kept, last)
  for (const file of readdirSync(home)) assert.equal(statSync(join(home, file)).mode & 0o777, 0o600)
})

test('what cannot be written is named at the start', async (t) => {
  const home = folder(t)
  const missing = join(home, 'no/such/folder/a.log')
  await assert.rejects(LogFile.open({ path: missing }), (error: ParleyError) => {
    assert.equal(error.code, 'notWritable')
    assert.equal(error.details['path'], missing)
    assert.match(String(error.details['reason']), /ENOENT/)
    return true
  })
  await assert.rejects(LogFile.open({ path: home }), { code: 'notWritable' })
  await assert.rejects(LogFile.open({ path: '/dev/null' }), { code: 'notWritable' })
})

/** A log that looks after its file at each line, and what it told. */
async function watched(
  path: string,
  sizeMax?: number,
): Promise<{ log: LogFile; told: string[]; failed: Promise<void> }> {
  const told: string[] = []
  const { promise: failed, resolve } = Promise.withResolvers<void>()
  const log = await LogFile.open({
    path,
    sizeMax,
    retryMs: 0,
    onFailure: (reason) => {
      told.push(reason)
      resolve()
    },
    lostLine: (lines) => `${lines} lost\n`,
  })
  return { log, told, failed }
}

test('a folder that vanishes is told once; when it is back the file goes on and tells what is missing', async (t) => {
  const home = join(folder(t), 'logs')
  mkdirSync(home)
  const path = join(home, 'a.log')
  const { log, told } = await watched(path)
  log.write('first\n')
  rmSync(home, { recursive: true })
  for (let i = 0; i < 3; i++) log.write('nowhere\n')
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /ENOENT/)
  assert.equal(existsSync(home), false, 'no folder is made that somebody took away')
  mkdirSync(home)
  log.write('back\n')
  await log.close()
  assert.deepEqual(linesOf(path), ['3 lost', 'back'])
})

test('a disk that refuses ends nothing: told once, and the lines that were lost are counted', async (t) => {
  const home = folder(t)
  const path = join(home, 'a.log')
  // A folder in the place of the oldest file: the change of files fails.
  mkdirSync(join(home, 'a.log.5'))
  writeFileSync(join(home, 'a.log.4'), 'old\n')
  const { log, told, failed } = await watched(path, 30)
  log.write(`${'x'.repeat(40)}\n`)
  await failed
  for (let i = 0; i < 5; i++) log.write('more\n')
  await log.close()
  assert.equal(told.length, 1)
  await assert.rejects(LogFile.open({ path, sizeMax: 30 }), { code: 'notWritable' })
  rmSync(join(home, 'a.log.5'), { recursive: true })
  const again = await watched(path, 1_000)
  again.log.write('after\n')
  await again.log.close()
  assert.equal(linesOf(path).at(-1), 'after')
})
