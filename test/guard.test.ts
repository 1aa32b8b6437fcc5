// The compiler's and the linter's guards around the core folders, each shown to see planted faults in a small copy of
// the house, and to let pass in another folder what it refuses here. The third guard is architecture.test.ts.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

const root = join(import.meta.dirname, '..')
const coreFolders = ['base', 'link', 'protocol', 'registry/domain', 'peer/domain'] as const
const folders = [...coreFolders, 'crypto', 'net'] as const

/** A small house of the same shape in a temporary folder, with the real configuration. */
class PlantedTree {
  readonly path = mkdtempSync(join(tmpdir(), 'parley-guard-'))

  constructor() {
    const configurations = ['base', 'ground', 'crypto', 'core', 'node'].map((name) => `tsconfig.${name}.json`)
    for (const name of ['.oxlintrc.json', ...configurations]) cpSync(join(root, name), join(this.path, name))
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'))
    this.write('package.json', '{ "type": "module" }')
    for (const folder of folders) this.write(`src/${folder}/index.ts`, 'export const one = 1\n')
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true })
    writeFileSync(join(this.path, path), text)
  }

  /** What a tool prints when it runs in the tree; no output where all is well. */
  run(tool: 'tsc' | 'oxlint', ...flags: readonly string[]): string {
    const result = spawnSync(join(root, 'node_modules/.bin', tool), flags, { cwd: this.path, encoding: 'utf8' })
    assert.equal(result.error, undefined)
    assert.equal(result.signal, null)
    return result.status === 0 ? '' : result.stdout + result.stderr
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

function withTree(use: (tree: PlantedTree) => void): void {
  const tree = new PlantedTree()
  try {
    use(tree)
  } finally {
    tree.remove()
  }
}

describe('the compiler', slow, () => {
  const faults = {
    timer: 'export const a = setTimeout(() => 1, 1)\n',
    socket: "import { createSocket } from 'node:dgram'\nexport const a = createSocket('udp4')\n",
    'bare socket': "import { createSocket } from 'dgram'\nexport const a = createSocket('udp4')\n",
    buffer: 'export const a = Buffer.alloc(1)\n',
    process: 'export const a = process.pid\n',
    network: "export const a = fetch('http://localhost')\n",
  }

  test('accepts the tree without a fault', () =>
    withTree((tree) => assert.equal(tree.run('tsc', '-b', 'tsconfig.node.json'), '')))

  test('refuses the platform in every core folder', () =>
    withTree((tree) => {
      for (const folder of coreFolders) {
        for (const [name, text] of Object.entries(faults))
          tree.write(`src/${folder}/${name.replace(' ', '-')}.ts`, text)
      }
      const said = tree.run('tsc', '-b', 'tsconfig.core.json') + tree.run('tsc', '-b', 'tsconfig.ground.json')
      for (const folder of coreFolders) {
        for (const name of Object.keys(faults)) {
          const line = new RegExp(`^src/${folder}/${name.replace(' ', '-')}\\.ts\\S* error TS2(591|304)`, 'm')
          assert.match(said, line, `${name} in ${folder}`)
        }
      }
    }))

  test('accepts the same in net', () =>
    withTree((tree) => {
      for (const [name, text] of Object.entries(faults)) tree.write(`src/net/${name.replace(' ', '-')}.ts`, text)
      assert.equal(tree.run('tsc', '-b', 'tsconfig.node.json'), '')
    }))

  test('refuses a core file that imports a file of another environment', () =>
    withTree((tree) => {
      tree.write('src/link/planted.ts', "export { one } from '../net/index.ts'\n")
      assert.match(tree.run('tsc', '-b', 'tsconfig.core.json'), /error TS6307/)
    }))

  test('sees no type of the platform in what crypto declares to the core', () =>
    withTree((tree) => {
      const base = readFileSync(join(tree.path, 'tsconfig.base.json'), 'utf8')
      assert.match(base, /"skipLibCheck": true/)
      tree.write('tsconfig.base.json', base.replace('"skipLibCheck": true', '"skipLibCheck": false'))
      const leak = "import type { KeyObject } from 'node:crypto'\nexport interface Key { readonly key: KeyObject }\n"
      tree.write('src/crypto/planted.ts', leak)
      tree.write('src/link/planted.ts', "export type { Key } from '../crypto/planted.ts'\n")
      assert.match(tree.run('tsc', '-b', 'tsconfig.core.json'), /crypto\/planted\.d\.ts.*error TS2591/)
      for (const folder of [...coreFolders, 'crypto']) {
        rmSync(join(tree.path, 'src', folder), { recursive: true })
        if (existsSync(join(root, 'src', folder)))
          cpSync(join(root, 'src', folder), join(tree.path, 'src', folder), { recursive: true })
      }
      const leaks = tree.run('tsc', '-b', 'tsconfig.core.json').split('\n')
      assert.deepEqual(
        leaks.filter((line) => line.includes('.d.ts')),
        [],
      )
    }))
})

describe('the linter', () => {
  const faults = [
    ['Date', 'export const a = Date.now()'],
    ['Date', 'export const a = new Date()'],
    ['Math', 'export const a = Math.random()'],
    ['Math', "export const a = Math['random']()"],
    ['Math', 'export const { random } = Math'],
    ['performance', 'export const a = performance.now()'],
    ['setTimeout', 'export const a = setTimeout(() => 1, 1)'],
    ['queueMicrotask', 'queueMicrotask(() => {})\nexport const a = 1'],
    ['globalThis', 'export const a = globalThis'],
    ['Buffer', 'export const a = Buffer.alloc(1)'],
    ['node:', "export { createSocket } from 'node:dgram'"],
    ['node:', "export { readFile } from 'node:fs/promises'"],
  ] as const
  let tree: PlantedTree

  before(() => {
    tree = new PlantedTree()
    for (const folder of folders) {
      for (const [index, [, text]] of faults.entries()) tree.write(`src/${folder}/fault-${index}.ts`, `${text}\n`)
    }
  })
  after(() => tree.remove())

  test('refuses time, chance and the platform in every core folder', () => {
    const said = tree.run('oxlint', '--format=unix', 'src')
    for (const folder of coreFolders) {
      for (const [index, [word, text]] of faults.entries()) {
        const lines = said.split('\n').filter((line) => line.includes(`src/${folder}/fault-${index}.ts:`))
        assert.ok(
          lines.some((line) => line.includes('no-restricted') && line.includes(word)),
          `${text} in ${folder}: ${lines.join()}`,
        )
      }
    }
  })

  test('accepts the same in net', () => {
    assert.doesNotMatch(tree.run('oxlint', '--format=unix', 'src'), /src\/net\/.*no-restricted/)
  })

  test('refuses long files, long functions and default exports everywhere', () => {
    const long = 'export const a = 1\n'.replace('a', 'value') + '// line\n'.repeat(400)
    tree.write('src/net/long-file.ts', long)
    tree.write(
      'src/net/long-function.ts',
      `export function run(list: number[]): void {\n${'  list.push(1)\n'.repeat(61)}}\n`,
    )
    tree.write('src/net/default-export.ts', 'export default 1\n')
    const said = tree.run('oxlint', '--format=unix', 'src/net')
    assert.match(said, /long-file\.ts.*max-lines/)
    assert.match(said, /long-function\.ts.*max-lines-per-function/)
    assert.match(said, /default-export\.ts.*no-default-export/)
  })
})
