// The seeds' burst, made with Parley: all lines at once on the sender's standard input, over a direct link on loopback, until
// the recipient's process has written the last one. Beside it, in the same run, the same lines through a plain TCP
// connection. The processor time of both sides a message is the figure that other work on the machine moves least.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figure, median } from '../figures.ts'
import { idleShare, processorMs } from './processor.ts'
import { Program } from './program.ts'
import { echoRate } from './tcp-echo.ts'

/** Lines a second of the fastest seed, in the same kind of burst. */
const seedRate = 1_883
const aimed = 20 * seedRate
const rounds = 5
const idleMs = Number(process.env['PARLEY_BENCH_IDLE_MS'] ?? 60_000)
const sizes = (process.env['PARLEY_BENCH_BURSTS'] ?? '2000,20000').split(',').map(Number)
const singles = 200

interface Burst {
  readonly rate: number
  readonly adaMs: number
  readonly bobMs: number
}

interface Pair {
  readonly ada: Program
  readonly bob: Program
}

async function burst({ ada, bob }: Pair, label: string, lines: number): Promise<Burst> {
  const texts = Array.from({ length: lines }, (_, i) => `${label} ${i}`)
  const before = { ada: processorMs(ada.pid), bob: processorMs(bob.pid) }
  const shown = bob.until(`"text":"${texts.at(-1)}"`)
  const stored = ada.count('"state":"stored"', lines)
  const at = performance.now()
  ada.write(texts.map((text) => `/send bob ${text}\n`).join(''))
  const { output, at: end } = await shown
  await stored
  check(output, label, lines)
  return {
    rate: (lines / (end - at)) * 1_000,
    adaMs: processorMs(ada.pid) - before.ada,
    bobMs: processorMs(bob.pid) - before.bob,
  }
}

/** Each once and in order, or the figure means nothing. */
function check(output: string, label: string, lines: number): void {
  const found = [...output.matchAll(/"text":"([^"]*)"/g)].map((match) => match[1] as string)
  const own = found.filter((text) => text.startsWith(`${label} `))
  own.forEach((text, i) => {
    if (text !== `${label} ${i}`) throw new Error(`line ${i} is "${text}"`)
  })
  if (own.length !== lines) throw new Error(`${own.length} of ${lines} shown`)
}

async function singleTimes({ ada, bob }: Pair): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < singles; i++) {
    const shown = bob.until(`"text":"single ${i}"`)
    const stored = ada.count('"state":"stored"', 1)
    const at = performance.now()
    ada.write(`/send bob single ${i}\n`)
    times.push((await shown).at - at)
    await stored
  }
  return times
}

async function reportBursts(pair: Pair, lines: number): Promise<void> {
  const results: Burst[] = []
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const result = await burst(pair, `burst-${lines}-${round}`, lines)
    results.push(result)
    ratios.push(result.rate / (await echoRate(lines)))
  }
  const rates = results.map(({ rate }) => rate)
  const cost = (pick: (result: Burst) => number): string => figure((Math.min(...results.map(pick)) / lines) * 1_000)
  console.log(
    `burst of ${lines}, ${rounds} rounds: first ${figure(rates[0] as number)}/s, best ${figure(Math.max(...rates))}/s`,
  )
  console.log(
    `  median ${figure(median(rates))}/s; ${figure(Math.max(...rates) / seedRate)} x the fastest seed (aim 20)`,
  )
  console.log(
    `  least processor time a message: sender ${cost((r) => r.adaMs)} us, recipient ${cost((r) => r.bobMs)} us`,
  )
  console.log(`  ratio to the same lines through a TCP echo: ${median(ratios).toFixed(3)}`)
}

export async function reportBurst(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const chat = (name: string, invite: string): Program =>
    new Program(name, ['chat', name, '--json', '--home', join(folder, name), '--registry', invite])
  try {
    const data = join(folder, 'registry')
    await using registry = new Program('registry', ['registry', '--host', '127.0.0.1', '--port', '0', '--data', data])
    const invite = /parley:\/\/\S+/.exec((await registry.until('parley://')).output)?.[0] as string
    await using ada = chat('ada', invite)
    await ada.until('"directory"')
    await using bob = chat('bob', invite)
    await bob.until('"directory"')
    const pair = { ada, bob }
    console.log(`aim: ${figure(aimed)} lines/s, 20 times the fastest seed's ${figure(seedRate)}`)
    for (const lines of sizes) await reportBursts(pair, lines)
    const times = await singleTimes(pair)
    console.log(
      `one at a time, line written to shown: p50 ${figure(median(times))} ms, best ${figure(Math.min(...times))} ms`,
    )
    if (idleMs > 0) await reportIdle({ registry, ada, bob })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function reportIdle(programs: Readonly<Record<string, Program>>): Promise<void> {
  const shares = await Promise.all(
    Object.entries(programs).map(async ([name, { pid }]) => `${name} ${(await idleShare(pid, idleMs)).toFixed(3)}%`),
  )
  console.log(`idle for ${idleMs / 1_000} s, of one core: ${shares.join(', ')} (under 0.5%)`)
}
