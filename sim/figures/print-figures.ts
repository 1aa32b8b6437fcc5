// `npm run sim -- --figures`: the figures that a simulation can give, each beside the bound it must keep.

import { measureLinkLoss } from './link-loss.ts'
import { measurePeerLoss } from './peer-loss.ts'

const rttMs = 100
const messageBytes = 60

/** Somebody typing fast, and somebody who says a word now and then, when nothing else is on its way. */
const paces = { 'a message each 50 ms': 50, 'a message each second': 1_000 } as const
/** Loss on each way, and the bound of p99 in round-trip times. */
const losses = [
  [0.2, 2.5],
  [0.35, 6],
] as const

/** Prints every figure. False where one is beyond its bound. */
export function printFigures(): boolean {
  let isKept = true
  for (const [pace, everyMs] of Object.entries(paces)) {
    for (const [lossRate, p99Max] of losses) isKept = printLinkLoss(pace, everyMs, lossRate, p99Max) && isKept
  }
  isKept = printPeerLoss(0.2, 2.5) && isKept
  return printPeerLoss(0.5, Infinity) && isKept
}

function printLinkLoss(pace: string, everyMs: number, lossRate: number, p99Max: number): boolean {
  const figure = measureLinkLoss({ seed: 1, messages: 100_000, lossRate, rttMs, everyMs, messageBytes })
  const { delivered, sent, datagramsPerMessage } = figure
  const isKept = delivered === sent && figure.p99 < p99Max
  const counts = `${delivered} of ${sent} delivered in order`
  const cost = `${datagramsPerMessage.toFixed(2)} datagrams a message`
  print(isKept, `link, ${percent(lossRate)}, ${pace}`, `${counts}; ${quantiles(figure)}; ${cost}`)
  return isKept
}

function printPeerLoss(lossRate: number, p99Max: number): boolean {
  const figure = measurePeerLoss({ seed: 1, messages: 3_000, lossRate, rttMs, everyMs: 500 })
  const { states, sent, p99 } = figure
  // That none is doubled, and that each is where its sender was told, the book of truth has seen to.
  const isKept = (states['stored'] ?? 0) + (states['mailbox'] ?? 0) === sent && p99 < p99Max
  const counts = `of ${sent}: ${JSON.stringify(states)}`
  print(isKept, `two peers, ${percent(lossRate)}, a message each 500 ms`, `${counts}; ${quantiles(figure)}`)
  return isKept
}

function print(isKept: boolean, what: string, figures: string): void {
  console.log(`${isKept ? 'kept  ' : 'MISSED'} ${what}: ${figures}`)
}

function percent(lossRate: number): string {
  return `${lossRate * 100}% loss each way, ${rttMs} ms RTT`
}

function quantiles({ p50, p99, p999 }: { readonly p50: number; readonly p99: number; readonly p999: number }): string {
  return `p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, p99.9 ${p999.toFixed(2)} RTT`
}
