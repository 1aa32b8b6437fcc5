// bin/parley.js: which program it starts, and that hands-over keep arguments, exit codes and signals. The hand-over
// itself needs an old Node.js on the machine; where there is none, those tests say that they were skipped.

import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const program = `
  if (process.argv[2] === 'wait') {
    process.on('SIGTERM', () => process.exit(9))
    setInterval(() => {}, 1_000)
    console.log('ready')
  } else {
    console.log(import.meta.url.includes('/dist/') ? 'dist' : 'src', ...process.argv.slice(2))
    process.exitCode = Number(process.argv[3] ?? 0)
  }
`

function oldNode(): string | undefined {
  const names = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return names.find((name) => {
    const major = Number.parseInt(spawnSync(name, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout ?? '')
    return major >= 18 && major < 24
  })
}

const old = oldNode()
const skip = old === undefined ? 'no Node.js older than 24 on this machine' : false
let folder = ''
let running: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-launcher-'))
  mkdirSync(join(folder, 'bin'))
  cpSync(join(root, 'bin/parley.js'), join(folder, 'bin/parley.js'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
afterEach(() => {
  // The whole group, so that a program which the launcher failed to stop does not outlive a failed test.
  if (running?.pid !== undefined && running.exitCode === null && running.signalCode === null)
    process.kill(-running.pid, 'SIGKILL')
  running = undefined
  rmSync(folder, { recursive: true, force: true })
})

function plant(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), program)
}

function launch(node: string, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') }
  return spawnSync(node, [join(folder, 'bin/parley.js'), ...args], { encoding: 'utf8', env })
}

/** Gives the planted clone the Node.js that runs this test, where the launcher looks for the one that npm brought. */
function plantNode(): void {
  const bin = join(folder, `node_modules/node-${process.platform}-${process.arch}/bin`)
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, join(bin, 'node'))
}

/** A launcher in a group of its own, once the program that it started is ready. */
async function startWaiting(): Promise<ChildProcess> {
  plant('src/bin/parley.ts')
  plantNode()
  const path = join(folder, 'bin/parley.js')
  const child = spawn(old as string, [path, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  running = child
  await once(child.stdout, 'data')
  return child
}

describe('the launcher on a new Node.js', () => {
  test('starts the source in a clone, even beside a build', () => {
    plant('src/bin/parley.ts')
    plant('dist/bin/parley.js')
    const { status, stdout } = launch(process.execPath, 'one', '7')
    assert.deepEqual([status, stdout], [7, 'src one 7\n'])
  })

  test('starts the build where there is no source', () => {
    plant('dist/bin/parley.js')
    const { status, stdout } = launch(process.execPath, 'one')
    assert.deepEqual([status, stdout], [0, 'dist one\n'])
  })
})

describe('the launcher on an old Node.js', { skip, timeout: 20_000 }, () => {
  test('says what it needs where there is nothing to hand over to', () => {
    plant('dist/bin/parley.js')
    const { status, stdout, stderr } = launch(old as string)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^Parley needs Node\.js 24 or newer; this is v\d+/)
  })

  test('hands over arguments and the exit code', () => {
    plant('src/bin/parley.ts')
    plantNode()
    const { status, stdout } = launch(old as string, 'one', '7')
    assert.deepEqual([status, stdout], [7, 'src one 7\n'])
  })

  test('hands over a signal and what the program answers', async () => {
    const exit = once(await startWaiting(), 'exit')
    running?.kill('SIGTERM')
    assert.deepEqual(await exit, [9, null])
  })

  test('dies by the signal that the program died by', async () => {
    const exit = once(await startWaiting(), 'exit')
    running?.kill('SIGHUP')
    assert.deepEqual(await exit, [null, 'SIGHUP'])
  })
})
