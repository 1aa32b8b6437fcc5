// A file that is always one whole picture of something that changes: written beside and moved into place, at most once
// in a while. Invariants: a reader sees the old text or the new one, never a part; the last change is written in the
// end; a disk that fails is told once and tried again. docs/operating.md, "The table of clients".

import { randomBytes } from 'node:crypto'
import { rename, unlink, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ParleyError } from '../base/index.ts'

export interface RewrittenFileOptions {
  readonly path: string
  /** The whole text as it is now; asked when it is written. */
  readonly text: () => string
  /** Shortest time between two writes, ms. */
  readonly everyMs?: number | undefined
  /** Told once when it cannot be written any more. */
  readonly onFailure?: ((reason: string) => void) | undefined
}

const everyMsDefault = 1_000

export class RewrittenFile {
  readonly #path: string
  readonly #options: RewrittenFileOptions
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #isDue = false
  #isFailing = false
  #isClosed = false
  #written: string | undefined

  private constructor(options: RewrittenFileOptions) {
    this.#path = resolve(options.path)
    this.#options = options
  }

  /** Writes it a first time; rejects with ParleyError `notWritable` with `path` and `reason`. */
  static async open(options: RewrittenFileOptions): Promise<RewrittenFile> {
    const file = new RewrittenFile(options)
    try {
      await file.#replace(options.text())
    } catch (cause) {
      throw new ParleyError('notWritable', { details: { path: file.#path, reason: reasonOf(cause) }, cause })
    }
    return file
  }

  /** Something changed: the text is asked for and written soon. */
  touch(): void {
    if (this.#isClosed) return
    this.#isDue = true
    if (this.#timer || this.#writing) return
    this.#timer = setTimeout(() => this.#start(), this.#options.everyMs ?? everyMsDefault)
    this.#timer.unref()
  }

  /** Writes what is due, and no more after it. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#writing
    if (this.#isDue) await this.#write()
  }

  #start(): void {
    this.#timer = undefined
    this.#writing = this.#write().then(() => {
      this.#writing = undefined
      if (this.#isDue) this.touch()
    })
  }

  async #write(): Promise<void> {
    this.#isDue = false
    const text = this.#options.text()
    if (text === this.#written) return
    try {
      await this.#replace(text)
      this.#isFailing = false
    } catch (cause) {
      this.#isDue = true
      if (!this.#isFailing) this.#options.onFailure?.(reasonOf(cause))
      this.#isFailing = true
    }
  }

  async #replace(text: string): Promise<void> {
    const aside = `${this.#path}.${randomBytes(6).toString('hex')}.new`
    try {
      // Not forced onto the disk: after a power cut nobody is there, and the next start writes it anew.
      await writeFile(aside, text, { mode: 0o600, flag: 'wx' })
      await rename(aside, this.#path)
      this.#written = text
    } catch (error) {
      await unlink(aside).catch(() => undefined)
      throw error
    }
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
