// What a running registry measures of itself when somebody asks: what its rules counted, its store, its process. Invariant:
// nothing here runs by itself, so figures that nobody reads cost nothing.

import { stat } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { Clock, MonotonicMs, Result } from '../base/index.ts'
import { ParleyError } from '../base/index.ts'
import type { CountedFigures, Figures, Store, StoreFailure, StoreFigures } from './domain/index.ts'
import type { RegistryProgram } from './registry-program.ts'

/** The registry at one instant; counters count from its start. Times are wall milliseconds. */
export interface MeteredFigures extends CountedFigures {
  readonly at: number
  readonly uptimeMs: number
  readonly sessions: number
  readonly online: number
  readonly requestsInWork: number
  /** Share of time that the loop was busy since these figures were read before, 0 to 1. */
  readonly loopBusy: number
  readonly memoryBytes: number
}

export interface MeteredStore extends StoreFigures {
  /** Of the store's files. */
  readonly bytes: number
}

/** Counts of complete seconds, oldest first; the last of them ended at `endsAt`, wall milliseconds. */
export type MeteredSeries = { readonly endsAt: number } & ReturnType<Figures['series']>

/** Whether it can serve: the socket is bound and the store answers. */
export type Readiness = { readonly isReady: true } | { readonly isReady: false; readonly reason: string }

const storePatienceMs = 2_000

export interface RegistryMeterOptions {
  readonly program: Pick<RegistryProgram, 'counted' | 'series' | 'sessions' | 'online' | 'requestsInWork'>
  readonly store: Pick<Store, 'figures'>
  /** The store's file. */
  readonly file: string
  readonly clock: Clock
}

export class RegistryMeter {
  /** Wall milliseconds. */
  readonly startedAt: number
  readonly #options: RegistryMeterOptions
  readonly #startedAt: MonotonicMs
  #loop = performance.eventLoopUtilization()

  constructor(options: RegistryMeterOptions) {
    this.#options = options
    this.startedAt = options.clock.wallMs()
    this.#startedAt = options.clock.monotonicMs()
  }

  figures(): MeteredFigures {
    const { program, clock } = this.#options
    const loop = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(loop, this.#loop)
    this.#loop = loop
    return {
      ...program.counted(),
      at: clock.wallMs(),
      uptimeMs: Math.round(clock.monotonicMs() - this.#startedAt),
      sessions: program.sessions,
      online: program.online,
      requestsInWork: program.requestsInWork,
      loopBusy: utilization,
      memoryBytes: process.memoryUsage.rss(),
    }
  }

  series(seconds: number): MeteredSeries {
    const { program, clock } = this.#options
    const now = clock.monotonicMs()
    return { endsAt: Math.round(clock.wallMs() - (now % 1_000)), ...program.series(now, seconds) }
  }

  /** Rejects with ParleyError `storeFailed`, `storeClosed`, or `storeSilent` where it does not answer within 2 s. */
  async store(): Promise<MeteredStore> {
    const [figures, bytes] = await Promise.all([this.#ask(), this.#bytes()])
    return { ...figures, bytes }
  }

  /** Really asks the store. */
  async readiness(isBound: boolean): Promise<Readiness> {
    if (!isBound) return { isReady: false, reason: 'the socket is not bound' }
    try {
      await this.#ask()
      return { isReady: true }
    } catch (error) {
      return { isReady: false, reason: `the store does not answer: ${(error as ParleyError).code}` }
    }
  }

  #ask(): Promise<StoreFigures> {
    const { promise, resolve, reject } = Promise.withResolvers<StoreFigures>()
    const timer = setTimeout(() => reject(new ParleyError('storeSilent', { retryable: true })), storePatienceMs)
    this.#options.store.figures((_now, outcome: Result<StoreFigures, StoreFailure>) => {
      if (outcome.ok) resolve(outcome.value)
      else reject(new ParleyError(outcome.error.code, { details: { detail: outcome.error.detail } }))
    })
    return promise.finally(() => clearTimeout(timer))
  }

  async #bytes(): Promise<number> {
    const { file } = this.#options
    const sizes = await Promise.all([file, `${file}-wal`].map(sizeOf))
    return sizes.reduce((sum, size) => sum + size, 0)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    // Between two writers the log of the database may not be there.
    return 0
  }
}
