// A peer's store in memory, on virtual time, with the failures of a real one: a commit takes a while and its answer a
// while more, and a crash loses what was not committed and every answer still on its way. What is on its disk: peer-disk.ts.

import { fail, ok } from '../../src/base/index.ts'
import type {
  CommitOutcome,
  Done,
  HistoryQuery,
  HistoryRow,
  ImportCount,
  KnownMessage,
  MessageId,
  PeerChange,
  PeerState,
  PeerStore,
  ReadMark,
  Received,
  RoadRun,
  RoomHistoryQuery,
  RoomKey,
  StoredChannelRow,
  StoredRoomEntry,
  StoreFailure,
  TalkPage,
  TalkPageQuery,
  TalkStep,
  TalkSummary,
  WordHit,
  WordQuery,
} from '../../src/peer/domain/index.ts'
import { PeerDisk } from './peer-disk.ts'

export interface MemoryPeerStoreOptions {
  /** Runs a callback after some virtual time. */
  readonly schedule: (delayMs: number, run: (now: number) => void) => void
  /** How long a call takes to the disk, ms. */
  readonly commitDelayMs: () => number
  /** How long its answer takes after that, ms. A crash in between leaves the caller without knowing. */
  readonly answerDelayMs: () => number
}

export class MemoryPeerStore implements PeerStore {
  readonly #options: MemoryPeerStoreOptions
  readonly #disk = new PeerDisk()
  #life = 0
  #waiting: { work: () => unknown; done: Done<never> }[] = []
  #answers: ((now: number) => void)[] = []
  #failure: StoreFailure | undefined

  constructor(options: MemoryPeerStoreOptions) {
    this.#options = options
  }

  /** The process died: nothing uncommitted remains, nobody is answered. The same object serves the next process. */
  crash(): void {
    this.#life += 1
    this.#waiting = []
    this.#answers = []
  }

  /** Everything on the disk, and in `pasteDisk` what a machine finds that got a copy of another's disk. */
  copyDisk(): object {
    return this.#disk.copy()
  }

  pasteDisk(disk: object): void {
    this.#disk.paste(disk)
  }

  /** The secrets of all prekeys are gone, as with a profile that was restored without them. */
  forgetPrekeys(): void {
    this.#disk.forgetPrekeys()
  }

  /** From now on every call fails so; undefined heals it. */
  failWith(failure: StoreFailure | undefined): void {
    this.#failure = failure
  }

  /** Messages of others that are on the disk and shown, in the order of showing: for the invariants of a simulation. */
  receivedMessages(): readonly (Received & { readonly gapBefore: number })[] {
    return this.#disk.received()
  }

  /** Everything shown to or sent by this peer, as it is on the disk now: for the invariants of a simulation. */
  history(): readonly HistoryRow[]
  history(query: HistoryQuery, done: Done<readonly HistoryRow[]>): void
  history(query?: HistoryQuery, done?: Done<readonly HistoryRow[]>): readonly HistoryRow[] | undefined {
    if (!query || !done) return this.#disk.history()
    this.#call(() => lastOf(this.#disk.history(query.name), query.limit), done)
    return undefined
  }

  /** Messages that are stored and wait for an earlier one. */
  held(): readonly Received[] {
    return this.#disk.held
  }

  /** Entries of all transcripts on the disk: a cheap sign of news. */
  get roomEntryCount(): number {
    return this.#disk.roomEntryCount
  }

  /** The key of the room of a number, where its record is on the disk. */
  roomKeyOf(number: number): RoomKey | undefined {
    return this.#disk.roomKeyOf(number)
  }

  /** A room's transcript as it is on the disk now: for the invariants of a simulation. */
  transcript(room: RoomKey): readonly StoredRoomEntry[] {
    return this.#disk.roomHistory(room)
  }

  /** Whether an own message is on the disk, whatever became of it. */
  hasSent(id: MessageId): boolean {
    return this.#disk.hasSent(id)
  }

  load(done: Done<PeerState>): void {
    this.#call(() => this.#disk.state(), done)
  }

  commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void {
    // Copied at the call, as a real store gets them: what the caller changes later is not in this commit.
    const copies = structuredClone(changes)
    this.#call(() => ({ doubled: copies.flatMap((change) => this.#disk.apply(change)) }), done)
  }

  find(query: { device: Uint8Array; counter: number; id: MessageId }, done: Done<readonly KnownMessage[]>): void {
    this.#call(() => this.#disk.find(query), done)
  }

  isKept(id: MessageId, done: Done<boolean>): void {
    this.#call(() => this.#disk.hasSent(id) || this.#disk.hasDraftOrEntry(id), done)
  }

  conversations(done: Done<readonly string[]>): void {
    this.#call(() => this.#disk.conversations(), done)
  }

  roomHistory({ room, limit }: RoomHistoryQuery, done: Done<readonly StoredRoomEntry[]>): void {
    this.#call(() => lastOf(this.#disk.roomHistory(room), limit), done)
  }

  channelHistory({ limit }: { readonly limit: number }, done: Done<readonly StoredChannelRow[]>): void {
    this.#call(() => lastOf(this.#disk.channelHistory(), limit), done)
  }

  talks(query: Parameters<PeerStore['talks']>[0], done: Done<readonly TalkSummary[]>): void {
    this.#call(() => this.#disk.archive.talks(query), done)
  }

  talkPage(query: TalkPageQuery, done: Done<TalkPage>): void {
    this.#call(() => this.#disk.archive.page(query), done)
  }

  findWords(query: WordQuery, done: Done<readonly WordHit[]>): void {
    this.#call(() => this.#disk.archive.find(query), done)
  }

  markRead(query: Parameters<PeerStore['markRead']>[0], done: Done<ReadMark | undefined>): void {
    this.#call(() => this.#disk.archive.markRead(query), done)
  }

  putDraft(query: Parameters<PeerStore['putDraft']>[0], done: Done<boolean>): void {
    this.#call(() => this.#disk.archive.putDraft(query), done)
  }

  journey(query: Parameters<PeerStore['journey']>[0], done: Done<readonly TalkStep[] | undefined>): void {
    this.#call(() => this.#disk.archive.journey(query), done)
  }

  roadRuns(query: Parameters<PeerStore['roadRuns']>[0], done: Done<readonly RoadRun[]>): void {
    this.#call(() => this.#disk.archive.roadRuns(query), done)
  }

  importRows(query: Parameters<PeerStore['importRows']>[0], done: Done<ImportCount>): void {
    this.#call(() => this.#disk.archive.import(query), done)
  }

  #call<T>(work: () => T, done: Done<T>): void {
    this.#waiting.push({ work, done })
    if (this.#waiting.length === 1) this.#scheduleCommit()
  }

  #scheduleCommit(): void {
    const life = this.#life
    this.#options.schedule(this.#options.commitDelayMs(), () => {
      if (life !== this.#life) return
      const group = this.#waiting
      this.#waiting = []
      const failure = this.#failure
      const outcomes = group.map(({ work, done }) => ({ done, outcome: failure ? fail(failure) : ok(work()) }))
      const answer = (now: number): void => {
        for (const { done, outcome } of outcomes) {
          // What a callback does may end this process.
          if (life === this.#life) done(now, outcome as never)
        }
      }
      this.#answerInOrder(answer)
    })
  }

  /** Answers come in the order of the commits, whatever their delays: earlier ones come with a later one at the latest. */
  #answerInOrder(answer: (now: number) => void): void {
    const life = this.#life
    this.#answers.push(answer)
    this.#options.schedule(this.#options.answerDelayMs(), (now) => {
      if (life !== this.#life) return
      const due = this.#answers.splice(0, this.#answers.indexOf(answer) + 1)
      for (const each of due) each(now)
    })
  }
}

function lastOf<T>(rows: readonly T[], limit: number): readonly T[] {
  return limit > 0 ? rows.slice(-limit) : []
}
