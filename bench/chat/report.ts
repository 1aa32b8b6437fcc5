// What a person feels, with real processes: how long until the registry listens and the prompt is there, and how long a
// message takes from `send` to the recipient's acknowledged commit. Beside it, in the same run, one append and sync of a
// file: a stored message is two commits (mine and theirs) and two datagrams.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { figure, median, percentile } from '../figures.ts'

const launcher = join(import.meta.dirname, '../../bin/parley.js')
const messages = 400
const starts = 5

interface Line {
  readonly type?: string
  readonly state?: string
  readonly ms?: number
  readonly road?: string
}

/** A running `parley`, read line by line. */
class Parley {
  readonly #child: ChildProcess
  readonly #waiting: { fits: (line: string) => boolean; resolve: (line: string) => void }[] = []
  readonly startedAt = performance.now()

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [launcher, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const at = this.#waiting.findIndex(({ fits }) => fits(line))
      if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(line)
    })
  }

  /** The next line that fits. Ask before causing it. */
  next(fits: (line: string) => boolean): Promise<string> {
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }))
  }

  async event(type: string, state?: string): Promise<Line> {
    const read = (line: string): Line => (line.startsWith('{') ? (JSON.parse(line) as Line) : {})
    return read(
      await this.next((line) => read(line).type === type && (state === undefined || read(line).state === state)),
    )
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }
}

async function startTimes(folder: string, invite: string): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < starts; i++) {
    await using peer = new Parley(['chat', 'ada', '--json', '--home', join(folder, 'ada'), '--registry', invite])
    await peer.event('ready')
    times.push(performance.now() - peer.startedAt)
  }
  return times
}

async function storedTimes(folder: string, invite: string): Promise<{ ms: number[]; roads: Set<string> }> {
  await using ada = new Parley(['chat', 'ada', '--json', '--home', join(folder, 'ada'), '--registry', invite])
  await ada.event('directory')
  await using bob = new Parley(['chat', 'bob', '--json', '--home', join(folder, 'bob'), '--registry', invite])
  await bob.event('directory')
  const ms: number[] = []
  const roads = new Set<string>()
  for (let i = 0; i < messages; i++) {
    const stored = ada.event('state', 'stored')
    ada.write(`/send bob message ${i}`)
    const line = await stored
    if (i < messages / 4) continue
    ms.push(line.ms ?? Number.NaN)
    roads.add(line.road ?? 'none')
  }
  return { ms, roads }
}

function syncTimes(folder: string): number[] {
  const file = openSync(join(folder, 'reference'), 'a')
  const times = Array.from({ length: 200 }, () => {
    const at = performance.now()
    writeSync(file, new Uint8Array(300))
    fdatasyncSync(file)
    return performance.now() - at
  })
  closeSync(file)
  return times
}

export async function reportChat(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  try {
    await using registry = new Parley([
      'registry',
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--data',
      join(folder, 'registry'),
    ])
    const line = await registry.next((text) => text.includes('parley://'))
    console.log(`registry listening after ${figure(performance.now() - registry.startedAt)} ms (under 1,000)`)
    const invite = /parley:\/\/\S+/.exec(line)?.[0] as string
    const prompt = await startTimes(folder, invite)
    console.log(`chat ready after ${figure(median(prompt))} ms, median of ${starts} (under 1,000)`)
    const { ms, roads } = await storedTimes(folder, invite)
    const sync = syncTimes(folder)
    console.log(`message stored and acknowledged, ${[...roads].join(' and ')} road, ${ms.length} one at a time:`)
    console.log(`  p50 ${figure(median(ms))} ms, p99 ${figure(percentile(ms, 0.99))} ms (median under 5)`)
    console.log(
      `  one append and sync of 300 bytes: p50 ${figure(median(sync))} ms; ratio ${figure(median(ms) / median(sync))}`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
