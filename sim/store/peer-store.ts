// A peer's store in memory, on virtual time, with the failures of a real one: a commit takes a while and its answer a
// while more, and a crash loses what was not committed and every answer still on its way. Written as plainly as can be,
// since the real store is compared with it.

import { equalBytes, fail, ok, toHex, unreachable } from '../../src/base/index.ts'
import { foldName } from '../../src/protocol/index.ts'
import type {
  CommitOutcome,
  Done,
  HistoryQuery,
  HistoryRow,
  KnownMessage,
  MessageId,
  NewOutgoing,
  PeerChange,
  PeerState,
  PeerStore,
  Received,
  StoredContact,
  StoredInbox,
  StoredPrekey,
  StoreFailure,
} from '../../src/peer/domain/index.ts'

export interface MemoryPeerStoreOptions {
  /** Runs a callback after some virtual time. */
  readonly schedule: (delayMs: number, run: (now: number) => void) => void
  /** How long a call takes to the disk, ms. */
  readonly commitDelayMs: () => number
  /** How long its answer takes after that, ms. A crash in between leaves the caller without knowing. */
  readonly answerDelayMs: () => number
}

type Own = { -readonly [K in keyof NewOutgoing]: NewOutgoing[K] } & {
  isOwn: true
  state: NonNullable<HistoryRow['state']>
  road?: HistoryRow['road']
  reason?: string
  receiptKeys: Uint8Array[]
  unreadable: number
  isNote: boolean
}
type Other = Received & { isOwn: false; gapBefore: number }

/** What is on the disk. */
interface Disk {
  messages: (Own | Other)[]
  held: Received[]
  nextCounters: Map<string, number>
  contacts: Map<string, StoredContact>
  inboxes: Map<string, StoredInbox>
  prekeys: Map<number, StoredPrekey>
  nextPrekey: number
}

export class MemoryPeerStore implements PeerStore {
  readonly #options: MemoryPeerStoreOptions
  readonly #disk: Disk = {
    messages: [],
    held: [],
    nextCounters: new Map(),
    contacts: new Map(),
    inboxes: new Map(),
    prekeys: new Map(),
    nextPrekey: 1,
  }
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
    return structuredClone(this.#disk)
  }

  pasteDisk(disk: object): void {
    Object.assign(this.#disk, structuredClone(disk))
  }

  /** The secrets of all prekeys are gone, as with a profile that was restored without them. */
  forgetPrekeys(): void {
    this.#disk.prekeys.clear()
  }

  /** From now on every call fails so; undefined heals it. */
  failWith(failure: StoreFailure | undefined): void {
    this.#failure = failure
  }

  /** Messages of others that are on the disk and shown, in the order of showing: for the invariants of a simulation. */
  receivedMessages(): readonly (Received & { readonly gapBefore: number })[] {
    return this.#disk.messages.filter((message) => !message.isOwn)
  }

  /** Everything shown to or sent by this peer, as it is on the disk now: for the invariants of a simulation. */
  history(): readonly HistoryRow[]
  history(query: HistoryQuery, done: Done<readonly HistoryRow[]>): void
  history(query?: HistoryQuery, done?: Done<readonly HistoryRow[]>): readonly HistoryRow[] | undefined {
    if (!query || !done) return this.#disk.messages.map(rowOf)
    this.#call(() => {
      const key = foldName(query.name)
      const found = this.#disk.messages.filter((message) => foldName(otherOf(message)) === key)
      return query.limit > 0 ? found.slice(-query.limit).map(rowOf) : []
    }, done)
    return undefined
  }

  /** Messages that are stored and wait for an earlier one. */
  held(): readonly Received[] {
    return [...this.#disk.held]
  }

  /** Whether an own message is on the disk, whatever became of it. */
  hasSent(id: MessageId): boolean {
    return this.#own(id) !== undefined
  }

  load(done: Done<PeerState>): void {
    this.#call(() => this.#state(), done)
  }

  commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void {
    // Copied at the call, as a real store gets them: what the caller changes later is not in this commit.
    const copies = structuredClone(changes)
    this.#call(() => ({ doubled: copies.flatMap((change) => this.#apply(change)) }), done)
  }

  find(query: { device: Uint8Array; counter: number; id: MessageId }, done: Done<readonly KnownMessage[]>): void {
    this.#call(
      () =>
        this.#disk.messages
          .filter((message) => !message.isOwn && equalBytes(message.device, query.device))
          .filter((message) => message.counter === query.counter || message.id === query.id)
          .map(({ id, counter, text }) => ({ id, counter, text })),
      done,
    )
  }

  conversations(done: Done<readonly string[]>): void {
    this.#call(() => {
      const latest = new Map(this.#disk.messages.map((message) => [foldName(otherOf(message)), otherOf(message)]))
      return [...latest.values()].toSorted()
    }, done)
  }

  #state(): PeerState {
    const { messages, held, nextCounters, contacts, inboxes, prekeys, nextPrekey } = this.#disk
    return structuredClone({
      outgoing: messages.flatMap((message) => {
        if (!message.isOwn || (message.state !== 'kept' && message.state !== 'mailbox')) return []
        const { id, to, counter, text, sentAt, state, receiptKeys, unreadable } = message
        return [{ id, to, counter, text, sentAt, state, receiptKeys, unreadable }]
      }),
      nextCounters: [...nextCounters].map(([to, next]) => ({ to, next })),
      contacts: [...contacts.values()],
      inboxes: [...inboxes.values()],
      held,
      prekeys: [...prekeys.values()],
      nextPrekey,
    })
  }

  /** The ids of received messages that were there already. */
  #apply(change: PeerChange): MessageId[] {
    const disk = this.#disk
    switch (change.kind) {
      case 'outgoing':
      case 'note': {
        const isNote = change.kind === 'note'
        const fresh = { ...change.message, isOwn: true, receiptKeys: [], unreadable: 0, isNote } as const
        if (isNote) disk.messages.push({ ...fresh, receiptKeys: [], state: 'stored', road: 'direct' })
        else disk.messages.push({ ...fresh, receiptKeys: [], state: 'kept' })
        return []
      }
      case 'nextCounter':
        disk.nextCounters.set(change.to, change.next)
        return []
      case 'renumbered':
        this.#change(change.id, { counter: change.counter, state: 'kept', receiptKeys: [] })
        return []
      case 'sealed':
        this.#own(change.id)?.receiptKeys.push(change.receiptKey)
        return []
      case 'deposited':
        this.#change(change.id, { state: 'mailbox' })
        return []
      case 'unreadable':
        this.#change(change.id, { state: 'kept', unreadable: change.times })
        return []
      case 'settled': {
        const { state, road, reason } = change
        this.#change(change.id, { state, receiptKeys: [], ...(road && { road }), ...(reason && { reason }) })
        return []
      }
      case 'contact':
        disk.contacts.set(foldName(change.contact.name), change.contact)
        return []
      case 'inbox':
        disk.inboxes.set(toHex(change.inbox.device), change.inbox)
        return []
      case 'held':
        disk.held.push(change.message)
        return []
      case 'received':
        return this.#receive(change.message, change.gapBefore)
      case 'prekey':
        disk.prekeys.set(change.prekey.id, change.prekey)
        disk.nextPrekey = Math.max(disk.nextPrekey, change.prekey.id + 1)
        return []
      case 'prekeyErased':
        disk.prekeys.delete(change.id)
        return []
      default:
        return unreachable(change)
    }
  }

  #receive(message: Received, gapBefore: number): MessageId[] {
    const disk = this.#disk
    const { device, counter, id } = message
    disk.held = disk.held.filter((held) => !equalBytes(held.device, device) || held.counter !== counter)
    const isDoubled = disk.messages.some(
      (known) => !known.isOwn && equalBytes(known.device, device) && (known.counter === counter || known.id === id),
    )
    if (isDoubled) return [id]
    disk.messages.push({ ...message, isOwn: false, gapBefore })
    return []
  }

  #own(id: MessageId): Own | undefined {
    const found = this.#disk.messages.find((message) => message.isOwn && message.id === id)
    return found?.isOwn ? found : undefined
  }

  #change(id: MessageId, fields: Partial<Own>): void {
    const own = this.#own(id)
    if (own) Object.assign(own, fields)
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

function otherOf(message: Own | Other): string {
  return message.isOwn ? message.to : message.from
}

function rowOf(message: Own | Other): HistoryRow {
  const { id, isOwn, text, sentAt } = message
  const row = { id, isOwn, name: otherOf(message), text, sentAt }
  if (message.isOwn) {
    const { state, road, reason } = message
    return { ...row, state, ...(road && { road }), ...(reason && { reason }) }
  }
  const { receivedAt, road, gapBefore } = message
  return { ...row, receivedAt, road, ...(gapBefore > 0 && { gapBefore }) }
}
