// Runs a line of the user's in their shell. The line is theirs, exactly as given; data reaches it by its standard input and
// its environment only.

import { spawn } from 'node:child_process'
import type { RunCommand } from './watch.ts'

/** What it prints goes where ours goes. */
export const runCommand: RunCommand = (command, { input, environment, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    })
    const stop = (): void => void child.kill('SIGTERM')
    signal.addEventListener('abort', stop, { once: true })
    // Who does not read the event is not wrong.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop)
      resolve(code ?? killedBy ?? 'unknown')
    })
  })
