// A long history: how soon it is open, how soon words are found in it, and what the index of words costs those who write.
// Beside it, in the same run: an empty profile that is opened, a plain look through all texts, and a store without index.

import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreThread } from '../../src/disk/index.ts'
import { SqlitePeerStore, sqlitePeerStoreWorker } from '../../src/peer/index.ts'
import { readSearch } from '../../src/peer/domain/archive.ts'
import type {
  Done,
  PeerChange,
  PeerState,
  TalkKey,
  TalkPage,
  TalkSummary,
  WordHit,
} from '../../src/peer/domain/index.ts'
import type { AccountName } from '../../src/protocol/index.ts'
import { figure, median, percentile, ratios } from '../figures.ts'

const messages = Number(process.env['PARLEY_BENCH_MESSAGES'] ?? 100_000)
const people = 300
const rounds = 5
const searches = 20
const own = 'me'
const friend: TalkKey = { kind: 'person', name: 'friend' }
const vocabulary =
  'the quick brown fox jumps over lazy dog while seven wizards quietly boil enormous kettles of green tea and talk about relay registers mailbox delivery night garden window paper river stone'.split(
    ' ',
  )

/** Half of all messages are one friend's, the others of many people. */
function messageOf(number: number): PeerChange {
  const name = number % 2 === 0 ? 'friend' : `person-${number % people}`
  const id = number.toString(16).padStart(32, '0')
  const chosen = Array.from(
    { length: 12 },
    (_, i) => vocabulary[(number * 31 + i * i * 7 + (number >> 3)) % vocabulary.length],
  )
  const text = `${chosen.join(' ')} word${number}`
  const at = 1_700_000_000_000 + number
  if (number % 3 === 0) return { kind: 'outgoing', message: { id, to: name, counter: number, text, sentAt: at } }
  const device = new Uint8Array(32).fill(number % 2 === 0 ? 1 : 2 + (number % 250))
  const message = { id, device, from: name as AccountName, counter: number, text, sentAt: at, receivedAt: at } as const
  return { kind: 'received', message: { ...message, road: 'direct' }, gapBefore: 0 }
}

/** Settled as it comes to be: in pairs with the message, as in a quiet chat. */
function* changes(from: number, count: number): Generator<PeerChange> {
  for (let number = from; number < from + count; number++) {
    const change = messageOf(number)
    yield change
    const { message } = change as Extract<PeerChange, { kind: 'outgoing' }>
    if (change.kind === 'outgoing')
      yield { kind: 'settled', id: message.id, state: 'stored', road: 'direct', at: message.sentAt }
  }
}

class OpenStore implements AsyncDisposable {
  readonly store: SqlitePeerStore
  readonly #thread: StoreThread

  constructor(file: string, worker: URL = sqlitePeerStoreWorker) {
    const onFatal = (error: Error): void => {
      throw error
    }
    this.#thread = new StoreThread({ worker, file, turn: (run) => run(0), onFatal })
    this.store = new SqlitePeerStore(this.#thread)
  }

  ask<T>(call: (store: SqlitePeerStore, done: Done<T>) => void): Promise<T> {
    return new Promise((resolve, reject) =>
      call(this.store, (_now, outcome) =>
        outcome.ok ? resolve(outcome.value) : reject(new Error(outcome.error.detail)),
      ),
    )
  }

  async fill(from: number, count: number, pieceMax = 500): Promise<void> {
    let piece: PeerChange[] = []
    const waiting: Promise<unknown>[] = []
    const flush = (): void => {
      const whole = piece
      piece = []
      waiting.push(this.ask((store, done) => store.commit(whole, done)))
    }
    for (const change of changes(from, count)) if (piece.push(change) === pieceMax) flush()
    flush()
    await Promise.all(waiting)
  }

  /** Everything that a page needs to show the last 200 messages. */
  async show(): Promise<void> {
    await this.ask<PeerState>((store, done) => store.load(done))
    await this.ask<readonly TalkSummary[]>((store, done) => store.talks({ own }, done))
    await this.ask<TalkPage>((store, done) => store.talkPage({ own, key: friend, count: 200 }, done))
  }

  find(typed: string, key?: TalkKey): Promise<readonly WordHit[]> {
    const query = { own, terms: readSearch(typed) ?? [], count: 50, ...(key && { key }) }
    return this.ask<readonly WordHit[]>((store, done) => store.findWords(query, done))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.close()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const at = performance.now()
  await work()
  return performance.now() - at
}

/** From nothing (no thread, no file open) to the last page. */
async function opening(file: string): Promise<number> {
  let opened: OpenStore | undefined
  const ms = await timed(async () => {
    opened = new OpenStore(file)
    await opened.show()
  })
  await opened?.[Symbol.asyncDispose]()
  return ms
}

async function reportOpening(full: string, empty: string): Promise<void> {
  const times: number[] = []
  const others: number[] = []
  for (let round = 0; round < rounds; round++) {
    times.push(await opening(full))
    others.push(await opening(empty))
  }
  console.log(`open with ${figure(messages)} messages, to the last 200: ${figure(median(times))} ms (under 200)`)
  console.log(`  ratio to an empty profile: ${ratios(times.map((time, i) => time / (others[i] as number)))}`)
}

/** A look through all texts for a word, in this thread. */
function scanMs(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const statement = database.prepare("SELECT count(*) FROM message WHERE text LIKE '%kettles%'")
  statement.get()
  const at = performance.now()
  statement.get()
  const ms = performance.now() - at
  database.close()
  return ms
}

async function reportSearch(file: string): Promise<void> {
  const typed: readonly [string, TalkKey?][] = [
    [`word${Math.floor(messages / 2)}`],
    ['kettles'],
    ['green te'],
    ['"green tea"'],
    ['w'],
    ['stone river nothing'],
    ['tea', friend],
    ['tea', { kind: 'person', name: `person-1` }],
  ]
  const scan = scanMs(file)
  await using opened = new OpenStore(file)
  const first = await timed(() => opened.find('kettles'))
  console.log(`search, 50 hits: the first one after opening ${figure(first)} ms`)
  for (const [words, key] of typed) {
    const times: number[] = []
    for (let i = 0; i < searches; i++) times.push(await timed(() => opened.find(words, key)))
    const where = key?.kind === 'person' ? ` with ${key.name}` : ''
    const spread = `${figure(median(times))} ms, p95 ${figure(percentile(times, 0.95))} ms`
    console.log(
      `  ${words}${where}: ${spread} (under 50); ratio to a look through all ${(median(times) / scan).toFixed(3)}`,
    )
  }
  for (let page = 0, times: number[] = []; page < 1; page++) {
    for (let i = 0; i < searches; i++) {
      const before = Math.floor((messages * (i + 1)) / (searches + 1))
      const query = { own, key: friend, count: 200, before }
      times.push(await timed(() => opened.ask<TalkPage>((store, done) => store.talkPage(query, done))))
    }
    console.log(`a page of 200 anywhere: ${figure(median(times))} ms`)
    times = []
    for (let i = 0; i < searches; i++) {
      times.push(await timed(() => opened.ask<readonly TalkSummary[]>((store, done) => store.talks({ own }, done))))
    }
    console.log(`the list of ${people} conversations: ${figure(median(times))} ms`)
  }
}

/** Messages a second that are committed while the index follows, and without it. */
async function reportWriting(folder: string): Promise<void> {
  const count = 20_000
  const kinds = { index: sqlitePeerStoreWorker, quiet: new URL('./quiet-worker.ts', import.meta.url) }
  const times: Record<keyof typeof kinds, number[]> = { index: [], quiet: [] }
  for (let round = 0; round < 2 * rounds; round++) {
    for (const [kind, worker] of Object.entries(kinds) as [keyof typeof kinds, URL][]) {
      await using opened = new OpenStore(join(folder, `${kind}-${round}.db`), worker)
      await opened.fill(0, 500)
      times[kind].push(await timed(() => opened.fill(500, count, 64)))
    }
  }
  const pairs = times.index.map((time, i) => time / (times.quiet[i] as number))
  console.log(
    `commit ${figure(count)} messages: ${figure((count / median(times.index)) * 1_000)}/s with the index following`,
  )
  console.log(`  ratio of the time to a store without one: ${ratios(pairs)}`)
}

export async function reportHistory(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-history-'))
  try {
    const [full, empty] = [join(folder, 'full.db'), join(folder, 'empty.db')]
    {
      await using opened = new OpenStore(full)
      const fillMs = await timed(() => opened.fill(0, messages))
      console.log(`${figure(messages)} messages written in ${figure(fillMs)} ms`)
      const indexMs = await timed(() => opened.find('nothing'))
      console.log(`  all of them indexed ${figure(indexMs)} ms later, by a search that came at once`)
    }
    await opening(empty)
    await pause(200)
    await reportOpening(full, empty)
    await reportSearch(full)
    await reportWriting(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
