// The measurements that were made of the five older programs, made of Parley in the same way: real processes, a share of
// the datagrams dropped at each receiving side (0, 5, 20%); lines typed one at a time, and 2,000 lines written at once.
// Latency: from the line written to the sender until the receiver shows it. docs/seeds.md sets the figures beside theirs.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { median, percentile } from '../figures.ts'

const launcher = join(import.meta.dirname, '../../bin/parley.js')
const dropper = join(import.meta.dirname, 'drop.mjs')
const singles = 500
const burst = 2_000
const everyones = 300
const losses = (process.env['PARLEY_BENCH_LOSSES'] ?? '0 0.05 0.2').split(' ').map(Number)

function tell(what: string, value: string): void {
  console.log(`${what}: ${value}`)
}

interface Line {
  readonly type?: string
  readonly text?: string
  readonly from?: string
  readonly status?: string
  readonly entry?: { readonly text?: string }
}

class Parley {
  readonly child: ChildProcess
  /** Texts shown of others, in order, with when. */
  readonly shown: { readonly text: string; readonly at: number }[] = []
  readonly lines: string[] = []
  #check: () => void = () => undefined

  constructor(args: readonly string[], loss: number) {
    const env = { ...process.env, NODE_OPTIONS: `--import ${dropper}`, PARLEY_BENCH_LOSS: String(loss) }
    this.child = spawn(process.execPath, [launcher, ...args], { stdio: ['pipe', 'pipe', 'ignore'], env })
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#take(line))
  }

  #take(line: string): void {
    const at = performance.now()
    const event = line.startsWith('{') ? (JSON.parse(line) as Line) : {}
    if (event.type === 'message') this.shown.push({ text: event.text ?? '', at })
    else if (event.type === 'roomMessage') this.shown.push({ text: event.text ?? '', at })
    else if (event.type === 'channelMessage') this.shown.push({ text: event.entry?.text ?? '', at })
    else this.lines.push(line)
    this.#check()
  }

  async until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      this.#check = () => {
        const found = find()
        if (found === undefined) return
        this.#check = () => undefined
        resolve(found)
      }
      this.#check()
    })
  }

  write(text: string): void {
    this.child.stdin?.write(text)
  }

  /** Seconds of one core used so far. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }
}

function isInOrder(shown: readonly { text: string }[], prefix: string, count: number): boolean {
  return shown.length === count && shown.every(({ text }, i) => text === `${prefix} ${i}`)
}

async function oneAtATime(from: Parley, to: Parley, command: string, count: number): Promise<string> {
  const begin = to.shown.length
  const latencies: number[] = []
  for (let i = 0; i < count; i++) {
    const at = performance.now()
    from.write(`${command} single ${i}\n`)
    const shown = await to.until(() => to.shown[begin + i])
    latencies.push(shown.at - at)
  }
  const whole = isInOrder(to.shown.slice(begin), 'single', count) ? 'each once, in order' : 'NOT EACH ONCE IN ORDER'
  const [mid, p99, max] = [median(latencies), percentile(latencies, 0.99), Math.max(...latencies)].map((ms) =>
    ms.toFixed(2),
  )
  return `${mid} / ${p99} / ${max} ms, ${to.shown.length - begin} of ${count}, ${whole}`
}

async function atOnce(from: Parley, to: Parley, command: string, count: number): Promise<string> {
  const begin = to.shown.length
  const lines = Array.from({ length: count }, (_, i) => `${command} burst ${i}\n`).join('')
  const at = performance.now()
  from.write(lines)
  const last = await to.until(() => to.shown[begin + count - 1])
  const rate = (count * 1_000) / (last.at - at)
  const whole = isInOrder(to.shown.slice(begin), 'burst', count) ? 'each once, in order' : 'NOT EACH ONCE IN ORDER'
  return `${to.shown.length - begin} of ${count}, ${whole}, ${rate.toFixed(0)} lines/s`
}

async function measure(folder: string, loss: number): Promise<void> {
  const registryWords = ['registry', '--host', '127.0.0.1', '--port', '0', '--data', join(folder, `registry ${loss}`)]
  await using registry = new Parley(registryWords, loss)
  const invite = await registry.until(() => /parley:\/\/\S+/.exec(registry.lines.join('\n'))?.[0])
  const chat = (name: string): Parley =>
    new Parley(['chat', name, '--json', '--home', join(folder, `${name} ${loss}`), '--registry', invite], loss)
  await using x = chat('x')
  await using y = chat('y')
  await using z = chat('z')
  for (const each of [x, y, z]) await each.until(() => each.lines.find((line) => line.includes('"directory"')))
  x.write('send y begin\n')
  await y.until(() => y.shown[0])
  y.shown.length = 0
  const label = `${loss * 100}% loss`
  tell(`${label}, direct, one at a time: median / p99 / max`, await oneAtATime(x, y, 'send y', singles))
  tell(`${label}, direct, ${burst} lines at once`, await atOnce(x, y, 'send y', burst))
  y.shown.length = 0
  tell(`${label}, to everyone, one at a time`, await oneAtATime(x, y, 'send_all', 100))
  tell(`${label}, to everyone, ${everyones} lines at once`, await atOnce(x, y, 'send_all', everyones))
  x.write('GROUP CHAT y\n')
  await y.until(() => y.lines.find((line) => line.includes('"invited"')))
  y.write('OK GROUP 1\n')
  await x.until(() => x.lines.find((line) => line.includes('"joined"') && line.includes('"name":"y"')))
  x.write('/room 1\n')
  y.shown.length = 0
  tell(`${label}, to a room, one at a time`, await oneAtATime(x, y, '/say', 100))
  tell(`${label}, to a room, ${everyones} lines at once`, await atOnce(x, y, '/say', everyones))
  if (loss > 0) return
  const before = [registry, x, z].map((each) => each.cpuSeconds())
  const idleSeconds = Number(process.env['PARLEY_BENCH_IDLE_S'] ?? 60)
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1_000))
  const used = [registry, x, z].map((each, i) => ((each.cpuSeconds() - (before[i] as number)) * 100) / idleSeconds)
  tell('idle for a minute: CPU of registry, x, z', used.map((share) => `${share.toFixed(2)}%`).join(', '))
}

export async function reportSeeds(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  try {
    for (const loss of losses) await measure(folder, loss)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
