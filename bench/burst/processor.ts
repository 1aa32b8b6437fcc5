// What a process has taken of the processors, as the system counts it (proc(5), stat): user and system time of all threads.

import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Of one tick; the unit of the file on every Linux that Node runs on. */
const tickMs = 10

/** User and system time so far, ms. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name of the program stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

/** Percent of one core over a time. */
export async function idleShare(pid: number, ms: number): Promise<number> {
  const before = processorMs(pid)
  await pause(ms)
  return ((processorMs(pid) - before) / ms) * 100
}
