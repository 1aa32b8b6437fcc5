// Medians and percentiles, and a table of them for people.

export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * fraction)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Three significant digits, thousands apart. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}

/** `median (least to most)` of paired ratios. */
export function ratios(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`
}
