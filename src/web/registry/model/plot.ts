// What a plot of counts per second is made of: its data, its rules for axes, and its figures in words.

import type { AlignedData, Options } from 'uplot'
import { clockText } from './figure-words.ts'

export interface PlotColours {
  /** Resolved: a canvas knows no custom properties. */
  readonly line: string
  readonly grid: string
  readonly words: string
}

/** Seconds of the wall, and counts; uPlot reads x in seconds. */
export function plotData(endsAt: number, counts: readonly number[]): AlignedData {
  const last = endsAt / 1_000
  return [counts.map((_, i) => last - (counts.length - 1 - i)), [...counts]]
}

/** The rate of the last few seconds, the highest second, and the sum. */
export function rateOf(counts: readonly number[]): { now: number; highest: number; sum: number } {
  const few = counts.slice(-5)
  return {
    now: few.length === 0 ? 0 : sumOf(few) / few.length,
    highest: Math.max(0, ...counts),
    sum: sumOf(counts),
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** From 0 to at least 4, so that a single message does not look like a storm; whole numbers only. */
export function rangeOf(highest: number): [number, number] {
  return [0, Math.max(4, Math.ceil(highest * 1.15))]
}

/** All but its size. */
export function plotOf({ line, grid, words }: PlotColours): Omit<Options, 'width' | 'height'> {
  const axis = {
    stroke: words,
    font: '11px system-ui, sans-serif',
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  }
  return {
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 18, 0, 0],
    scales: { x: { time: true }, y: { range: (_plot, _least, highest) => rangeOf(highest ?? 0) } },
    axes: [
      {
        ...axis,
        space: 70,
        size: 24,
        values: (_plot, splits) => splits.map((at) => clockText(at * 1_000).slice(0, 5)),
      },
      { ...axis, space: 28, size: 32, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] },
    ],
    series: [{}, { stroke: line, width: 1.5, fill: faded(line), points: { show: false } }],
  }
}

/** The same colour, hardly there: `rgb(1, 2, 3)` or any other form that a style resolves to. */
export function faded(colour: string): string {
  const parts = /^rgba?\((\d+), (\d+), (\d+)/.exec(colour)
  return parts ? `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, 0.14)` : 'transparent'
}
