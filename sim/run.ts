// `npm run sim`: runs histories. `--seeds N [--from S]` runs N seeds (fresh ones unless told where to start) and exits 1
// at the first that breaks; `--seed S [--trace]` replays one; `--kind K` keeps to one kind; `--figures` measures delivery.

import { parseArgs } from 'node:util'
import { type HistoryKind, describeBroken, historyKinds, runCampaign, runHistory } from './campaign.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string' },
    trace: { type: 'boolean', default: false },
    figures: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const usage = `npm run sim -- --seeds N [--from S] [--kind ${historyKinds.join('|')}]   N seeds, fresh unless --from says where to start
npm run sim -- --seed S [--kind K] [--trace]      one seed again, with everything that happens in it
npm run sim -- --figures                          delivery at 20% and 50% loss`

function numberOf(option: 'seeds' | 'from' | 'seed'): number | undefined {
  const text = values[option]
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) fail(`--${option} takes a whole number, not "${text}"`)
  return number
}

function kinds(): readonly HistoryKind[] {
  if (values.kind === undefined) return historyKinds
  const kind = historyKinds.find((known) => known === values.kind)
  return kind === undefined ? fail(`--kind takes ${historyKinds.join(' or ')}`) : [kind]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function fail(what: string): never {
  console.error(`${what}\n\n${usage}`)
  process.exit(2)
}

function replay(seed: number): void {
  for (const kind of kinds()) {
    const outcome = runHistory(kind, seed, values.trace ? { listener: (line) => console.log(line) } : {})
    if ('violation' in outcome) {
      console.error(describeBroken(outcome))
      process.exitCode = 1
    } else {
      const { words, simulatedMs, datagrams, messages, linksUpMs, deliveredMs } = outcome
      const recovery = `links up after ${seconds(linksUpMs)}, all delivered after ${seconds(deliveredMs)}`
      const figures = `${seconds(simulatedMs)} simulated, ${recovery}, ${datagrams} datagrams, ${messages} messages`
      console.log(`seed ${seed} (${kind}) holds: ${figures}\n  ${words.join(', ')}`)
    }
  }
}

function campaign(seeds: number): void {
  // Fresh seeds: another stretch of the numbers for every second of the clock.
  const from = numberOf('from') ?? (Math.floor(Date.now() / 1000) % 2_000_000_000) * 10_000
  const startedAt = performance.now()
  let toldAt = startedAt
  const report = runCampaign({
    kinds: kinds(),
    from,
    seeds,
    progress: (done) => {
      if (performance.now() - toldAt < 10_000) return
      toldAt = performance.now()
      console.log(`${done} of ${seeds} seeds`)
    },
  })
  const tookSeconds = (performance.now() - startedAt) / 1000
  console.log(
    `seeds ${from} to ${from + seeds - 1}: ${report.histories} histories, ${(report.simulatedMs / 3_600_000).toFixed(1)} simulated hours, ` +
      `${report.datagrams} datagrams, ${report.messages} messages in ${tookSeconds.toFixed(1)} s ` +
      `(${(report.histories / tookSeconds).toFixed(1)} histories/s, ${(report.simulatedMs / 1000 / tookSeconds).toFixed(0)} times real time); ` +
      `slowest recovery: links up after ${seconds(report.linksUpMs)}, all delivered after ${seconds(report.deliveredMs)}`,
  )
  if (report.broken === undefined) return console.log('every invariant held')
  console.error(describeBroken(report.broken))
  process.exitCode = 1
}

const seed = numberOf('seed')
if (values.help) console.log(usage)
else if (values.figures) {
  const { printFigures } = await import('./figures/print-figures.ts')
  process.exitCode = printFigures() ? 0 : 1
} else if (seed !== undefined) replay(seed)
else campaign(numberOf('seeds') ?? 100)
