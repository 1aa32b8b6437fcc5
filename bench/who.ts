// What `parley who` costs against a running peer: user and system time of the whole process, from the launcher on. Beside
// it, in the same run and by turns, the platform's own start (`node -e 0`): the ratio holds on any machine.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSharedPeer } from '../src/api/index.ts'
import { RegistryServer } from '../src/registry/index.ts'
import { figure, median, percentile, ratios } from './figures.ts'

const launcher = join(import.meta.dirname, '../bin/parley.js')
const rounds = 30
/** Prints what the process used, last of all. */
const meter = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error((user + system) / 1000) })",
)}`

/** Milliseconds of processor time of one run. */
async function cost(args: readonly string[]): Promise<number> {
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', meter, ...args], (error, _stdout, stderr) => {
      const used = Number(stderr.trim().split('\n').at(-1))
      if (error || Number.isNaN(used)) reject(error ?? new Error(stderr))
      else resolve(used)
    })
  })
}

export async function reportWho(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
  const peer = await openSharedPeer({ name: 'alice', home, registry: registry.invite })
  const who = [launcher, 'who', '--profile', 'alice', '--home', home]
  const starts: number[] = []
  const runs: number[] = []
  // The first of each fills the caches of compiled code.
  await cost(who)
  await cost(['-e', '0'])
  for (let round = 0; round < rounds; round++) {
    starts.push(await cost(['-e', '0']))
    runs.push(await cost(who))
  }
  await peer.close()
  await registry.stop()
  rmSync(home, { recursive: true })
  console.log('processor time of one process, ms (median, p95)')
  console.log(`  node -e 0    ${figure(median(starts))}  ${figure(percentile(starts, 0.95))}`)
  console.log(`  parley who   ${figure(median(runs))}  ${figure(percentile(runs, 0.95))}  (at most 150)`)
  console.log(`  ratio        ${ratios(runs.map((run, i) => run / (starts[i] as number)))}`)
}
