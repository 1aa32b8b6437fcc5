// The house stands as test/architecture.ts says, and the checker that says so is shown to see each kind of fault.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findViolations, house, importsOf, type FolderTable } from './architecture.ts'

const root = join(import.meta.dirname, '..')

/** What the checker says about one planted file. */
function planted(file: string, text: string): string[] {
  return findViolations(new Map([[file, text]]), house)
}

describe('the house', () => {
  test('holds in src', () => {
    const paths = globSync('**/*.{ts,tsx}', { cwd: join(root, 'src') })
    const sources = new Map(paths.map((path) => [path, readFileSync(join(root, 'src', path), 'utf8')]))
    assert.ok(sources.size > 0, 'there is something to check')
    assert.deepEqual(findViolations(sources, house), [])
  })

  test('is seen by sim, test and bench through its doors only', () => {
    const paths = globSync('{sim,test,bench}/**/*.ts', { cwd: root })
    const imports = paths.flatMap((path) => importsOf(path, readFileSync(join(root, path), 'utf8')))
    const doors = Object.entries(house).flatMap(([folder, { doors: named = ['index.ts'] }]) =>
      named.map((door) => `/src/${folder}/${door}`),
    )
    const isDeep = (path: string): boolean => path.includes('/src/') && !doors.some((door) => path.endsWith(door))
    const deep = imports.filter(({ specifier }) => isDeep(specifier))
    assert.deepEqual(deep, [])
  })

  test('has no cycle in its own table', () => {
    const sources = new Map(
      Object.entries(house).map(([folder, rule]) => {
        const up = '../'.repeat(folder.split('/').length)
        const folders = rule.folders === 'all' ? [] : rule.folders
        return [`${folder}/index.ts`, folders.map((to) => `export * from '${up}${to}/index.ts'`).join('\n')]
      }),
    )
    assert.deepEqual(findViolations(sources, house), [])
  })
})

describe('the checker sees', () => {
  test('a forbidden folder', () => {
    assert.deepEqual(planted('link/connection.ts', "import { openUdp } from '../net/index.ts'"), [
      'link/connection.ts may not import net',
    ])
    assert.deepEqual(planted('peer/peer.ts', "import type { Store } from '../registry/index.ts'"), [
      'peer/peer.ts may not import registry',
    ])
    assert.deepEqual(planted('registry/domain/mailbox.ts', "import { Handlers } from '../index.ts'"), [
      'registry/domain/mailbox.ts may not import registry',
    ])
  })

  test('a deep import', () => {
    const seen = [
      'registry/registry.ts imports registry/domain/mailbox.ts, but only registry/domain/index.ts is visible',
    ]
    assert.deepEqual(planted('registry/registry.ts', "export { put } from './domain/mailbox.ts'"), seen)
    assert.deepEqual(planted('net/link-driver.ts', "const x = await import('../link/connection.ts')").length, 1)
    assert.deepEqual(planted('peer/peer.ts', "import { Statement } from '../disk/sqlite/statement.ts'").length, 1)
    assert.deepEqual(planted('peer/peer.ts', "new Worker(new URL('../disk/worker.ts', import.meta.url))").length, 1)
    assert.deepEqual(planted('net/link-driver.test.ts', "import { x } from '../link/connection.ts'").length, 1)
  })

  test('a cycle between folders, even one that a table allows', () => {
    const every = { folders: 'all', platform: [], packages: [] } as const
    const table: FolderTable = { one: every, two: every, three: every }
    const sources = new Map([
      ['one/a.ts', "import { b } from '../two/index.ts'"],
      ['two/index.ts', "import type { c } from '../three/index.ts'"],
      ['three/index.ts', "import '../one/index.ts'"],
    ])
    assert.deepEqual(findViolations(sources, table), ['the folders import each other: one -> two -> three -> one'])
  })

  test('a module of the platform or a package where it does not belong', () => {
    assert.deepEqual(planted('link/pacer.ts', "import { createSocket } from 'node:dgram'").length, 1)
    assert.deepEqual(planted('peer/peer.ts', "import { createSocket } from 'node:dgram'").length, 1)
    assert.deepEqual(planted('registry/store.ts', "import { DatabaseSync } from 'node:sqlite'").length, 1)
    assert.deepEqual(planted('link/pacer.ts', "import type { Socket } from 'node:dgram'").length, 1)
    assert.deepEqual(planted('link/frame.ts', "import { encode } from 'cborg'").length, 1)
    assert.deepEqual(planted('terminal/view.ts', "import React from '@scope/kit/part'"), [
      'terminal/view.ts may not use the package @scope/kit',
    ])
  })

  test('a file outside the house', () => {
    assert.deepEqual(planted('gadget/a.ts', ''), ['gadget/a.ts is in no folder of the table'])
    assert.deepEqual(planted('peer/a.ts', "import { world } from '../../sim/index.ts'").length, 1)
  })

  test('imports over several lines and with types, and none in comments', () => {
    const text =
      "import {\n  one,\n  type Two,\n} from '../net/index.ts'\n// import('../bin/x.ts')\n/* import '../bin/y.ts' */"
    assert.deepEqual(importsOf('link/a.ts', text), [{ file: 'link/a.ts', specifier: '../net/index.ts', isType: false }])
  })

  test('nothing wrong in what is allowed', () => {
    assert.deepEqual(planted('peer/peer.ts', "import { a } from '../net/index.ts'\nimport { b } from './b.ts'"), [])
    assert.deepEqual(planted('peer/store/worker.ts', "import { serveStore } from '../../disk/sqlite/index.ts'"), [])
    assert.deepEqual(planted('peer/store/mail.ts', "import type { DatabaseSync } from 'node:sqlite'"), [])
    assert.deepEqual(
      planted('link/pacer.test.ts', "import test from 'node:test'\nimport { r } from '../../sim/index.ts'"),
      [],
    )
  })
})
