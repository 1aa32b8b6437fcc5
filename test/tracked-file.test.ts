// Every file of the repository is of a bearable length and free of paths of the machine it was written on.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findFaults } from './tracked-file.ts'

const root = join(import.meta.dirname, '..')
const asset = /\.(?:png|jpg|gif|ico|woff2|gz|tgz)$/

/** What git tracks or would track; all files but the built ones where the tree came without git. */
function repositoryFiles(): string[] {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const listed = git.status === 0 ? git.stdout.toString().split('\0').filter(Boolean) : []
  const paths = listed.length > 0 ? listed : globSync('**/*', { cwd: root, exclude: ['node_modules', 'dist', '.git'] })
  // Listed but gone, or another engineer's file that was just renamed: nothing to read.
  return paths.filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true)
}

test('every file is bearable', () => {
  const paths = repositoryFiles().filter((path) => !asset.test(path) && path !== 'test/tracked-file.test.ts')
  assert.ok(paths.includes('package.json') && paths.length > 20, 'there is something to check')
  assert.deepEqual(
    paths.flatMap((path) => findFaults(path, readFileSync(join(root, path), 'utf8'))),
    [],
  )
})

test('a file that is too long is seen', () => {
  assert.deepEqual(findFaults('src/a.ts', 'x\n'.repeat(400)), [])
  assert.deepEqual(findFaults('src/a.ts', 'x\n'.repeat(401)), ['src/a.ts has 401 lines, more than 400'])
  assert.deepEqual(findFaults('src/a.test.ts', 'x\n'.repeat(600)), [])
  assert.deepEqual(findFaults('test/conformance/a.ts', 'x\n'.repeat(601)).length, 1)
  assert.deepEqual(findFaults('bin/a.test.js', 'x\n'.repeat(601)).length, 1)
  assert.deepEqual(findFaults('docs/a.json', 'x\n'.repeat(9_000)), [])
})

test('a path of one machine, or where a package was fetched, is seen', () => {
  for (const text of [
    'see /home/ann/parley',
    "'/root/x'",
    '(/Users/ann)',
    '"/tmp/trial"',
    '"resolved": "https://packages.example.org/x.tgz"',
  ]) {
    assert.equal(findFaults('docs/a.md', `one\n${text}\n`).length, 1, text)
  }
  assert.match(findFaults('docs/a.md', 'one\ncd /home/x')[0] as string, /^docs\/a\.md:2 names \/home\/x/)
})

test('other paths pass', () => {
  for (const text of [
    '/var/lib/parley',
    '/etc/parley.toml',
    './home/x',
    'https://example.org/home/x',
    '~/.cache',
    '/tmp',
  ]) {
    assert.deepEqual(findFaults('docs/a.md', text), [], text)
  }
})
