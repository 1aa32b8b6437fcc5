// A log file of its owner only, which starts anew at 10 MB and keeps five old ones. Invariants: a path that cannot be
// written is told before anything else starts; whatever becomes of the disk later, the program goes on: it is said once,
// lines are lost meanwhile, and how many stands in the file when it can be written again. docs/operating.md, "Logs".

import { closeSync, constants, fchmodSync, fstatSync, openSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { createStream, RotatingFileStream } from 'rotating-file-stream'
import { ParleyError } from '../base/index.ts'

export interface LogFileOptions {
  readonly path: string
  /** Told once when the file cannot be written any more; said again only after it could be written in between. */
  readonly onFailure?: ((reason: string) => void) | undefined
  /** A line that tells how many were lost, in the log's own form. */
  readonly lostLine?: ((lines: number) => string) | undefined
  /** Bytes after which a new file is begun. */
  readonly sizeMax?: number | undefined
  /** Old files kept, as PATH.1 (the newest) to PATH.5. */
  readonly oldFiles?: number | undefined
  /** How long a file that failed is left alone, and how often it is looked whether it is still there, ms. */
  readonly retryMs?: number | undefined
}

const sizeDefault = 10 * 1024 * 1024
const oldFilesDefault = 5
const retryMsDefault = 5_000
/** What may wait for a slow disk; lines beyond it are lost, and counted. */
const waitingBytesMax = 4 * 1024 * 1024
/** How long a close waits for a slow disk, ms. */
const closeMs = 1_000

export class LogFile {
  readonly #path: string
  readonly #options: LogFileOptions
  readonly #create: typeof createStream
  readonly #retryMs: number
  #stream: RotatingFileStream | undefined
  #lost = 0
  #isFailing = false
  /** When the file is looked after next. */
  #lookAt: number

  private constructor(options: LogFileOptions, create: typeof createStream) {
    this.#path = resolve(options.path)
    this.#options = options
    this.#create = create
    this.#retryMs = options.retryMs ?? retryMsDefault
    tryToWrite(this.#path)
    this.#lookAt = performance.now() + this.#retryMs
    this.#stream = this.#open()
  }

  /** Rejects with ParleyError `notWritable` with the `path` and the `reason`. */
  static async open(options: LogFileOptions): Promise<LogFile> {
    // Loaded by those only who want a log.
    const { createStream: create } = await import('rotating-file-stream')
    const file = new LogFile(options, create)
    await file.#opened()
    return file
  }

  /** Appends whole lines. Never throws and never waits. */
  write(lines: string): void {
    if (performance.now() >= this.#lookAt) this.#look()
    const stream = this.#stream
    if (!stream || stream.writableLength > waitingBytesMax) this.#lost += 1
    else {
      if (this.#lost > 0) stream.write(this.#takeLost())
      stream.write(lines, (error) => {
        if (error) this.#lost += 1
      })
    }
  }

  /** Resolves when what was written is with the operating system, or the disk takes too long. */
  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    // From here on nothing is opened again.
    this.#lookAt = Number.POSITIVE_INFINITY
    if (!stream || stream.closed) return
    await new Promise<void>((done) => {
      const patience = setTimeout(done, closeMs)
      stream.once('close', () => {
        clearTimeout(patience)
        done()
      })
      stream.end()
    })
  }

  /** The file may have to be put aside first, which may fail. */
  async #opened(): Promise<void> {
    await new Promise<void>((done, fail) => {
      this.#stream?.once('open', () => done())
      this.#stream?.once('error', (cause: Error) => {
        fail(new ParleyError('notWritable', { details: { path: this.#path, reason: cause.message }, cause }))
      })
    })
  }

  #open(): RotatingFileStream {
    const stream = this.#create(this.#path, {
      size: `${this.#options.sizeMax ?? sizeDefault}B`,
      rotate: this.#options.oldFiles ?? oldFilesDefault,
      mode: 0o600,
    })
    stream.on('error', (error) => this.#fail(stream, error))
    return stream
  }

  #fail(stream: RotatingFileStream, error: Error): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    this.#lookAt = performance.now() + this.#retryMs
    this.#tellFailure(error.message)
  }

  /** The file may have been taken away under us (then writing to it would succeed, and be for nobody), or be back. */
  #look(): void {
    this.#lookAt = performance.now() + this.#retryMs
    if (this.#stream && isThere(this.#path)) {
      this.#isFailing = false
      return
    }
    this.#stream?.end()
    this.#stream = undefined
    try {
      tryToWrite(this.#path)
      this.#stream = this.#open()
    } catch (error) {
      this.#tellFailure(error instanceof ParleyError ? String(error.details['reason']) : String(error))
    }
  }

  #tellFailure(reason: string): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#options.onFailure?.(reason)
  }

  #takeLost(): string {
    const lines = this.#lost
    this.#lost = 0
    return this.#options.lostLine?.(lines) ?? ''
  }
}

/** Makes the file where it is missing, and closes it to others, as it tells who talked when. */
function tryToWrite(path: string): void {
  try {
    // Without waiting: somebody may have given a pipe that nobody reads.
    const file = openSync(
      path,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK,
      0o600,
    )
    try {
      const state = fstatSync(file)
      if (!state.isFile()) throw new Error('it is not a plain file')
      if ((state.mode & 0o077) !== 0 && process.platform !== 'win32') fchmodSync(file, 0o600)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ParleyError('notWritable', { details: { path, reason }, cause })
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
