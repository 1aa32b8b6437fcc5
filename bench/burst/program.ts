// A running `parley` whose output is kept as it comes and looked at with as little work as can be: whoever measures must not
// take the processor from who is measured.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const launcher = join(import.meta.dirname, '../../bin/parley.js')

export interface Output {
  /** All that was written since it was asked for. */
  readonly output: string
  /** When the end of it came. */
  readonly at: number
}

interface Watch {
  readonly sees: (chunk: string) => boolean
  readonly chunks: string[]
  readonly resolve: (output: Output) => void
}

export class Program implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #watches = new Set<Watch>()

  /** `PARLEY_BENCH_PROFILE` names a folder for a processor profile of each program. */
  constructor(name: string, args: readonly string[]) {
    const folder = process.env['PARLEY_BENCH_PROFILE']
    const profiled = folder ? ['--cpu-prof', `--cpu-prof-dir=${join(folder, name)}`] : []
    this.#child = spawn(process.execPath, [...profiled, launcher, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdout?.setEncoding('latin1').on('data', (chunk: string) => this.#take(chunk))
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** Until a line with this (ASCII) piece has come. Ask before causing it. */
  until(piece: string): Promise<Output> {
    let rest = ''
    return this.#watch((chunk) => {
      const isSeen = (rest + chunk).includes(piece)
      rest = chunk.slice(-piece.length)
      return isSeen
    })
  }

  /** Until so many of a piece have come. */
  count(piece: string, times: number): Promise<Output> {
    let left = times
    let rest = ''
    return this.#watch((chunk) => {
      const text = rest + chunk
      let end = 0
      for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, end)) {
        left -= 1
        end = at + piece.length
      }
      rest = text.slice(Math.max(end, text.length - piece.length + 1))
      return left <= 0
    })
  }

  write(lines: string): void {
    this.#child.stdin?.write(lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }

  #watch(sees: Watch['sees']): Promise<Output> {
    return new Promise((resolve) => this.#watches.add({ sees, chunks: [], resolve }))
  }

  #take(chunk: string): void {
    const at = performance.now()
    for (const watch of this.#watches) {
      watch.chunks.push(chunk)
      if (!watch.sees(chunk)) continue
      this.#watches.delete(watch)
      watch.resolve({ output: watch.chunks.join(''), at })
    }
  }
}
