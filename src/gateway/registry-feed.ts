// What every open window of a registry is told, worked out once for all of them: a snapshot at the beginning, then batches
// of log lines (soon), changed rows of the table and figures (each second). Invariants: nobody looks, nothing runs; a
// snapshot and the batches after it add up to what there is; each batch is bounded, whatever happens in a second.

import type { RegistryApi, RegistryBatch, RegistryPeer, RegistrySnapshot, RegistryStoreFigures } from '../api/index.ts'

/** Time, as the feed needs it. */
export interface FeedTime {
  monotonicMs(): number
  /** Runs it after so many ms; the answer takes it back. */
  later(ms: number, run: () => void): () => void
}

const tickMs = 1_000
/** So long lines are gathered. */
const gatherMs = 100
/** Lines of one batch; of more only the latest are told, and their numbers show the gap. */
const linesPerBatchMax = 300
/** Rows of the table: those on line first. */
const rowsMax = 5_000
/** A table of so many rows is read each second; a longer one less often, so that the work a second stays level. */
const rowsPerSecond = 1_000
const seriesSeconds = 600
/** Asking the store costs it a turn: not each second. */
const storeEveryTicks = 5

type Listener = (batch: RegistryBatch) => void

export class RegistryFeed {
  readonly #api: RegistryApi
  readonly #time: FeedTime
  readonly #listeners = new Set<Listener>()
  /** As they were told last, each with its JSON. */
  #rows = new Map<string, { readonly row: RegistryPeer; readonly text: string }>()
  #store: RegistryStoreFigures | undefined
  #lastLine = 0
  /** When the last second that was told ended, by the wall. */
  #toldTo = 0
  #ticks = 0
  #stops: (() => void)[] = []
  #stopTick: (() => void) | undefined
  #stopGathering: (() => void) | undefined

  constructor(api: RegistryApi, time: FeedTime) {
    this.#api = api
    this.#time = time
  }

  /** How many are looking. */
  get size(): number {
    return this.#listeners.size
  }

  /** What there is now, and from here on what changes. */
  async subscribe(listener: Listener): Promise<{ readonly snapshot: RegistrySnapshot; readonly end: () => void }> {
    await this.#askStore()
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#start()
    const snapshot = this.#snapshot()
    return { snapshot, end: () => this.#leave(listener) }
  }

  /** What there is now, for who does not stay. */
  async snapshot(): Promise<RegistrySnapshot> {
    await this.#askStore()
    if (this.#listeners.size > 0) return this.#snapshot()
    this.#readRows()
    const snapshot = { ...this.#snapshot(), lines: this.#api.logLines() }
    this.#rows.clear()
    return snapshot
  }

  #snapshot(): RegistrySnapshot {
    return {
      about: this.#api.about,
      figures: this.#figures(),
      series: this.#api.series(seriesSeconds),
      peers: [...this.#rows.values()].map(({ row }) => row),
      // What is newer comes with the next batch.
      lines: this.#api.logLines().filter(({ number }) => number <= this.#lastLine),
    }
  }

  #start(): void {
    this.#readRows()
    this.#lastLine = this.#api.logLines().at(-1)?.number ?? 0
    this.#toldTo = this.#api.series(1).endsAt
    this.#ticks = 0
    this.#stops = [this.#api.watch((what) => what === 'log' && this.#gather())]
    this.#plan(this.#time.monotonicMs() + tickMs)
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    for (const stop of this.#stops.splice(0)) stop()
    this.#stopTick?.()
    this.#stopGathering?.()
    this.#stopGathering = undefined
    this.#rows.clear()
  }

  #plan(at: number): void {
    this.#stopTick = this.#time.later(Math.max(0, at - this.#time.monotonicMs()), () => {
      const now = this.#time.monotonicMs()
      this.#plan(Math.max(at, now - tickMs) + tickMs)
      this.#tick(now - at)
    })
  }

  #tick(lagMs: number): void {
    this.#ticks += 1
    if (this.#ticks % storeEveryTicks === 0) void this.#askStore()
    const every = Math.ceil(this.#rows.size / rowsPerSecond) || 1
    const changes = this.#ticks % every === 0 ? this.#readRows() : {}
    const seconds = this.#secondsSinceTold()
    const series = seconds === 0 ? {} : { series: this.#api.series(seconds) }
    this.#tell({ figures: this.#figures(lagMs), ...series, ...changes })
  }

  #secondsSinceTold(): number {
    const { endsAt } = this.#api.series(1)
    const seconds = Math.round((endsAt - this.#toldTo) / 1_000)
    this.#toldTo = endsAt
    // The wall clock may jump.
    return Math.min(Math.max(seconds, 0), seriesSeconds)
  }

  #gather(): void {
    this.#stopGathering ??= this.#time.later(gatherMs, () => {
      this.#stopGathering = undefined
      const lines = this.#api.logLines(this.#lastLine).slice(-linesPerBatchMax)
      this.#lastLine = lines.at(-1)?.number ?? this.#lastLine
      if (lines.length > 0) this.#tell({ lines })
    })
  }

  /** Reads the table, and tells what is other than before. */
  #readRows(): Pick<RegistryBatch, 'peers' | 'gone'> {
    const listed = this.#api.peers().toSorted((a, b) => Number(b.online) - Number(a.online))
    const rows = new Map<string, { readonly row: RegistryPeer; readonly text: string }>()
    const peers: RegistryPeer[] = []
    for (const row of listed.slice(0, rowsMax)) {
      const text = JSON.stringify(row)
      if (this.#rows.get(row.name)?.text !== text) peers.push(row)
      rows.set(row.name, { row, text })
    }
    const gone = [...this.#rows.keys()].filter((name) => !rows.has(name))
    this.#rows = rows
    return { ...(peers.length > 0 && { peers }), ...(gone.length > 0 && { gone }) }
  }

  #figures(lagMs?: number) {
    const figures = this.#api.figures(lagMs)
    return this.#store ? { ...figures, store: this.#store } : figures
  }

  async #askStore(): Promise<void> {
    try {
      this.#store = await this.#api.storeFigures()
    } catch {
      // Not told is better than told wrong.
      this.#store = undefined
    }
  }

  #tell(batch: RegistryBatch): void {
    for (const listener of this.#listeners) listener(batch)
  }
}
