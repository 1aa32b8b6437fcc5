// What a command answers with, on its way to standard output: lines for people or one JSON object per line. Invariants:
// each line leaves in the turn in which it was said; a closed output ends the command quietly; any other failure of it is
// told.

import type { Writable } from 'node:stream'
import { safeJson } from '../terminal/plain-text.ts'

export type ResultForm = 'plain' | 'json'

export class Results {
  readonly form: ResultForm
  readonly #output: Writable
  readonly #closed = new AbortController()
  #failure: Error | undefined

  constructor(output: Writable, form: ResultForm) {
    this.#output = output
    this.form = form
    output.on('error', (error: NodeJS.ErrnoException) => {
      // Who has read enough goes away; a full disk is another matter.
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') this.#failure ??= error
      this.#closed.abort()
    })
    output.on('close', () => this.#closed.abort())
  }

  /** Fires when nobody reads any more. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Why the output took no more, where that is not its reader's doing. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** One line, or several, without the last end; safe to show. */
  line(text: string): void {
    if (!this.closed.aborted) this.#output.write(`${text}\n`)
  }

  object(value: unknown): void {
    this.line(safeJson(value))
  }

  /** Text as it is, for files. */
  text(text: string): void {
    if (!this.closed.aborted) this.#output.write(text)
  }

  /** Resolves when the output takes more, or never will. */
  async drained(): Promise<void> {
    if (!this.#output.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      this.#output.once('drain', resolve)
      this.closed.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** Resolves when all has been taken. */
  async flush(): Promise<void> {
    if (this.closed.aborted || this.#output.destroyed) return
    await new Promise<void>((resolve) => void this.#output.write('', () => resolve()))
  }
}
