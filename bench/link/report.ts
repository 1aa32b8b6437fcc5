// The link against its references, in turn, at least five pairs each.

import { figure, median, percentile, ratios } from '../figures.ts'
import type { Job } from './contender.ts'
import { idleKib } from './idle-memory.ts'
import { measure, type Measurement } from './measure.ts'
import type { ContenderName } from './process.ts'

const pairs = Number(process.env['PARLEY_PAIRS'] ?? 5)

type Runs = Record<ContenderName, Measurement[]>

async function inTurn(job: Job, names: readonly ContenderName[]): Promise<Runs> {
  const runs: Runs = { link: [], tcp: [], datagram: [] }
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? names : names.toReversed()
    for (const name of order) runs[name].push(await measure(name, job))
  }
  return runs
}

function paired(
  mine: readonly Measurement[],
  theirs: readonly Measurement[],
  value: (run: Measurement) => number,
): number[] {
  return mine.map((run, i) => value(run) / value(theirs[i] as Measurement))
}

export async function reportLink(): Promise<void> {
  const small = await inTurn('small', ['link', 'tcp', 'datagram'])
  const rate = (run: Measurement): number => run.messagesPerSecond
  console.log('64-byte messages in order, a second, median:')
  for (const name of ['link', 'tcp', 'datagram'] as const) {
    console.log(`  ${name.padEnd(9)} ${figure(median(small[name].map(rate)))}`)
  }
  console.log(`  link / tcp       ${ratios(paired(small.link, small.tcp, rate))}   (at least 0.25)`)
  console.log(`  link / datagram  ${ratios(paired(small.link, small.datagram, rate))}   (at least 2)`)
  const unordered = small.link.reduce((sum, run) => sum + run.unordered, 0)
  console.log(`  out of order on the link: ${unordered}`)

  const ball = await inTurn('roundTrip', ['link', 'datagram'])
  const half = (run: Measurement): number => percentile(run.rttUs, 0.5)
  const tail = (run: Measurement): number => percentile(run.rttUs, 0.99)
  console.log('Round trip of 64 bytes, µs, median of p50 / p99:')
  for (const name of ['link', 'datagram'] as const) {
    console.log(`  ${name.padEnd(9)} ${figure(median(ball[name].map(half)))} / ${figure(median(ball[name].map(tail)))}`)
  }
  console.log(`  link / datagram  ${ratios(paired(ball.link, ball.datagram, half))}   (at most 2.5)`)

  const bulk = await inTurn('bulk', ['link', 'datagram'])
  const bytes = (run: Measurement): number => run.bytesPerSecond
  console.log('Bulk, MB/s, median (16 KiB messages on the link, 1,200-byte datagrams for the reference):')
  for (const name of ['link', 'datagram'] as const) {
    console.log(`  ${name.padEnd(9)} ${figure(median(bulk[name].map(bytes)) / 1e6)}`)
  }
  console.log(`  link / datagram  ${ratios(paired(bulk.link, bulk.datagram, bytes))}   (at least 0.3)`)

  console.log(`Memory of an idle link, of 1,000: ${figure(await idleKib(1_000))} KiB   (under 20)`)
}
