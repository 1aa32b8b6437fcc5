// Lines on their way to an output. What one turn of the loop says leaves in one write, since a write of its own costs more
// than all the rest that a line needs. Invariants: lines keep their order; none waits for a later turn.

import type { Writable } from 'node:stream'

export class LineOutput {
  readonly #output: Writable
  #gathered = ''

  constructor(output: Writable) {
    this.#output = output
  }

  /** Characters and bytes that nobody has taken yet. */
  get waiting(): number {
    return this.#output.writableLength + this.#gathered.length
  }

  /** Takes one line, or several, without the last end. */
  write(line: string): void {
    if (this.#gathered === '') queueMicrotask(() => this.#pass())
    this.#gathered += `${line}\n`
  }

  /** Resolves when the output has taken everything, or takes nothing any more. */
  async flush(): Promise<void> {
    this.#pass()
    const output = this.#output
    if (output.destroyed || output.errored || output.writableLength === 0) return
    await new Promise<void>((resolve) => void output.write('', () => resolve()))
  }

  #pass(): void {
    if (this.#gathered === '') return
    const lines = this.#gathered
    this.#gathered = ''
    this.#output.write(lines)
  }
}
