import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPrivateFile, ensurePrivateFolder, FolderLock, readPrivateFile, writePrivateFile } from './index.ts'

function folder(t: { after: (run: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-disk-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const secret = Uint8Array.of(1, 2, 3)

test('a private file is for its owner only, is never overwritten by creating, and leaves nothing beside it', (t) => {
  const path = join(folder(t), 'a', 'b')
  ensurePrivateFolder(path)
  assert.equal(statSync(path).mode & 0o777, 0o700)
  const file = join(path, 'key')
  assert.equal(readPrivateFile(file), undefined)
  createPrivateFile(file, secret)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.throws(() => createPrivateFile(file, Uint8Array.of(9)), { code: 'fileExists' })
  assert.deepEqual(readPrivateFile(file), secret)
  writePrivateFile(file, Uint8Array.of(4))
  assert.deepEqual(readPrivateFile(file), Uint8Array.of(4))
  assert.deepEqual(readdirSync(path), ['key'])
})

test('a private file that others can read, or that is a link, is refused', (t) => {
  const path = folder(t)
  const file = join(path, 'key')
  createPrivateFile(file, secret)
  symlinkSync(file, join(path, 'link'))
  assert.throws(() => readPrivateFile(join(path, 'link')), { code: 'notReadable' })
  chmodSync(file, 0o644)
  assert.throws(() => readPrivateFile(file), { code: 'privateFileOpen' })
})

test('a folder is one program’s at a time, and a killed one leaves no lock', async (t) => {
  const path = folder(t)
  const program = `import { FolderLock } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    FolderLock.take(${JSON.stringify(path)}, 'other'); console.log('taken'); setInterval(() => {}, 1e6)`
  const other = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => other.kill('SIGKILL'))
  await once(other.stdout, 'data')
  assert.throws(
    () => FolderLock.take(path, 'mine'),
    (error: { code?: string; details?: Record<string, unknown> }) => {
      assert.equal(error.code, 'folderLocked')
      assert.equal(error.details?.['pid'], other.pid)
      assert.equal(error.details?.['program'], 'other')
      return true
    },
  )
  other.kill('SIGKILL')
  await once(other, 'exit')
  const lock = FolderLock.take(path, 'mine')
  assert.throws(() => FolderLock.take(path, 'again'), { code: 'folderLocked' })
  lock.release()
  FolderLock.take(path, 'again').release()
})
