#!/usr/bin/env node
// The launcher: plain JavaScript that older Node.js can read too. It hands over to the Node.js 24 that a clone brings
// along where the one in use is older, and starts the program: from source in a clone, from dist where it is installed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const inClone = existsSync(at('../src/bin/parley.ts'))
const node = at(`../node_modules/node-${process.platform}-${process.arch}/bin/node`)
if (Number.parseInt(process.versions.node) >= 24) {
  // Cached code is code that will run, so it must not lie in a temporary folder where others may write.
  const cacheHome = process.env.XDG_CACHE_HOME || `${homedir()}/.cache`
  module.enableCompileCache(inClone ? at('../node_modules/.cache/parley') : `${cacheHome}/parley`)
  await import(inClone ? '../src/bin/parley.ts' : '../dist/bin/parley.js')
} else if (existsSync(node)) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  // A terminal sends its Ctrl-C to both processes; what reaches this one alone is passed on.
  const forward = (signal) => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
  child.on('exit', (code, signal) => {
    if (signal) process.removeAllListeners(signal).kill(process.pid, signal)
    else process.exit(code)
  })
} else {
  console.error(`Parley needs Node.js 24 or newer; this is ${process.version}.`)
  process.exitCode = 1
}
