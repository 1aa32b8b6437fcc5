// Runs the tests: `npm test`, or `npm test -- src/link test/end-to-end` for those under some paths. Ends with one plain
// line, `N passed, N failed, N skipped`, and adds the same numbers to the file that PARLEY_COUNTS names, so that a
// longer campaign can sum several runs. CONTRIBUTING.md, "Tests", lists the variables that make a run deeper.

import { appendFileSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { buildPages } from './built-pages.ts'

const root = join(import.meta.dirname, '..')
const suites = ['src', 'sim', 'test', 'bench']

/** A hanging test fails after this long; campaigns take as long as they need. */
const timeoutMs = 110_000

// Two more than the cores of the smallest machine we promise: some tests mostly wait for the processes they started.
const concurrency = 4

// Types are stripped and code is compiled once for all test processes, not a hundred times.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/parley-test')

function testFiles(filters: readonly string[]): string[] {
  const files = suites.flatMap((suite) => globSync(`${suite}/**/*.test.ts`, { cwd: root })).toSorted()
  return files.filter((file) => filters.length === 0 || filters.some((filter) => file.startsWith(filter)))
}

/** They change or look at what belongs to the process, such as its environment, or keep a processor busy for long. */
const alone =
  /^(src\/(gateway\/http-fuzz|terminal\/(prompt-view|screen|terminal-face|visible-text)|bin\/settings)|sim\/(fixed-seeds|figures)|test\/(guard|launcher))/
const sharedProcesses = 12

/**
 * What to give the runner: most files as they are, the pure ones by turns in a few files that import them, as a process
 * for each would cost more than its tests. A single file stays itself.
 */
function processesOf(files: readonly string[]): string[] {
  const [single, together] = [files.filter((file) => alone.test(file)), files.filter((file) => !alone.test(file))]
  if (together.length <= sharedProcesses) return files.map((file) => join(root, file))
  const folder = join(root, 'node_modules/.cache/parley-test-process')
  mkdirSync(folder, { recursive: true })
  const shared = Array.from({ length: sharedProcesses }, (_, i) => {
    const path = join(folder, `${process.pid}-${i}.test.mjs`)
    const imports = ['test/fewer-runs.ts', ...together.filter((_file, at) => at % sharedProcesses === i)]
    writeFileSync(path, imports.map((file) => `import '${pathToFileURL(join(root, file)).href}'\n`).join(''))
    process.on('exit', () => rmSync(path, { force: true }))
    return path
  })
  return [...single.map((file) => join(root, file)), ...shared]
}

function isCampaign(): boolean {
  return ['PARLEY_FUZZ', 'PARLEY_SEEDS', 'PARLEY_KILLS'].some((name) => process.env[name] !== undefined)
}

const files = testFiles(process.argv.slice(2).map((path) => path.replace(/^\.\//, '')))
if (files.length === 0) {
  console.error('no test file matches')
  process.exit(1)
}

if (files.some((file) => /^test\/(browser|page)/.test(file))) await buildPages()

const counts = { passed: 0, failed: 0, skipped: 0 }
const stream = run({
  files: processesOf(files),
  cwd: root,
  concurrency,
  execArgv: ['--import', join(import.meta.dirname, 'setup.ts')],
  ...(isCampaign() ? {} : { timeout: timeoutMs }),
})
stream.on('test:summary', ({ file, counts: found }) => {
  if (file !== undefined) return
  counts.passed = found.passed
  counts.failed = found.tests - found.passed - found.skipped - found.todo
  counts.skipped = found.skipped + found.todo
})
const report = stream.compose(new spec())
report.pipe(process.stdout)
await once(report, 'end')

// A run in which nothing passed proved nothing, whatever the runner thinks of it.
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1
const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
if (process.env['PARLEY_COUNTS'] !== undefined) appendFileSync(process.env['PARLEY_COUNTS'], `${line}\n`)
console.log(line)
