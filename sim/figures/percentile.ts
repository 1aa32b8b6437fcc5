// Order statistics of measured times.

/** The value that `share` of the sorted values do not exceed; `values` must be in ascending order and not empty. */
export function percentile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)] ?? NaN
}
