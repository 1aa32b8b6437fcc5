// What a history tells. Nothing is written unless somebody listens, so that a campaign pays nothing for it; a listener
// gets the same lines, byte by byte, for the same seed, which is how we know that a seed can be replayed.

import { createHash } from 'node:crypto'
import type { MonotonicMs } from '../src/base/index.ts'
import type { NetworkObserver, Passing } from './network.ts'

export type TraceLine = (line: string) => void

export class Trace implements NetworkObserver {
  readonly #listener: TraceLine | undefined
  readonly #now: () => MonotonicMs

  constructor(now: () => MonotonicMs, listener: TraceLine | undefined) {
    this.#now = now
    this.#listener = listener
  }

  get isHeard(): boolean {
    return this.#listener !== undefined
  }

  tell(what: string): void {
    this.#listener?.(`${this.#now().toFixed(3).padStart(12)} ${what}`)
  }

  sent(passing: Passing): void {
    if (this.#listener !== undefined) this.tell(`#${passing.number} ${describe(passing)}`)
  }

  delivered(passing: Passing, receiver: string, altered: boolean): void {
    if (this.#listener === undefined) return
    this.tell(`#${passing.number} arrives at ${receiver}${altered ? ', altered' : ''}`)
  }
}

/** A listener that keeps only the hash of all it heard, as hexadecimal. */
export function hashingListener(): { listen: TraceLine; digest: () => string } {
  const hash = createHash('sha256')
  return { listen: (line) => void hash.update(line).update('\n'), digest: () => hash.digest('hex') }
}

const typeNames = ['?', 'init', 'resp', 'cookie', 'data', 'reset', 'first', 'answer', 'proof', 'punch', 'version']

function describe({ from, to, bytes, sender }: Passing): string {
  const type = typeNames[bytes[0] ?? 0] ?? '?'
  const content = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  return `${sender ?? 'stranger'} ${from.host}:${from.port} > ${to.host}:${to.port} ${type} ${bytes.length} B ${content}`
}
